import { describe, expect, it } from 'vitest';
import { AbortRule, abortLimit } from '../../../src/operations/load/abort-rule.ts';
import { type JudgeRequest, judgeLoad } from '../../../src/operations/load/judge.ts';
import { outagesOf } from '../../../src/operations/load/outages.ts';
import { bestThroughput } from '../../../src/operations/load/throughput.ts';
import { type LoadBin, type LoadRecord, totalsOf } from '../../../src/report/evidence.ts';
import { bucketOf } from '../../../src/statistics/log-histogram.ts';

const bin = (second: number, ok: number, failed = 0, change: Partial<LoadBin> = {}): LoadBin => ({
  second,
  planned: ok + failed,
  ok,
  failed: failed === 0 ? {} : { timeout: failed },
  dropped: 0,
  interrupted: 0,
  latency: ok === 0 ? [] : [[bucketOf(0.2), ok]],
  answered: ok,
  ended: ok + failed,
  ...change,
});

function record(bins: LoadBin[], problems: LoadRecord['generator']['problems'] = []): LoadRecord {
  return {
    name: 'test',
    url: 'http://127.0.0.1/',
    rate: 100,
    timeoutSeconds: 1,
    startedAt: '2026-11-21T07:00:00.000Z',
    finishedAt: '2026-11-21T07:01:00.000Z',
    judgedUntilSecond: bins.length,
    totals: totalsOf(bins),
    bins,
    generator: { cpu: 0.1, latenessMax: 0.01, exit: '0 (own end)', problems },
  };
}

const steady = (seconds: number, rate: number): LoadBin[] =>
  Array.from({ length: seconds }, (_, second) => bin(second, rate));
const availability = {
  name: 'availability',
  service: 'web',
  indicator: 'availability',
  target: '0.9995',
  budget: { numerator: 1n, denominator: 2000n },
  thresholdSeconds: undefined,
  windowDays: 30,
} as const;
const latency = {
  ...availability,
  name: 'latency',
  indicator: 'latency',
  target: '0.95',
  budget: { numerator: 1n, denominator: 20n },
  thresholdSeconds: 0.5,
} as const;

const judge = (load: LoadRecord, change: Partial<JudgeRequest> = {}) =>
  judgeLoad({
    load,
    judge: 'objectives',
    objectives: [availability],
    capacity: undefined,
    stopped: undefined,
    ...change,
  });

describe('the verdict on a load', () => {
  it('is pass only when the target is proven: 5,990 clean requests for 99.95 %', () => {
    expect(judge(record([...steady(59, 100), bin(59, 90)])).verdict).toBe('pass');
    const one = judge(record([...steady(59, 100), bin(59, 89)]));
    expect(one.verdict).toBe('inconclusive');
    expect(one.reasons[0]).toMatchObject({ code: 'not-enough-data' });
    expect(one.reasons[0]?.message).toContain('0 of 5,989, 0 %: not enough to know, which takes 5,990 requests');
  });

  it('is fail when too many are proven bad, inconclusive between', () => {
    const bad = (failed: number) => judge(record([...steady(99, 100), bin(99, 100 - failed, failed)])).verdict;
    expect([1, 2, 9, 10, 11].map(bad)).toEqual(['pass', 'inconclusive', 'inconclusive', 'fail', 'fail']);
  });

  it('is inconclusive when the generator had no breath, however bad the service was', () => {
    const problem = { code: 'generator-dropped', message: '7 planned requests were never sent' };
    const { verdict, reasons } = judge(record([bin(0, 0, 100), bin(1, 0, 100)], [problem]));
    expect(verdict).toBe('inconclusive');
    expect(reasons[0]).toEqual(problem);
    expect(reasons[1]?.code).toBe('outage');
  });

  it('is inconclusive without a request, and without an objective', () => {
    expect(judge(record([])).reasons[0]?.code).toBe('no-samples');
    expect(judge(record(steady(9, 10)), { objectives: [] }).verdict).toBe('inconclusive');
  });

  it('holds a request without any answer against the latency, and one that failed quickly not', () => {
    const slow = bin(0, 900, 50);
    expect(judge(record([slow]), { objectives: [latency] }).verdict).toBe('inconclusive');
    const quick = { ...slow, failed: { 'http-500': 50 } };
    expect(judge(record([quick]), { objectives: [latency] }).verdict).toBe('pass');
    const late = bin(0, 1000, 0, {
      latency: [
        [bucketOf(0.2), 900],
        [bucketOf(0.6), 100],
      ],
    });
    expect(judge(record([late]), { objectives: [latency] }).verdict).toBe('fail');
  });

  it('of a smoke test asks for every request, and proves nothing else', () => {
    expect(judge(record(steady(3, 2)), { judge: 'every-request' }).verdict).toBe('pass');
    expect(judge(record([bin(0, 1, 1)]), { judge: 'every-request' })).toMatchObject({
      verdict: 'fail',
      reasons: [{ code: 'target-missed', message: expect.stringContaining('1 of 2 failed (timeout)') }],
    });
  });

  it('of a breakpoint holds what was answered at the break against the capacity', () => {
    const ramp = Array.from({ length: 60 }, (_, second) =>
      bin(second, Math.min(10 + second, 40), Math.max(0, second - 30)),
    );
    const broken = { judge: 'capacity', stopped: 'half of the requests failed' } as const;
    expect(judge(record(ramp), { ...broken, capacity: 40 }).verdict).toBe('pass');
    expect(judge(record(ramp), { ...broken, capacity: 41 }).verdict).toBe('fail');
  });

  it('of a breakpoint that did not break is known only as far as it was asked', () => {
    const whole = { judge: 'capacity', stopped: undefined } as const;
    const short = judge(record(steady(60, 40)), { ...whole, capacity: 41 });
    expect([short.verdict, short.reasons[0]?.code]).toEqual(['inconclusive', 'not-enough-data']);
    expect(short.checks[1]?.observed).toContain('did not break');
    expect(judge(record(steady(60, 40)), { ...whole, capacity: 40 }).verdict).toBe('pass');
    expect(judge(record([bin(0, 0, 40), bin(1, 0, 40)]), whole).verdict).toBe('inconclusive');
  });
});

describe('outages', () => {
  const bins = (ok: string) =>
    [...ok].map((good, second) => (good === '+' ? bin(second, 10) : good === ' ' ? bin(second, 0) : bin(second, 2, 8)));

  it.each([
    ['+++++', []],
    ['++--+++', [[2, 4, 16, false]]],
    // A single good second within is a part of it, and a second in which nobody asked says nothing.
    ['+--+--++++', [[1, 6, 32, false]]],
    ['+-  -+++', [[1, 5, 16, false]]],
    ['+++--', [[3, 5, 16, true]]],
    [
      '-+++-+++',
      [
        [0, 1, 8, false],
        [4, 5, 8, false],
      ],
    ],
  ])('of %s', (ok, expected) => {
    expect(outagesOf(bins(ok)).map(({ from, to, lost, open }) => [from, to, lost, open])).toEqual(expected);
  });
});

describe('the throughput', () => {
  it('is the best of any seconds in a row', () => {
    expect(bestThroughput([bin(0, 1), bin(1, 5), bin(2, 7), bin(3, 2)], 2)).toBe(6);
    expect(bestThroughput([bin(0, 1)], 2)).toBeUndefined();
  });
});

describe('the rule to stop by', () => {
  it('counts within the window only: an hour of good minutes hides nothing, nor does it take an hour', () => {
    const rule = new AbortRule(10, 0.1);
    for (let second = 1; second <= 3600; second += 1) {
      expect(rule.take({ second, ok: second * 50, failed: 0 })).toBeUndefined();
    }
    let stopped: string | undefined;
    let second = 3600;
    while (stopped === undefined && second < 3700) {
      second += 1;
      stopped = rule.take({ second, ok: 180_000, failed: (second - 3600) * 50 });
    }
    expect(second - 3600).toBeLessThanOrEqual(3);
    expect(stopped).toMatch(/of the \d+ requests that ended within 10 s failed; the profile stops beyond 10 %/);
  });

  it('does not stop for a few of few, nor for what is within the limit', () => {
    expect(new AbortRule(10, 0.1).take({ second: 1, ok: 1, failed: 1 })).toBeUndefined();
    expect(new AbortRule(10, 0.1).take({ second: 9, ok: 910, failed: 90 })).toBeUndefined();
    // A budget burnt five thousand times over is still no reason before half has failed.
    expect(new AbortRule(10, abortLimit([], 500)).take({ second: 9, ok: 60, failed: 40 })).toBeUndefined();
    expect(new AbortRule(10, abortLimit([], 500)).take({ second: 9, ok: 10, failed: 90 })).toBeDefined();
  });
});
