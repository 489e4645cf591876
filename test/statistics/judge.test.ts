import { describe, expect, it } from 'vitest';
import {
  type Block,
  type JudgeOptions,
  type JudgeState,
  judgeBlock,
  standing,
  startJudge,
} from '../../src/statistics/judge.ts';

const OPTIONS: JudgeOptions = {
  alpha: 0.01,
  beta: 0.05,
  boundary: { margin: 0.25, tolerance: 0.002 },
  weight: undefined,
};

const block = (baseline: number, baselineErrors: number, candidate: number, candidateErrors: number): Block => ({
  baseline: { requests: baseline, errors: baselineErrors },
  candidate: { requests: candidate, errors: candidateErrors },
});

function judge(blocks: readonly Block[], options = OPTIONS, from: JudgeState = startJudge(['errors'])): JudgeState {
  return blocks.reduce((state, one) => judgeBlock(state, one, options), from);
}

const repeat = (count: number, one: Block) => Array.from({ length: count }, () => one);

describe('the judge', () => {
  it('rolls back a candidate with many errors, and not by its first blocks alone', () => {
    const bad = block(900, 1, 100, 10);
    expect(standing(judge(repeat(2, bad)), OPTIONS).decision).toBeUndefined();
    expect(standing(judge(repeat(3, bad)), OPTIONS).decision).toBe('fail');
  });

  it('promotes a healthy service with no errors at all thanks to the tolerance, and without it does not', () => {
    const clean = repeat(40, block(900, 0, 100, 0));
    expect(standing(judge(clean), OPTIONS).decision).toBe('pass');
    const strict = { ...OPTIONS, boundary: { margin: 0.25, tolerance: 0 } };
    expect(standing(judge(clean, strict), strict).decision).toBeUndefined();
  });

  it('decides nothing from too little traffic', () => {
    expect(standing(judge(repeat(20, block(9, 0, 1, 0))), OPTIONS).decision).toBeUndefined();
    expect(standing(judge(repeat(20, block(0, 0, 0, 0))), OPTIONS)).toMatchObject({ logERollback: 0 });
  });

  it('forgets nothing over blocks without requests of one arm or of both', () => {
    const busy = repeat(5, block(900, 1, 100, 0));
    const pauses = [block(0, 0, 0, 0), block(50, 0, 0, 0), block(0, 0, 3, 0), block(0, 0, 0, 0)];
    const options = { ...OPTIONS, weight: undefined };
    const before = standing(judge(busy), options).metrics.errors;
    const after = standing(judge([...busy, ...pauses]), options).metrics.errors;
    expect(standing(judge([...busy, block(0, 0, 0, 0)]), options).metrics.errors).toEqual(before);
    expect(after?.logEPromote).toBeGreaterThan(0);
    expect(standing(judge([...busy, ...pauses, ...repeat(40, block(900, 0, 100, 0))]), options).decision).toBe('pass');
  });

  it('rolls back a candidate that turns bad after hours about as soon as one that does after minutes', () => {
    const good = (count: number) => Array.from({ length: count }, (_, i) => block(5400, 5, 600, i % 2));
    const untilRolledBack = (minutes: number) => {
      let state = judge(good(minutes));
      for (let late = 1; late <= 100; late += 1) {
        state = judgeBlock(state, block(5400, 5, 600, 12), OPTIONS);
        if (standing(state, OPTIONS).decision === 'fail') {
          return late;
        }
      }
      return Number.POSITIVE_INFINITY;
    };
    expect(untilRolledBack(600)).toBeLessThanOrEqual(2 * untilRolledBack(0));
  });

  it('needs every metric for a promotion, and any for a rollback', () => {
    const both = (slow: number) => ({
      baseline: { requests: 900, errors: 0, slow: 9 },
      candidate: { requests: 100, errors: 0, slow },
    });
    const state = (slow: number) => judge(repeat(60, both(slow)), OPTIONS, startJudge(['errors', 'slow']));
    expect(standing(state(1), OPTIONS).metrics.errors?.logEPromote).toBeGreaterThan(Math.log(20));
    expect(standing(state(12), OPTIONS).decision).toBe('fail');
    expect(
      standing(judge(repeat(5, both(1)), OPTIONS, startJudge(['errors', 'slow'])), OPTIONS).decision,
    ).toBeUndefined();
  });

  it('promotes nothing when the split is not the promised one, and says so', () => {
    const weighed = { ...OPTIONS, weight: 0.1 };
    const fair = standing(judge(repeat(40, block(900, 0, 100, 0)), weighed), weighed);
    expect(fair).toMatchObject({ decision: 'pass', sampleRatio: { mismatch: false } });
    const broken = standing(judge(repeat(40, block(980, 0, 20, 0)), weighed), weighed);
    expect(broken).toMatchObject({ decision: undefined, sampleRatio: { mismatch: true } });
  });

  it('takes no more from one block than half of the way', () => {
    const burst = judge([block(900, 0, 100, 0), block(900, 0, 100, 100)]);
    expect(standing(burst, OPTIONS).logERollback).toBeCloseTo(Math.log(100) / 2, 12);
  });

  it('goes on from a written state to the last bit, wherever it was cut', () => {
    const blocks = Array.from({ length: 60 }, (_, i) =>
      block(900 + (i % 11), i % 4, 100 - (i % 3), i % 5 === 0 ? 1 : 0),
    );
    const whole = standing(judge(blocks), OPTIONS);
    for (let cut = 0; cut <= blocks.length; cut += 1) {
      const written = JSON.parse(JSON.stringify(judge(blocks.slice(0, cut)))) as JudgeState;
      expect(standing(judge(blocks.slice(cut), OPTIONS, written), OPTIONS)).toEqual(whole);
    }
  });
});

describe('the split over several steps', () => {
  const step = (weight: number, one: Block) => repeat(10, { ...one, weight });
  const splitOf = (blocks: readonly Block[]) => standing(judge(blocks), OPTIONS).sampleRatio;
  const first = step(0.1, block(900, 0, 100, 0));
  const second = step(0.5, block(500, 0, 500, 0));

  it('is as promised when every step has its own share', () => {
    expect(splitOf([...first, ...second])).toMatchObject({ mismatch: false });
    expect(splitOf([...first, ...second].map((one) => ({ ...one, weight: 0.5 })))).toMatchObject({ mismatch: true });
  });

  it('keeps the evidence of a step that was not as promised', () => {
    const wrong = step(0.1, block(700, 0, 300, 0));
    expect(splitOf([...wrong, ...second])).toMatchObject({ mismatch: true });
    // The product of both: the second step is as promised, and is for that alone.
    const alone = splitOf(second)?.logE ?? Number.NaN;
    expect(splitOf([...wrong, ...second])?.logE).toBeCloseTo((splitOf(wrong)?.logE ?? Number.NaN) + alone, 9);
  });

  it('leaves the evidence of the metrics alone', () => {
    const plain = judge([...first, ...second].map(({ baseline, candidate }) => ({ baseline, candidate })));
    const stepped = judge([...first, ...second]);
    expect(stepped.metrics).toEqual(plain.metrics);
    expect(stepped.blocks).toBe(plain.blocks);
  });

  it('goes on from a written state within any step', () => {
    const blocks = [...first, ...second, ...step(0.9, block(100, 0, 900, 0))];
    const whole = standing(judge(blocks), OPTIONS);
    for (let cut = 0; cut <= blocks.length; cut += 1) {
      const written = JSON.parse(JSON.stringify(judge(blocks.slice(0, cut)))) as JudgeState;
      expect(standing(judge(blocks.slice(cut), OPTIONS, written), OPTIONS)).toEqual(whole);
    }
  });
});
