import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutsideError } from '../errors.ts';
import { type LoadBin, type LoadRecord, totalsOf } from '../report/evidence.ts';
import { LoadBooks } from './counting/accounting.ts';
import { RecentLatency } from './counting/recent-latency.ts';
import { type StreamEvent, StreamReader } from './counting/stream.ts';
import { coresOf } from './generator/cores.ts';
import { CpuMeter } from './generator/cpu-meter.ts';
import { describeExit, exitProblem, isScriptAtFault } from './generator/exit-codes.ts';
import { closingOf, type EndOfLoad, generatorProblems } from './generator/health.ts';
import { K6Log } from './generator/log.ts';
import { OwnOutcomes, scriptRefused } from './generator/own-script.ts';
import { type K6End, K6Process } from './generator/process.ts';
import { scriptOf, variablesOf } from './generator/script.ts';
import type { LoadPlan } from './load-plan.ts';
import { segmentArguments, segmentPlan } from './segments/segment.ts';
import { constantShape, planShape } from './shape-plan.ts';
import type { LoadOptions, RunningLoad, ScriptReport, Shape, StartLoad } from './types.ts';

/** k6 writes its samples every 0.2 s; twice that, for an outcome to reach us. */
const FLUSH_SECONDS = 0.4;
/** Beyond its time-out a request may take this long to be cut off and logged on a busy machine. */
const TIMEOUT_SLACK_SECONDS = 1;
const PROGRESS_SECONDS = 5;

/**
 * Starts k6 at the planned arrival rate and counts every planned request. Resolves when the process runs; `startedAt` tells when the
 * first arrival was due.
 * @throws InputError `bad-load` for numbers that cannot be, `script-missing` and `script-too-large`
 * @throws OutsideError `k6-not-started`; `done` and `startedAt` reject with `k6-failed` when k6 ends before its first arrival,
 *   and with InputError `script-refused` when a script of the user's own is why
 */
export const startLoad: StartLoad = async (options: LoadOptions): Promise<RunningLoad> => {
  options.signal?.throwIfAborted();
  const { load } = options;
  const whole = planShape('shape' in load ? load : { ...load, shape: constantShape(load) });
  const plan = options.segment === undefined ? whole : segmentPlan(whole, options.segment);
  await mkdir(options.workDirectory, { recursive: true });
  const run = new LoadRun(plan, options);
  await run.start();
  return run;
};

class LoadRun implements RunningLoad {
  readonly startedAt: Promise<Date>;
  readonly done: Promise<LoadRecord>;
  readonly #plan: LoadPlan;
  readonly #options: LoadOptions;
  readonly #books: LoadBooks;
  readonly #log = new K6Log();
  readonly #recent = new RecentLatency(PROGRESS_SECONDS);
  readonly #reader: StreamReader;
  #started: Settle<Date> | undefined;
  #finished: Settle<LoadRecord> | undefined;
  #process: K6Process | undefined;
  #unreadable = 0;
  #judgedUntil: number | undefined;
  readonly #own: OwnOutcomes | undefined;
  #cpu: CpuMeter | undefined;

  constructor(plan: LoadPlan, options: LoadOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#books = new LoadBooks(plan);
    const own = 'shape' in options.load && options.load.script !== undefined ? options.load : undefined;
    this.#own = own && new OwnOutcomes(own.allowedOrigins ?? []);
    this.#reader = new StreamReader((event) => this.#take(this.#own?.take(event) ?? event), own !== undefined);
    this.startedAt = new Promise((resolve, reject) => {
      this.#started = { resolve, reject };
    });
    this.done = new Promise((resolve, reject) => {
      this.#finished = { resolve, reject };
    });
    // Either may be left unawaited by a caller that has its reason to give up; neither may then end the program.
    this.startedAt.catch(() => undefined);
    this.done.catch(() => undefined);
  }

  async start(): Promise<void> {
    const { load, k6, workDirectory, segment, startAt, signal } = this.#options;
    const process = await K6Process.start({
      k6,
      script: await scriptOf(load, workDirectory, this.#plan, startAt !== undefined),
      workDirectory,
      arguments: segment === undefined ? [] : segmentArguments(segment),
      variables: variablesOf(load, this.#plan, startAt),
      onOutput: (chunk) => this.#reader.push(chunk),
      onLog: (text) => this.#log.push(text),
    });
    this.#process = process;
    const timer = setInterval(() => void this.#everySecond(process), 1000);
    const onAbort = () => this.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) {
      this.abort();
    }
    void process.ended.then((end) => {
      clearInterval(timer);
      signal?.removeEventListener('abort', onAbort);
      this.#reader.finish();
      this.#log.finish();
      this.#close(end);
    });
  }

  async finish(): Promise<LoadRecord> {
    const process = this.#process;
    const started = await this.startedAt.catch(() => undefined);
    if (started !== undefined && process !== undefined && this.#judgedUntil === undefined) {
      const elapsed = Math.floor((Date.now() - started.getTime()) / 1000);
      this.#judgedUntil = Math.min(Math.max(0, elapsed), this.#plan.seconds);
      await this.#awaitJudged(process, this.#judgedUntil);
      process.stop();
    }
    return this.done;
  }

  get script(): ScriptReport | undefined {
    return this.#own?.report;
  }

  abort(): void {
    this.#process?.stop();
  }

  /** Waits until every judged request has ended, for at most one request time-out. */
  async #awaitJudged(process: K6Process, judgedUntil: number): Promise<void> {
    const patience = this.#options.load.timeoutSeconds + TIMEOUT_SLACK_SECONDS + FLUSH_SECONDS;
    const deadline = Date.now() + patience * 1000;
    while (process.isRunning && Date.now() < deadline && !this.#books.isComplete(judgedUntil)) {
      await sleep(100);
    }
  }

  #take(event: StreamEvent): void {
    if (event.kind === 'unreadable') {
      this.#unreadable += 1;
      return;
    }
    if (this.#own?.foreignOrigin !== undefined) {
      this.abort();
    }
    this.#options.onEvent?.(event);
    const seconds = this.#books.take(event);
    if (event.kind === 'origin') {
      this.#started?.resolve(new Date(event.at * 1000));
    }
    if (seconds !== undefined) {
      this.#recent.add(seconds, Date.now() / 1000);
    }
  }

  async #everySecond(process: K6Process): Promise<void> {
    const { origin, counts } = this.#books;
    if (origin === undefined) {
      return;
    }
    const [k6Seconds, cores] = await Promise.all([process.cpuSeconds(), coresOf(process.pid)]);
    const now = Date.now() / 1000;
    // Not before: a wrapper may still have been about to bind k6 to some cores.
    this.#cpu ??= new CpuMeter(cores);
    const cpu = this.#cpu.sample(now, k6Seconds);
    // As of the newest line: k6 writes in bursts, and what it has not written yet is not in flight.
    const elapsed = Math.max(this.#books.watermark, now - 1) - origin;
    const planned = this.#plan.dueAfter(elapsed);
    this.#options.onProgress?.({
      second: Math.floor(elapsed),
      planned,
      ok: counts.ok,
      failed: counts.failed,
      dropped: counts.dropped,
      inFlight: Math.max(0, planned - counts.ok - counts.failed - counts.dropped),
      ...this.#recent.quantiles(now),
      cpu,
    });
  }

  #close(end: K6End): void {
    const { origin } = this.#books;
    if (origin === undefined) {
      const error = this.#neverBegan(end);
      this.#started?.reject(error);
      this.#finished?.reject(error);
      return;
    }
    try {
      this.#finished?.resolve(this.#record(end));
    } catch (error) {
      this.#finished?.reject(error);
    }
  }

  #neverBegan(end: K6End): Error {
    const said = this.#log.summary;
    if (this.#own !== undefined && isScriptAtFault(end)) {
      return scriptRefused(said);
    }
    const why = exitProblem(end, said)?.message ?? `k6 ended with ${describeExit(end)}${said && `: ${said}`}`;
    return new OutsideError('k6-failed', `The load never began: ${why}`, this.#options.k6);
  }

  #record(k6End: K6End): LoadRecord {
    this.#books.settle();
    const origin = this.#books.origin ?? k6End.at;
    const { load } = this.#options;
    const end: EndOfLoad = {
      exit: k6End,
      endedAfter: k6End.at - origin,
      stoppedAfter: k6End.stoppedAt === undefined ? undefined : k6End.stoppedAt - origin,
    };
    const closing = closingOf(this.#plan, end, this.#books.seen);
    const books = this.#books.close(closing);
    const judgedUntilSecond = this.#judged(end, books.bins);
    const cpu = this.#cpu?.mean() ?? { k6: null, reader: 0 };
    const latenessMax = this.#books.latenessMax ?? null;
    return {
      name: load.name,
      url: load.url,
      rate: this.#plan.rate,
      ...('shape' in load ? { shape: copyOf(load.shape) } : {}),
      timeoutSeconds: load.timeoutSeconds,
      ...(this.#options.segment === undefined ? {} : { segment: { ...this.#options.segment } }),
      startedAt: new Date(origin * 1000).toISOString(),
      finishedAt: new Date(k6End.at * 1000).toISOString(),
      judgedUntilSecond,
      totals: totalsOf(books.bins),
      bins: books.bins,
      generator: {
        cpu: cpu.k6,
        readerCpu: cpu.reader,
        latenessMax,
        exit: describeExit(k6End),
        problems: generatorProblems({
          end,
          closing,
          books,
          judgedUntilSecond,
          unreadable: this.#unreadable,
          log: this.#log,
          cpu: cpu.k6,
          readerCpu: cpu.reader,
          own: this.#own,
          latenessMax,
          lateShare: this.#books.lateShare,
        }),
      },
    };
  }

  /**
   * A run to its own end is judged whole; one that was ended, as far as its requests could end. A window that `finish()` closed stays
   * when all in it has its outcome.
   */
  #judged(end: EndOfLoad, bins: readonly LoadBin[]): number {
    const last = (end.stoppedAfter ?? end.endedAfter) - this.#options.load.timeoutSeconds - TIMEOUT_SLACK_SECONDS;
    const ownEnd = end.exit.code === 0 && !end.exit.stopped;
    const certain = ownEnd ? this.#plan.seconds : Math.max(0, Math.floor(last));
    const closed = this.#judgedUntil;
    if (closed === undefined) {
      return certain;
    }
    const isWhole = bins.every((bin) => bin.second >= closed || bin.interrupted === 0);
    return isWhole ? closed : Math.min(closed, certain);
  }
}

interface Settle<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (why: unknown) => void;
}

function copyOf(shape: Shape): NonNullable<LoadRecord['shape']> {
  return { startRate: shape.startRate, stages: shape.stages.map((stage) => ({ ...stage })) };
}
