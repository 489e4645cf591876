/**
 * A shift under judgement: one e-process for each metric over all steps, and the split of each step. Rolled back whenever the evidence
 * says so; evidence for a promotion that was once there stands (Ville's inequality holds for the largest value so far), but it does not
 * keep a later rollback off. Pure.
 */
import {
  type Block,
  decide,
  endStep,
  type JudgeOptions,
  type JudgeState,
  judgeBlock,
  type Metric,
  type Standing,
  standing,
  startJudge,
} from '../../../statistics/judge.ts';
import { closedPeriods, type Periods, type Step, seeWeight } from './steps.ts';

/** Without the weight, which is each step's own. */
export type ShiftOptions = Omit<JudgeOptions, 'weight'>;

export interface JudgedBlock {
  /** Start of its period, in seconds since 1970. */
  readonly second: number;
  readonly block: Block;
}

export interface Judgement {
  readonly steps: readonly Step[];
  /** Of `steps`: where the split is checked. */
  readonly step: number;
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
    step: 0,
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
  if (span.step !== judgement.step && state.blocks > 0) {
    state = endStep(state, shareOf(judgement, judgement.step));
  }
  const full = { ...options, weight: shareOf(judgement, span.step) };
  for (const judged of blocks) {
    state = judgeBlock(state, judged.block, full);
    onBlock(judged, standing(state, full));
    const decision = decide(state, full);
    if (decision === 'fail') {
      return { ...judgement, step: span.step, state, readUntil: span.end, provenAfter, failedAfter: state.blocks };
    }
    provenAfter ??= decision === 'pass' ? state.blocks : undefined;
  }
  return { ...judgement, step: span.step, state, readUntil: span.end, provenAfter };
}

/** Where it stands, split included. */
export function standingOf(judgement: Judgement, options: ShiftOptions): Standing {
  const weight = judgement.steps.length === 0 ? undefined : shareOf(judgement, judgement.step);
  return standing(judgement.state, { ...options, weight });
}

function shareOf({ steps }: Judgement, index: number): number {
  return (steps[index]?.percent ?? 0) / 100;
}
