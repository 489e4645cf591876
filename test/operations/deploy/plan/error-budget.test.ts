import { describe, expect, it } from 'vitest';
import { assessSlo, unknownSlo } from '../../../../src/operations/common/slo/assess.ts';
import { windowsOf } from '../../../../src/operations/common/slo/windows.ts';
import { judgeBudgets } from '../../../../src/operations/deploy/plan/error-budget.ts';
import type { Objective } from '../../../../src/platform/model/objectives.ts';

const NOW = Date.UTC(2026, 10, 21, 9, 3, 20);
const objective: Objective = {
  name: 'availability',
  service: 'web',
  indicator: 'availability',
  target: '0.999',
  budget: { numerator: 1n, denominator: 1000n },
  thresholdSeconds: undefined,
  windowDays: 30,
};

/** An SLO of which each minute had 100 requests and, in the `minutes` that ended so many minutes ago, so many bad ones. */
function slo(bad: number, minutes: number, { ago = 0, total = 30 * 1440 } = {}) {
  const windows = windowsOf(30, NOW, undefined);
  const counts = new Map(
    Array.from({ length: total }, (_, index) => [
      windows.until - (index + 1) * 60,
      { requests: 100, bad: index >= ago && index < ago + minutes ? bad : 0 },
    ]),
  );
  return assessSlo(objective, counts, { windows, source: { counted: 'load-balancer' }, rehearsalSpeed: undefined });
}

const sound = slo(0, 0);
// 4,400 bad of 4,320,000: more than a thousandth, and none of it of late.
const spent = slo(1, 4400, { ago: 5 * 1440 });
const burning = slo(10, 60);
const quiet = slo(0, 0, { total: 0 });
const codes = (reasons: readonly { code: string }[]) => reasons.map(({ code }) => code);

describe('the gate of error budgets', () => {
  it('lets a budget that is left pass, under any policy', () => {
    for (const policy of ['require', 'warn'] as const) {
      expect(judgeBudgets([sound], policy, undefined, undefined)).toEqual({
        slos: [sound],
        refusals: [],
        findings: [],
        overridden: undefined,
      });
    }
  });

  it.each([
    [
      'spent',
      spent,
      'error-budget-spent',
      /4,400 of 4,320,000 requests failed in 30 d, where 0.1 % may: .*overspent, 1.02/,
    ],
    ['burning fast', burning, 'error-budget-burns', /100 × over 1 h, 100 × over 5 min \(threshold 14.4\)/],
    ['without data', quiet, 'error-budget-unknown', /is not known: CloudWatch has no request/],
    [
      'unreadable',
      unknownSlo(objective, { code: 'not-readable', message: 'access denied' }),
      'error-budget-unknown',
      /is not known: access denied/,
    ],
  ])('%s: require refuses, warn tells, an override says why', (_, concern, code, message) => {
    const required = judgeBudgets([sound, concern], 'require', undefined, undefined);
    expect(codes(required.refusals)).toEqual([code]);
    expect(required.refusals[0]?.message).toMatch(message);
    expect(required.refusals[0]?.message).toMatch(/--override-error-budget <why>/);

    const warned = judgeBudgets([sound, concern], 'warn', undefined, undefined);
    expect([codes(warned.refusals), codes(warned.findings)]).toEqual([[], [code]]);
    expect(warned.overridden).toBeUndefined();

    const overridden = judgeBudgets([sound, concern], 'require', 'this mends it', undefined);
    expect([codes(overridden.refusals), codes(overridden.findings)]).toEqual([[], [code]]);
    expect(overridden.overridden).toMatchObject({ code: 'error-budget-overridden' });
    expect(overridden.overridden?.message).toMatch(message);
    expect(overridden.overridden?.message).toMatch(/The reason given: this mends it$/);
  });

  it('keeps an override that was not needed out of the record', () => {
    expect(judgeBudgets([sound], 'require', 'just in case', undefined).overridden).toBeUndefined();
  });

  it('names all that is wrong at once', () => {
    const both = slo(10, 500);
    expect(codes(judgeBudgets([both, quiet], 'require', undefined, undefined).refusals)).toEqual([
      'error-budget-spent',
      'error-budget-burns',
      'error-budget-unknown',
    ]);
  });

  it('does not take the silence of the last hour for calm', () => {
    const windows = windowsOf(30, NOW, undefined);
    const counts = new Map([[windows.until - 7200, { requests: 100_000, bad: 0 }]]);
    const silent = assessSlo(objective, counts, {
      windows,
      source: { counted: 'load-balancer' },
      rehearsalSpeed: undefined,
    });
    const { refusals } = judgeBudgets([silent], 'require', undefined, undefined);
    expect(codes(refusals)).toEqual(['error-budget-unknown']);
    expect(refusals[0]?.message).toMatch(/burns fast is not known: no request over 1 h/);
  });
});
