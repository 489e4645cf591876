import type {
  DescribeAlarmHistoryOutput,
  DescribeAlarmsOutput,
  GetMetricDataInput,
  GetMetricDataOutput,
  GetMetricStatisticsOutput,
  ListMetricsOutput,
  PutMetricAlarmInput,
  PutMetricDataInput,
} from '@aws-sdk/client-cloudwatch';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type CloudWatch, createCloudWatch } from '../../../src/rehearsal/cloudwatch/cloudwatch.ts';
import { bucketsOf, call, DAY_START, settableClock, trafficRow } from './fixtures.ts';

const opened: CloudWatch[] = [];
afterEach(() => {
  for (const cloudwatch of opened.splice(0)) {
    cloudwatch.stop();
  }
});

function open(second = DAY_START + 600) {
  const { clock, set } = settableClock(second);
  const cloudwatch = createCloudWatch({ clock, region: 'ca-central-1', accountId: '000000000000' });
  opened.push(cloudwatch);
  const perform = <Output>(name: string, input: object) => call<Output>(cloudwatch.module.operations, name, input);
  return { cloudwatch, set, perform };
}

const at = (second: number) => new Date((DAY_START + second) * 1000);
const refused = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });
const metric = (MetricName: string, dimensions: Readonly<Record<string, string>> = {}) => ({
  Namespace: 'AWS/ApplicationELB',
  MetricName,
  Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
});
const LB = { LoadBalancer: 'app/web/1' };
const BLUE = { ...LB, TargetGroup: 'targetgroup/blue/2' };
const GREEN = { ...LB, TargetGroup: 'targetgroup/green/3' };
const GREEN_ROW = { targetGroup: GREEN.TargetGroup };

describe('metrics of real traffic, asked for by GetMetricData', () => {
  const { cloudwatch, perform } = open();
  // Every second of two minutes: ten requests, one in five of them slow, and an error in every 20th second.
  for (let second = 0; second < 120; second++) {
    const times = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.5, 0.5];
    const errors = second % 20 === 7 ? 1 : 0;
    const counts = { requests: 10, target2xx: 10 - errors, target5xx: errors };
    const responses = { responseTime: [...bucketsOf(times)], responseTimeSum: 1.8 };
    cloudwatch.recordTraffic(DAY_START + second, [trafficRow({ ...counts, ...responses })]);
  }
  const data = (input: Partial<GetMetricDataInput>) =>
    perform<GetMetricDataOutput>('GetMetricData', { StartTime: at(0), EndTime: at(120), ...input });

  it('gives the newest first, on the grid of the period', async () => {
    const stat = { Metric: metric('RequestCount', BLUE), Stat: 'Sum', Period: 30 };
    const { MetricDataResults } = await data({
      StartTime: at(17),
      MetricDataQueries: [{ Id: 'requests', MetricStat: stat }],
    });
    expect(MetricDataResults).toEqual([
      {
        Id: 'requests',
        Label: 'RequestCount',
        Timestamps: [at(90), at(60), at(30), at(0)],
        Values: [300, 300, 300, 300],
        StatusCode: 'Complete',
      },
    ]);
  });

  it('has no points where there were no errors', async () => {
    const stat = { Metric: metric('HTTPCode_Target_5XX_Count', BLUE), Stat: 'Sum', Period: 5 };
    const result = await data({
      ScanBy: 'TimestampAscending',
      MetricDataQueries: [{ Id: 'errors', MetricStat: stat }],
    });
    expect(result.MetricDataResults?.[0]?.Timestamps).toEqual([5, 25, 45, 65, 85, 105].map(at));
    const none = { Metric: metric('HTTPCode_Target_4XX_Count', BLUE), Stat: 'Sum', Period: 5 };
    const empty = await data({ MetricDataQueries: [{ Id: 'errors', MetricStat: none }] });
    expect(empty.MetricDataResults?.[0]).toMatchObject({ Timestamps: [], Values: [], StatusCode: 'Complete' });
  });

  it('counts fast and slow exactly, and computes rates', async () => {
    const time = (Stat: string) => ({ Metric: metric('TargetResponseTime', BLUE), Stat, Period: 60 });
    const sum = (name: string) => ({ Metric: metric(name, BLUE), Stat: 'Sum', Period: 60 });
    const { MetricDataResults } = await data({
      MetricDataQueries: [
        { Id: 'fast', MetricStat: time('TC(:0.3)') },
        { Id: 'all', MetricStat: time('SampleCount') },
        { Id: 'p80', MetricStat: time('p80') },
        { Id: 'p81', MetricStat: time('p81') },
        { Id: 'average', MetricStat: time('Average') },
        { Id: 'requests', MetricStat: sum('RequestCount'), ReturnData: false },
        { Id: 'errors', MetricStat: sum('HTTPCode_Target_5XX_Count'), ReturnData: false },
        { Id: 'rate', Expression: '100 * FILL(errors, 0) / requests', Label: 'error rate, %' },
        { Id: 'slow', Expression: 'all - fast' },
      ],
    });
    const values = Object.fromEntries((MetricDataResults ?? []).map(({ Id, Values }) => [Id, Values?.[0]]));
    expect(values).toMatchObject({ fast: 480, all: 600, slow: 120, rate: 0.5 });
    expect(values['average']).toBeCloseTo(0.18, 12);
    expect(values['p80']).toBeCloseTo(0.1, 2);
    expect(values['p81']).toBeCloseTo(0.5, 2);
    expect(MetricDataResults?.map(({ Label }) => Label).at(-2)).toBe('error rate, %');
  });

  it('counts around a threshold so that counts add up: over seconds, both sides, and target groups', async () => {
    // Times crowd around the threshold, where it matters which side of it they are counted on.
    const times = fc.array(fc.double({ min: 0.27, max: 0.33, noNaN: true }), { minLength: 1, maxLength: 8 });
    const seconds = fc.array(fc.record({ old: times, next: times }), { minLength: 1, maxLength: 20 });
    const threshold = fc.constantFrom('0.3', '0.295', '0.3071');
    await fc.assert(
      fc.asyncProperty(seconds, threshold, async (rows, bound) => {
        const fresh = open();
        rows.forEach(({ old, next }, second) => {
          fresh.cloudwatch.recordTraffic(DAY_START + second, [
            trafficRow({ requests: old.length, responseTime: [...bucketsOf(old)] }),
            trafficRow({ ...GREEN_ROW, requests: next.length, responseTime: [...bucketsOf(next)] }),
          ]);
        });
        const points = async (dimensions: Readonly<Record<string, string>>, statistic: string, Period: number) => {
          const output = await fresh.perform<GetMetricStatisticsOutput>('GetMetricStatistics', {
            ...metric('TargetResponseTime', dimensions),
            StartTime: at(0),
            EndTime: at(60),
            Period,
            ExtendedStatistics: [statistic],
          });
          return (output.Datapoints ?? []).map((point) => point.ExtendedStatistics?.[statistic] ?? Number.NaN);
        };
        const total = async (dimensions: Readonly<Record<string, string>>, statistic: string, period: number) =>
          (await points(dimensions, statistic, period)).reduce((sum, value) => sum + value, 0);
        for (const [dimensions, all] of [
          [BLUE, rows.flatMap(({ old }) => old)],
          [GREEN, rows.flatMap(({ next }) => next)],
          [LB, rows.flatMap(({ old, next }) => [...old, ...next])],
        ] as const) {
          const [fast, slow] = [
            await total(dimensions, `TC(:${bound})`, 60),
            await total(dimensions, `TC(${bound}:)`, 60),
          ];
          expect(fast + slow).toBe(all.length);
          expect(await points(dimensions, `PR(:${bound})`, 60)).toEqual([(100 * fast) / all.length]);
          for (const period of [1, 5, 10]) {
            expect(await total(dimensions, `TC(:${bound})`, period)).toBe(fast);
          }
          const certain = (limit: number) => all.filter((time) => time <= limit).length;
          expect(fast).toBeGreaterThanOrEqual(certain(Number(bound) / 1.0101));
          expect(fast).toBeLessThanOrEqual(certain(Number(bound) * 1.0101));
        }
        const groups = (await total(BLUE, `TC(:${bound})`, 60)) + (await total(GREEN, `TC(:${bound})`, 60));
        expect(await total(LB, `TC(:${bound})`, 60)).toBe(groups);
      }),
      { numRuns: 30 },
    );
  });

  it('has, by target group, what a judge of two revisions reads, at a minute and below', async () => {
    const fresh = open();
    fresh.cloudwatch.recordHosts(
      DAY_START,
      [1, 2].map((port) => ({
        targetGroupArn: `arn:aws:elasticloadbalancing:ca-central-1:000000000000:${GREEN.TargetGroup}`,
        host: '127.0.0.1',
        port,
        state: 'healthy',
      })),
      { loadBalancersOf: () => [LB.LoadBalancer], zoneOf: () => undefined },
    );
    for (let second = 0; second < 60; second++) {
      fresh.cloudwatch.recordTraffic(DAY_START + second, [
        trafficRow({ requests: 9, target2xx: 9 }),
        trafficRow({ ...GREEN_ROW, requests: 4, target2xx: 1, target5xx: 2, elb502: 1, connectionErrors: 1 }),
      ]);
    }
    const sums = async (name: string, dimensions: Readonly<Record<string, string>>, Period: number) => {
      const stat = { Metric: metric(name, dimensions), Stat: 'Sum', Period };
      const { MetricDataResults } = await fresh.perform<GetMetricDataOutput>('GetMetricData', {
        StartTime: at(0),
        EndTime: at(60),
        MetricDataQueries: [{ Id: 'm', MetricStat: stat }],
      });
      return MetricDataResults?.[0]?.Values ?? [];
    };
    for (const period of [1, 5, 10, 60]) {
      const every = (count: number) => Array(60 / period).fill(count * period);
      expect(await sums('RequestCount', BLUE, period)).toEqual(every(9));
      expect(await sums('RequestCount', GREEN, period)).toEqual(every(4));
      expect(await sums('RequestCountPerTarget', GREEN, period)).toEqual(every(2));
      expect(await sums('HTTPCode_Target_5XX_Count', GREEN, period)).toEqual(every(2));
      expect(await sums('TargetConnectionErrorCount', GREEN, period)).toEqual(every(1));
      // Nothing is reported for zero, and what the balancer answered itself belongs to no group.
      expect(await sums('HTTPCode_Target_5XX_Count', BLUE, period)).toEqual([]);
      expect(await sums('HTTPCode_ELB_502_Count', GREEN, period)).toEqual([]);
    }
  });

  it('fills no further back than metrics are kept, nor into the future', async () => {
    const { MetricDataResults } = await data({
      StartTime: new Date(0),
      EndTime: at(100_000),
      MetricDataQueries: [
        {
          Id: 'requests',
          MetricStat: { Metric: metric('RequestCount', BLUE), Stat: 'Sum', Period: 60 },
          ReturnData: false,
        },
        { Id: 'filled', Expression: 'FILL(requests, 0)' },
      ],
    });
    const { Timestamps = [], Values = [] } = MetricDataResults?.[0] ?? {};
    expect(Timestamps).toHaveLength(24 * 60);
    expect(Timestamps[0]).toEqual(at(540));
    expect(Values.reduce((sum, value) => sum + value, 0)).toBe(1200);
  });

  it('pages: whatever the page size, the pages together are the whole', async () => {
    const MetricDataQueries = [
      { Id: 'requests', MetricStat: { Metric: metric('RequestCount', LB), Stat: 'Sum', Period: 10 } },
      { Id: 'errors', MetricStat: { Metric: metric('HTTPCode_Target_5XX_Count', LB), Stat: 'Sum', Period: 10 } },
    ];
    const pairs = (output: GetMetricDataOutput) =>
      (output.MetricDataResults ?? []).flatMap(({ Id, Timestamps = [], Values = [] }) =>
        Timestamps.map((time, index) => [Id, time.getTime(), Values[index]]),
      );
    const ScanBy = fc.constantFrom('TimestampAscending', 'TimestampDescending' as const);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), ScanBy, async (MaxDatapoints, scanBy) => {
        const input = { MetricDataQueries, ScanBy: scanBy };
        const whole = await data(input);
        const found: unknown[] = [];
        let NextToken: string | undefined;
        do {
          const page: GetMetricDataOutput = await data({ ...input, MaxDatapoints, NextToken });
          expect(pairs(page).length).toBeLessThanOrEqual(MaxDatapoints);
          found.push(...pairs(page));
          NextToken = page.NextToken;
          expect(found.length).toBeLessThanOrEqual(pairs(whole).length);
        } while (NextToken !== undefined);
        expect(found).toEqual(pairs(whole));
      }),
      { numRuns: 30 },
    );
  });

  const requests = { Id: 'm1', MetricStat: { Metric: metric('RequestCount', LB), Stat: 'Sum', Period: 60 } };
  it.each<readonly [string, Partial<GetMetricDataInput>, RegExp]>([
    ['no queries', { MetricDataQueries: [] }, /1 to 500 queries/],
    ['an Id in capitals', { MetricDataQueries: [{ ...requests, Id: 'M1' }] }, /must start with a lower-case letter/],
    ['an Id twice', { MetricDataQueries: [requests, requests] }, /used twice/],
    ['neither kind', { MetricDataQueries: [{ Id: 'm1' }] }, /either MetricStat or Expression/],
    ['both kinds', { MetricDataQueries: [{ ...requests, Expression: '1' }] }, /either MetricStat or Expression/],
    [
      'period 7',
      { MetricDataQueries: [{ Id: 'm1', MetricStat: { ...requests.MetricStat, Period: 7 } }] },
      /period 7\. Period must be 1, 5, 10, 20, 30 or a multiple of 60/,
    ],
    [
      'a statistic',
      { MetricDataQueries: [{ Id: 'm1', MetricStat: { ...requests.MetricStat, Stat: 'wm90' } }] },
      /"wm90", which the rehearsal/,
    ],
    ['time backwards', { MetricDataQueries: [requests], EndTime: at(-1) }, /StartTime must be less than/],
    [
      'a bare number',
      { MetricDataQueries: [requests, { Id: 'e1', Expression: 'SUM(m1)' }] },
      /'e1': its result is a number/,
    ],
    [
      'a syntax error',
      { MetricDataQueries: [requests, { Id: 'e1', Expression: 'm1 +' }] },
      /Error in expression 'e1': expected/,
    ],
    [
      'a search',
      { MetricDataQueries: [{ Id: 'e1', Expression: "SEARCH('x')", Period: 60 }] },
      /does not have the function SEARCH/,
    ],
    [
      'a circle',
      {
        MetricDataQueries: [
          { Id: 'a', Expression: 'b' },
          { Id: 'b', Expression: 'a' },
        ],
      },
      /a → b → a/,
    ],
    [
      'mixed periods',
      {
        MetricDataQueries: [
          requests,
          { Id: 'm2', MetricStat: { ...requests.MetricStat, Period: 300 } },
          { Id: 'e1', Expression: 'm1 / m2' },
        ],
      },
      /one period, found 60, 300/,
    ],
    ['a page of nothing', { MetricDataQueries: [requests], MaxDatapoints: 0 }, /MaxDatapoints must be/],
  ])('refuses %s', async (_what, input, message) => {
    await expect(data(input)).rejects.toEqual(refused('ValidationError', message));
  });

  it('refuses a token of another request', async () => {
    const { NextToken } = await data({ MetricDataQueries: [requests], MaxDatapoints: 1 });
    expect(NextToken).toBeDefined();
    const other = { MetricDataQueries: [{ ...requests, Id: 'm2' }], MaxDatapoints: 1 };
    await expect(data({ ...other, NextToken })).rejects.toEqual(refused('InvalidNextToken', /NextToken/));
    await expect(data({ ...other, NextToken: 'x' })).rejects.toEqual(refused('InvalidNextToken', /NextToken/));
  });

  it('lists what was counted, by filter', async () => {
    const list = async (input: object) => (await perform<ListMetricsOutput>('ListMetrics', input)).Metrics ?? [];
    expect(await list({ MetricName: 'RequestCount' })).toHaveLength(4);
    expect(await list({ MetricName: 'RequestCount', Dimensions: [{ Name: 'TargetGroup' }] })).toHaveLength(2);
    expect(await list({ Dimensions: [{ Name: 'TargetGroup', Value: 'targetgroup/green/3' }] })).toEqual([]);
    expect(await list({ Namespace: 'AWS/ECS' })).toEqual([]);
    expect((await list({ MetricName: 'RequestCount', Dimensions: [{ Name: 'TargetGroup' }] }))[0]).toEqual({
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'RequestCount',
      Dimensions: [
        { Name: 'AvailabilityZone', Value: 'ca-central-1a' },
        { Name: 'LoadBalancer', Value: 'app/web/1' },
        { Name: 'TargetGroup', Value: 'targetgroup/blue/2' },
      ],
    });
  });
});

describe('PutMetricData', () => {
  const put = (perform: ReturnType<typeof open>['perform'], datum: object, more: Partial<PutMetricDataInput> = {}) =>
    perform('PutMetricData', { Namespace: 'Shop', MetricData: [{ MetricName: 'Latency', ...datum }], ...more });

  it('takes single values, values with counts, and statistic sets, and adds them up', async () => {
    const { perform } = open();
    const common = { Timestamp: at(61), Unit: 'Milliseconds', Dimensions: [{ Name: 'Page', Value: 'cart' }] };
    await put(perform, { ...common, Value: 10 });
    await put(perform, { ...common, Values: [20, 30], Counts: [3, 2] });
    const statistics = async (names: object) => {
      const range = { StartTime: at(0), EndTime: at(120), Period: 60, Dimensions: common.Dimensions };
      const input = { Namespace: 'Shop', MetricName: 'Latency', ...range, ...names };
      return (await perform<GetMetricStatisticsOutput>('GetMetricStatistics', input)).Datapoints;
    };
    const [median] = (await statistics({ ExtendedStatistics: ['p50'] })) ?? [];
    expect(median?.ExtendedStatistics?.['p50']).toBeCloseTo(20, 0);
    await put(perform, { ...common, StatisticValues: { SampleCount: 4, Sum: 20, Minimum: 2, Maximum: 8 } });
    expect(await statistics({ Statistics: ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'] })).toEqual([
      { Timestamp: at(60), SampleCount: 10, Sum: 150, Average: 15, Minimum: 2, Maximum: 30, Unit: 'Milliseconds' },
    ]);
    // A statistic set has no distribution: from here on there is no percentile.
    expect(await statistics({ ExtendedStatistics: ['p50'] })).toEqual([
      { Timestamp: at(60), ExtendedStatistics: {}, Unit: 'Milliseconds' },
    ]);
    expect(await statistics({ Statistics: ['Sum'], Dimensions: [] })).toEqual([]);
  });

  it('stores by the minute, or by the second with StorageResolution 1', async () => {
    const { perform } = open();
    await put(perform, { MetricName: 'Coarse', Value: 1, Timestamp: at(65) });
    await put(perform, { MetricName: 'Fine', Value: 1, Timestamp: at(65), StorageResolution: 1 });
    const times = async (MetricName: string) => {
      const input = {
        Namespace: 'Shop',
        MetricName,
        StartTime: at(0),
        EndTime: at(120),
        Period: 5,
        Statistics: ['Sum'],
      };
      const { Datapoints } = await perform<GetMetricStatisticsOutput>('GetMetricStatistics', input);
      return Datapoints?.map(({ Timestamp }) => Timestamp);
    };
    expect(await times('Coarse')).toEqual([at(60)]);
    expect(await times('Fine')).toEqual([at(65)]);
  });

  it.each<readonly [string, object, Partial<PutMetricDataInput>, string, RegExp]>([
    ['AWS namespace', { Value: 1 }, { Namespace: 'AWS/ECS' }, 'InvalidParameterValueException', /AWS\/ECS/],
    ['nothing', {}, { MetricData: [] }, 'MissingRequiredParameterException', /MetricData/],
    ['no value', {}, {}, 'MissingRequiredParameterException', /MetricData\.member\.1\.Value/],
    [
      'two kinds',
      { Value: 1, Values: [1] },
      {},
      'InvalidParameterCombinationException',
      /Value and MetricData\.member\.1\.Values/,
    ],
    ['counts of another length', { Values: [1, 2], Counts: [1] }, {}, 'InvalidParameterValueException', /1 against 2/],
    ['infinity', { Value: Number.POSITIVE_INFINITY }, {}, 'InvalidParameterValueException', /2\^360/],
    [
      'resolution 5',
      { Value: 1, StorageResolution: 5 },
      {},
      'InvalidParameterValueException',
      /must be 1 or 60, got 5/,
    ],
    ['a unit', { Value: 1, Unit: 'Furlongs' }, {}, 'InvalidParameterValueException', /Furlongs/],
    ['the past', { Value: 1, Timestamp: at(-100_000) }, {}, 'InvalidParameterValueException', /24 h in the past/],
    ['the future', { Value: 1, Timestamp: at(9000) }, {}, 'InvalidParameterValueException', /2 h in the future/],
    [
      'a dimension twice',
      {
        Value: 1,
        Dimensions: [
          { Name: 'a', Value: 'x' },
          { Name: 'a', Value: 'y' },
        ],
      },
      {},
      'InvalidParameterValueException',
      /a is given twice/,
    ],
    [
      'minimum over maximum',
      { StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 2, Maximum: 1 } },
      {},
      'InvalidParameterValueException',
      /Minimum/,
    ],
  ])('refuses %s and records nothing', async (_what, datum, more, code, message) => {
    const { perform } = open();
    await expect(put(perform, datum, more)).rejects.toEqual(refused(code, message));
    expect(await perform('ListMetrics', {})).toEqual({ Metrics: [] });
  });

  it('takes all or nothing', async () => {
    const { perform } = open();
    const MetricData = [{ MetricName: 'Good', Value: 1 }, { MetricName: 'Bad' }];
    await expect(perform('PutMetricData', { Namespace: 'Shop', MetricData })).rejects.toEqual(
      refused('MissingRequiredParameterException', /member\.2/),
    );
    expect(await perform('ListMetrics', {})).toEqual({ Metrics: [] });
  });
});

describe('GetMetricStatistics', () => {
  it.each<readonly [string, object, string, RegExp]>([
    [
      'too many datapoints',
      { Period: 60, EndTime: at(100_000) },
      'InvalidParameterCombinationException',
      /up to 1667 datapoints/,
    ],
    [
      'no statistic',
      { Statistics: undefined },
      'InvalidParameterCombinationException',
      /either Statistics or ExtendedStatistics/,
    ],
    ['both', { ExtendedStatistics: ['p50'] }, 'InvalidParameterCombinationException', /not both/],
    [
      'a percentile among Statistics',
      { Statistics: ['p50'] },
      'InvalidParameterValueException',
      /p50 is not one of Statistics/,
    ],
    ['period 7', { Period: 7 }, 'InvalidParameterValueException', /Period has the value 7/],
    ['time backwards', { EndTime: at(-61) }, 'InvalidParameterCombinationException', /StartTime/],
  ])('refuses %s', async (_what, input, code, message) => {
    const { perform } = open();
    const base = {
      Namespace: 'N',
      MetricName: 'M',
      StartTime: at(0),
      EndTime: at(60),
      Period: 60,
      Statistics: ['Sum'],
    };
    await expect(perform('GetMetricStatistics', { ...base, ...input })).rejects.toEqual(refused(code, message));
  });
});

describe('alarms', () => {
  const ALARM: PutMetricAlarmInput = {
    AlarmName: 'errors',
    Namespace: 'AWS/ApplicationELB',
    MetricName: 'HTTPCode_Target_5XX_Count',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold',
    AlarmActions: ['arn:aws:sns:ca-central-1:000000000000:pager'],
  };
  const describeAlarms = async (perform: ReturnType<typeof open>['perform'], input: object = {}) =>
    (await perform<DescribeAlarmsOutput>('DescribeAlarms', input)).MetricAlarms ?? [];

  it('start in INSUFFICIENT_DATA and show what they were made of', async () => {
    const { perform } = open();
    await perform('PutMetricAlarm', ALARM);
    expect(await describeAlarms(perform)).toEqual([
      {
        ...ALARM,
        AlarmArn: 'arn:aws:cloudwatch:ca-central-1:000000000000:alarm:errors',
        AlarmConfigurationUpdatedTimestamp: at(600),
        ActionsEnabled: true,
        OKActions: [],
        InsufficientDataActions: [],
        Dimensions: [],
        StateValue: 'INSUFFICIENT_DATA',
        StateReason: 'Unchecked: Initial alarm creation',
        StateReasonData: undefined,
        StateUpdatedTimestamp: at(600),
        StateTransitionedTimestamp: at(600),
      },
    ]);
  });

  it('keep their state when they are updated, and lose everything else', async () => {
    const { perform, set } = open();
    await perform('PutMetricAlarm', { ...ALARM, AlarmDescription: 'old' });
    await perform('SetAlarmState', { AlarmName: 'errors', StateValue: 'OK', StateReason: 'by hand' });
    set(DAY_START + 700);
    await perform('PutMetricAlarm', { ...ALARM, Threshold: 9 });
    const [alarm] = await describeAlarms(perform);
    expect(alarm).toMatchObject({ StateValue: 'OK', StateReason: 'by hand', Threshold: 9 });
    expect(alarm?.AlarmDescription).toBeUndefined();
    expect(alarm?.AlarmConfigurationUpdatedTimestamp).toEqual(at(700));
    expect(alarm?.StateTransitionedTimestamp).toEqual(at(600));
  });

  it('are found by name, prefix, state and action, page by page', async () => {
    const { perform } = open();
    for (const name of ['web-5xx', 'api-5xx', 'web-slow']) {
      await perform('PutMetricAlarm', { ...ALARM, AlarmName: name, AlarmActions: [`arn:${name}`] });
    }
    await perform('SetAlarmState', { AlarmName: 'web-slow', StateValue: 'ALARM', StateReason: 'test' });
    const names = async (input: object) => (await describeAlarms(perform, input)).map(({ AlarmName }) => AlarmName);
    expect(await names({})).toEqual(['api-5xx', 'web-5xx', 'web-slow']);
    expect(await names({ AlarmNames: ['web-5xx', 'gone'] })).toEqual(['web-5xx']);
    expect(await names({ AlarmNamePrefix: 'web-' })).toEqual(['web-5xx', 'web-slow']);
    expect(await names({ StateValue: 'ALARM' })).toEqual(['web-slow']);
    expect(await names({ ActionPrefix: 'arn:api' })).toEqual(['api-5xx']);
    expect(await names({ AlarmTypes: ['CompositeAlarm'] })).toEqual([]);
    const first = await perform<DescribeAlarmsOutput>('DescribeAlarms', { MaxRecords: 2 });
    const second = await perform<DescribeAlarmsOutput>('DescribeAlarms', { MaxRecords: 2, NextToken: first.NextToken });
    expect(
      [...(first.MetricAlarms ?? []), ...(second.MetricAlarms ?? [])].map(({ AlarmName }) => AlarmName),
    ).toHaveLength(3);
    expect(second.NextToken).toBeUndefined();
    await expect(describeAlarms(perform, { AlarmNames: ['a'], AlarmNamePrefix: 'b' })).rejects.toEqual(
      refused('ValidationError', /cannot be given together/),
    );
  });

  it('set by hand are in the history, with both states', async () => {
    const { cloudwatch, perform } = open();
    const changes: string[] = [];
    const end = cloudwatch.alarms.onChange(({ name, previous, state }) =>
      changes.push(`${name}: ${previous} -> ${state}`),
    );
    await perform('PutMetricAlarm', ALARM);
    await perform('SetAlarmState', {
      AlarmName: 'errors',
      StateValue: 'ALARM',
      StateReason: 'drill',
      StateReasonData: '{"a":1}',
    });
    await perform('SetAlarmState', { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'again' });
    end();
    await perform('SetAlarmState', { AlarmName: 'errors', StateValue: 'OK', StateReason: 'over' });
    expect(changes).toEqual(['errors: INSUFFICIENT_DATA -> ALARM']);
    expect(cloudwatch.alarms.state('errors')).toBe('OK');
    const history = await perform<DescribeAlarmHistoryOutput>('DescribeAlarmHistory', { AlarmName: 'errors' });
    expect(history.AlarmHistoryItems?.map(({ HistorySummary }) => HistorySummary)).toEqual([
      'Alarm updated from ALARM to OK',
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
    ]);
    expect(JSON.parse(history.AlarmHistoryItems?.[1]?.HistoryData ?? '')).toEqual({
      version: '1.0',
      oldState: { stateValue: 'INSUFFICIENT_DATA', stateReason: 'Unchecked: Initial alarm creation' },
      newState: { stateValue: 'ALARM', stateReason: 'drill', stateReasonData: { a: 1 } },
    });
    await expect(perform('DescribeAlarmHistory', { HistoryItemType: 'Action' })).rejects.toEqual(
      refused('ValidationError', /keeps no history of type Action/),
    );
  });

  it('are deleted even if another name is wrong, which is said', async () => {
    const { perform } = open();
    await perform('PutMetricAlarm', ALARM);
    await expect(perform('DeleteAlarms', { AlarmNames: ['gone', 'errors'] })).rejects.toEqual(
      refused('ResourceNotFound', /gone/),
    );
    expect(await describeAlarms(perform)).toEqual([]);
  });

  it('have a switch for their actions', async () => {
    const { perform } = open();
    await perform('PutMetricAlarm', ALARM);
    await perform('DisableAlarmActions', { AlarmNames: ['errors'] });
    expect((await describeAlarms(perform))[0]?.ActionsEnabled).toBe(false);
    await perform('EnableAlarmActions', { AlarmNames: ['errors', 'gone'] });
    expect((await describeAlarms(perform))[0]?.ActionsEnabled).toBe(true);
  });

  it('that do not exist cannot be set, and reasons must be JSON', async () => {
    const { perform } = open();
    const set = { AlarmName: 'errors', StateValue: 'OK', StateReason: 'x' };
    await expect(perform('SetAlarmState', set)).rejects.toEqual(refused('ResourceNotFound', /no alarm named "errors"/));
    await expect(perform('SetAlarmState', { ...set, StateReasonData: '{' })).rejects.toEqual(
      refused('InvalidFormatFault', /JSON/),
    );
    await expect(perform('SetAlarmState', { ...set, StateValue: 'FINE' })).rejects.toEqual(
      refused('ValidationError', /FINE/),
    );
  });
});
