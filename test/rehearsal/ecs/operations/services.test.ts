import type {
  DescribeServicesResponse,
  ListServiceDeploymentsResponse,
  ListServicesResponse,
} from '@aws-sdk/client-ecs';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually, shortArn } from '../lab.ts';
import { balancer, call, lab, refused, service } from './calls.ts';

describe('services', () => {
  let taskDefinition: string;

  beforeAll(async () => {
    taskDefinition = await lab().taskDefinition('good');
  });

  test('are created once by one token, described by name or ARN, with tags when asked for', async () => {
    const input = {
      ...service,
      serviceName: 'tagged',
      taskDefinition,
      clientToken: 't-1',
      tags: [{ key: 'k', value: 'v' }],
    };
    await call('CreateService', input);
    await call('CreateService', input);
    await refused('CreateService', { ...input, clientToken: 't-2' }).toMatchObject({
      message: 'Creation of service was not idempotent.',
    });
    const arn = 'arn:aws:ecs:ca-central-1:000000000000:service/lab/tagged';
    const bare = await call<DescribeServicesResponse>('DescribeServices', { cluster: 'lab', services: [arn, 'other'] });
    expect(bare.services?.map(({ serviceArn }) => serviceArn)).toEqual([arn]);
    expect(bare.services?.[0]).not.toHaveProperty('tags');
    expect(bare.failures).toEqual([
      { arn: 'arn:aws:ecs:ca-central-1:000000000000:service/lab/other', reason: 'MISSING' },
    ]);
    const full = await call<DescribeServicesResponse>('DescribeServices', {
      cluster: 'lab',
      services: ['tagged'],
      include: ['TAGS'],
    });
    expect(full.services?.[0]).toMatchObject({
      tags: [{ key: 'k', value: 'v' }],
      schedulingStrategy: 'REPLICA',
      deploymentController: { type: 'ECS' },
      availabilityZoneRebalancing: 'ENABLED',
      deploymentConfiguration: { strategy: 'ROLLING', maximumPercent: 200, minimumHealthyPercent: 100 },
    });
    await refused('DescribeServices', { cluster: 'lab', services: [] }).toThrow('Services cannot be empty.');
    await refused('DescribeServices', { cluster: 'lab', services: Array(11).fill('a') }).toMatchObject({
      code: 'InvalidParameterException',
    });
    await refused('DescribeServices', {
      cluster: 'lab',
      services: ['arn:aws:ecs:ca-central-1:000000000000:service/elsewhere/tagged'],
    }).toThrow('Identifier is for cluster elsewhere. Your cluster is lab');
  });

  test('are updated without a deployment where AWS starts none, and with one where it does', async () => {
    await call('CreateService', { ...service, serviceName: 'quiet', taskDefinition });
    const deployments = async () =>
      (
        await call<ListServiceDeploymentsResponse>('ListServiceDeployments', { cluster: 'lab', service: 'quiet' })
      ).serviceDeployments?.map(({ status }) => status);
    await eventually(async () => (await deployments())?.[0] === 'SUCCESSFUL' || undefined);
    const update = (change: object) => call('UpdateService', { cluster: 'lab', service: 'quiet', ...change });
    for (const change of [
      { desiredCount: 0 },
      { taskDefinition },
      { deploymentConfiguration: { maximumPercent: 150 } },
      { enableExecuteCommand: true, availabilityZoneRebalancing: 'DISABLED', propagateTags: 'SERVICE' },
      { networkConfiguration: service.networkConfiguration },
    ]) {
      await update(change);
    }
    expect(await deployments()).toEqual(['SUCCESSFUL']);
    let expected = 1;
    for (const change of [
      { forceNewDeployment: true },
      { taskDefinition: await lab().taskDefinition('good') },
      { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-b'] } } },
      { platformVersion: '1.4.0' },
    ]) {
      await update(change);
      expected += 1;
      await eventually(async () => (await deployments())?.every((status) => status === 'SUCCESSFUL') || undefined);
      expect(await deployments()).toHaveLength(expected);
    }
    const page = await call<ListServiceDeploymentsResponse>('ListServiceDeployments', {
      cluster: 'lab',
      service: 'quiet',
      status: ['SUCCESSFUL'],
      maxResults: 3,
    });
    expect(page.serviceDeployments).toHaveLength(3);
    expect(page.nextToken).toBeDefined();
    const none = await call<ListServiceDeploymentsResponse>('ListServiceDeployments', {
      cluster: 'lab',
      service: 'quiet',
      createdAt: { before: new Date(0) },
    });
    expect(none.serviceDeployments).toEqual([]);
    await refused('UpdateService', { cluster: 'lab', service: 'nobody' }).toMatchObject({
      code: 'ServiceNotFoundException',
      message: 'Service not found.',
    });
  });

  test('are deleted: with force while they run, then INACTIVE, and the name is free again', async () => {
    const input = { ...service, serviceName: 'short', taskDefinition, desiredCount: 1, loadBalancers: [balancer()] };
    await call('CreateService', input);
    await eventually(
      () =>
        lab()
          .elb.targets(lab().blue)
          .some((target) => target.state === 'healthy') || undefined,
    );
    await refused('DeleteService', { cluster: 'lab', service: 'short' }).toThrow(
      'The service cannot be stopped while it is scaled above 0.',
    );
    const { service: draining } = await call<{ service: { status: string } }>('DeleteService', {
      cluster: 'lab',
      service: 'short',
      force: true,
    });
    expect(draining.status).toBe('DRAINING');
    await refused('CreateService', input).toThrow('Unable to Start a service that is still Draining.');
    const describe = async () =>
      (await call<DescribeServicesResponse>('DescribeServices', { cluster: 'lab', services: ['short'] })).services?.[0];
    await eventually(async () => (await describe())?.status === 'INACTIVE' || undefined);
    expect(await describe()).toMatchObject({ runningCount: 0, desiredCount: 0, deployments: [] });
    expect(lab().elb.targets(lab().blue)).toEqual([]);
    const { serviceArns } = await call<ListServicesResponse>('ListServices', { cluster: 'lab' });
    expect(serviceArns?.map(shortArn)).not.toContain('short');
    await refused('UpdateService', { cluster: 'lab', service: 'short', desiredCount: 1 }).toMatchObject({
      code: 'ServiceNotActiveException',
      message: 'Service was not ACTIVE.',
    });
    await call('CreateService', { ...input, desiredCount: 0 });
    expect((await describe())?.status).toBe('ACTIVE');
  });

  test('deployments and revisions that are not there are failures', async () => {
    const missing = 'arn:aws:ecs:ca-central-1:000000000000:service-deployment/lab/web/none';
    expect(await call('DescribeServiceDeployments', { serviceDeploymentArns: [missing] })).toEqual({
      serviceDeployments: [],
      failures: [{ arn: missing, reason: 'MISSING' }],
    });
    expect(await call('DescribeServiceRevisions', { serviceRevisionArns: [missing] })).toEqual({
      serviceRevisions: [],
      failures: [{ arn: missing, reason: 'MISSING' }],
    });
    await refused('StopServiceDeployment', { serviceDeploymentArn: missing }).toMatchObject({
      code: 'ServiceDeploymentNotFoundException',
    });
  });
});
