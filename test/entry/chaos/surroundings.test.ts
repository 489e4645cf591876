import { expect, it } from 'vitest';
import { protectedClusters, requireNothingProtected } from '../../../src/entry/chaos/surroundings.ts';
import type { Template, TemplateTarget } from '../../../src/operations/chaos/experiment/template.ts';
import { loadPlatform } from '../../../src/platform/load.ts';

const { platform } = await loadPlatform('examples/artguard/surefoot.yml');

function refusalOf(target: Partial<TemplateTarget>, account: { dev?: string; prod?: string } = {}): unknown {
  if (platform?.environments['dev'] === undefined || platform.environments['prod'] === undefined) {
    throw new Error('artguard has other environments');
  }
  const dev = { ...platform.environments['dev'], account: account.dev };
  const prod = { ...platform.environments['prod'], account: account.prod };
  const template: Template = {
    description: 'one task',
    roleArn: 'arn:aws:iam::000000000000:role/fis',
    stopConditions: [{ source: 'none' }],
    actions: {},
    targets: { tasks: { resourceType: 'aws:ecs:task', selectionMode: 'ALL', ...target } },
  };
  try {
    requireNothingProtected(template, { ...platform, environments: { dev, prod } }, dev);
    return undefined;
  } catch (error) {
    return error;
  }
}

const ARN = 'arn:aws:ecs:ca-central-1:000000000000';

it.each<[string, Partial<TemplateTarget>]>([
  ['its cluster', { parameters: { cluster: 'artguard-cluster-prod' } }],
  ['its service', { parameters: { cluster: 'artguard-cluster-prod', service: 'artguard-backend-prod' } }],
  ['the ARN of its cluster', { parameters: { cluster: `${ARN}:cluster/artguard-cluster-prod` } }],
  ['one of its tasks', { resourceArns: [`${ARN}:task/artguard-cluster-prod/0123`] }],
])('a run in dev is refused where the experiment names %s of prod, which is protected', (_, target) => {
  expect(refusalOf(target)).toMatchObject({
    code: 'protected-target',
    message: expect.stringContaining(
      'target tasks is in the cluster artguard-cluster-prod of prod, which is protected',
    ),
  });
});

it('is not refused for its own cluster, for another service of a shared one, or where prod is in another account', () => {
  expect(
    refusalOf({ parameters: { cluster: 'artguard-cluster-dev', service: 'artguard-backend-dev' } }),
  ).toBeUndefined();
  expect(refusalOf({ parameters: { cluster: 'artguard-cluster-prod', service: 'another' } })).toBeUndefined();
  const accounts = { dev: '111111111111', prod: '222222222222' };
  expect(refusalOf({ parameters: { cluster: 'artguard-cluster-prod' } }, accounts)).toBeUndefined();
});

it('gives the clusters of protected environments that may be in the same account', () => {
  const { dev, prod } = platform?.environments ?? {};
  if (platform === undefined || dev === undefined || prod === undefined) {
    throw new Error('artguard has other environments');
  }
  const inAccounts = (one: string | undefined, other: string | undefined) => {
    const environments = { dev: { ...dev, account: one }, prod: { ...prod, account: other } };
    return protectedClusters({ ...platform, environments }, environments.dev);
  };
  expect(inAccounts(undefined, undefined)).toEqual([{ cluster: 'artguard-cluster-prod', environment: 'prod' }]);
  expect(inAccounts('111111111111', '222222222222')).toEqual([]);
});
