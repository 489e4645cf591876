/** Scaling policies over a real ECS service, with metrics and a clock that the test moves. */
import type {
  DescribeScalingActivitiesResponse,
  DescribeScalingPoliciesResponse,
  PutScalingPolicyRequest,
  PutScalingPolicyResponse,
  ScalingActivity,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import type { DescribeAlarmsOutput, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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
  await lab.service();
});

afterAll(() => lab.stop());

beforeEach(async () => {
  await start(2);
});

afterEach(() => scaling.stop());

/** A fresh Application Auto Scaling at 12:00, with the service at `count`. */
async function start(count: number): Promise<void> {
  scaling?.stop();
  await lab.update({ desiredCount: count });
  await lab.ecs.idle();
  // A little before the minute, so that alarms have looked at a whole minute when the next has passed.
  scaling = scalingByHand(lab, '2026-03-06T12:00:02Z');
  await register({ MinCapacity: 1, MaxCapacity: 5 });
}

const register = (change: object) => scaling.call('autoscaling', 'RegisterScalableTarget', { ...TARGET, ...change });

const put = (name: string, change: Partial<PutScalingPolicyRequest>) =>
  scaling.call<PutScalingPolicyResponse>('autoscaling', 'PutScalingPolicy', { ...TARGET, PolicyName: name, ...change });

function track(
  metric: 'CPU' | 'Memory',
  TargetValue: number,
  change: Partial<TargetTrackingScalingPolicyConfiguration> = {},
): Promise<PutScalingPolicyResponse> {
  return put(metric, {
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue,
      PredefinedMetricSpecification: { PredefinedMetricType: `ECSServiceAverage${metric}Utilization` },
      ...change,
    },
  });
}

const policies = async (filter: object = {}) =>
  scaling.call<DescribeScalingPoliciesResponse>('autoscaling', 'DescribeScalingPolicies', {
    ServiceNamespace: 'ecs',
    ...filter,
  });

async function alarms(): Promise<MetricAlarm[]> {
  return (await scaling.call<DescribeAlarmsOutput>('cloudwatch', 'DescribeAlarms', {})).MetricAlarms ?? [];
}

async function activities(IncludeNotScaledActivities = false): Promise<ScalingActivity[]> {
  const input = { ServiceNamespace: 'ecs', ResourceId: TARGET.ResourceId, IncludeNotScaledActivities };
  const answer = await scaling.call<DescribeScalingActivitiesResponse>(
    'autoscaling',
    'DescribeScalingActivities',
    input,
  );
  return answer.ScalingActivities ?? [];
}

const desired = () => desiredCount(lab);

describe('target tracking', () => {
  test('scales out in proportion after three minutes above the target, by real tasks', async () => {
    const { Alarms } = await track('CPU', 60);
    await scaling.minutes(2, { CPUUtilization: 90 });
    expect(await desired()).toBe(2);
    await scaling.minutes(2, { CPUUtilization: 90 });
    expect(await desired()).toBe(3);
    expect((await activities())[0]).toMatchObject({
      Cause: `monitor alarm ${Alarms?.[0]?.AlarmName} in state ALARM triggered policy CPU`,
      Description: 'Setting desired count to 3.',
    });
    await lab.ecs.idle();
    expect(await lab.tasks()).toHaveLength(3);
  });

  test('scales out again during its cooldown only for more than the first has added, and after it', async () => {
    await track('CPU', 60, { ScaleOutCooldown: 300 });
    await scaling.minutes(7, { CPUUtilization: 90 });
    expect(await desired()).toBe(3);
    await scaling.minutes(4, { CPUUtilization: 90 });
    expect(await desired()).toBe(5);
    await start(2);
    await track('CPU', 60, { ScaleOutCooldown: 300 });
    await scaling.minutes(4, { CPUUtilization: 90 });
    expect(await desired()).toBe(3);
    await scaling.minutes(2, { CPUUtilization: 110 });
    expect(await desired()).toBe(4);
  });

  test('never goes past the range, and says why it does nothing, to those who ask for that', async () => {
    const { Alarms } = await track('CPU', 10);
    await scaling.minutes(12, { CPUUtilization: 100 });
    expect(await desired()).toBe(5);
    const withReasons = await activities(true);
    expect(withReasons[0]).toMatchObject({
      Cause: `monitor alarm ${Alarms?.[0]?.AlarmName} in state ALARM triggered policy CPU`,
      NotScaledReasons: [{ Code: 'AlreadyAtMaxCapacity', MaxCapacity: 5 }],
    });
    expect(withReasons.filter(({ NotScaledReasons }) => NotScaledReasons)).toHaveLength(1);
    expect((await activities()).some(({ NotScaledReasons }) => NotScaledReasons)).toBe(false);
  });

  test('scales in after fifteen minutes below nine tenths of the target, so far that the rest can do it', async () => {
    await start(5);
    await track('CPU', 60, { ScaleInCooldown: 600 });
    await scaling.minutes(14, { CPUUtilization: 35 });
    expect(await desired()).toBe(5);
    await scaling.minutes(2, { CPUUtilization: 35 });
    expect(await desired()).toBe(3);
    await scaling.minutes(8, { CPUUtilization: 10 });
    expect(await desired()).toBe(3);
    await scaling.minutes(16, { CPUUtilization: 10 });
    expect(await desired()).toBe(1);
  });

  test('does not scale in where fewer tasks would be above the target', async () => {
    await track('CPU', 60);
    await scaling.minutes(17, { CPUUtilization: 50 });
    expect(await desired()).toBe(2);
    expect((await activities(true))[0]).toMatchObject({
      NotScaledReasons: [{ Code: 'AutoScalingAnticipatedFlapping', CurrentCapacity: 2 }],
    });
  });

  test('scales in only when every policy is ready to, out when one is', async () => {
    await start(4);
    await track('CPU', 60);
    await track('Memory', 75);
    await scaling.minutes(17, { CPUUtilization: 10, MemoryUtilization: 70 });
    expect(await desired()).toBe(4);
    await scaling.minutes(16, { CPUUtilization: 10, MemoryUtilization: 40 });
    expect(await desired()).toBe(3);
    await scaling.minutes(4, { CPUUtilization: 10, MemoryUtilization: 90 });
    expect(await desired()).toBe(4);
  });

  test('does nothing in a direction that is suspended', async () => {
    await track('CPU', 60);
    await register({ SuspendedState: { DynamicScalingOutSuspended: true } });
    await scaling.minutes(6, { CPUUtilization: 90 });
    expect(await desired()).toBe(2);
    await register({ SuspendedState: { DynamicScalingOutSuspended: false, DynamicScalingInSuspended: true } });
    await scaling.minutes(1, { CPUUtilization: 90 });
    expect(await desired()).toBe(3);
    await scaling.minutes(20, { CPUUtilization: 10 });
    expect(await desired()).toBe(3);
  });

  test('does nothing without data: a service without tasks stays at zero', async () => {
    await register({ MinCapacity: 0 });
    await track('CPU', 60);
    await scaling.minutes(3, { CPUUtilization: 57 });
    await lab.update({ desiredCount: 0 });
    await scaling.minutes(30, {});
    expect(await desired()).toBe(0);
    expect(await activities(true)).toEqual([]);
    expect((await alarms()).map(({ StateValue }) => StateValue)).toEqual(['INSUFFICIENT_DATA', 'INSUFFICIENT_DATA']);
  });

  test('wakes a service that was set below its range while an alarm is on, unless it is suspended', async () => {
    await track('CPU', 60, { ScaleOutCooldown: 0 });
    await scaling.minutes(4, { CPUUtilization: 61 });
    await lab.update({ desiredCount: 0 });
    await scaling.minutes(1, { CPUUtilization: 61 });
    expect(await desired()).toBe(2);
    await register({ SuspendedState: { DynamicScalingOutSuspended: true } });
    await lab.update({ desiredCount: 0 });
    await scaling.minutes(3, { CPUUtilization: 61 });
    expect(await desired()).toBe(0);
  });

  test('leaves a running deployment its tasks: scale-in is off until it ends, scale-out is not', async () => {
    await start(3);
    await track('CPU', 60, { ScaleOutCooldown: 0, ScaleInCooldown: 0 });
    await lab.update({
      taskDefinition: await lab.taskDefinition('good'),
      deploymentConfiguration: {
        strategy: 'BLUE_GREEN',
        bakeTimeInMinutes: 0,
        lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }],
      },
    });
    const hookId = await lab.paused();
    await scaling.minutes(18, { CPUUtilization: 10 });
    expect(await desired()).toBe(3);
    await scaling.minutes(4, { CPUUtilization: 80 });
    expect(await desired()).toBe(5);
    const { serviceDeploymentArn } = await lab.deployment();
    await lab.call('ecs', 'ContinueServiceDeployment', { serviceDeploymentArn, hookId, action: 'CONTINUE' });
    const ended = await lab.until(({ status }) => status === 'SUCCESSFUL');
    expect(ended.targetServiceRevision?.runningTaskCount).toBe(5);
    await scaling.minutes(17, { CPUUtilization: 10 });
    expect(await desired()).toBe(1);
  });
});

describe('step scaling', () => {
  test('acts on an alarm that somebody gave its ARN, by the size of the breach', async () => {
    const { PolicyARN, Alarms } = await put('steps', {
      PolicyType: 'StepScaling',
      StepScalingPolicyConfiguration: {
        AdjustmentType: 'ChangeInCapacity',
        StepAdjustments: [
          { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 20, ScalingAdjustment: 1 },
          { MetricIntervalLowerBound: 20, ScalingAdjustment: 2 },
        ],
        Cooldown: 180,
      },
    });
    expect(Alarms).toEqual([]);
    await scaling.call('cloudwatch', 'PutMetricAlarm', {
      AlarmName: 'busy',
      Namespace: 'AWS/ECS',
      MetricName: 'CPUUtilization',
      Dimensions: [
        { Name: 'ClusterName', Value: 'lab' },
        { Name: 'ServiceName', Value: 'web' },
      ],
      Statistic: 'Average',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 50,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: [PolicyARN],
    });
    await scaling.minutes(2, { CPUUtilization: 60 });
    expect(await desired()).toBe(3);
    await scaling.minutes(1, { CPUUtilization: 80 });
    expect(await desired()).toBe(4);
    expect((await policies()).ScalingPolicies?.[0]?.Alarms).toEqual([
      { AlarmName: 'busy', AlarmARN: 'arn:aws:cloudwatch:ca-central-1:000000000000:alarm:busy' },
    ]);
    expect((await activities())[0]?.Cause).toBe('monitor alarm busy in state ALARM triggered policy steps');
    await scaling.call('autoscaling', 'DeleteScalingPolicy', { ...TARGET, PolicyName: 'steps' });
    await scaling.minutes(5, { CPUUtilization: 80 });
    expect(await desired()).toBe(4);
    expect((await alarms()).map(({ AlarmName }) => AlarmName)).toEqual(['busy']);
  });
});

describe('scaling policies', () => {
  test('have their alarms as AWS makes them, and take them along', async () => {
    const { PolicyARN, Alarms } = await track('CPU', 60);
    expect(PolicyARN).toMatch(
      /^arn:aws:autoscaling:ca-central-1:000000000000:scalingPolicy:[0-9a-f-]{36}:resource\/ecs\/service\/lab\/web:policyName\/CPU$/,
    );
    expect(Alarms?.map(({ AlarmName }) => AlarmName?.replace(/[0-9a-f-]{36}$/, ''))).toEqual([
      'TargetTracking-service/lab/web-AlarmHigh-',
      'TargetTracking-service/lab/web-AlarmLow-',
    ]);
    const metric = { Namespace: 'AWS/ECS', MetricName: 'CPUUtilization', Statistic: 'Average', Period: 60 };
    expect(await alarms()).toMatchObject([
      { ...metric, EvaluationPeriods: 3, Threshold: 60, ComparisonOperator: 'GreaterThanThreshold' },
      { ...metric, EvaluationPeriods: 15, Threshold: 54, ComparisonOperator: 'LessThanThreshold' },
    ]);
    const [described] = (await policies({ PolicyNames: ['CPU'] })).ScalingPolicies ?? [];
    expect(described).toMatchObject({ ...TARGET, PolicyARN, Alarms, PolicyType: 'TargetTrackingScaling' });
    const changed = await track('CPU', 50, { DisableScaleIn: true });
    expect(changed).toEqual({ PolicyARN, Alarms: Alarms?.slice(0, 1) });
    expect(await alarms()).toMatchObject([{ Threshold: 50 }]);
    await scaling.call('autoscaling', 'DeregisterScalableTarget', TARGET);
    expect(await alarms()).toEqual([]);
    expect((await policies()).ScalingPolicies).toEqual([]);
  });

  test('follow requests per target, a metric of one’s own, and metric math', async () => {
    const requests = {
      PredefinedMetricType: 'ALBRequestCountPerTarget',
      ResourceLabel: 'app/main/778d41231b141a0f/targetgroup/blue/943f017f100becff',
    } as const;
    const own = { MetricName: 'Depth', Namespace: 'Queue', Statistic: 'Average' } as const;
    const stat = (name: string) => ({ Metric: { Namespace: 'Queue', MetricName: name }, Stat: 'Sum' });
    const math = [
      { Id: 'share', Expression: 'jobs / tasks' },
      { Id: 'jobs', MetricStat: stat('Jobs'), ReturnData: false },
      { Id: 'tasks', MetricStat: stat('Tasks'), ReturnData: false },
    ];
    const type = 'TargetTrackingScaling' as const;
    const follow = (name: string, specification: Partial<TargetTrackingScalingPolicyConfiguration>) =>
      put(name, {
        PolicyType: type,
        TargetTrackingScalingPolicyConfiguration: { TargetValue: 100, DisableScaleIn: true, ...specification },
      });
    await follow('a', { PredefinedMetricSpecification: requests });
    await follow('b', { CustomizedMetricSpecification: own });
    await follow('c', { CustomizedMetricSpecification: { Metrics: math } });
    const made = await alarms();
    expect(made.map(({ MetricName, Statistic }) => [MetricName, Statistic])).toEqual(
      expect.arrayContaining([
        ['RequestCountPerTarget', 'Sum'],
        ['Depth', 'Average'],
        [undefined, undefined],
      ]),
    );
    expect(made.find(({ Metrics }) => Metrics)?.Metrics?.[1]).toMatchObject({ MetricStat: { Period: 60 } });
    expect(made.find(({ MetricName }) => MetricName === 'RequestCountPerTarget')?.Dimensions).toEqual([
      { Name: 'LoadBalancer', Value: 'app/main/778d41231b141a0f' },
      { Name: 'TargetGroup', Value: 'targetgroup/blue/943f017f100becff' },
    ]);
    await expect(follow('d', { CustomizedMetricSpecification: own })).rejects.toThrow(
      'Only one TargetTrackingScaling policy for a given metric specification is allowed.',
    );
    await expect(
      follow('e', { CustomizedMetricSpecification: { Metrics: [{ Id: 'x', Expression: 'nothing +' }] } }),
    ).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(
      follow('f', { PredefinedMetricSpecification: { ...requests, ResourceLabel: 'targetgroup/blue/1' } }),
    ).rejects.toThrow('needs a ResourceLabel');
    expect((await policies({ MaxResults: 2 })).ScalingPolicies?.map(({ PolicyName }) => PolicyName)).toEqual([
      'a',
      'b',
    ]);
  });

  test('that are wrong are refused, and leave no alarm', async () => {
    const refused = (change: Partial<PutScalingPolicyRequest>, message: string, code = 'ValidationException') =>
      expect(put('wrong', change)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    const predefined = (
      PredefinedMetricType: 'ECSServiceAverageCPUUtilization' | 'RDSReaderAverageCPUUtilization',
    ) => ({
      TargetValue: 60,
      PredefinedMetricSpecification: { PredefinedMetricType },
    });
    const cpu = predefined('ECSServiceAverageCPUUtilization');
    const tracking = (TargetTrackingScalingPolicyConfiguration: TargetTrackingScalingPolicyConfiguration) => ({
      PolicyType: 'TargetTrackingScaling' as const,
      TargetTrackingScalingPolicyConfiguration,
    });
    await refused({ PolicyType: 'PredictiveScaling' }, 'not PredictiveScaling');
    await refused({ PolicyType: 'TargetTrackingScaling' }, 'either a PredefinedMetricSpecification or');
    await refused({ PolicyType: 'StepScaling' }, 'AdjustmentType must be specified');
    await refused({ PolicyType: 'StepScaling', TargetTrackingScalingPolicyConfiguration: cpu }, 'cannot be given');
    await refused(tracking({ ...cpu, TargetValue: 0 }), 'TargetValue must be greater than 0');
    await refused(tracking({ ...cpu, ScaleInCooldown: -1 }), 'ScaleInCooldown must be at least 0');
    await refused(tracking(predefined('RDSReaderAverageCPUUtilization')), 'is not a metric that');
    await refused(
      { ...tracking(cpu), ResourceId: 'service/lab/none' },
      'No scalable target registered',
      'ObjectNotFoundException',
    );
    await expect(
      scaling.call('autoscaling', 'DeleteScalingPolicy', { ...TARGET, PolicyName: 'none' }),
    ).rejects.toMatchObject({ code: 'ObjectNotFoundException' });
    expect(await alarms()).toEqual([]);
  });

  test('wait for nothing when the platform has stopped', async () => {
    await track('CPU', 60);
    await scaling.minutes(4, { CPUUtilization: 90 });
    expect(scaling.clock.waiting).toBeGreaterThan(0);
    scaling.stop();
    expect(scaling.clock.waiting).toBe(0);
  });
});
