/**
 * A shift under judgement: one e-process for each metric over all steps, and the split of each step. Rolled back whenever the evidence
 * says so; evidence for a promotion that was once there stands (Ville's inequality holds for the largest value so far), but it does not
 * keep a later rollback off. Pure.
 */
import {
  type Block,
  decide,
  type JudgeOptions,
  type JudgeState,
  judgeBlock,
  type Metric,
  type Standing,
  standing,
  startJudge,
} from '../../../statistics/judge.ts';
import { closedPeriods, type Periods, type Step, seeWeight } from './steps.ts';

/** Without the weight, which each block tells. */
export type ShiftOptions = Omit<JudgeOptions, 'weight'>;

export interface JudgedBlock {
  /** Start of its period, in seconds since 1970. */
  readonly second: number;
  /** As counted; the share that was promised is added when it is judged. */
  readonly block: Block;
  /** Of the candidate's errors: those that nobody knows the revision of. Undefined where each is known. */
  readonly unnamedErrors?: number;
}

export interface Judgement {
  readonly steps: readonly Step[];
  readonly state: JudgeState;
  /** Periods before this second are judged or left out. */
  readonly readUntil: number;
  /** The number of blocks after which there was evidence for a promotion; undefined while there has been none. */
  readonly provenAfter: number | undefined;
  readonly failedAfter: number | undefined;
}

/** Before any traffic. */
export function startJudgement(metrics: readonly Metric[]): Judgement {
  return {
    steps: [],
    state: startJudge(metrics),
    readUntil: 0,
    provenAfter: undefined,
    failedAfter: undefined,
  };
}

/** After a look that showed the candidate with this share of production traffic. `at` in milliseconds since 1970. */
export function withWeight(judgement: Judgement, percent: number, at: number): Judgement {
  return { ...judgement, steps: seeWeight(judgement.steps, percent, at) };
}

export interface Span {
  /** Of `steps`. */
  readonly step: number;
  /** Seconds since 1970; `end` is not part of it. */
  readonly start: number;
  readonly end: number;
}

/** What has closed and was not read yet, step by step in order of time. */
export function toRead({ steps, readUntil, failedAfter }: Judgement, now: number, periods: Periods): Span[] {
  if (failedAfter !== undefined) {
    return [];
  }
  return steps
    .map((step, index) => ({ step: index, ...closedPeriods(step, now, periods) }))
    .map((span) => ({ ...span, start: Math.max(span.start, readUntil) }))
    .filter(({ start, end }) => end > start);
}

/** After the blocks of one span, in order of time. Stops at evidence for a rollback. */
export function judgeSpan(
  judgement: Judgement,
  span: Span,
  blocks: readonly JudgedBlock[],
  options: ShiftOptions,
  onBlock: (judged: JudgedBlock, now: Standing) => void,
): Judgement {
  let { state, provenAfter } = judgement;
  const weight = (judgement.steps[span.step]?.percent ?? 0) / 100;
  const full = { ...options, weight };
  for (const counted of blocks) {
    const judged = { ...counted, block: { ...counted.block, weight } };
    state = judgeBlock(state, judged.block, full);
    onBlock(judged, standing(state, full));
    const decision = decide(state, full);
    if (decision === 'fail') {
      return { ...judgement, state, readUntil: span.end, provenAfter, failedAfter: state.blocks };
    }
    provenAfter ??= decision === 'pass' ? state.blocks : undefined;
  }
  return { ...judgement, state, readUntil: span.end, provenAfter };
}

/** Where it stands, split included once there is a block. */
export function standingOf({ state }: Judgement, options: ShiftOptions): Standing {
  return standing(state, { ...options, weight: undefined });
}
