/** The catalogue is whole and at one with itself, and FIS's own answers go before it. */
import { describe, expect, it } from 'vitest';
import { GONE, SNAPSHOT, withAnswers } from '../../../src/operations/chaos/catalogue/catalogue.ts';
import { exampleOf } from '../../../src/operations/chaos/check/actions.ts';
import { wrongValue } from '../../../src/operations/chaos/check/values.ts';

const actions = [...SNAPSHOT.actions.values()];

describe('the snapshot', () => {
  it('has the actions and target types of the user guide', () => {
    expect(actions.filter(({ replacedBy }) => replacedBy === undefined)).toHaveLength(50);
    expect(actions.filter(({ replacedBy }) => replacedBy !== undefined).map(({ id }) => id)).toEqual([
      'aws:elasticache:interrupt-cluster-az-power',
    ]);
    expect(SNAPSHOT.targetTypes.size).toBe(25);
    expect(new Set(actions.flatMap(({ targets }) => Object.keys(targets)))).toEqual(
      new Set(
        'AutoScalingGroups Buckets Cluster Clusters DBInstances Functions Instances KinesisStreams ManagedResources MultiRegionClusters Nodegroups Pods ReplicationGroups Roles SpotInstances Subnets Tables Tasks TransitGateways VirtualInterfaces Volumes VPCEndpoints'.split(
          ' ',
        ),
      ),
    );
  });

  it('is at one with itself', () => {
    for (const action of actions) {
      expect(Object.keys(action.targets).length, action.id).toBeLessThanOrEqual(1);
      for (const type of Object.values(action.targets)) {
        expect(SNAPSHOT.targetTypes.has(type), `${action.id} on ${type}`).toBe(true);
      }
      expect(action.endsWith === undefined || action.endsWith in action.parameters, action.id).toBe(true);
      expect(action.reverts === 'yes' && action.endsWith === undefined, `${action.id} would never end`).toBe(false);
      expect(action.replacedBy === undefined || SNAPSHOT.actions.has(action.replacedBy)).toBe(true);
    }
    for (const [gone, instead] of Object.entries(GONE)) {
      expect([SNAPSHOT.actions.has(gone), SNAPSHOT.actions.has(instead)]).toEqual([false, true]);
    }
  });

  it('gives examples that fit', () => {
    const forms = actions.flatMap(({ id, parameters }) =>
      Object.entries(parameters).map(([name, { form }]) => ({ at: `${id} ${name}`, form })),
    );
    for (const { at, form } of forms.filter(({ form: { kind } }) => kind !== 'json' && kind !== 'arn')) {
      expect(wrongValue(exampleOf(form).replace(/^"(.*)"$/, '$1'), form), at).toBeUndefined();
    }
  });
});

describe("FIS's answers", () => {
  const date = '2027-01-01';

  it('say which actions there are, and leave what they do not say', () => {
    const listed = [
      { id: 'aws:fis:wait' },
      { id: 'aws:ecs:stop-task', targets: { Tasks: { resourceType: 'aws:ecs:task' } } },
      { id: 'aws:new:fault', targets: { Things: { resourceType: 'aws:new:thing' } } },
    ];
    const catalogue = withAnswers(SNAPSHOT, { date, actions: listed });
    expect([catalogue.date, ...catalogue.actions.keys()]).toEqual([date, ...listed.map(({ id }) => id)]);
    expect(catalogue.actions.get('aws:fis:wait')).toEqual(SNAPSHOT.actions.get('aws:fis:wait'));
    expect(catalogue.actions.get('aws:new:fault')).toMatchObject({
      open: true,
      reverts: 'no',
      targets: { Things: 'aws:new:thing' },
    });
    expect(catalogue.targetTypes).toBe(SNAPSHOT.targetTypes);
  });

  it('say which parameters an action takes and needs', () => {
    const parameters = { duration: { required: true }, percent: { required: true }, burst: {} };
    const catalogue = withAnswers(SNAPSHOT, { date, actions: [{ id: 'aws:ecs:task-cpu-stress', parameters }] });
    expect(catalogue.actions.get('aws:ecs:task-cpu-stress')?.parameters).toEqual({
      duration: { required: true, form: { kind: 'duration', minimumSeconds: 60, maximumSeconds: 43_200 } },
      percent: { required: true, form: { kind: 'number', minimum: 0, maximum: 100, whole: true } },
      burst: { required: false, form: { kind: 'text' } },
    });
    const fresh = withAnswers(SNAPSHOT, { date, actions: [{ id: 'aws:new:fault', parameters: { duration: {} } }] });
    expect(fresh.actions.get('aws:new:fault')).toMatchObject({ open: false, endsWith: 'duration' });
  });

  it('say which target types there are', () => {
    const answered = [{ resourceType: 'aws:new:thing', parameters: { zone: { required: true } } }, {}];
    const catalogue = withAnswers(SNAPSHOT, { date, targetTypes: answered });
    expect([...catalogue.targetTypes.keys()]).toEqual(['aws:new:thing']);
    expect(catalogue.targetTypes.get('aws:new:thing')?.parameters).toEqual({
      zone: { required: true, form: { kind: 'text' } },
    });
    expect(catalogue.actions).toBe(SNAPSHOT.actions);
  });
});
