import { describe, expect, it } from 'vitest';
import type { CommitEvent } from '../../../src/operations/dora/events.ts';
import { doraRecordSchema } from '../../../src/report/dora/record.ts';
import { commit, deployed, excludedIds, hours, incident, line, measured, metric, numbers } from './delivery.ts';

/** Ten days of line(60): deployments d0 (the first) to d5 of every tenth commit. */
const weekly = {
  commits: line(60),
  deployments: [0, 10, 20, 30, 40, 50].map((commit, index) => deployed(`d${index}`, `c${commit}`, 100 + index * 50)),
};

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

describe('which deployments count', () => {
  const base = { commits: line(10), incidents: [] };

  it('not those that never ran, are under way, or ended before production; the first success of several', () => {
    const record = measured(
      {
        ...base,
        deployments: [
          deployed('d0', 'c0', 100),
          deployed('no-status', 'c1', 110, { statuses: [] }),
          deployed('waited', 'c1', 111, {
            statuses: [
              { state: 'waiting', at: hours(111) },
              { state: 'inactive', at: hours(112) },
            ],
          }),
          deployed('failed', 'c1', 120, { statuses: [{ state: 'failure', at: hours(120) }] }),
          deployed('twice', 'c1', 130, {
            statuses: [
              { state: 'inactive', at: hours(200) },
              { state: 'success', at: hours(131) },
              { state: 'success', at: hours(130) },
              { state: 'failure', at: hours(129) },
            ],
          }),
          deployed('running', 'c2', 955, { statuses: [{ state: 'in_progress', at: hours(955) }] }),
          deployed('later', 'c3', 970),
        ],
      },
      { window: { from: hours(0), to: hours(960) } },
    );
    expect(record.deployments.map(({ id, at }) => [id, at])).toEqual([
      ['d0', new Date(hours(100)).toISOString()],
      ['twice', new Date(hours(130)).toISOString()],
    ]);
    expect(excludedIds(record, 'never-ran')).toEqual(['no-status', 'waited']);
    expect(excludedIds(record, 'ended-in-failure')).toEqual(['failed']);
    expect(excludedIds(record, 'under-way')).toEqual(['running']);
    expect(excludedIds(record, 'in-the-future')).toEqual(['later']);
  });

  it('one whose statuses are dated before it began is in production when it began, not earlier', () => {
    const skewed = { createdAt: hours(110), statuses: [{ state: 'success', at: hours(105) }] };
    const record = measured({ ...base, deployments: [deployed('d0', 'c0', 100), deployed('d1', 'c1', 0, skewed)] });
    expect(record.deployments[1]?.at).toBe(new Date(hours(110)).toISOString());
    expect(record.changes[0]?.leadSeconds).toBe(109 * 3600);
  });

  it('not another one of the commit that is there already, as the jobs of a matrix file them', () => {
    const record = measured({
      ...base,
      deployments: [deployed('d0', 'c0', 100), deployed('d1', 'c1', 110), deployed('d2', 'c1', 110.01)],
    });
    expect(record.deployments.map(({ id }) => id)).toEqual(['d0', 'd1']);
    expect(excludedIds(record, 'same-commit')).toEqual(['d2']);
  });

  it('a failure counts as a failed deployment where it is known to have had traffic', () => {
    const failed = {
      statuses: [{ state: 'failure', at: hours(121) }],
      createdAt: hours(120),
      failureReachedProduction: true,
    };
    const record = measured({ ...base, deployments: [deployed('d0', 'c0', 100), deployed('d1', 'c1', 0, failed)] });
    expect(metric(record, 'change-fail-rate')).toMatchObject({ value: 0.5, n: 2 });
    expect(metric(record, 'deployment-frequency').count).toBe(1);
    expect(metric(record, 'failed-deployment-recovery-time').value).toBe(3600);
  });

  it('an error is none, even there: nothing came of it, or it could not be judged', () => {
    const error = { statuses: [{ state: 'error', at: hours(121) }], failureReachedProduction: true };
    const record = measured({ ...base, deployments: [deployed('d0', 'c0', 100), deployed('d1', 'c1', 120, error)] });
    expect(metric(record, 'change-fail-rate')).toMatchObject({ value: 0, n: 1 });
    expect(excludedIds(record, 'ended-in-failure')).toEqual(['d1']);
  });

  it('the youngest are pending: left out of the rates, even those that have failed already', () => {
    const record = measured(
      {
        ...base,
        deployments: [deployed('d0', 'c0', 100), deployed('d1', 'c1', 950), deployed('d2', 'c2', 955)],
        incidents: [incident('i1', 956, null)],
      },
      { window: { from: hours(0), to: hours(960) } },
    );
    expect(record.deployments.map(({ pending }) => pending)).toEqual([false, true, true]);
    expect(metric(record, 'change-fail-rate')).toMatchObject({ value: 0, n: 1 });
    expect(metric(record, 'deployment-frequency').count).toBe(3);
    const young = measured(
      { ...base, deployments: [deployed('d0', 'c0', 950)] },
      { window: { from: hours(0), to: hours(960) } },
    );
    expect(numbers(young)).toMatchObject({ 'change-fail-rate': 'pending', 'deployment-rework-rate': 'pending' });
  });
});

describe('changes', () => {
  const shipped = (commits: CommitEvent[], head: string) =>
    measured({
      commits: [commit('c0', 0), ...commits],
      deployments: [deployed('d0', 'c0', 1), deployed('d1', head, 100)],
    });

  it('a squash merge begins with the first commit of its pull request', () => {
    const pull = { number: 7, firstAuthoredAt: hours(20), hotfix: false };
    const record = shipped([commit('s', 90, { parents: ['c0'], pull })], 's');
    expect(record.changes).toEqual([expect.objectContaining({ id: '#7', commits: 1, leadSeconds: 80 * 3600 })]);
  });

  it('commits of one pull request are one change, and its merge commit none', () => {
    const pull = { number: 7, firstAuthoredAt: hours(20), hotfix: false };
    const record = shipped(
      [
        commit('a', 20, { parents: ['c0'], pull }),
        commit('b', 30, { parents: ['a'], pull }),
        commit('m', 40, { parents: ['c0', 'b'], pull }),
      ],
      'm',
    );
    expect(record.changes).toEqual([expect.objectContaining({ id: '#7', commits: 2, leadSeconds: 80 * 3600 })]);
    expect(excludedIds(record, 'merge-commit')).toEqual(['m']);
  });

  it('dated after they were deployed are left out and counted, not clamped', () => {
    const record = shipped([commit('a', 20, { parents: ['c0'] }), commit('b', 101, { parents: ['a'] })], 'b');
    expect(record.changes.map(({ id }) => id)).toEqual(['a']);
    expect(excludedIds(record, 'written-after-deployment')).toEqual(['b']);
  });

  it('reverted before they were deployed never were in production', () => {
    const record = shipped(
      [
        commit('a', 20, { parents: ['c0'] }),
        commit('r', 21, { parents: ['a'], reverts: ['a'] }),
        commit('b', 22, { parents: ['r'] }),
      ],
      'b',
    );
    expect(record.changes.map(({ id }) => id)).toEqual(['b']);
    expect(excludedIds(record, 'undone-before')?.toSorted()).toEqual(['a', 'r']);
    expect(metric(record, 'change-fail-rate').value).toBe(0);
  });

  it('are counted once, with the first deployment that brought them, also after a rollback', () => {
    const record = measured({
      commits: line(4),
      deployments: [
        deployed('d0', 'c0', 10),
        deployed('d1', 'c2', 20),
        deployed('back', 'c0', 21),
        deployed('again', 'c3', 30),
      ],
    });
    expect(record.changes.map(({ id, deployment }) => `${id} ${deployment}`).toSorted()).toEqual([
      'c1 d1',
      'c2 d1',
      'c3 again',
    ]);
  });
});

describe('failures and rework', () => {
  const steps = [
    deployed('d0', 'c0', 10),
    deployed('d1', 'c2', 20),
    deployed('d2', 'c0', 22),
    deployed('d3', 'c3', 100),
  ];

  it('a rollback fails what was live, and is rework itself', () => {
    const record = measured({ commits: line(4), deployments: steps });
    expect(record.deployments[1]?.failed).toMatchObject({ because: 'rolled-back', by: 'd2' });
    expect(record.deployments[2]?.rework).toEqual({ because: 'rollback', of: 'd1' });
    expect(metric(record, 'change-fail-rate')).toMatchObject({ value: 0.25, n: 4 });
    expect(metric(record, 'deployment-rework-rate')).toMatchObject({ value: 0.25, n: 4 });
    expect(metric(record, 'failed-deployment-recovery-time').value).toBe(2 * 3600);
  });

  it('going forward again to what had been taken back is no second rollback', () => {
    const record = measured({ commits: line(4), deployments: [...steps.slice(0, 3), deployed('d3', 'c1', 30)] });
    expect(record.deployments.map((each) => each.rework?.because)).toEqual([
      undefined,
      undefined,
      'rollback',
      undefined,
    ]);
  });

  it('a revert fails what brought the change, but only soon after it', () => {
    const reverting = (at: number) =>
      measured({
        commits: [...line(2), commit('r', 15, { parents: ['c1'], reverts: ['c1'] })],
        deployments: [deployed('d0', 'c0', 10), deployed('d1', 'c1', 20), deployed('d2', 'r', at)],
      });
    expect(reverting(30).deployments.map((each) => each.failed?.because)).toEqual([undefined, 'reverted', undefined]);
    expect(reverting(30).deployments[2]?.rework).toEqual({ because: 'revert', of: 'd1' });
    expect(reverting(30).changes.map(({ id }) => id)).toEqual(['c1']);
    expect(reverting(200).deployments.map((each) => each.failed?.because)).toEqual([undefined, undefined, undefined]);
  });

  it('the revert of a revert is a change again, and fails nobody', () => {
    const record = measured({
      commits: [
        ...line(2),
        commit('r', 15, { parents: ['c1'], reverts: ['c1'] }),
        commit('rr', 25, { parents: ['r'], reverts: ['r'] }),
      ],
      deployments: [
        deployed('d0', 'c0', 10),
        deployed('d1', 'c1', 20),
        deployed('d2', 'r', 22),
        deployed('d3', 'rr', 30),
      ],
    });
    expect(record.deployments.map((each) => each.failed?.because)).toEqual([
      undefined,
      'reverted',
      undefined,
      undefined,
    ]);
    expect(record.deployments[3]?.rework).toBeUndefined();
    expect(record.changes.map(({ id }) => id)).toEqual(['c1', 'rr']);
  });

  it('several incidents of one deployment are one failed deployment, recovered with the last', () => {
    const record = measured({
      ...weekly,
      incidents: [incident('i1', 201, 202), incident('i2', 203, 220), incident('i3', 204, 205)],
    });
    expect(metric(record, 'change-fail-rate')).toMatchObject({ value: 1 / 6, count: 1 });
    expect(metric(record, 'failed-deployment-recovery-time').value).toBe(20 * 3600);
  });

  it('an incident long after the last deployment is put down to none, unless it names one', () => {
    const late = measured({ ...weekly, incidents: [incident('i1', 500, 501)] });
    expect(late.incidents).toEqual([expect.not.objectContaining({ deployment: expect.anything() })]);
    expect(metric(late, 'change-fail-rate').value).toBe(0);
    for (const causedBy of ['d3', 'c30', 'c25']) {
      const named = measured({ ...weekly, incidents: [incident('i1', 500, 501, { causedBy })] });
      expect(named.incidents).toEqual([expect.objectContaining({ deployment: 'd3', linkedBy: 'named' })]);
    }
    const unknown = measured({ ...weekly, incidents: [incident('i1', 203, 204, { causedBy: 'c99' })] });
    expect(excludedIds(unknown, 'cause-not-found')).toEqual(['i1']);
    expect(metric(unknown, 'change-fail-rate').value).toBe(0);
  });

  it('what ended an incident is rework, and a hotfix by its name', () => {
    const record = measured({
      ...weekly,
      commits: [...line(60), commit('f', 203, { parents: ['c20'] })],
      deployments: [...weekly.deployments, deployed('fix', 'f', 204), deployed('hot', 'c59', 400, { hotfix: true })],
      incidents: [incident('i1', 203, 209)],
    });
    const rework = record.deployments.filter((each) => each.rework).map((each) => [each.id, each.rework]);
    expect(rework).toEqual([
      ['fix', { because: 'ended-incident', of: 'i1' }],
      ['hot', { because: 'hotfix' }],
    ]);
  });

  it('an open incident is never 0 s and never dropped: the median is known only where it cannot matter', () => {
    const two = measured({ ...weekly, incidents: [incident('i1', 151, 152), incident('i2', 203, null)] });
    expect(metric(two, 'failed-deployment-recovery-time')).toMatchObject({ value: null });
    expect(metric(two, 'failed-deployment-recovery-time').unknown).toMatchObject({
      code: 'not-recovered',
      message: expect.stringMatching(/1 of 2 failed deployments has not recovered yet \(d2\)/),
    });
    const three = measured({
      ...weekly,
      incidents: [incident('i1', 151, 152), incident('i2', 203, null), incident('i3', 251, 255)],
    });
    expect(metric(three, 'failed-deployment-recovery-time')).toMatchObject({ value: 5 * 3600, n: 3 });
  });

  it('an incident closed before it was opened is left out and counted', () => {
    const record = measured({ ...weekly, incidents: [incident('i1', 203, 190)] });
    expect(excludedIds(record, 'incident-out-of-order')).toEqual(['i1']);
    expect(metric(record, 'change-fail-rate').value).toBe(0);
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
