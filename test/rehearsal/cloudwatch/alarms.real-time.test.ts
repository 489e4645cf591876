/** Alarms on the real clock, fed as the balancer feeds them: a second's rows within the next second. */
import type { DescribeAlarmsOutput } from '@aws-sdk/client-cloudwatch';
import { afterEach, expect, it } from 'vitest';
import { shortened } from '../../../src/rehearsal/cloudwatch/alarms/registry.ts';
import { type CloudWatch, createCloudWatch } from '../../../src/rehearsal/cloudwatch/cloudwatch.ts';
import { createClock } from '../../../src/rehearsal/world/clock.ts';
import { call, trafficRow } from './fixtures.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) {
    cleanup();
  }
});

function open(speed: number) {
  const cloudwatch = createCloudWatch({ clock: createClock(speed), region: 'ca-central-1', accountId: '000000000000' });
  cleanups.push(cloudwatch.stop);
  return {
    cloudwatch,
    perform: <Output>(name: string, input: object) => call<Output>(cloudwatch.module.operations, name, input),
  };
}

/** Reports the second before, once a second, until the test ends. */
function feed(cloudwatch: CloudWatch, errors: () => number | undefined): void {
  let reported = Math.floor(Date.now() / 1000) - 1;
  const timer = setInterval(() => {
    while (reported < Math.floor(Date.now() / 1000) - 1) {
      reported += 1;
      const target5xx = errors();
      if (target5xx !== undefined) {
        cloudwatch.recordTraffic(reported, [trafficRow({ requests: 10, target2xx: 10 - target5xx, target5xx })]);
      }
    }
  }, 100);
  cleanups.push(() => clearInterval(timer));
}

const ALARM = {
  AlarmName: 'errors',
  EvaluationPeriods: 2,
  DatapointsToAlarm: 2,
  Threshold: 20,
  ComparisonOperator: 'GreaterThanThreshold',
  Metrics: ['HTTPCode_Target_5XX_Count', 'RequestCount'].map((MetricName, index) => ({
    Id: `m${index}`,
    ReturnData: false,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/ApplicationELB',
        MetricName,
        Dimensions: [
          { Name: 'LoadBalancer', Value: 'app/web/1' },
          { Name: 'TargetGroup', Value: 'targetgroup/blue/2' },
        ],
      },
      Stat: 'Sum',
      Period: 60,
    },
  })),
};

async function until(what: string, condition: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > end) {
      throw new Error(`${what} did not happen within 30 s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it('goes from INSUFFICIENT_DATA to OK, to ALARM when errors come, back to OK, and to INSUFFICIENT_DATA without traffic', async () => {
  const { cloudwatch, perform } = open(60);
  let errors: number | undefined = 0;
  feed(cloudwatch, () => errors);
  const changes: { readonly state: string; readonly at: number }[] = [];
  cloudwatch.alarms.onChange(({ state }) => changes.push({ state, at: Date.now() }));
  const rate = { Id: 'rate', Expression: '100 * FILL(m0, 0) / m1' };
  await perform('PutMetricAlarm', { ...ALARM, Metrics: [...ALARM.Metrics, rate] });
  expect(cloudwatch.alarms.state('errors')).toBe('INSUFFICIENT_DATA');

  await until('OK', () => cloudwatch.alarms.state('errors') === 'OK');
  errors = 5;
  const turnedBad = Date.now();
  await until('ALARM', () => cloudwatch.alarms.state('errors') === 'ALARM');
  const [alarm] = (await perform<DescribeAlarmsOutput>('DescribeAlarms', {})).MetricAlarms ?? [];
  expect(alarm?.StateReason).toMatch(
    /^Threshold Crossed: 2 out of the last 2 datapoints \[50\.0 \(.*\), 50\.0 \(.*\)\] were greater than the threshold \(20\.0\)/,
  );
  expect(JSON.parse(alarm?.StateReasonData ?? '')).toMatchObject({
    period: 1,
    recentDatapoints: [50, 50],
    threshold: 20,
  });
  expect(alarm?.StateTransitionedTimestamp?.getTime()).toBeGreaterThan(turnedBad);

  errors = 0;
  await until('OK', () => cloudwatch.alarms.state('errors') === 'OK');
  errors = undefined;
  await until('INSUFFICIENT_DATA', () => cloudwatch.alarms.state('errors') === 'INSUFFICIENT_DATA');
  expect(changes.map(({ state }) => state)).toEqual(['OK', 'ALARM', 'OK', 'INSUFFICIENT_DATA']);
}, 150_000);

it('does not take a second that is not reported yet for an empty one; undoes what was set by hand; ends when stopped', async () => {
  const { cloudwatch, perform } = open(1);
  feed(cloudwatch, () => 0);
  const changes: string[] = [];
  cloudwatch.alarms.onChange(({ state, reason }) => changes.push(reason === 'drill' ? 'drill' : state));
  const Dimensions = [{ Name: 'LoadBalancer', Value: 'app/web/1' }];
  const Metric = { Namespace: 'AWS/ApplicationELB', MetricName: 'RequestCount', Dimensions };
  await new Promise((resolve) => setTimeout(resolve, 1200));
  await perform('PutMetricAlarm', {
    AlarmName: 'errors',
    Metrics: [
      { Id: 'requests', MetricStat: { Metric, Stat: 'Sum', Period: 1 }, ReturnData: false },
      { Id: 'filled', Expression: 'FILL(requests, 0)' },
    ],
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
  });
  await until('OK', () => cloudwatch.alarms.state('errors') === 'OK');
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const set = { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'drill' };
  await perform('SetAlarmState', set);
  await until('OK again', () => cloudwatch.alarms.state('errors') === 'OK');
  // An evaluation that finds the state that is there leaves its reason.
  await perform('SetAlarmState', { ...set, StateValue: 'OK' });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const [alarm] = (await perform<DescribeAlarmsOutput>('DescribeAlarms', {})).MetricAlarms ?? [];
  expect(alarm).toMatchObject({ StateValue: 'OK', StateReason: 'drill' });
  cloudwatch.stop();
  await perform('SetAlarmState', set);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(cloudwatch.alarms.state('errors')).toBe('ALARM');
  expect(changes).toEqual(['OK', 'drill', 'OK', 'drill']);
}, 150_000);

it.each([
  [1, 60, 60],
  [20, 60, 3],
  [60, 60, 1],
  [1000, 60, 1],
  [7, 60, 8],
  [2, 5, 2],
])('at speed %d a period of %d s is evaluated over %d s', (speed, period, expected) => {
  expect(shortened(createClock(speed), period)).toBe(expected);
});
