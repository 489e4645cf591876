/** What DNS answers while users are moved: the share of answers that lead to the region that takes over, over time. */
import type { Recorder } from '../../../recorder.ts';
import type { RegionInputs, RegionPorts } from '../request.ts';
import type { TrafficSeen } from './traffic-switch.ts';

/** Questions in a second, and how often the ends' own names are asked for: load balancers change their addresses. */
const ASKED_EACH_MS = 200;
const ENDS_EACH_MS = 5000;
const POINT_MS = 1000;

export interface Answers {
  /** Of the answers since it was asked last, those that lead to the region that takes over, and all. */
  readonly to: number;
  readonly all: number;
}

/** Asks for the name until it is stopped, and adds a point each second to the record. */
export class DnsShare {
  readonly #name: string;
  readonly #ends: TrafficSeen['ends'];
  readonly #label: string;
  readonly #ports: Pick<RegionPorts, 'addresses' | 'clock' | 'signal'>;
  #stopped = false;
  #running: Promise<void> | undefined;
  #latest: Answers = { to: 0, all: 0 };

  constructor(name: string, ends: TrafficSeen['ends'], { to }: Pick<RegionInputs, 'to'>, ports: RegionPorts) {
    this.#name = name;
    this.#ends = ends;
    this.#label = `DNS answers that lead to ${to.name}`;
    this.#ports = ports;
  }

  /** Of the last whole second. */
  get latest(): Answers {
    return this.#latest;
  }

  start(recorder: Recorder): void {
    this.#running ??= this.#ask(recorder);
    // Whoever stops it is told; until then nobody waits for it.
    this.#running.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running?.catch(() => undefined);
  }

  async #ask(recorder: Recorder): Promise<void> {
    const { clock, signal } = this.#ports;
    const series = { name: this.#label, unit: 'ratio', source: `answers for ${this.#name} to this machine` };
    let known: ReadonlySet<string> = new Set();
    let [knownAt, pointAt] = [Number.NEGATIVE_INFINITY, clock.now().getTime() + POINT_MS];
    let counted = { to: 0, all: 0 };
    while (!this.#stopped) {
      const now = clock.now().getTime();
      if (now - knownAt >= ENDS_EACH_MS) {
        known = new Set((await Promise.all(this.#ends.to.map((end) => addressesOf(end, this.#ports)))).flat());
        knownAt = now;
      }
      const answers = await addressesOf(this.#name, this.#ports);
      counted = {
        to: counted.to + answers.filter((address) => known.has(address)).length,
        all: counted.all + answers.length,
      };
      if (clock.now().getTime() >= pointAt) {
        recorder.point(series, counted.all === 0 ? null : counted.to / counted.all);
        this.#latest = counted;
        counted = { to: 0, all: 0 };
        pointAt = clock.now().getTime() + POINT_MS;
      }
      await clock.sleep(ASKED_EACH_MS, signal);
    }
  }
}

/** An address is its own; a name that cannot be asked for has none. */
async function addressesOf(name: string, { addresses }: Pick<RegionPorts, 'addresses'>): Promise<readonly string[]> {
  return /^[\d.]+$|:/.test(name) ? [name] : addresses(name).catch(() => []);
}
