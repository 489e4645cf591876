/** What runs of experiments and drills say of single recoveries: each with its bounds, and those that were not seen to end. */
import { describe, expect, it } from 'vitest';
import { DAY, evidence, measured, NOW, onlyRow, platformWith, target } from './samples.ts';

const rto = (statistic = 'maximum') =>
  platformWith(target('rto', `indicator: rto\ncomparison: lte\nvalue: 60\nunit: seconds\nstatistic: ${statistic}`));
const losses = platformWith(target('lost', 'indicator: lost-writes\ncomparison: lte\nvalue: 0\nunit: count'));

/** A run of an experiment, so many days ago. */
const run = (daysAgo: number, ...measurements: ReturnType<typeof measured>[]) =>
  evidence('chaos-run', {
    startedAt: new Date(NOW - daysAgo * DAY).toISOString(),
    finishedAt: new Date(NOW - daysAgo * DAY + 60_000).toISOString(),
    measurements,
  });
const recovered = (lower: number, upper: number) => measured('rto', upper, { lower, upper, unit: 's' });
const unseen = (lower: number) => measured('rto', null, { lower, unit: 's' });

describe('recovery times of runs', () => {
  it('count each with its upper end, all of them and not the newest alone', () => {
    const runs = [run(3, recovered(49, 50)), run(2, recovered(9, 10)), run(1, recovered(29, 30))];
    expect(onlyRow(rto(), { evidence: runs }).production).toMatchObject({ state: 'met', value: 50, n: 3 });
    expect(onlyRow(rto('mean'), { evidence: runs }).production).toMatchObject({ state: 'met', value: 30 });
    const late = [...runs, run(4, recovered(59, 61))];
    expect(onlyRow(rto(), { evidence: late }).production).toMatchObject({ state: 'missed', value: 61 });
  });

  it('of runs that have proven no fault are none', () => {
    const unproven = evidence('chaos-run', { verdict: 'inconclusive', measurements: [recovered(0, 0.1)] });
    expect(onlyRow(rto(), { evidence: [unproven] }).production).toMatchObject({ state: 'unknown', value: null });
    expect(onlyRow(rto(), { evidence: [unproven, run(3, recovered(49, 50))] }).production).toMatchObject({ n: 1 });
  });

  it('that were not seen to end are a lower bound of every statistic, and never kept the promise', () => {
    const runs = [run(3, recovered(9, 10)), run(2, recovered(19, 20)), run(1, unseen(45))];
    for (const [statistic, atLeast] of [
      ['maximum', 45],
      ['mean', 25],
      ['median', 20],
    ] as const) {
      const { production } = onlyRow(rto(statistic), { evidence: runs });
      expect(production).toMatchObject({ state: 'unknown', value: atLeast, n: 3, reason: { code: 'censored' } });
      expect(production.reason?.message).toBe(`1 of them not seen to end, so that it is at least ${atLeast} s`);
      expect(production.support?.message).toContain('2 of 3 within');
    }
    const { production } = onlyRow(rto(), { evidence: [...runs, run(1, unseen(61))] });
    expect(production).toMatchObject({ state: 'missed', value: 61, n: 4 });
  });
});

describe('recovery times of runs that were ended early', () => {
  const aborted = (daysAgo: number, ...measurements: ReturnType<typeof measured>[]) => {
    const { source, evidence: record } = run(daysAgo, ...measurements);
    const reasons = [{ code: 'aborted', message: 'the downtime budget was spent' }];
    return { source, evidence: { ...record, verdict: 'fail' as const, reasons } };
  };

  it('are more than until the last failure: the promise is never met by them, and missed by one that is long enough', () => {
    const { production } = onlyRow(rto(), { evidence: [aborted(1, recovered(20, 20.1))] });
    expect(production).toMatchObject({ state: 'unknown', value: 20, n: 1, reason: { code: 'censored' } });
    expect(production.reason.message).toBe('1 of them not seen to end, so that it is at least 20 s');
    expect(production).not.toHaveProperty('upper');
    const long = onlyRow(rto(), { evidence: [aborted(1, recovered(61, 61.1))] }).production;
    expect(long).toMatchObject({ state: 'missed', value: 61, n: 1 });
  });

  it('keep other runs from showing that the promise is kept', () => {
    const runs = [run(3, recovered(9, 10)), aborted(2, recovered(20, 20.1))];
    for (const statistic of ['maximum', 'mean', 'median']) {
      expect(onlyRow(rto(statistic), { evidence: runs }).production.state).toBe('unknown');
    }
  });

  it('are no recoveries where nothing had failed before the end', () => {
    const { production } = onlyRow(rto(), {
      evidence: [aborted(1, measured('rto', 0, { lower: 0, upper: 0.1, unit: 's' }))],
    });
    expect(production).toMatchObject({ state: 'unknown', value: 0 });
  });
});

describe('losses of runs', () => {
  const lost = (value: number | null) => measured('lost-writes', value, { n: 900, unit: 'writes' });

  it('are judged by the worst of them', () => {
    expect(onlyRow(losses, { evidence: [run(2, lost(0)), run(1, lost(0))] }).production).toMatchObject({
      state: 'met',
      value: 0,
      n: 2,
    });
    expect(onlyRow(losses, { evidence: [run(2, lost(3)), run(1, lost(0))] }).production).toMatchObject({
      state: 'missed',
      value: 3,
    });
  });

  it('that nobody could find out are unknown', () => {
    expect(onlyRow(losses, { evidence: [run(1, lost(null))] }).production.state).toBe('unknown');
  });

  it('that nobody could find out hide nothing of other runs, whichever came last, and are told', () => {
    for (const runs of [
      [run(2, lost(3)), run(1, lost(null))],
      [run(2, lost(null)), run(1, lost(3))],
    ]) {
      const { production } = onlyRow(losses, { evidence: runs });
      expect(production).toMatchObject({ state: 'missed', value: 3, n: 1, sourceCount: 2 });
      expect(production.reason.message).toMatch(/; 1 more without a number$/);
    }
  });
});

it('takes no requests of an experiment for those of users', () => {
  const platform = platformWith(
    target('available', 'indicator: availability\ncomparison: gte\nvalue: 99.9\nunit: percent'),
  );
  const runs = [1, 0.9].map((value) => run(1, measured('availability', value, { n: 1000 })));
  expect(onlyRow(platform, { evidence: runs }).production).toMatchObject({
    state: 'unknown',
    reason: { code: 'no-evidence' },
  });
});

it('takes the runs that users came through for failovers that succeed', () => {
  const platform = platformWith(
    target('failover', 'indicator: failover-success\ncomparison: gte\nvalue: 100\nunit: percent'),
  );
  const success = (value: number) => measured('failover-success', value, { n: 1 });
  const { production } = onlyRow(platform, { evidence: [run(3, success(1)), run(2, success(0)), run(1, success(1))] });
  expect(production).toMatchObject({ state: 'missed', count: 2, n: 3 });
});
