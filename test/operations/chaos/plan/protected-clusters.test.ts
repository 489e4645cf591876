import { expect, it } from 'vitest';
import { isInCluster, protectedAmong } from '../../../../src/operations/chaos/plan/protected-clusters.ts';

const ECS = 'arn:aws:ecs:ca-central-1:000000000000';
const CLUSTERS = [{ cluster: 'shop-prod', environment: 'prod' }];

it.each([
  [`${ECS}:task/shop-prod/0123`, true],
  [`${ECS}:cluster/shop-prod`, true],
  [`${ECS}:service/shop-prod/web`, true],
  [`${ECS}:task/shop-prod-2/0123`, false],
  [`${ECS}:task/0123`, false],
  ['arn:aws:rds:ca-central-1:000000000000:cluster/shop-prod', false],
])('%s is in shop-prod: %s', (arn, expected) => {
  expect(isInCluster(arn, 'shop-prod')).toBe(expected);
});

function judged(target: object, resources: string[]) {
  const template = {
    description: 'tasks',
    roleArn: 'arn:aws:iam::000000000000:role/fis',
    stopConditions: [],
    actions: {},
    targets: { tasks: { resourceType: 'aws:ecs:task', selectionMode: 'ALL', ...target } },
  };
  return protectedAmong(template, [{ name: 'tasks', resources }], CLUSTERS);
}

it('refuses what tags have found in a protected cluster, and names it', () => {
  const task = `${ECS}:task/shop-prod/0123`;
  const reason = judged({ resourceTags: { chaos: 'yes' } }, [`${ECS}:task/shop-dev/4567`, task]);
  expect(reason?.code).toBe('protected-target');
  expect(reason?.message).toContain(`target tasks would hit ${task}, in the cluster shop-prod of prod`);
  expect(judged({ resourceTags: { chaos: 'yes' } }, [`${ECS}:task/shop-dev/4567`])).toBeUndefined();
});

it('leaves a service alone that is named in a shared cluster: its name was judged before', () => {
  const parameters = { cluster: 'shop-prod', service: 'web-dev' };
  expect(judged({ parameters }, [`${ECS}:task/shop-prod/0123`])).toBeUndefined();
  expect(judged({ parameters: { cluster: 'shop-prod' } }, [`${ECS}:task/shop-prod/0123`])).toBeDefined();
});
