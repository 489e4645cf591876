import { describe, expect, it } from 'vitest';
import { decideShift, isLastShift } from '../../../../src/operations/deploy/shift/decision.ts';
import {
  type JudgedBlock,
  type Judgement,
  judgeSpan,
  standingOf,
  startJudgement,
  toRead,
  withWeight,
} from '../../../../src/operations/deploy/shift/judgement.ts';
import { judge } from '../../../../src/operations/judge/judge.ts';

const OPTIONS = { alpha: 0.01, beta: 0.05, boundary: { margin: 0.25, tolerance: 0.005 } };
const PERIODS = { periodSeconds: 60, lagSeconds: 0, warmUpSeconds: 0 };
const minutes = (count: number) => count * 60_000;

/** A thousand requests a minute, split as the weights say. */
function runTo(
  judgement: Judgement,
  minute: number,
  percent: number,
  errors: number,
  promised = percent,
  onBlock: (judged: JudgedBlock) => void = () => undefined,
): Judgement {
  const from = judgement.steps.at(-1)?.percent === promised ? minute : minute - 5;
  const seen = withWeight(withWeight(judgement, promised, minutes(from)), promised, minutes(minute));
  return toRead(seen, minutes(minute), PERIODS).reduce((now, span) => {
    const blocks: JudgedBlock[] = [];
    for (let second = span.start; second < span.end; second += 60) {
      const candidate = { requests: percent * 10, errors };
      blocks.push({ second, block: { baseline: { requests: 1000 - percent * 10, errors: 0 }, candidate } });
    }
    return judgeSpan(now, span, blocks, OPTIONS, onBlock);
  }, seen);
}

const START = startJudgement(['errors']);
const NOW = { last: true, covered: true, waitedSeconds: 0, horizonSeconds: 600 };
const decideAt = (judgement: Judgement, facts: Partial<typeof NOW> = {}) =>
  decideShift(judgement, standingOf(judgement, OPTIONS).sampleRatio, { ...NOW, ...facts });

describe('a shift under judgement', () => {
  it('carries its evidence over all steps, and checks the split of each by its own share', () => {
    let judgement = START;
    for (const [minute, percent] of [
      [5, 10],
      [10, 20],
      [15, 30],
      [20, 40],
    ] as const) {
      judgement = runTo(judgement, minute, percent, 0);
    }
    expect(judgement.state.blocks).toBe(20);
    expect(standingOf(judgement, OPTIONS).sampleRatio?.mismatch).toBe(false);
    expect(judgement.provenAfter).toBeGreaterThan(5);
    expect(decideAt(judgement)).toBe('promote');
  });

  it('leaves blocks that `surefoot judge` comes to the same evidence by, the splits of all steps included', async () => {
    const lines: string[] = [];
    const write = ({ second, block }: JudgedBlock) =>
      lines.push(JSON.stringify({ at: new Date(second * 1000).toISOString(), ...block }));
    let judgement = START;
    for (const [minute, percent, got] of [
      [2, 10, 10],
      [4, 20, 40],
      [6, 30, 30],
    ] as const) {
      judgement = runTo(judgement, minute, got, 0, percent, write);
    }
    async function* all() {
      yield lines;
    }
    const again = await judge({
      options: { ...OPTIONS, weight: undefined },
      from: undefined,
      lines: all(),
      source: 'record',
    });
    expect(lines.length).toBeGreaterThan(4);
    expect(again.standing).toEqual(standingOf(judgement, OPTIONS));
    expect(again.standing.sampleRatio).toMatchObject({ mismatch: true });
  });

  it('reads every period once, however often it looks', () => {
    const once = runTo(START, 5, 10, 0);
    expect(runTo(once, 5, 10, 0)).toEqual(once);
    expect(runTo(once, 7, 10, 0).state.blocks).toBe(7);
  });

  it('rolls back on evidence also after there was evidence for a promotion', () => {
    const good = runTo(runTo(START, 5, 50, 0), 10, 50, 0);
    expect(good.provenAfter).toBeDefined();
    const bad = runTo(good, 30, 50, 100);
    expect(bad.provenAfter).toBe(good.provenAfter);
    expect(bad.failedAfter).toBeGreaterThan(10);
    expect(decideAt(bad)).toBe('roll-back');
    expect(toRead(withWeight(bad, 50, minutes(60)), minutes(60), PERIODS)).toEqual([]);
  });

  it('gives all traffic only on evidence, and a step before it when there is none against', () => {
    const little = runTo(START, 5, 1, 0);
    expect(decideAt(little, { last: false, covered: false })).toBeUndefined();
    expect(decideAt(little, { last: false })).toBe('next-step');
    expect(decideAt(little)).toBeUndefined();
    expect(decideAt(little, { waitedSeconds: 600 })).toBe('inconclusive');
  });

  it('promotes nothing whose split is not the promised one', () => {
    expect(decideAt(runTo(START, 10, 30, 0, 10))).toBe('broken-split');
  });

  it('knows the last shift of either strategy', () => {
    expect(isLastShift(5, undefined)).toBe(true);
    expect(isLastShift(33.3, 33.3)).toBe(false);
    expect(isLastShift(66.6, 33.3)).toBe(false);
    expect(isLastShift(99.9, 33.3)).toBe(true);
    expect(isLastShift(90, 10)).toBe(true);
  });
});
