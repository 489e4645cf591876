/** Application Auto Scaling by AWS's own client over a socket, with the ECS service that it scales beside it. */
import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  ListTagsForResourceCommand,
  RegisterScalableTargetCommand,
  type RegisterScalableTargetCommandInput,
  type ScalableTarget,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Lab, startLab } from '../ecs/lab.ts';

let lab: Lab;
let client: ApplicationAutoScalingClient;

beforeAll(async () => {
  lab = await startLab();
  await lab.service({ loadBalancers: [], deploymentConfiguration: { strategy: 'ROLLING' } });
  const { endpoint } = await lab.wire.listen('127.0.0.1', 0);
  client = new ApplicationAutoScalingClient({
    endpoint,
    region: 'ca-central-1',
    credentials: { accessKeyId: 'AKIDREHEARSAL', secretAccessKey: 'none' },
  });
});

afterAll(async () => {
  client.destroy();
  await lab.stop();
});

beforeEach(async () => {
  await client.send(new DeregisterScalableTargetCommand(TARGET)).catch(() => {});
  await lab.update({ desiredCount: 2 });
  await lab.ecs.idle();
});

const TARGET = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/lab/web',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;

async function register(change: Partial<RegisterScalableTargetCommandInput>): Promise<string> {
  const answer = await client.send(new RegisterScalableTargetCommand({ ...TARGET, ...change }));
  return answer.ScalableTargetARN ?? '';
}

async function described(): Promise<ScalableTarget[]> {
  const answer = await client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }));
  return answer.ScalableTargets ?? [];
}

const desired = async () => (await lab.describe()).desiredCount;

describe('scalable targets', () => {
  test('are registered with AWS’s defaults; a change keeps what it does not give', async () => {
    const arn = await register({ MinCapacity: 1, MaxCapacity: 4 });
    const [first] = await described();
    expect(first).toMatchObject({
      ...TARGET,
      MinCapacity: 1,
      MaxCapacity: 4,
      ScalableTargetARN: arn,
      RoleARN:
        'arn:aws:iam::000000000000:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService',
      SuspendedState: {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: false,
      },
    });
    expect(arn).toMatch(/^arn:aws:application-autoscaling:ca-central-1:000000000000:scalable-target\/[0-9a-f]{36}$/);
    expect(await register({ MaxCapacity: 5, SuspendedState: { ScheduledScalingSuspended: true } })).toBe(arn);
    expect(await register({ SuspendedState: { DynamicScalingInSuspended: true } })).toBe(arn);
    const [second] = await described();
    expect(second).toMatchObject({
      MinCapacity: 1,
      MaxCapacity: 5,
      CreationTime: first?.CreationTime,
      SuspendedState: {
        DynamicScalingInSuspended: true,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: true,
      },
    });
  });

  test('bring the desired count into the range at once, out and in, also while suspended, and real tasks follow', async () => {
    await register({ MinCapacity: 3, MaxCapacity: 6 });
    expect(await desired()).toBe(3);
    await lab.ecs.idle();
    expect(await lab.tasks()).toHaveLength(3);
    await register({ MinCapacity: 0, MaxCapacity: 1, SuspendedState: { DynamicScalingInSuspended: true } });
    expect(await desired()).toBe(1);
    await register({ MaxCapacity: 6 });
    expect(await desired()).toBe(1);
  });

  test('a desired count set past them stays until they are registered again, even with nothing new', async () => {
    await register({ MinCapacity: 1, MaxCapacity: 2 });
    await lab.update({ desiredCount: 0 });
    expect(await desired()).toBe(0);
    await described();
    expect(await desired()).toBe(0);
    await register({});
    expect(await desired()).toBe(1);
  });

  test('deregistering leaves the service as it is', async () => {
    await register({ MinCapacity: 3, MaxCapacity: 3 });
    await client.send(new DeregisterScalableTargetCommand(TARGET));
    expect(await described()).toEqual([]);
    expect(await desired()).toBe(3);
    await expect(client.send(new DeregisterScalableTargetCommand(TARGET))).rejects.toMatchObject({
      name: 'ObjectNotFoundException',
      message: expect.stringContaining('resource ID: service/lab/web'),
    });
  });

  test('that are wrong are refused, and change nothing', async () => {
    const refused = (change: Partial<RegisterScalableTargetCommandInput>, text: string) =>
      expect(register(change)).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining(text),
      });
    await refused({ MinCapacity: 1 }, 'Both MinCapacity and MaxCapacity');
    await refused({ MinCapacity: 3, MaxCapacity: 2 }, 'cannot be greater than maximum');
    await refused({ MinCapacity: -1, MaxCapacity: 2 }, 'at least 0');
    await refused({ MinCapacity: 0.5, MaxCapacity: 2 }, 'whole number');
    await refused({ ResourceId: 'service/lab/none', MinCapacity: 1, MaxCapacity: 2 }, "ECS service doesn't exist");
    await refused({ ResourceId: 'service/nowhere/web', MinCapacity: 1, MaxCapacity: 2 }, "ECS service doesn't exist");
    await refused({ ResourceId: 'web', MinCapacity: 1, MaxCapacity: 2 }, 'service/<cluster>/<service>');
    await refused({ ServiceNamespace: 'dynamodb', MinCapacity: 1, MaxCapacity: 2 }, 'ECS services only');
    expect(await described()).toEqual([]);
    expect(await desired()).toBe(2);
  });

  test('come in pages', async () => {
    await register({ MinCapacity: 1, MaxCapacity: 2 });
    await lab.call('ecs', 'CreateService', {
      cluster: 'lab',
      serviceName: 'idle',
      taskDefinition: 'web',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
    });
    await register({ ResourceId: 'service/lab/idle', MinCapacity: 0, MaxCapacity: 0 });
    const page = (NextToken?: string) =>
      client.send(
        new DescribeScalableTargetsCommand({
          ServiceNamespace: 'ecs',
          MaxResults: 1,
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
      );
    const first = await page();
    const second = await page(first.NextToken);
    expect([first, second].map(({ ScalableTargets }) => ScalableTargets?.map(({ ResourceId }) => ResourceId))).toEqual([
      ['service/lab/web'],
      ['service/lab/idle'],
    ]);
    expect(second.NextToken).toBeUndefined();
    await expect(page('made-up')).rejects.toMatchObject({ name: 'InvalidNextTokenException' });
    const one = await client.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds: ['service/lab/idle'] }),
    );
    expect(one.ScalableTargets?.map(({ ResourceId }) => ResourceId)).toEqual(['service/lab/idle']);
  });

  test('have tags', async () => {
    const ResourceARN = await register({ MinCapacity: 1, MaxCapacity: 2, Tags: { team: 'art' } });
    await client.send(new TagResourceCommand({ ResourceARN, Tags: { team: 'core', stage: 'dev' } }));
    await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['stage', 'none'] }));
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(Tags).toEqual({ team: 'core' });
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`tag-${index}`, 'x']));
    await expect(client.send(new TagResourceCommand({ ResourceARN, Tags: many }))).rejects.toMatchObject({
      name: 'TooManyTagsException',
    });
    await expect(client.send(new ListTagsForResourceCommand({ ResourceARN: `${ResourceARN}0` }))).rejects.toMatchObject(
      { name: 'ResourceNotFoundException' },
    );
  });

  test('ranges registered at the same moment end with a count that fits the last', async () => {
    await register({ MinCapacity: 0, MaxCapacity: 10 });
    // In process, so that all begin in the same moment; over the wire each request is a moment of its own.
    await Promise.all(
      [0, 1, 2, 3, 4, 5, 6, 3, 1, 4].map((count) =>
        lab.call('autoscaling', 'RegisterScalableTarget', { ...TARGET, MinCapacity: count, MaxCapacity: count }),
      ),
    );
    const target = (await described()).find(({ ResourceId }) => ResourceId === TARGET.ResourceId);
    expect(target?.MinCapacity).toBe(target?.MaxCapacity);
    expect(await desired()).toBe(target?.MinCapacity);
  });
});
