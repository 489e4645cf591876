import { describe, expect, it } from 'vitest';
import type { CommitEvent } from '../../../../src/operations/dora/events.ts';
import { commit, deployed, excludedIds, hours, incident, line, measured, metric, numbers } from '../delivery.ts';

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
