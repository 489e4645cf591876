/** What users get while they are moved: requests to the name that they know, and what DNS answers for it. */
import type { LoadProgress, RunningLoad } from '../../../measure/types.ts';
import type { LoadRecord } from '../../../report/evidence.ts';
import { type Probe, ProbeLog } from '../../common/outage/probes.ts';
import { failuresTogether, type Recovery, recoveryOf, type Served, servedOf } from '../../common/outage/recovery.ts';
import { lookEveryMs } from '../../common/polling.ts';
import type { Recorder } from '../../recorder.ts';
import type { RegionInputs, RegionPorts } from './request.ts';
import { type Answers, DnsShare } from './traffic/dns-share.ts';
import type { TrafficSeen } from './traffic/traffic-switch.ts';

/** Beyond the time that resolvers may keep an answer: for the last requests to end, and for slow resolvers. */
const SLACK_SECONDS = 60;
/** What became of a request is known here a little later, and records end with a whole second. */
const KNOWN_LATE_SECONDS = 2;

export interface Watched {
  readonly recovery: Recovery;
  readonly served: Served;
  /** Requests began to be watched so many seconds after the fault: what was before is not known. */
  readonly blindSeconds: number;
  /** When the answers were good for good, where that was seen. */
  readonly backAt: Date | undefined;
}

export class Watch {
  readonly #inputs: RegionInputs;
  readonly #ports: RegionPorts;
  readonly #split: TrafficSeen;
  readonly #log = new ProbeLog();
  readonly #dns: DnsShare | undefined;
  #started = false;
  #load: RunningLoad | undefined;
  #record: Promise<LoadRecord> | undefined;

  constructor(inputs: RegionInputs, split: TrafficSeen, ports: RegionPorts) {
    this.#inputs = inputs;
    this.#ports = ports;
    this.#split = split;
    const name = inputs.standby.dns?.name;
    this.#dns = name === undefined ? undefined : new DnsShare(name, split.ends, inputs, ports);
  }

  get started(): boolean {
    return this.#started;
  }

  get watchesRequests(): boolean {
    return this.#load !== undefined;
  }

  get answers(): Answers | undefined {
    return this.#started ? this.#dns?.latest : undefined;
  }

  /** Resolves with what is watched, once the first request is due. */
  async start(recorder: Recorder): Promise<string> {
    const { reporter, startLoad } = this.#ports;
    this.#started = true;
    this.#dns?.start(recorder);
    const onProgress = ({ planned, ok, failed, dropped }: LoadProgress) =>
      reporter.progress(`${ok} of ${planned} requests answered well, ${failed + dropped} lost`);
    this.#load = await startLoad?.({ onEvent: (event) => this.#log.take(event), onProgress });
    await this.#load?.startedAt;
    return this.#load === undefined
      ? 'answers of DNS; no requests: no address is known'
      : 'requests and answers of DNS';
  }

  /** How many of the requests sent since then failed within a second of another. */
  failuresSince(at: Date): number {
    return failuresTogether(this.#log.settled(at.getTime() / 1000, Number.POSITIVE_INFINITY));
  }

  /**
   * Waits until nothing has failed for the time that is asked for, and DNS leads all to the region that takes over; gives up when resolvers
   * should have forgotten the old answer long ago. Resolves with whether it came to be.
   */
  async settle(): Promise<boolean> {
    const { clock, signal } = this.#ports;
    const { holdSeconds, speed } = this.#inputs;
    const begin = clock.now().getTime();
    const limit = begin + (this.#split.ttlSeconds + 2 * holdSeconds + SLACK_SECONDS) * 1000;
    for (;;) {
      const now = clock.now().getTime();
      const quietSince = Math.max(begin, (this.#lastFailure() ?? 0) * 1000);
      const quietUntil = quietSince + (holdSeconds + 1) * 1000;
      // One that hangs may have failed already.
      const known = now >= quietUntil + KNOWN_LATE_SECONDS * 1000 && !this.#log.isOpenBefore(quietUntil / 1000);
      if (known && this.#leadsAll()) {
        return true;
      }
      if (now >= limit) {
        return false;
      }
      await clock.sleep(Math.min(1000, lookEveryMs(speed)), signal);
    }
  }

  /** Without a load there is no failure to see. */
  #lastFailure(): number | undefined {
    return this.#log
      .settled(0, Number.POSITIVE_INFINITY)
      .filter(({ ok }) => !ok)
      .at(-1)?.at;
  }

  #leadsAll(): boolean {
    const answers = this.#dns?.latest;
    const blind = this.#split.ends.to.length === 0;
    return answers === undefined || blind || (answers.all > 0 && answers.to === answers.all);
  }

  /** Ends both. Undefined where no requests were sent. */
  async finish(): Promise<LoadRecord | undefined> {
    await this.#dns?.stop();
    this.#record ??= this.#load?.finish();
    return this.#record;
  }

  /** What became of the requests from the fault on. */
  judge(faultAt: Date, load: LoadRecord): Watched {
    const origin = Date.parse(load.startedAt) / 1000;
    const window = { faultAt: faultAt.getTime() / 1000, until: origin + load.judgedUntilSecond };
    const probes: readonly Probe[] = this.#log.between(0, Number.POSITIVE_INFINITY);
    const recovery = recoveryOf(probes, { ...window, holdSeconds: this.#inputs.holdSeconds, noisy: false });
    return {
      recovery,
      served: servedOf(probes, window),
      blindSeconds: Math.max(0, origin - window.faultAt),
      backAt: recovery.kind === 'recovered' ? new Date((window.faultAt + recovery.upper) * 1000) : undefined,
    };
  }

  abort(): void {
    this.#load?.abort();
  }
}
