/** An SLO that Application Signals keeps, on its row: AWS's own decimal against the goal. */
import { expect, it } from 'vitest';
import { DAY, evidence, NOW, onlyRow, platformWith } from './samples.ts';

const platform = (goal: string) =>
  platformWith(`---
apiVersion: openslo/v1
kind: SLO
metadata: { name: kept }
spec:
  service: web
  indicator: { spec: { ratioMetric: { rawType: success, raw: { metricSource: { type: ApplicationSignals, spec: { slo: web } } } } } }
  timeWindow: [{ duration: 7d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ targetPercent: ${goal} }]
`);

function rowOf(percent: number, goal: string) {
  const slo = {
    objective: 'kept',
    service: 'web',
    windowDays: 7,
    state: 'met' as const,
    counted: 'application-signals' as const,
    from: new Date(NOW - 8 * DAY).toISOString(),
    until: new Date(NOW - DAY).toISOString(),
    requests: 0,
    bad: 0,
    reported: {
      arn: 'arn',
      of: 'requests' as const,
      status: 'OK' as const,
      attainment: Number(`${percent}e-2`),
      percent: String(percent),
      budget: { total: 10, remaining: 0 },
    },
    allowed: 10,
    left: 0,
    spent: true,
    burn: [],
    caveats: ['Application Signals does not say how many requests there were'],
  };
  return onlyRow(platform(goal), { evidence: [evidence('slo', { slos: [slo] })] }).production;
}

/** The largest number below. */
function below(value: number): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) - 1n);
  return bits.getFloat64(0);
}

it('at the goal exactly is met, and the next number below is missed, also where a hundredth of both is the same', () => {
  const goals = Array.from({ length: 10_000 }, (_, index) => (90_000 + index) / 1000);
  const alike = goals.filter((goal) => Number(`${below(goal)}e-2`) === Number(`${goal}e-2`)).slice(0, 10);
  expect(alike).toHaveLength(10);
  for (const goal of [...alike, 99.9, 99.95]) {
    expect([goal, rowOf(goal, String(goal)).state]).toEqual([goal, 'met']);
    expect([goal, rowOf(below(goal), String(goal)).state]).toEqual([goal, 'missed']);
  }
});

it('has no interval, which is said, with what AWS does not say', () => {
  expect(rowOf(99.97, '99.95')).toMatchObject({
    state: 'met',
    support: { state: 'none', message: 'no interval: of attainment by Application Signals none is known' },
    caveats: ['Application Signals does not say how many requests there were'],
  });
});
