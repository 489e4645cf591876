/** Judges a stream of blocks until it is decided or ends. */
import { InputError } from '../../errors.ts';
import type { Problem } from '../../platform/problems.ts';
import type { Reason, Verdict } from '../../report/evidence.ts';
import {
  decide,
  type JudgeOptions,
  type JudgeState,
  judgeBlock,
  type Metric,
  type Standing,
  standing,
  startJudge,
} from '../../statistics/judge.ts';
import { BadBlock, metricsOf, readBlock, type TimedBlock } from './block-line.ts';
import type { SavedJudgement } from './saved-state.ts';

export interface JudgeRequest {
  readonly options: JudgeOptions;
  /** To go on from; undefined to begin. */
  readonly from: SavedJudgement | undefined;
  /** Lines, in batches as they arrive, without their ends. */
  readonly lines: AsyncIterable<readonly string[]>;
  /** What problems call the input, e.g. `stdin`. */
  readonly source: string;
  /**
   * Evidence for a promotion is kept and does not end it, as in a deployment in steps: what speaks for a rollback afterwards counts, and so
   * does a split that breaks.
   */
  readonly toEnd?: boolean;
  /** The blocks come one by one while somebody waits: each is told at once, and the first bad one ends it. */
  readonly follow?: (block: TimedBlock, saved: SavedJudgement, now: Standing) => Promise<void> | void;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly reason: Reason;
  /** null when it was not decided. */
  readonly decidedAfterBlocks: number | null;
  /** At the end of what was read. */
  readonly standing: Standing;
  readonly saved: SavedJudgement;
}

/** With so many bad lines there is no use in looking for more. */
const MOST_PROBLEMS = 20;

/** Judges until the decision or the end. @throws InputError with the bad lines, by number; nothing is decided then */
export async function judge(request: JudgeRequest): Promise<Judgement> {
  const judging = new Judging(request);
  for await (const batch of judging.isOver() ? [] : request.lines) {
    for (const line of batch) {
      const block = judging.take(line);
      if (block !== undefined) {
        await request.follow?.(block, judging.saved(), standing(judging.saved().state, request.options));
      }
      if (judging.isOver()) {
        return judging.end();
      }
    }
  }
  return judging.end();
}

/** One judgement under way, fed with lines. */
class Judging {
  readonly #request: JudgeRequest;
  readonly #problems: Problem[] = [];
  #state: JudgeState | undefined;
  #decision: Standing['decision'];
  #provenAfter: number | undefined;
  #metrics: readonly Metric[] | undefined;
  #weighted: boolean | undefined;
  #at: number | undefined;
  #line = 0;

  constructor(request: JudgeRequest) {
    this.#request = request;
    if (request.from !== undefined && request.from.state.blocks > 0) {
      this.#state = request.from.state;
      this.#metrics = Object.keys(request.from.state.metrics) as Metric[];
      this.#weighted = request.from.state.weight !== undefined;
      this.#at = request.from.at;
      this.#decision = decide(request.from.state, request.options);
      this.#provenAfter = request.from.provenAfter;
    }
  }

  /** Judges the line; undefined for an empty one, and for one that is no block, which is noted. */
  take(line: string): TimedBlock | undefined {
    this.#line += 1;
    if (line.trim() === '') {
      return undefined;
    }
    try {
      const { block, at } = readBlock(line, { at: this.#at, metrics: this.#metrics, weighted: this.#weighted });
      this.#at = at;
      this.#metrics ??= metricsOf(block);
      this.#weighted ??= this.#settleWeight(block);
      this.#state = judgeBlock(this.#state ?? startJudge(this.#metrics), block, this.#request.options);
      this.#decision = decide(this.#state, this.#request.options);
      this.#provenAfter ??= this.#decision === 'pass' ? this.#state.blocks : undefined;
      return this.#problems.length === 0 ? block : undefined;
    } catch (error) {
      if (!(error instanceof BadBlock)) {
        throw error;
      }
      const { source } = this.#request;
      this.#problems.push({ file: source, line: this.#line, column: 1, message: error.message, hint: EXAMPLE });
      return undefined;
    }
  }

  /** @throws BadBlock where two weights are given, of which one would have to be ignored */
  #settleWeight({ weight }: TimedBlock): boolean {
    if (weight !== undefined && this.#request.options.weight !== undefined) {
      throw new BadBlock('"weight" is in the blocks and was given as --weight too: write one of them');
    }
    return weight !== undefined;
  }

  /** Decided, or too wrong to go on: at the first bad line when somebody follows, else once there are many. */
  isOver(): boolean {
    const bad = this.#problems.length;
    if (bad > 0) {
      return this.#request.follow !== undefined || bad >= MOST_PROBLEMS;
    }
    return this.#decision === 'fail' || (this.#provenAfter !== undefined && !this.#request.toEnd);
  }

  saved(): SavedJudgement {
    return {
      options: this.#request.options,
      toEnd: this.#request.toEnd ?? false,
      state: this.#state ?? startJudge(['errors']),
      at: this.#at,
      provenAfter: this.#provenAfter,
    };
  }

  end(): Judgement {
    if (this.#problems.length > 0) {
      const message =
        this.#request.follow === undefined
          ? 'not every line is a block; nothing was judged'
          : 'a line is no block; the blocks before it are judged, and nothing after it';
      throw new InputError('bad-block', message, this.#problems);
    }
    const saved = this.saved();
    const now = standing(saved.state, saved.options);
    const verdict = verdictOf(now, saved);
    return {
      verdict,
      reason: reasonOf(verdict, now, saved),
      decidedAfterBlocks: { pass: saved.provenAfter ?? null, fail: saved.state.blocks, inconclusive: null }[verdict],
      standing: now,
      saved,
    };
  }
}

function verdictOf(now: Standing, { provenAfter }: SavedJudgement): Verdict {
  if (now.decision === 'fail') {
    return 'fail';
  }
  return provenAfter !== undefined && now.sampleRatio?.mismatch !== true ? 'pass' : 'inconclusive';
}

const EXAMPLE =
  '{"at":"2026-11-21T07:00:00Z","baseline":{"requests":900,"errors":1},"candidate":{"requests":100,"errors":0}}';

function reasonOf(verdict: Verdict, now: Standing, { state, options, provenAfter }: SavedJudgement): Reason {
  const { baseline, candidate } = state.requests;
  const seen = `${state.blocks} blocks with ${baseline} requests of the baseline and ${candidate} of the candidate`;
  switch (verdict) {
    case 'fail':
      return {
        code: 'worse-than-baseline',
        message: `roll back: after ${seen} the candidate is beyond the boundary, with a probability of at most ${options.alpha} that it is not`,
      };
    case 'pass':
      return {
        code: 'within-boundary',
        message: `promote: after ${seen}${provenAfter === state.blocks ? '' : `, by the evidence of the first ${provenAfter} blocks,`} every metric of the candidate is within the boundary, with a probability of at most ${options.beta} that one is not`,
      };
    case 'inconclusive':
      return now.sampleRatio?.mismatch
        ? {
            code: 'sample-ratio-mismatch',
            message: `not promoted: after ${seen} the split is not the promised one, a share of ${state.weight ?? options.weight} for the candidate, so that the arms cannot be compared`,
          }
        : { code: 'not-enough-evidence', message: `undecided: ${seen} are not enough to know` };
  }
}
