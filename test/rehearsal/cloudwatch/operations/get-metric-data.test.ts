import type { GetMetricDataInput, GetMetricDataOutput, ListMetricsOutput } from '@aws-sdk/client-cloudwatch';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketsOf, DAY_START, trafficRow } from '../fixtures.ts';
import { at, BLUE, LB, metric, open, refused } from './opened.ts';

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
