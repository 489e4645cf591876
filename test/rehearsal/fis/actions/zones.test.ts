/** Actions of FIS on whole zones: in the dark, and traffic shifted away from them. */
import { describe, expect, it } from 'vitest';
import { eventually } from '../../ecs/lab.ts';
import { A, acting, askAll, B, C, database, ended, health, PATIENCE_MS, start, stop, subnetOf, whole } from './shop.ts';

describe('aws:network:disrupt-connectivity', () => {
  it('makes a zone dark for tasks and databases for its duration, and all is well afterwards', async () => {
    await whole();
    expect(database().primary.zone).toBe(A);
    const id = await start({
      targets: { it: subnetOf(A ?? '') },
      actions: {
        cut: {
          actionId: 'aws:network:disrupt-connectivity',
          parameters: { duration: 'PT20M', scope: 'all' },
          targets: { Subnets: 'it' },
        },
      },
    });
    await eventually(async () => {
      const lost = (await health()).filter(({ state, reason }) => state === 'unhealthy' && reason === 'Target.Timeout');
      return lost.length > 0 ? lost : undefined;
    }, PATIENCE_MS);
    await database().until(() => database().primary.zone === B && database().status === 'available');
    const experiment = await ended(id);
    expect(experiment.state?.status).toBe('completed');
    await whole();
    expect((await askAll(9)).map(({ status }) => status)).toEqual(Array(9).fill(200));
  }, 240_000);

  it('together with a zonal shift is not felt; both end when the experiment is stopped', async () => {
    await whole();
    const id = await start({
      targets: {
        subnets: subnetOf(C ?? ''),
        balancers: {
          resourceType: 'aws:arc:zonal-shift-managed-resource',
          selectionMode: 'ALL',
          resourceTags: { 'surefoot:chaos': 'zone-loss' },
        },
      },
      actions: {
        shift: {
          actionId: 'aws:arc:start-zonal-autoshift',
          parameters: {
            duration: 'PT2H',
            availabilityZoneIdentifier: C ?? '',
            managedResourceTypes: 'ALB',
            zonalAutoshiftStatus: 'ENABLED',
          },
          targets: { ManagedResources: 'balancers' },
        },
        cut: {
          actionId: 'aws:network:disrupt-connectivity',
          parameters: { duration: 'PT2H', scope: 'availability-zone' },
          targets: { Subnets: 'subnets' },
        },
      },
    });
    await acting(id);
    expect((await askAll(9)).map(({ status }) => status)).toEqual(Array(9).fill(200));
    await stop(id);
    await whole();
    expect((await askAll(9)).map(({ status }) => status)).toEqual(Array(9).fill(200));
  }, 240_000);

  it.each(['s3', 'dynamodb'])('is refused for the scope %s, which nothing here would feel', async (scope) => {
    const id = await start({
      targets: { it: subnetOf(A ?? '') },
      actions: {
        cut: {
          actionId: 'aws:network:disrupt-connectivity',
          parameters: { duration: 'PT1M', scope },
          targets: { Subnets: 'it' },
        },
      },
    });
    expect((await ended(id)).state).toMatchObject({ status: 'failed', error: { code: 'ConfigurationFailure' } });
  });
});

describe('aws:arc:start-zonal-autoshift', () => {
  it.each([
    ['an unknown zone', { availabilityZoneIdentifier: 'us-east-1f', managedResourceTypes: 'ALB' }],
    ['other kinds of resources', { availabilityZoneIdentifier: 'us-east-1a', managedResourceTypes: 'NLB,ASG' }],
  ])('fails for %s', async (_, parameters) => {
    const id = await start({
      targets: {
        it: {
          resourceType: 'aws:arc:zonal-shift-managed-resource',
          selectionMode: 'ALL',
          resourceTags: { 'surefoot:chaos': 'zone-loss' },
        },
      },
      actions: {
        shift: {
          actionId: 'aws:arc:start-zonal-autoshift',
          parameters: { duration: 'PT1M', ...parameters },
          targets: { ManagedResources: 'it' },
        },
      },
    });
    expect((await ended(id)).state).toMatchObject({
      status: 'failed',
      error: { code: 'InvalidTarget', location: 'shift' },
    });
  });
});
