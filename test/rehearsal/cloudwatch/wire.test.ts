/** The SDK's own client against the operations, over a real socket. */
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  paginateDescribeAlarms,
  paginateGetMetricData,
  paginateListMetrics,
  SetAlarmStateCommand,
  waitUntilAlarmExists,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCloudWatch } from '../../../src/rehearsal/cloudwatch/cloudwatch.ts';
import { createWire } from '../../../src/rehearsal/wire/server.ts';
import { createClock } from '../../../src/rehearsal/world/clock.ts';
import { bucketsOf, trafficRow } from './fixtures.ts';

const accountId = '000000000000';
const region = 'ca-central-1';
const cloudwatch = createCloudWatch({ clock: createClock(1), region, accountId });
const bugs: unknown[] = [];
const wire = createWire({ services: [cloudwatch.module], accountId, region, onBug: (error) => bugs.push(error) });
let client: CloudWatchClient;

beforeAll(async () => {
  const { endpoint } = await wire.listen('127.0.0.1', 0);
  client = new CloudWatchClient({ endpoint, region, credentials: { accessKeyId: 'x', secretAccessKey: 'y' } });
});

afterAll(async () => {
  client.destroy();
  await wire.close();
  cloudwatch.stop();
  expect(bugs).toEqual([]);
});

const nowSecond = () => Math.floor(Date.now() / 1000);
const metric = {
  Namespace: 'AWS/ApplicationELB',
  MetricName: 'TargetResponseTime',
  Dimensions: [{ Name: 'LoadBalancer', Value: 'app/web/1' }],
};

it('reads metrics of traffic, expressions included', async () => {
  const second = nowSecond() - 10;
  const times = [0.1, 0.2, 0.4];
  cloudwatch.recordTraffic(second, [
    trafficRow({ requests: 4, target2xx: 3, elb502: 1, responseTime: [...bucketsOf(times)], responseTimeSum: 0.7 }),
  ]);
  const { MetricDataResults } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date((second - 5) * 1000),
      EndTime: new Date((second + 5) * 1000),
      MetricDataQueries: [
        { Id: 'fast', MetricStat: { Metric: metric, Stat: 'TC(:0.3)', Period: 1 } },
        { Id: 'all', MetricStat: { Metric: metric, Stat: 'SampleCount', Period: 1 } },
        { Id: 'share', Expression: 'fast / all', Label: 'fast share' },
      ],
    }),
  );
  expect(MetricDataResults).toEqual([
    {
      Id: 'fast',
      Label: 'TargetResponseTime',
      Timestamps: [new Date(second * 1000)],
      Values: [2],
      StatusCode: 'Complete',
    },
    {
      Id: 'all',
      Label: 'TargetResponseTime',
      Timestamps: [new Date(second * 1000)],
      Values: [3],
      StatusCode: 'Complete',
    },
    {
      Id: 'share',
      Label: 'fast share',
      Timestamps: [new Date(second * 1000)],
      Values: [2 / 3],
      StatusCode: 'Complete',
    },
  ]);
});

it("takes 600 metrics in one gzipped request and lists and pages them with the SDK's paginators", async () => {
  const Timestamp = new Date((nowSecond() - 30) * 1000);
  await client.send(
    new PutMetricDataCommand({
      Namespace: 'Shop',
      MetricData: Array.from({ length: 600 }, (_, index) => ({
        MetricName: 'Orders',
        Dimensions: [{ Name: 'Page', Value: String(index) }],
        Value: index,
        Timestamp,
        Unit: 'Count',
        StorageResolution: 1,
      })),
    }),
  );
  const pages: number[] = [];
  for await (const page of paginateListMetrics({ client }, { Namespace: 'Shop' })) {
    pages.push(page.Metrics?.length ?? 0);
  }
  expect(pages).toEqual([500, 100]);

  const values: number[] = [];
  const query = {
    StartTime: new Date(Timestamp.getTime() - 60_000),
    EndTime: new Date(Timestamp.getTime() + 60_000),
    MetricDataQueries: [3, 5, 8].map((page) => ({
      Id: `page${page}`,
      MetricStat: {
        Metric: { Namespace: 'Shop', MetricName: 'Orders', Dimensions: [{ Name: 'Page', Value: String(page) }] },
        Stat: 'Sum',
        Period: 1,
      },
    })),
  };
  for await (const page of paginateGetMetricData({ client, pageSize: 1 }, query)) {
    values.push(...(page.MetricDataResults ?? []).flatMap(({ Values }) => Values ?? []));
  }
  expect(values).toEqual([3, 5, 8]);
});

it('keeps alarms: put, wait for, set, describe by page', async () => {
  const alarm: Omit<PutMetricAlarmCommandInput, 'AlarmName'> = {
    Namespace: 'Shop',
    MetricName: 'Orders',
    Dimensions: [{ Name: 'Page', Value: '3' }],
    ExtendedStatistic: 'p99',
    Period: 60,
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'notBreaching',
  };
  await client.send(new PutMetricAlarmCommand({ AlarmName: 'orders-a', ...alarm }));
  await client.send(new PutMetricAlarmCommand({ AlarmName: 'orders-b', ...alarm }));
  await waitUntilAlarmExists({ client, maxWaitTime: 10 }, { AlarmNames: ['orders-a'] });
  await client.send(new SetAlarmStateCommand({ AlarmName: 'orders-b', StateValue: 'ALARM', StateReason: 'drill' }));
  const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
  expect(MetricAlarms).toEqual([
    expect.objectContaining({ AlarmName: 'orders-b', ...alarm, StateValue: 'ALARM', StateReason: 'drill' }),
  ]);
  expect(MetricAlarms?.[0]?.StateTransitionedTimestamp).toBeInstanceOf(Date);
  const names: (string | undefined)[] = [];
  for await (const page of paginateDescribeAlarms({ client, pageSize: 1 }, { AlarmNamePrefix: 'orders-' })) {
    names.push(...(page.MetricAlarms ?? []).map(({ AlarmName }) => AlarmName));
  }
  expect(names).toEqual(['orders-a', 'orders-b']);
});

it('answers errors that the SDK turns into its own classes', async () => {
  const missing = client.send(new SetAlarmStateCommand({ AlarmName: 'gone', StateValue: 'OK', StateReason: 'x' }));
  await expect(missing).rejects.toMatchObject({ name: 'ResourceNotFound', $metadata: { httpStatusCode: 404 } });
  const both = client.send(
    new GetMetricStatisticsCommand({
      ...metric,
      StartTime: new Date(0),
      EndTime: new Date(),
      Period: 60,
      Statistics: ['Sum'],
    }),
  );
  await expect(both).rejects.toMatchObject({
    name: 'InvalidParameterCombinationException',
    message: expect.stringContaining('exceeds the limit of 1440'),
  });
  const expression = client.send(
    new GetMetricDataCommand({
      StartTime: new Date(0),
      EndTime: new Date(),
      MetricDataQueries: [{ Id: 'e1', Expression: 'RATE(m1)', Period: 60 }],
    }),
  );
  await expect(expression).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining('RATE'),
  });
});

it('refuses what it cannot do instead of ignoring it', async () => {
  const query = client.send(
    new GetMetricDataCommand({
      StartTime: new Date(0),
      EndTime: new Date(),
      LabelOptions: { Timezone: '+0100' },
      MetricDataQueries: [{ Id: 'm1', MetricStat: { Metric: metric, Stat: 'Sum', Period: 60 } }],
    }),
  );
  await expect(query).rejects.toMatchObject({ message: expect.stringContaining('LabelOptions') });
});
