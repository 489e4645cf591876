import { describe, expect, it } from 'vitest';
import { decideWatch, WATCH_ALPHA } from '../../../src/operations/deploy/watch.ts';
import { WATCH_PATIENCE } from '../../../src/platform/common-schema.ts';

const plan = { budget: 0.01, looks: 60 };

describe('decideWatch', () => {
  it('looks on while nothing is proven and the time is not over', () => {
    expect(decideWatch({ requests: 0, errors: 0 }, { ...plan, ended: 0.5 })).toBeUndefined();
    expect(decideWatch({ requests: 100, errors: 1 }, { ...plan, ended: 0.5 })).toBeUndefined();
  });

  it('fails early on clear evidence', () => {
    expect(decideWatch({ requests: 100, errors: 20 }, { ...plan, ended: 0.1 })).toBe('fail');
  });

  it('passes at the end only with requests and within the budget', () => {
    expect(decideWatch({ requests: 1000, errors: 10 }, { ...plan, ended: 1 })).toBe('pass');
    expect(decideWatch({ requests: 0, errors: 0 }, { ...plan, ended: 1 })).toBeUndefined();
    expect(decideWatch({ requests: 0, errors: 0 }, { ...plan, ended: WATCH_PATIENCE })).toBe('inconclusive');
    expect(decideWatch({ requests: 100, errors: 2 }, { ...plan, ended: WATCH_PATIENCE })).toBe('inconclusive');
  });

  it('keeps its false-alarm promise for a candidate exactly at its budget', () => {
    // 400 watches of 60 looks at 50 requests each; the seed fixes the draw, the bound is the promise plus three standard errors.
    const random = mulberry(7);
    const runs = 400;
    let alarms = 0;
    for (let run = 0; run < runs; run += 1) {
      let errors = 0;
      for (let look = 1; look <= plan.looks; look += 1) {
        for (let request = 0; request < 50; request += 1) {
          errors += random() < plan.budget ? 1 : 0;
        }
        if (decideWatch({ requests: look * 50, errors }, { ...plan, ended: 0.5 }) === 'fail') {
          alarms += 1;
          break;
        }
      }
    }
    expect(alarms / runs).toBeLessThanOrEqual(WATCH_ALPHA + 3 * Math.sqrt((WATCH_ALPHA * (1 - WATCH_ALPHA)) / runs));
  });
});

/** A small seeded generator (mulberry32), so that the simulation is the same on every machine. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
