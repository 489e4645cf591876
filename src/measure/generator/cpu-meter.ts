/** What measuring costs: the CPU of k6, and that of this process, which reads k6's output. */

export interface CpuShares {
  /** Share of the cores that k6 may use; null where it is not known. */
  readonly k6: number | null;
  /** Share of one core: Node reads in one thread. */
  readonly reader: number;
}

interface Sample {
  readonly at: number;
  readonly k6: number | undefined;
  readonly reader: number;
}

export class CpuMeter {
  readonly #cores: number;
  readonly #first: Sample = { at: Date.now() / 1000, k6: undefined, reader: readerSeconds() };
  #start: Sample | undefined;
  #last: Sample = this.#first;

  /** @param cores that k6 may use */
  constructor(cores: number) {
    this.#cores = cores;
  }

  /** Takes the CPU seconds that k6 has used until `at` (seconds since 1970), and gives the shares since the last sample. */
  sample(at: number, k6: number | undefined): CpuShares {
    const before = this.#last;
    const now = { at, k6, reader: readerSeconds() };
    if (k6 !== undefined || before.k6 === undefined) {
      // Once k6 has gone, its last moments stand.
      this.#last = now;
      this.#start ??= now;
    }
    return this.#between(before, now);
  }

  /** The shares from the first sample to the last. */
  mean(): CpuShares {
    return this.#between(this.#start ?? this.#first, this.#last);
  }

  #between(from: Sample, to: Sample): CpuShares {
    const elapsed = to.at - from.at;
    if (elapsed <= 0) {
      return { k6: null, reader: 0 };
    }
    const k6 = from.k6 === undefined || to.k6 === undefined ? null : (to.k6 - from.k6) / elapsed / this.#cores;
    return { k6, reader: (to.reader - from.reader) / elapsed };
  }
}

function readerSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
