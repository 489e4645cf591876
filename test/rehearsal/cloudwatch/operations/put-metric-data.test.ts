import type { GetMetricStatisticsOutput, PutMetricDataInput } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { at, open, refused } from './opened.ts';

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
