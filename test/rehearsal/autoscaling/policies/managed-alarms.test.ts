import type { TargetTrackingScalingPolicyConfiguration } from '@aws-sdk/client-application-auto-scaling';
import { expect, test } from 'vitest';
import { managedAlarms } from '../../../../src/rehearsal/autoscaling/policies/managed-alarms.ts';

function thresholds(configuration: Partial<TargetTrackingScalingPolicyConfiguration>, minute: number) {
  const policy = {
    type: 'TargetTrackingScaling',
    arn: 'arn:policy',
    name: 'policy',
    resourceId: 'service/lab/web',
    createdAt: new Date(0),
    configuration: { TargetValue: 1200, ...configuration },
    alarms: { high: 'high', low: 'low' },
  } as const;
  return managedAlarms(policy, minute).map(({ Threshold }) => Threshold);
}

const own = (Statistic: 'Sum' | 'Average') => ({
  CustomizedMetricSpecification: { MetricName: 'Depth', Namespace: 'Queue', Statistic },
});

test('lower the thresholds of counts as far as speed shortens their minutes', () => {
  const ResourceLabel = 'app/main/778d41231b141a0f/targetgroup/blue/943f017f100becff';
  const requests = {
    PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget', ResourceLabel },
  };
  expect(thresholds(requests as TargetTrackingScalingPolicyConfiguration, 60)).toEqual([1200, 1080]);
  expect(thresholds(requests as TargetTrackingScalingPolicyConfiguration, 3)).toEqual([60, 54]);
  expect(thresholds(own('Sum'), 1)).toEqual([20, 18]);
  expect(thresholds(own('Average'), 1)).toEqual([1200, 1080]);
});

test('leave out the low alarm when scale-in is disabled', () => {
  const policy = {
    type: 'TargetTrackingScaling',
    arn: 'arn:policy',
    name: 'policy',
    resourceId: 'service/lab/web',
    createdAt: new Date(0),
    configuration: { TargetValue: 5, DisableScaleIn: true, ...own('Average') },
    alarms: { high: 'high', low: undefined },
  } as const;
  expect(managedAlarms(policy, 60)).toMatchObject([
    {
      AlarmName: 'high',
      AlarmDescription: 'DO NOT EDIT OR DELETE. For TargetTrackingScaling policy arn:policy.',
      AlarmActions: ['arn:policy'],
      MetricName: 'Depth',
      Threshold: 5,
    },
  ]);
});
