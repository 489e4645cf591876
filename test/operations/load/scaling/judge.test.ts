/** Levels of a load, what was used at each, and what is said of the cost. */
import { describe, expect, it } from 'vitest';
import type { ScalingField } from '../../../../src/operations/load/scaling/field.ts';
import { type Seen, scalingChecks, scalingOf } from '../../../../src/operations/load/scaling/judge.ts';
import { levelsOf } from '../../../../src/operations/load/scaling/levels.ts';
import type { LoadRecord, Series } from '../../../../src/report/evidence.ts';
import { scalingSchema } from '../../../../src/report/scaling/record.ts';
import { drawLoad } from '../compare/loads.ts';

const LEVEL_SECONDS = 60;

/** A load whose levels last a minute each, with no latency worth drawing. */
function steps(rates: readonly number[]): LoadRecord {
  const parts = rates.map((perSecond, index) => drawLoad({ seed: index + 1, seconds: LEVEL_SECONDS, perSecond }));
  const bins = parts.flatMap((part, index) =>
    part.bins.map((bin) => ({ ...bin, second: bin.second + index * LEVEL_SECONDS })),
  );
  const [first = 1] = rates;
  return {
    ...drawLoad({ seed: 1 }),
    bins,
    judgedUntilSecond: bins.length,
    shape: {
      startRate: first,
      stages: rates.flatMap((rate) => [
        { seconds: 0, rate },
        { seconds: LEVEL_SECONDS, rate },
      ]),
    },
  };
}

const AT = Date.parse('2026-11-21T10:00:00.000Z');

/** A value for each level, every ten seconds. */
function series(name: string, values: readonly (number | null)[], wobble = 0): Series {
  const points = values.flatMap((value, level) =>
    [0, 10, 20, 30, 40, 50].map((second, index): [string, number | null] => [
      new Date(AT + (level * LEVEL_SECONDS + second) * 1000).toISOString(),
      value === null ? null : value + (index % 2 === 0 ? wobble : -wobble),
    ]),
  );
  return { name, unit: '', source: 'test', points };
}

function seen(tasks: readonly (number | null)[], cpu: readonly (number | null)[] = tasks.map(() => 0.8)): Seen {
  return {
    tasks: series('tasks', tasks),
    cpu: series('cpu', cpu, 0.02),
    memory: series('memory', [], 0),
    requestsPerTarget: series('requests', []),
    periodSeconds: 10,
  };
}

const FIELD: ScalingField = { settleSeconds: 20, limit: 1, utilisation: { of: 'cpu', target: 0.8, margin: 0.1 } };
const SIZE = { cpu: 512, memory: 1024 };

function judge(rates: readonly number[], used: Seen, field = FIELD, minimum = 1) {
  const record = scalingSchema.parse(
    scalingOf(steps(rates), used, field, SIZE, { compress: 1, price: { vcpu: 0.04, gigabyte: 0.004 } }),
  );
  return { record, checks: scalingChecks(record, minimum) };
}

describe('levels', () => {
  const shape = {
    startRate: 10,
    stages: [
      { seconds: 60, rate: 10 },
      { seconds: 30, rate: 20 },
      { seconds: 60, rate: 20 },
      { seconds: 60, rate: 20 },
      { seconds: 0, rate: 40 },
      { seconds: 15, rate: 40 },
      { seconds: 60, rate: 0 },
      { seconds: 60, rate: 0 },
    ],
  };

  it('are where the rate is held for longer than it takes to settle; ramps, short ones and rest are none', () => {
    expect(levelsOf(shape, 20)).toEqual([
      { from: 20, to: 60, planned: 10 },
      { from: 110, to: 210, planned: 20 },
    ]);
  });

  it('end where the load was judged to', () => {
    expect(levelsOf(shape, 20, 150)).toEqual([
      { from: 20, to: 60, planned: 10 },
      { from: 110, to: 150, planned: 20 },
    ]);
  });
});

describe('cost against load', () => {
  const rates = [20, 40, 60, 80, 100];

  it('that grows less than the load passes', () => {
    const { record, checks } = judge(rates, seen([2, 2.8, 3.5, 4.1, 4.5]));
    expect(record.elasticity?.value).toBeCloseTo(0.51, 1);
    expect(record.elasticity?.degreesOfFreedom).toBe(3);
    expect(checks[0]).toMatchObject({ verdict: 'pass', expected: 'elasticity of at most 1: linear or better' });
  });

  it('that grows with its square fails', () => {
    const { record, checks } = judge(rates, seen(rates.map((rate) => (rate / 20) ** 2)));
    expect(record.elasticity?.value).toBeCloseTo(2, 6);
    expect(checks[0]?.verdict).toBe('fail');
  });

  it('that may be either is not known, and few levels say so', () => {
    const about = judge(rates, seen([1, 2, 3, 4, 5].map((tasks, index) => tasks + (index % 2) * 0.4)));
    expect(about.checks[0]?.verdict).toBe('inconclusive');
    const three = judge([20, 40, 60], seen([2, 3, 5]));
    expect(three.record.elasticity?.degreesOfFreedom).toBe(1);
    expect(three.checks[0]).toMatchObject({
      verdict: 'inconclusive',
      observed: expect.stringContaining('take more levels'),
    });
  });

  it('that does not change at all is better than linear', () => {
    const { record, checks } = judge(rates, seen([2, 2, 2, 2, 2]));
    expect(record.elasticity).toMatchObject({ value: 0, lower: 0, upper: 0 });
    expect(checks[0]?.verdict).toBe('pass');
  });

  it('of fewer than three levels, or where the tasks are not known, is not known', () => {
    const two = judge([20, 40], seen([1, 2]));
    expect(two.record.elasticity).toBeNull();
    expect(two.checks[0]).toMatchObject({ verdict: 'inconclusive', observed: expect.stringContaining('2 levels') });
    const unknown = judge(rates, seen([null, null, null, 4, 5]));
    expect(unknown.checks[0]).toMatchObject({ verdict: 'inconclusive', observed: expect.stringContaining('2 levels') });
    const twice = judge([20, 40, 20, 40], seen([1, 2, 1, 2]));
    expect(twice.checks[0]?.verdict).toBe('inconclusive');
  });

  it('is counted by good answers, in seconds of a task', () => {
    const { record } = judge([20, 40, 60], seen([1, 2, 3]));
    expect(
      record.levels.map(({ answered, tasks, taskSecondsPerRequest }) => [answered, tasks, taskSecondsPerRequest]),
    ).toEqual([
      [20, 1, 0.05],
      [40, 2, 0.05],
      [60, 3, 0.05],
    ]);
    expect(record).toMatchObject({ taskSize: { vcpu: 0.5, gigabytes: 1 }, price: { vcpu: 0.04, gigabyte: 0.004 } });
  });
});

describe('use of what is reserved, at the highest level', () => {
  const rates = [20, 40, 60];
  const verdictAt = (cpu: number, minimum = 1) =>
    judge(rates, seen([1, 2, 3], [0.3, 0.5, cpu]), FIELD, minimum).checks[1];

  it.each([
    [0.8, 'pass'],
    [0.95, 'fail'],
    [0.5, 'fail'],
    [0.9, 'inconclusive'],
  ] as const)('of %d is %s', (cpu, verdict) => {
    expect(verdictAt(cpu)?.verdict).toBe(verdict);
  });

  it('on the smallest number of tasks says that the load asks for no more', () => {
    expect(verdictAt(0.3, 3)).toMatchObject({
      verdict: 'inconclusive',
      observed: expect.stringContaining('asks for no more'),
    });
  });

  it('without data is not known, and without a target is not asked', () => {
    expect(judge(rates, seen([1, 2, 3], [null, null, null])).checks[1]).toMatchObject({
      verdict: 'inconclusive',
      observed: 'no level that CloudWatch has data of',
    });
    expect(judge(rates, seen([1, 2, 3]), { ...FIELD, utilisation: undefined }).checks).toHaveLength(1);
  });
});
