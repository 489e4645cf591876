/** Scheduled actions over real tasks, on a clock that the test moves. */
import type {
  DescribeScalableTargetsResponse,
  DescribeScalingActivitiesResponse,
  DescribeScheduledActionsResponse,
  PutScheduledActionRequest,
  ScalingActivity,
} from '@aws-sdk/client-application-auto-scaling';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Lab, startLab } from '../ecs/lab.ts';
import { desiredCount, type ScalingByHand, scalingByHand } from './hand-clock.ts';

const TARGET = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/lab/web',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;

let lab: Lab;
let scaling: ScalingByHand;

beforeAll(async () => {
  lab = await startLab();
  await lab.service({ loadBalancers: [], deploymentConfiguration: { strategy: 'ROLLING' } });
});

afterAll(() => lab.stop());

beforeEach(async () => {
  await lab.update({ desiredCount: 2 });
  await lab.ecs.idle();
  scaling = scalingByHand(lab, '2026-03-06T12:00:00Z');
  await register({ MinCapacity: 1, MaxCapacity: 5 });
});

afterEach(() => scaling.stop());

const register = (change: object) => scaling.call('autoscaling', 'RegisterScalableTarget', { ...TARGET, ...change });
const put = (name: string, change: Partial<PutScheduledActionRequest>) =>
  scaling.call('autoscaling', 'PutScheduledAction', { ...TARGET, ScheduledActionName: name, ...change });

const NIGHT = {
  Schedule: 'cron(0 22 * * ? *)',
  Timezone: 'America/Toronto',
  ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 0 },
};
const MORNING = {
  Schedule: 'cron(0 8 * * ? *)',
  Timezone: 'America/Toronto',
  ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 5 },
};

async function range(): Promise<(number | undefined)[]> {
  const answer = await scaling.call<DescribeScalableTargetsResponse>('autoscaling', 'DescribeScalableTargets', {
    ServiceNamespace: 'ecs',
  });
  return answer.ScalableTargets?.flatMap(({ MinCapacity, MaxCapacity }) => [MinCapacity, MaxCapacity]) ?? [];
}

async function scheduled(filter: object = {}) {
  const input = { ServiceNamespace: 'ecs', ...filter };
  return scaling.call<DescribeScheduledActionsResponse>('autoscaling', 'DescribeScheduledActions', input);
}

async function activities(): Promise<ScalingActivity[]> {
  const input = { ServiceNamespace: 'ecs', ResourceId: TARGET.ResourceId };
  const answer = await scaling.call<DescribeScalingActivitiesResponse>(
    'autoscaling',
    'DescribeScalingActivities',
    input,
  );
  return answer.ScalingActivities ?? [];
}

const becomes = (count: number) => vi.waitFor(async () => expect(await desiredCount(lab)).toBe(count), 10_000);

describe('a scheduled action', () => {
  test('sets the range and moves the desired count into it: tasks end at night and come back in the morning', async () => {
    await put('night', NIGHT);
    await put('morning', MORNING);
    await scaling.clock.moveTo('2026-03-07T02:59:59Z');
    expect(await desiredCount(lab)).toBe(2);
    await scaling.clock.moveTo('2026-03-07T03:00:00Z');
    await becomes(0);
    expect(await range()).toEqual([0, 0]);
    await lab.ecs.idle();
    expect(await lab.tasks()).toEqual([]);
    await scaling.clock.moveTo('2026-03-07T13:00:00Z');
    await becomes(1);
    expect(await range()).toEqual([1, 5]);
    await lab.ecs.idle();
    expect(await lab.tasks()).toHaveLength(1);
  });

  test('tells of itself in AWS’s words, with how far ECS has come', async () => {
    await put('night', NIGHT);
    await scaling.clock.moveTo('2026-03-07T03:00:00Z');
    await becomes(0);
    const [set, triggered] = await activities();
    expect(triggered).toMatchObject({
      Cause: 'scheduled action name night was triggered',
      Description: 'Setting min capacity to 0 and max capacity to 0',
      StatusCode: 'Successful',
      StatusMessage: 'Successfully set min capacity to 0 and max capacity to 0',
    });
    expect(set).toMatchObject({
      Cause: 'maximum capacity was set to 0',
      Description: 'Setting desired count to 0.',
      StatusCode: 'InProgress',
      StatusMessage: 'Successfully set desired count to 0. Waiting for change to be fulfilled by ecs.',
    });
    await lab.ecs.idle();
    await scaling.clock.moveTo('2026-03-07T03:00:05Z');
    await vi.waitFor(async () =>
      expect((await activities())[0]).toMatchObject({
        StatusCode: 'Successful',
        StatusMessage: 'Successfully set desired count to 0. Change successfully fulfilled by ecs.',
      }),
    );
  });

  test('does nothing while scheduled scaling is suspended, and nothing is made up for afterwards', async () => {
    await put('night', NIGHT);
    await register({ SuspendedState: { ScheduledScalingSuspended: true } });
    await scaling.clock.moveTo('2026-03-07T03:00:01Z');
    await register({ SuspendedState: { ScheduledScalingSuspended: false } });
    await scaling.clock.moveTo('2026-03-08T02:59:59Z');
    expect(await range()).toEqual([1, 5]);
    expect(await desiredCount(lab)).toBe(2);
    expect(await activities()).toEqual([]);
    await scaling.clock.moveTo('2026-03-08T03:00:00Z');
    await becomes(0);
  });

  test('with a single bound keeps the other; one that would turn the range over fails and says so', async () => {
    await put('more', { Schedule: 'rate(1 hour)', ScalableTargetAction: { MinCapacity: 3 } });
    await scaling.clock.moveTo('2026-03-06T13:00:00Z');
    await becomes(3);
    expect(await range()).toEqual([3, 5]);
    await put('less', { Schedule: 'at(2026-03-06T13:30:00)', ScalableTargetAction: { MaxCapacity: 2 } });
    await scaling.clock.moveTo('2026-03-06T13:30:00Z');
    await vi.waitFor(async () =>
      expect((await activities())[0]).toMatchObject({
        Cause: 'scheduled action name less was triggered',
        StatusCode: 'Failed',
      }),
    );
    expect(await range()).toEqual([3, 5]);
    expect(await desiredCount(lab)).toBe(3);
  });

  test('that is replaced fires by its new schedule only; what is not given stays, but for start and end', async () => {
    await put('night', { ...NIGHT, EndTime: new Date('2026-12-31T00:00:00Z') });
    const [first] = (await scheduled()).ScheduledActions ?? [];
    expect(first).toMatchObject({ EndTime: new Date('2026-12-31T00:00:00Z') });
    await put('night', { Schedule: 'cron(0 23 * * ? *)' });
    const [second] = (await scheduled()).ScheduledActions ?? [];
    const { EndTime: _gone, ...kept } = first ?? {};
    expect(second).toEqual({ ...kept, Schedule: 'cron(0 23 * * ? *)' });
    expect(second).toMatchObject({
      ...TARGET,
      ScheduledActionARN: expect.stringMatching(
        /^arn:aws:autoscaling:ca-central-1:000000000000:scheduledAction:[0-9a-f-]{36}:resource\/ecs\/service\/lab\/web:scheduledActionName\/night$/,
      ),
      Timezone: 'America/Toronto',
      ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 0 },
      CreationTime: new Date('2026-03-06T12:00:00Z'),
    });
    await scaling.clock.moveTo('2026-03-07T03:30:00Z');
    expect(await desiredCount(lab)).toBe(2);
    await scaling.clock.moveTo('2026-03-07T04:00:00Z');
    await becomes(0);
  });

  test('is deleted by name, and with its target; what is deleted waits for nothing', async () => {
    await put('night', NIGHT);
    await put('morning', MORNING);
    expect(scaling.clock.waiting).toBe(2);
    await scaling.call('autoscaling', 'DeleteScheduledAction', { ...TARGET, ScheduledActionName: 'night' });
    expect(scaling.clock.waiting).toBe(1);
    await expect(
      scaling.call('autoscaling', 'DeleteScheduledAction', { ...TARGET, ScheduledActionName: 'night' }),
    ).rejects.toMatchObject({ code: 'ObjectNotFoundException' });
    await scaling.call('autoscaling', 'DeregisterScalableTarget', TARGET);
    expect((await scheduled()).ScheduledActions).toEqual([]);
    expect(scaling.clock.waiting).toBe(0);
    await register({ MinCapacity: 1, MaxCapacity: 5 });
    await scaling.clock.moveTo('2026-03-08T12:00:00Z');
    expect(await desiredCount(lab)).toBe(2);
  });

  test('whose platform has stopped waits for nothing', async () => {
    await put('night', NIGHT);
    scaling.stop();
    expect(scaling.clock.waiting).toBe(0);
  });
});

describe('scheduled actions', () => {
  test('are described by name and by service, in pages', async () => {
    await put('night', NIGHT);
    await put('morning', MORNING);
    const names = async (filter: object) =>
      (await scheduled(filter)).ScheduledActions?.map((a) => a.ScheduledActionName);
    expect(await names({})).toEqual(['night', 'morning']);
    expect(await names({ ScheduledActionNames: ['morning', 'none'] })).toEqual(['morning']);
    expect(await names({ ResourceId: 'service/lab/other' })).toEqual([]);
    const first = await scheduled({ MaxResults: 1 });
    expect(await names({ MaxResults: 1, NextToken: first.NextToken })).toEqual(['morning']);
    await expect(scheduled({ ScalableDimension: TARGET.ScalableDimension })).rejects.toThrow('needs a ResourceId');
    await expect(scheduled({ NextToken: 'made-up' })).rejects.toMatchObject({ code: 'InvalidNextTokenException' });
  });

  test('that are wrong are refused', async () => {
    const refused = async (change: object, message: string, code = 'ValidationException') =>
      expect(put('wrong', { ...NIGHT, ...change })).rejects.toMatchObject({
        code,
        message: expect.stringContaining(message),
      });
    await refused({ Schedule: 'cron(bogus)' }, 'Invalid schedule: a cron expression has six fields');
    await refused({ Schedule: undefined }, 'Schedule must be specified');
    await refused({ Timezone: 'Mars/Base' }, '"Mars/Base" is no time zone');
    await refused({ ScalableTargetAction: undefined }, 'ScalableTargetAction must hold');
    await refused({ ScalableTargetAction: { MinCapacity: 2, MaxCapacity: 1 } }, 'cannot be greater than maximum');
    await refused({ ScalableTargetAction: { MinCapacity: -1 } }, 'at least 0');
    const start = new Date('2026-05-01T00:00:00Z');
    await refused({ StartTime: start, EndTime: start }, 'StartTime must be before EndTime');
    await refused({ ResourceId: 'service/lab/none' }, 'No scalable target registered', 'ObjectNotFoundException');
    expect((await scheduled()).ScheduledActions).toEqual([]);
  });
});
