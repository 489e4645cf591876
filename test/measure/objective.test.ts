import { describe, expect, it } from 'vitest';
import { latencyQuantile, totalsUntil } from '../../src/measure/objective.ts';
import type { LoadBin } from '../../src/report/evidence.ts';
import { bucketOf } from '../../src/statistics/log-histogram.ts';

const bin = (second: number, seconds: number, failed: Record<string, number> = {}): LoadBin => ({
  second,
  planned: 10 + Object.values(failed).reduce((sum, count) => sum + count, 0),
  ok: 10,
  failed,
  dropped: 0,
  interrupted: 0,
  latency: [[bucketOf(seconds), 10]],
});
const record = { judgedUntilSecond: 2, bins: [bin(0, 0.1), bin(1, 0.2, { 'http-500': 2, timeout: 1 }), bin(2, 5)] };

describe('sums over a load record', () => {
  it('end before the second that is named', () => {
    expect(totalsUntil(record, 2)).toEqual({ planned: 23, ok: 20, failed: 3, dropped: 0, interrupted: 0 });
    expect(totalsUntil(record, 0)).toEqual({ planned: 0, ok: 0, failed: 0, dropped: 0, interrupted: 0 });
  });

  it('give quantiles of the judged window unless told otherwise', () => {
    expect(latencyQuantile(record, 0.5)).toBeCloseTo(0.1, 2);
    expect(latencyQuantile(record, 0.99)).toBeCloseTo(0.2, 2);
    expect(latencyQuantile(record, 0.99, 3)).toBeCloseTo(5, 1);
    expect(latencyQuantile(record, 0.99, 0)).toBeUndefined();
  });
});
