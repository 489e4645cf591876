/**
 * Blocks from k6's own stream, by the revision that answered: the journal of a load that runs beside the deployment.
 *
 * What failed without naming a revision (a connection that was refused or broke off, a time-out, the load balancer's own 502 to 504) is
 * charged to the candidate: nobody knows whose it was, and of the two the candidate is the one to be proven. So the promise of a promotion
 * holds whoever failed; that of a rollback holds as far as failures name their revision.
 */
import {
  type JournalSecond,
  type RevisionCounts,
  readHead,
  readSecond,
} from '../../../measure/counting/revision-journal.ts';
import type { ArmCounts } from '../../../statistics/judge.ts';
import type { Ports } from '../../ports.ts';
import type { BlockSource, ReadBlocks } from './block-source.ts';
import type { JudgedBlock } from './judgement.ts';

/** A file of lines that grows. */
export interface GrowingLines {
  readonly name: string;
  /** All whole lines so far. */
  all(): Promise<readonly string[]>;
  /** Those that came since the last call. */
  more(): Promise<readonly string[]>;
}

export interface K6BlockOptions {
  /** `family:revision`, as the answers name them. */
  readonly baseline: string;
  readonly candidate: string;
  readonly periodSeconds: number;
  /** Undefined where no latency is judged. */
  readonly slowerThanSeconds: number | undefined;
}

/** A load that writes no second for so long has ended, or hangs. */
const STALE_SECONDS = 30;

/** Reads the journal as it grows, and remembers of it what may still be asked for. */
export class K6Blocks implements BlockSource {
  readonly name: string;
  readonly #lines: GrowingLines;
  readonly #options: K6BlockOptions;
  readonly #seconds = new Map<number, JournalSecond>();
  #thresholds: readonly number[] | undefined;
  #last = Number.NEGATIVE_INFINITY;
  #warned = false;

  constructor(lines: GrowingLines, options: K6BlockOptions) {
    this.name = `k6's answers by revision, from the journal ${lines.name}`;
    this.#lines = lines;
    this.#options = options;
  }

  async read(
    { start, end }: { readonly start: number; readonly end: number },
    { clock, reporter }: Pick<Ports, 'clock' | 'reporter'>,
  ): Promise<ReadBlocks> {
    for (const line of await this.#lines.more()) {
      this.#take(line);
    }
    const silent = clock.now().getTime() / 1000 - this.#last - 1;
    if (silent > STALE_SECONDS && !this.#warned) {
      this.#warned = true;
      reporter.warn(
        `${this.#lines.name} has not grown for ${Math.floor(silent)} s: without its load there is no evidence, and the shift is left to its horizon`,
      );
    }
    const { periodSeconds } = this.#options;
    const complete = Math.floor((this.#last + 1) / periodSeconds) * periodSeconds;
    const until = Math.max(start, Math.min(end, complete));
    const blocks: JudgedBlock[] = [];
    for (let second = start; second < until; second += periodSeconds) {
      const block = this.#blockAt(second);
      if (block !== undefined) {
        blocks.push(block);
      }
    }
    for (const second of this.#seconds.keys()) {
      if (second < until) {
        this.#seconds.delete(second);
      }
    }
    return { blocks, until };
  }

  #take(line: string): void {
    this.#thresholds ??= readHead(line)?.slowerThanSeconds;
    const second = readSecond(line);
    if (second !== undefined) {
      const at = Date.parse(second.at) / 1000;
      this.#seconds.set(at, second);
      this.#last = Math.max(this.#last, at);
    }
  }

  /** Undefined where the journal does not have all seconds of the period: it began or ended within. */
  #blockAt(from: number): JudgedBlock | undefined {
    const { baseline, candidate, periodSeconds } = this.#options;
    const seconds = Array.from({ length: periodSeconds }, (_, index) => this.#seconds.get(from + index));
    const known = seconds.flatMap((second) => second ?? []);
    if (known.length < periodSeconds) {
      return undefined;
    }
    const unnamed = known.map((second) => failedOf(second.unnamed));
    return {
      second: from,
      block: {
        baseline: this.#sum(known.map(({ revisions }) => revisions[baseline])),
        candidate: this.#sum([...known.map(({ revisions }) => revisions[candidate]), ...unnamed]),
      },
      unnamedErrors: unnamed.reduce((sum, { errors }) => sum + errors, 0),
    };
  }

  #sum(parts: readonly (RevisionCounts | undefined)[]): ArmCounts {
    const { slowerThanSeconds } = this.#options;
    const threshold = this.#thresholds?.indexOf(slowerThanSeconds ?? Number.NaN) ?? -1;
    const total = (pick: (part: RevisionCounts) => number) =>
      parts.reduce((sum, part) => sum + (part === undefined ? 0 : pick(part)), 0);
    const requests = total((part) => part.requests);
    const errors = total((part) => part.errors);
    return slowerThanSeconds === undefined
      ? { requests, errors }
      : { requests, errors, slow: total((part) => part.slow[threshold] ?? 0) };
  }
}

/** Good answers that name nobody are nobody's; the check of the split sees that they are missing. */
function failedOf({ errors, slow }: RevisionCounts): RevisionCounts {
  return { requests: errors, errors, slow: slow.map((count) => Math.min(errors, count)) };
}

export interface JournalNeeds {
  readonly baseline: string;
  readonly slowerThanSeconds: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Why a deployment cannot be judged by this journal; undefined when it can. Pure. */
export function journalProblem(
  lines: readonly string[],
  { baseline, slowerThanSeconds, now }: JournalNeeds,
): string | undefined {
  const head = readHead(lines[0] ?? '');
  if (head === undefined) {
    return 'is no journal of a load: write one with `surefoot load --journal FILE`';
  }
  if (slowerThanSeconds !== undefined && !head.slowerThanSeconds.includes(slowerThanSeconds)) {
    return `does not count requests slower than ${slowerThanSeconds} s, which the judge needs (it counts: ${head.slowerThanSeconds.join(', ') || 'none'}): start the load with the platform file as it is now`;
  }
  const seconds = lines.flatMap((line) => readSecond(line) ?? []);
  const newest = Math.max(...seconds.map(({ at }) => Date.parse(at)));
  if (!(now - newest < STALE_SECONDS * 1000)) {
    return `has nothing of the last ${STALE_SECONDS} s: start the load first, and let it run until the deployment has ended`;
  }
  if (!seconds.some(({ revisions }) => baseline in revisions)) {
    return `has no answer of the live revision: the service must name it in the response header x-surefoot-revision, as ${baseline}`;
  }
  return undefined;
}
