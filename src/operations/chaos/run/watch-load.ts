/** The load of a run, from its start to its end: every request of it, and its downtime against the budget. */
import type { StreamEvent } from '../../../measure/stream.ts';
import type { LoadProgress, RunningLoad } from '../../../measure/types.ts';
import type { LoadRecord } from '../../../report/evidence.ts';
import { type Probe, ProbeLog } from '../../common/outage/probes.ts';
import type { Ports } from '../../ports.ts';
import { DowntimeBudget } from './measure/downtime-budget.ts';
import { LiveCounts } from './measure/live-counts.ts';
import { type Write, WriteLog, writePrefix } from './measure/writes.ts';
import type { ChaosRunPorts, PlannedRate } from './request.ts';

/** As few of the planned requests may have been sent before the load is not what was asked for. */
const SENT_SHARE = 0.95;

/** How often the downtime is held against its budget: a look costs next to nothing, and a second more would be a second of outage. */
const LOOK_EVERY_MS = 200;
/** At the least rate that a run takes, k6 tells of twenty requests a second; it writes in bursts. */
const SILENCE_MS = 3000;

export interface WatchedLoad {
  readonly main: RunningLoad;
  readonly probe: RunningLoad | undefined;
  readonly log: ProbeLog;
  readonly probeLog: ProbeLog;
  /** What load and probe have written, where their requests are writes. */
  readonly writes: () => Write[];
  readonly downtime: () => number;
  /** From now on downtime counts; `onSpent` is called once. */
  readonly arm: (budgetSeconds: number, onSpent: (downtimeSeconds: number) => void) => void;
  /** Why the load is not what was asked for, as of now; undefined while it is. */
  readonly shortfall: () => string | undefined;
}

/** Starts the load, and the probe beside it; `writing` where their requests are writes, with ids of the run. @throws what k6 throws, with neither left */
export async function startWatchedLoad(
  planned: PlannedRate,
  seconds: number,
  writing: { readonly runId: string } | undefined,
  ports: ChaosRunPorts,
): Promise<WatchedLoad> {
  const [log, probeLog] = [new ProbeLog(), new ProbeLog()];
  const writeLog = (which: 'load' | 'probe') => writing && new WriteLog(writePrefix(writing.runId, which));
  const [writes, probeWrites] = [writeLog('load'), writeLog('probe')];
  let heardAt = ports.clock.now();
  const into = (probes: ProbeLog, written: WriteLog | undefined) => (event: StreamEvent) => {
    heardAt = ports.clock.now();
    probes.take(event);
    written?.take(event);
  };
  const counts = new LiveCounts(planned.rate);
  const ofLoad = into(log, writes);
  let latest: LoadProgress | undefined;
  let budget: DowntimeBudget | undefined;
  const onProgress = (progress: LoadProgress) => {
    latest = progress;
    ports.reporter.progress(progressText(progress));
  };
  const onEvent = (event: StreamEvent) => {
    counts.take(event);
    ofLoad(event);
  };
  const main = await ports.startLoad('load', seconds, { onEvent, onProgress });
  let probe: RunningLoad | undefined;
  try {
    const listeners = { onEvent: into(probeLog, probeWrites), onProgress: () => undefined };
    probe = planned.probeRate === 0 ? undefined : await ports.startLoad('probe', seconds, listeners);
  } catch (error) {
    main.abort();
    throw error;
  }
  return {
    main,
    probe,
    log,
    probeLog,
    writes: () => [...(writes?.all ?? []), ...(probeWrites?.all ?? [])],
    downtime: () => budget?.downtimeSeconds ?? 0,
    arm: (budgetSeconds, onSpent) => {
      budget = new DowntimeBudget(budgetSeconds);
      void watchBudget(budget, { main, counts, onSpent }, ports);
    },
    shortfall: () => {
      const silentMs = ports.clock.now().getTime() - heardAt.getTime();
      return silentMs > SILENCE_MS
        ? `k6 has told of nothing for ${Math.round(silentMs / 1000)} s`
        : shortfallOf(latest, planned);
    },
  };
}

/** Looks until the load has ended: also when the budget is spent, so that the downtime of the whole is known. */
async function watchBudget(
  budget: DowntimeBudget,
  { main, counts, onSpent }: { main: RunningLoad; counts: LiveCounts; onSpent: (downtimeSeconds: number) => void },
  { clock }: Ports,
): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  void main.done.then(end, end);
  let told = false;
  while (!over.signal.aborted) {
    const now = counts.asOf(clock.now().getTime() / 1000);
    if (now !== undefined && budget.take(now) && !told) {
      told = true;
      onSpent(budget.downtimeSeconds);
    }
    await clock.sleep(LOOK_EVERY_MS, over.signal).catch(() => undefined);
  }
}

function shortfallOf(latest: LoadProgress | undefined, { rate }: PlannedRate): string | undefined {
  if (latest === undefined) {
    return 'it has told of no request yet';
  }
  const { dropped, planned, ok, failed, inFlight, second } = latest;
  if (dropped > 0) {
    return `${dropped} of ${planned} requests were not sent in time: this machine cannot make ${rate} requests/s`;
  }
  const sent = ok + failed + inFlight;
  return sent < rate * second * SENT_SHARE
    ? `only ${sent} requests were sent in ${second} s, of ${rate} a second`
    : undefined;
}

function progressText({ second, planned, ok, failed, dropped }: LoadProgress): string {
  return `${second} s: ${planned} planned, ${ok} ok, ${failed} failed, ${dropped} dropped`;
}

/** All single requests of load and probe from `from` and before `until`, in their order. */
export function allBetween({ log, probeLog }: WatchedLoad, from: number, until: number): Probe[] {
  return [...log.between(from, until), ...probeLog.between(from, until)].sort((a, b) => a.at - b.at);
}

/** k6 ends each request at its time-out; a load that does not do so within this time is not waited for. */
const ANSWER_PATIENCE_MS = 120_000;

/**
 * Waits until every request sent before now has ended, well or not: judged by those alone that have ended, the slowest would be left out,
 * and these are the ones that fail.
 * @returns the moment before which all are known, in seconds since 1970
 */
export async function untilAnswered(watched: WatchedLoad, ports: Pick<Ports, 'clock' | 'signal'>): Promise<number> {
  const now = ports.clock.now().getTime();
  const isOpen = () => [watched.log, watched.probeLog].some((log) => log.isOpenBefore(now / 1000));
  const isLoaded = () => whileLoaded(watched, LOOK_EVERY_MS, ports);
  while (isOpen() && ports.clock.now().getTime() - now < ANSWER_PATIENCE_MS && (await isLoaded())) {
    // Looked at again.
  }
  return now / 1000;
}

/** Waits, but no longer than the load lasts. @returns false when the load has ended before */
export async function whileLoaded(
  { main }: WatchedLoad,
  ms: number,
  { clock, signal }: Pick<Ports, 'clock' | 'signal'>,
): Promise<boolean> {
  const over = new AbortController();
  const ended = main.done.then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([
      ended,
      clock.sleep(Math.max(0, ms), AbortSignal.any([signal, over.signal])).then(() => true),
    ]);
  } finally {
    over.abort();
  }
}

/** Ends load and probe, with all their requests seen to their end. */
export async function finishLoad({
  main,
  probe,
}: WatchedLoad): Promise<{ load: LoadRecord; probe: LoadRecord | undefined }> {
  const [load, side] = await Promise.all([main.finish(), probe?.finish()]);
  return { load, probe: side };
}

/** Ends both at once, with whatever has been counted: a load that is not what it should be is not waited for. */
export async function abortLoad({ main, probe }: WatchedLoad): Promise<LoadRecord> {
  main.abort();
  probe?.abort();
  await probe?.done.catch(() => undefined);
  return main.done;
}
