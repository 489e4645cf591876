/** `surefoot load`: a profile against a service, every planned request accounted for, judged against its objectives. */
import { InputError, OutsideError } from '../../errors.ts';
import type { Load, LoadProgress, RunningLoad, ScriptReport, ShapedLoad } from '../../measure/types.ts';
import type { Evidence, LoadRecord } from '../../report/evidence.ts';
import { redactDeep } from '../../report/redact.ts';
import { CANCELLED } from '../../report/words.ts';
import type { Clock, Reporter } from '../ports.ts';
import { createRecorder, type Recorder } from '../recorder.ts';
import { AbortRule, abortLimit } from './abort-rule.ts';
import { type Judged, judgeLoad } from './judge.ts';
import { type PlannedLoad, shownUrl } from './plan.ts';
import { renderLoadPlan } from './render-plan.ts';
import { scrubber } from './secrets.ts';

export interface LoadPorts {
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly k6Version: string;
  /** Cores of this machine. */
  readonly cores?: number;
  /** SHA-256 of the user's own script, where one runs. */
  readonly scriptDigest?: string;
  /** Starts k6 in a folder of that name. */
  readonly startLoad: (
    load: Load,
    folder: string,
    onProgress: (progress: LoadProgress) => void,
  ) => Promise<RunningLoad>;
}

/** Runs what was planned. @throws InputError when it was refused */
export async function runLoad(planned: PlannedLoad, ports: LoadPorts): Promise<Evidence> {
  const [refusal] = planned.refusals;
  if (refusal !== undefined) {
    throw new InputError(refusal.code, renderLoadPlan(planned));
  }
  const recorder = recorderFor(planned, ports, 'load');
  const scrub = scrubber(planned.secrets);
  const outcome = await new Run(planned, recorder, ports).finished().catch((error: unknown) => {
    // What k6 said may quote an address or a header.
    throw error instanceof OutsideError ? new OutsideError(error.code, scrub(error.message), error.where) : error;
  });
  const evidence =
    planned.probe === undefined ? single(outcome, recorder, planned) : withProbe(outcome, recorder, planned, ports);
  return redactDeep(evidence, scrub);
}

interface Outcome {
  readonly load: LoadRecord;
  readonly probe: LoadRecord | undefined;
  readonly stopped: string | undefined;
  readonly cancelled: boolean;
}

/** The load, and the probe beside it, while they run. */
class Run {
  readonly #planned: PlannedLoad;
  readonly #recorder: Recorder;
  readonly #ports: LoadPorts;
  readonly #rule: AbortRule | undefined;
  #main: RunningLoad | undefined;
  #stopped: string | undefined;

  constructor(planned: PlannedLoad, recorder: Recorder, ports: LoadPorts) {
    this.#planned = planned;
    this.#recorder = recorder;
    this.#ports = ports;
    const { abort } = planned.request.profile;
    this.#rule = abort && new AbortRule(abort.windowSeconds, abortLimit(planned.request.objectives, abort.burnRate));
  }

  async finished(): Promise<Outcome> {
    const { load, probe } = this.#planned;
    this.#ports.reporter.stage(
      `load ${load.name}: ${this.#planned.plan.arrivals} requests to ${shownUrl(this.#planned.url)}`,
    );
    const main = await this.#ports.startLoad(load, 'load', (progress) => this.#progress(progress));
    this.#main = main;
    const side = probe && (await this.#startProbe(probe, main));
    try {
      const record = await main.done;
      this.#tellOfScript(main.script, record.totals.ok + record.totals.failed);
      return {
        load: shown(record, this.#planned, this.#ports),
        // The probe goes on until the load has ended, whatever was planned.
        probe: side && shown(await side.finish(), this.#planned, this.#ports),
        stopped: this.#stopped,
        cancelled: this.#ports.signal.aborted,
      };
    } finally {
      side?.abort();
    }
  }

  async #startProbe(probe: ShapedLoad, main: RunningLoad): Promise<RunningLoad> {
    try {
      return await this.#ports.startLoad(probe, 'probe', () => undefined);
    } catch (error) {
      main.abort();
      throw error;
    }
  }

  /** An arrival is a call of the script: what it made of it, and which of its own options nobody looked at. */
  #tellOfScript(script: ScriptReport | undefined, calls: number): void {
    if (script === undefined) {
      return;
    }
    const { requests, failedRequests, checks, failedChecks, gaveWay } = script;
    const method = `in ${calls} calls of the script that ended; a call is what is counted and judged as one request`;
    for (const [indicator, value] of Object.entries({
      'requests sent by the script': requests,
      'requests that k6 calls failed': failedRequests,
      'checks of the script': checks,
      'checks that failed': failedChecks,
    })) {
      this.#recorder.measure({ indicator, value, unit: 'times', method });
    }
    if (gaveWay.length > 0) {
      const text = `the script's own ${gaveWay.join(', ')} gave way to the profile and the SLOs of surefoot.yml; nothing was held against them`;
      this.#recorder.event('note', 'options of the script gave way', text);
      this.#ports.reporter.warn(text);
    }
  }

  #progress(progress: LoadProgress): void {
    this.#ports.reporter.progress(describeProgress(progress));
    const { k6, reader } = progress.cpu;
    this.#recorder.point({ name: 'CPU of k6', unit: 'share of its cores', source: '/proc' }, k6);
    this.#recorder.point(
      { name: "CPU of k6's reader", unit: 'share of its cores', source: 'process.cpuUsage' },
      reader,
    );
    if (this.#stopped === undefined) {
      this.#stopped = this.#rule?.take(progress);
      if (this.#stopped !== undefined) {
        this.#recorder.event('decision', 'stopped early', this.#stopped);
        this.#ports.reporter.warn(this.#stopped);
        // Its record comes with `done`.
        void this.#main?.finish().catch(() => undefined);
      }
    }
  }
}

function describeProgress(progress: LoadProgress): string {
  const latency =
    progress.p50 === undefined || progress.p99 === undefined
      ? ''
      : `, p50 ${progress.p50.toFixed(2)} s, p99 ${progress.p99.toFixed(2)} s`;
  return `${progress.second} s: ${progress.planned} planned, ${progress.ok} ok, ${progress.failed} failed, ${progress.dropped} dropped, ${progress.inFlight} in flight${latency}`;
}

/** A record with what is known of the machine and the script, and without what is secret in its address. */
function shown(record: LoadRecord, { url }: PlannedLoad, { cores, scriptDigest }: LoadPorts): LoadRecord {
  return {
    ...record,
    url: shownUrl(url),
    ...(scriptDigest === undefined ? {} : { script: scriptDigest }),
    generator: { ...record.generator, ...(cores === undefined ? {} : { cores }) },
  };
}

function recorderFor(
  { request }: PlannedLoad,
  ports: Pick<LoadPorts, 'clock' | 'k6Version'>,
  operation: string,
): Recorder {
  const { target } = request;
  return createRecorder({
    operation,
    title: `Load ${request.profile.name} on ${target.service}`,
    subject: { platform: request.platform, environment: target.environment, service: target.ecsService },
    rehearsalSpeed: request.rehearsalSpeed,
    tools: [{ name: 'k6', version: ports.k6Version }],
    clock: ports.clock,
  });
}

function judge(outcome: Outcome, { request }: PlannedLoad, load: LoadRecord): Judged {
  const { objectives, profile, target } = request;
  const capacity = target.capacity?.requestsPerSecond;
  return judgeLoad({ load, judge: profile.judge, objectives, capacity, stopped: outcome.stopped });
}

function single(outcome: Outcome, recorder: Recorder, planned: PlannedLoad): Evidence {
  const judged = judge(outcome, planned, outcome.load);
  return record(judged, outcome, outcome.load, recorder);
}

/** Two views, each a part: what users felt who keep their connections, and what one who comes new did. */
function withProbe(outcome: Outcome, recorder: Recorder, planned: PlannedLoad, ports: LoadPorts): Evidence {
  const views = [outcome.load, ...(outcome.probe === undefined ? [] : [outcome.probe])].map((load) => {
    const own = recorderFor(planned, ports, load === outcome.load ? 'load' : 'load probe');
    const part = record(judge(outcome, planned, load), outcome, load, own);
    return {
      ...part,
      title: load === outcome.load ? 'Users' : 'Probe, each request over a new connection',
      startedAt: load.startedAt,
    };
  });
  for (const part of views) {
    recorder.check({
      name: part.title,
      verdict: part.verdict,
      observed: part.reasons.map(({ message }) => message).join('; '),
    });
  }
  const deciding =
    views.find(({ verdict }) => verdict === 'inconclusive') ??
    views.find(({ verdict }) => verdict === 'fail') ??
    views[0];
  return recorder.finish(deciding?.verdict ?? 'inconclusive', deciding?.reasons ?? [], { parts: views });
}

function record(judged: Judged, outcome: Outcome, load: LoadRecord, recorder: Recorder): Evidence {
  for (const check of judged.checks) {
    recorder.check(check);
  }
  for (const measurement of judged.measurements) {
    recorder.measure(measurement);
  }
  const cancelled = { code: CANCELLED, message: 'cancelled: what was counted until then' };
  const evidence = recorder.finish(
    outcome.cancelled ? 'inconclusive' : judged.verdict,
    outcome.cancelled ? [cancelled, ...judged.reasons] : judged.reasons,
    { load },
  );
  const start = Date.parse(load.startedAt);
  const outages = judged.outages.flatMap(({ from, to, open }) => [
    { at: new Date(start + from * 1000).toISOString(), kind: 'problem' as const, label: 'down' },
    ...(open ? [] : [{ at: new Date(start + to * 1000).toISOString(), kind: 'note' as const, label: 'up again' }]),
  ]);
  return { ...evidence, events: [...evidence.events, ...outages] };
}
