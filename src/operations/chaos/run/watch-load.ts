/** The load of a run, from its start to its end: every request of it, and its downtime against the budget. */
import type { StreamEvent } from '../../../measure/counting/stream.ts';
import type { LoadProgress, RunningLoad } from '../../../measure/types.ts';
import type { LoadRecord } from '../../../report/evidence.ts';
import { type Probe, ProbeLog } from '../../common/outage/probes.ts';
import type { Ports } from '../../ports.ts';
import { DowntimeBudget } from './measure/downtime-budget.ts';
import { LiveCounts } from './measure/live-counts.ts';
import { type Write, WriteLog, writePrefix } from './measure/writes.ts';
import type { ChaosRunPorts, PlannedRate } from './request.ts';

/** How often the downtime is held against its budget: a look costs next to nothing, and a second more would be a second of outage. */
const LOOK_EVERY_MS = 200;
/** At the least rate that a run takes, k6 tells of twenty requests a second; it writes in bursts. */
const SILENCE_MS = 3000;

/** k6 makes its first request within a second or two; on a machine that is short of time it may need more. */
const START_PATIENCE_MS = 20_000;

/** What a run is told while a fault may act. */
export interface LoadAlerts {
  readonly onSpent: (downtimeSeconds: number) => void;
  /** The load is not what was asked for: what is counted from now on says nothing of the service. */
  readonly onShort: (why: string) => void;
}

export interface WatchedLoad {
  readonly main: RunningLoad;
  readonly probe: RunningLoad | undefined;
  readonly log: ProbeLog;
  readonly probeLog: ProbeLog;
  /** What load and probe have written, where their requests are writes. */
  readonly writes: () => Write[];
  readonly downtime: () => number;
  /** From now on downtime counts, and the load is held against its plan. */
  readonly arm: (budgetSeconds: number, alerts: LoadAlerts) => void;
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
  const into = (probes: ProbeLog, written: WriteLog | undefined) => (event: StreamEvent) => {
    probes.take(event);
    written?.take(event);
  };
  const counts = new LiveCounts(planned.rate);
  const ofLoad = into(log, writes);
  let heardAt = ports.clock.now();
  let budget: DowntimeBudget | undefined;
  const onProgress = (progress: LoadProgress) => ports.reporter.progress(progressText(progress));
  const onEvent = (event: StreamEvent) => {
    heardAt = ports.clock.now();
    counts.take(event);
    ofLoad(event);
  };
  const shortfall = () => {
    const silentMs = ports.clock.now().getTime() - heardAt.getTime();
    return silentMs > SILENCE_MS ? `k6 has told of nothing for ${Math.round(silentMs / 1000)} s` : counts.shortfall;
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
    arm: (budgetSeconds, alerts) => {
      budget = new DowntimeBudget(budgetSeconds);
      void watchLive(budget, { main, counts, shortfall, ...alerts }, ports);
    },
    shortfall,
  };
}

/** A first look may come before what has been written meanwhile is read, where this process itself stood still. */
const LOOKS_SHORT = 2;

interface LiveLoad extends LoadAlerts {
  readonly main: RunningLoad;
  readonly counts: LiveCounts;
  readonly shortfall: () => string | undefined;
}

/** Looks until the load has ended: also when the budget is spent, so that the downtime of the whole is known. */
async function watchLive(
  budget: DowntimeBudget,
  { main, counts, shortfall, onSpent, onShort }: LiveLoad,
  { clock }: Ports,
): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  void main.done.then(end, end);
  let told = false;
  let short = 0;
  while (!over.signal.aborted) {
    const why = shortfall();
    short = why === undefined ? 0 : short + 1;
    if (why !== undefined && short === LOOKS_SHORT) {
      onShort(why);
    }
    const now = counts.counted;
    if (now !== undefined && budget.take(now) && !told) {
      told = true;
      onSpent(budget.downtimeSeconds);
    }
    await clock.sleep(LOOK_EVERY_MS, over.signal).catch(() => undefined);
  }
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

/**
 * Waits for the first request of the load, and of the probe.
 * @returns why there was none in time. @throws OutsideError `k6-failed` when k6 has ended before
 */
export async function untilStarted(
  { main, probe }: Pick<WatchedLoad, 'main' | 'probe'>,
  { clock, signal }: Pick<Ports, 'clock' | 'signal'>,
): Promise<string | undefined> {
  const over = new AbortController();
  const tooLong = `k6 has made no request within ${START_PATIENCE_MS / 1000} s of its start`;
  try {
    return await Promise.race([
      Promise.all([main.startedAt, probe?.startedAt]).then(() => undefined),
      clock.sleep(START_PATIENCE_MS, AbortSignal.any([signal, over.signal])).then(() => tooLong),
    ]);
  } finally {
    over.abort();
  }
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

/** Ends both at once, whatever they have done; resolves when their processes are gone. */
export async function giveUpLoad({ main, probe }: Pick<WatchedLoad, 'main' | 'probe'>): Promise<void> {
  main.abort();
  probe?.abort();
  await Promise.allSettled([main.done, probe?.done]);
}

/** Ends both at once, with whatever has been counted: a load that is not what it should be is not waited for. */
export async function abortLoad({ main, probe }: WatchedLoad): Promise<LoadRecord> {
  main.abort();
  probe?.abort();
  await probe?.done.catch(() => undefined);
  return main.done;
}
