import { describe, expect, it } from 'vitest';
import { doraRecordSchema } from '../../../../src/report/dora/record.ts';
import { deployed, excludedIds, hours, incident, line, measured, metric, numbers, weekly } from '../delivery.ts';

describe('five numbers', () => {
  const record = measured({ ...weekly, incidents: [incident('i1', 203, 209)] });

  it('are what a count on paper gives', () => {
    // d1 (c1..c10 at 150 h) to d5 (c41..c50 at 350 h): the commit number k is k hours old.
    const leads = [1, 2, 3, 4, 5].flatMap((step) =>
      Array.from({ length: 10 }, (_, index) => 100 + step * 50 - ((step - 1) * 10 + index + 1)),
    );
    const ascending = leads.sort((a, b) => a - b);
    const median = ((ascending[24] ?? 0) + (ascending[25] ?? 0)) / 2;
    expect(metric(record, 'change-lead-time')).toMatchObject({ value: median * 3600, n: 50, unit: 's' });
    // Ranks 18 and 33 of 50, as the sign test has it.
    expect(metric(record, 'change-lead-time').lower).toBe((ascending[17] ?? 0) * 3600);
    expect(metric(record, 'change-lead-time').upper).toBe((ascending[32] ?? 0) * 3600);
    expect(metric(record, 'deployment-frequency')).toMatchObject({ value: 0.2, count: 6, unit: 'per day' });
    expect(metric(record, 'deployment-frequency').upper).toBeCloseTo(13.06 / 30, 3);
    // d2 was in production at 200 h, the incident ended at 209 h.
    expect(metric(record, 'failed-deployment-recovery-time')).toMatchObject({ value: 9 * 3600, n: 1, events: ['d2'] });
    expect(metric(record, 'change-fail-rate')).toMatchObject({ value: 1 / 6, n: 6, count: 1 });
    expect(metric(record, 'change-fail-rate').upper).toBeCloseTo(0.6412, 4);
    expect(metric(record, 'deployment-rework-rate')).toMatchObject({ value: 0, n: 6, count: 0 });
  });

  it('list the events behind them', () => {
    expect(metric(record, 'deployment-frequency').events).toEqual(['d0', 'd1', 'd2', 'd3', 'd4', 'd5']);
    expect(metric(record, 'change-lead-time').events).toHaveLength(50);
    expect(record.changes[0]).toMatchObject({ id: 'c10', deployment: 'd1', leadSeconds: 140 * 3600 });
    expect(record.deployments[2]?.failed).toEqual({
      because: 'incident',
      by: 'i1',
      recoveredAt: new Date(hours(209)).toISOString(),
    });
    expect(record.incidents).toEqual([expect.objectContaining({ id: 'i1', deployment: 'd2', linkedBy: 'time' })]);
  });

  it('fit the published schema', () => {
    expect(doraRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });
});

describe('little or nothing to go by', () => {
  it('no deployment on record at all: all unknown, not zero', () => {
    expect(numbers(measured({ incidents: [] }))).toEqual({
      'change-lead-time': 'no-deployments',
      'deployment-frequency': 'no-deployments',
      'failed-deployment-recovery-time': 'no-deployments',
      'change-fail-rate': 'no-deployments',
      'deployment-rework-rate': 'no-deployments',
    });
  });

  it('an empty window: a frequency of 0 with its upper bound, the rest unknown', () => {
    const record = measured({ ...weekly }, { window: { from: hours(600), to: hours(720) } });
    expect(numbers(record)).toEqual({
      'change-lead-time': 'no-deployments-in-window',
      'deployment-frequency': 0,
      'failed-deployment-recovery-time': 'no-deployments-in-window',
      'change-fail-rate': 'no-deployments-in-window',
      'deployment-rework-rate': 'no-deployments-in-window',
    });
    expect(metric(record, 'deployment-frequency').upper).toBeCloseTo(3.689 / 5, 3);
  });

  it('one deployment: what it brought is unknown, and 0 of 1 says little', () => {
    const record = measured({ commits: line(3), deployments: [deployed('d0', 'c2', 100)] });
    expect(numbers(record)).toEqual({
      'change-lead-time': 'first-deployment-only',
      'deployment-frequency': 1 / 30,
      'failed-deployment-recovery-time': 'no-failures',
      'change-fail-rate': 0,
      'deployment-rework-rate': 0,
    });
    expect(metric(record, 'change-fail-rate').upper).toBeCloseTo(0.975, 6);
    expect(record.caveats.join()).toMatch(/inside the window/);
  });

  it('no source of incidents: rates are unknown, however clean the commits look', () => {
    const record = measured({
      ...weekly,
      incidents: { unknown: { code: 'no-incident-source', message: 'none named' } },
    });
    expect(numbers(record)).toMatchObject({
      'failed-deployment-recovery-time': 'no-incident-source',
      'change-fail-rate': 'no-incident-source',
      'deployment-rework-rate': 'no-incident-source',
    });
    expect(metric(record, 'change-lead-time').value).not.toBeNull();
    expect(metric(record, 'change-fail-rate').unknown?.message).toMatch(/0 of 6 were rolled back/);
  });

  it('not read in full: no number at all, not even of what was read', () => {
    const record = measured({ ...weekly, unknown: { code: 'rate-limited', message: 'until 12:00' } });
    expect(new Set(Object.values(numbers(record)))).toEqual(new Set(['rate-limited']));
    expect(record.deployments).toEqual([]);
  });

  it('history cut off below a deployment of the window: lead time unknown, the rest stands', () => {
    const record = measured({ ...weekly, commits: line(60).filter(({ sha }) => sha !== 'c15') });
    expect(numbers(record)).toMatchObject({ 'change-lead-time': 'history-incomplete', 'deployment-frequency': 0.2 });
    expect(metric(record, 'change-lead-time').unknown?.message).toMatch(/d2/);
  });

  it('history cut off below the first deployment matters to none', () => {
    const record = measured({
      ...weekly,
      commits: line(60)
        .slice(1)
        .map((each) => each),
    });
    expect(metric(record, 'change-lead-time').value).not.toBeNull();
  });
});

it('numbers of a window do not depend on how early the record begins', () => {
  const window = { from: hours(170), to: hours(720) };
  const whole = measured({ ...weekly, incidents: [incident('i1', 203, 209)] }, { window });
  const later = measured(
    { ...weekly, deployments: weekly.deployments.slice(1), incidents: [incident('i1', 203, 209)] },
    { window },
  );
  expect(later.metrics).toEqual(whole.metrics);
});

describe('what says little is not made to say more', () => {
  it('no incident: rates of 0 with what they support, and a recovery that is unknown, not instant', () => {
    const record = measured({
      commits: line(40),
      deployments: Array.from({ length: 10 }, (_, n) => deployed(`d${n}`, `c${n * 4}`, n * 24)),
    });
    expect(metric(record, 'change-fail-rate')).toMatchObject({
      value: 0,
      count: 0,
      n: 10,
      upper: expect.closeTo(0.308, 3),
    });
    expect(metric(record, 'failed-deployment-recovery-time')).toMatchObject({
      value: null,
      unknown: { code: 'no-failures' },
    });
  });

  it('deployments dated after now are left out and counted: a clock is wrong', () => {
    const record = measured({ commits: line(3), deployments: [deployed('d0', 'c0', 10), deployed('d1', 'c2', 2000)] });
    expect(record.deployments.map(({ id }) => id)).toEqual(['d0']);
    expect(excludedIds(record, 'in-the-future')).toEqual(['d1']);
  });

  it('no word of it is a tier', () => {
    const record = measured({});
    expect(JSON.stringify(record)).not.toMatch(/elite|high performer|low performer/i);
  });
});
