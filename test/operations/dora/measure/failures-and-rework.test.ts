import { describe, expect, it } from 'vitest';
import { commit, deployed, excludedIds, incident, line, measured, metric, weekly } from '../delivery.ts';

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
