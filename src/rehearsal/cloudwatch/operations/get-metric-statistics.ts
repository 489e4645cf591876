import {
  type Datapoint,
  GetMetricStatistics$,
  type GetMetricStatisticsInput,
  type GetMetricStatisticsOutput,
  type StandardUnit,
} from '@aws-sdk/client-cloudwatch';
import { type Operation, operation } from '../../wire/operation.ts';
import type { Aggregate } from '../aggregate.ts';
import { dimensionRecord } from '../dimensions.ts';
import { invalidCombination, invalidValue } from '../errors.ts';
import { floorTo, type MetricStore } from '../metric-store.ts';
import { isPeriod, PERIOD_NOTE, PERIOD_RULE } from '../periods.ts';
import { parseStatistic, statisticValue } from '../statistic.ts';

const MOST_DATAPOINTS = 1440;

/** GetMetricStatistics: a datapoint per period and unit. */
export function getMetricStatistics({ store }: { readonly store: MetricStore }): Operation {
  return operation<GetMetricStatisticsInput, GetMetricStatisticsOutput>({
    schema: GetMetricStatistics$,
    supports: [
      'Namespace',
      'MetricName',
      'Dimensions[].*',
      'StartTime',
      'EndTime',
      'Period',
      'Statistics',
      'ExtendedStatistics',
      'Unit',
    ],
    source: `https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html (${PERIOD_NOTE})`,
    handle(input) {
      const range = rangeOf(input);
      const compute = computation(input);
      const { Namespace: namespace = '', MetricName: name = '' } = input;
      const key = { namespace, name, dimensions: dimensionRecord(input.Dimensions) };
      const units = input.Unit === undefined ? store.units(key) : [input.Unit];
      const Datapoints = units.flatMap((unit) =>
        [...store.read(key, range, unit)].map(
          ([second, aggregate]): Datapoint => ({
            Timestamp: new Date(second * 1000),
            ...compute(aggregate),
            Unit: unit as StandardUnit,
          }),
        ),
      );
      return { Label: name, Datapoints };
    },
  });
}

function rangeOf({ StartTime, EndTime, Period: period = 0 }: GetMetricStatisticsInput) {
  if (!isPeriod(period)) {
    throw invalidValue(`The parameter Period has the value ${period}. ${PERIOD_RULE}.`);
  }
  const start = floorTo((StartTime?.getTime() ?? 0) / 1000, period);
  const end = Math.ceil((EndTime?.getTime() ?? 0) / 1000);
  if (start >= end) {
    throw invalidCombination('The parameter StartTime must be less than the parameter EndTime.');
  }
  const count = Math.ceil((end - start) / period);
  if (count > MOST_DATAPOINTS) {
    throw invalidCombination(
      `You have requested up to ${count} datapoints, which exceeds the limit of ${MOST_DATAPOINTS}. You may reduce the datapoints ` +
        'requested by increasing Period, or decreasing the time range.',
    );
  }
  return { start, end, period };
}

function computation(input: GetMetricStatisticsInput): (aggregate: Aggregate) => Partial<Datapoint> {
  const { Statistics: simple, ExtendedStatistics: extended } = input;
  if ((simple === undefined) === (extended === undefined)) {
    throw invalidCombination('Give either Statistics or ExtendedStatistics, and not both.');
  }
  const statistics = [...(simple ?? []), ...(extended ?? [])].map((text) => {
    const statistic = parseStatistic(text);
    if (statistic === undefined || (statistic.kind === 'simple') === (simple === undefined)) {
      throw invalidValue(`The statistic ${text} is not one of ${simple ? 'Statistics' : 'ExtendedStatistics'} here.`);
    }
    return [text, statistic] as const;
  });
  return (aggregate) => {
    const values = Object.fromEntries(
      statistics.flatMap(([text, statistic]) => {
        const value = statisticValue(statistic, aggregate);
        return value === undefined ? [] : [[text, value]];
      }),
    );
    return simple === undefined ? { ExtendedStatistics: values } : values;
  };
}
