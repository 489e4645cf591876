/** What to answer at a pause of a shift, once there is an answer. Pure. */
import type { Standing } from '../../../statistics/judge.ts';
import type { Judgement } from './judgement.ts';

export type ShiftDecision =
  /** Evidence that the candidate is beyond the boundary. */
  | 'roll-back'
  /** Evidence that it is within. */
  | 'promote'
  /** Nothing against more traffic, and not all of it yet. */
  | 'next-step'
  /** The split is not the promised one: the arms cannot be compared. */
  | 'broken-split'
  /** The error budget of the whole service burns. */
  | 'burning'
  /** The horizon is over. */
  | 'inconclusive';

export interface PauseFacts {
  /** The answer would give the candidate all traffic. */
  readonly last: boolean;
  /** The step has lasted as long as it bakes, and its periods are read. */
  readonly covered: boolean;
  readonly waitedSeconds: number;
  readonly horizonSeconds: number;
}

/** The answer; undefined = wait for more. All traffic needs evidence; a step before needs only that there is none against it. */
export function decideShift(
  { failedAfter, provenAfter }: Pick<Judgement, 'failedAfter' | 'provenAfter'>,
  sampleRatio: Standing['sampleRatio'],
  facts: PauseFacts,
): ShiftDecision | undefined {
  if (failedAfter !== undefined) {
    return 'roll-back';
  }
  if (sampleRatio?.mismatch === true) {
    return 'broken-split';
  }
  if (facts.last ? provenAfter !== undefined : facts.covered) {
    return facts.last ? 'promote' : 'next-step';
  }
  return facts.waitedSeconds >= facts.horizonSeconds ? 'inconclusive' : undefined;
}

/** Whether the shift after `percent` goes to 100 %: with CANARY the second, with LINEAR the one that reaches it. */
export function isLastShift(percent: number, stepPercent: number | undefined): boolean {
  return stepPercent === undefined || Math.round((percent + stepPercent) * 10) >= 1000;
}
