import {
  GetMetricData$,
  type GetMetricDataInput,
  type GetMetricDataOutput,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { type Operation, operation } from '../../wire/operation.ts';
import type { MetricContext } from '../context.ts';
import { invalidToken, validationError } from '../errors.ts';
import type { Series } from '../math/values.ts';
import { placeOf, tokenFor } from '../paging.ts';
import { PERIOD_NOTE } from '../periods.ts';
import { planQueries, runQueries, seriesOf } from '../queries.ts';

const MOST_DATAPOINTS = 100_800;

/** GetMetricData. StartTime is rounded down to each query's period, so timestamps are always multiples of the period. */
export function getMetricData({ store, clock }: MetricContext): Operation {
  return operation<GetMetricDataInput, GetMetricDataOutput>({
    schema: GetMetricData$,
    supports: [
      'MetricDataQueries[].Id',
      'MetricDataQueries[].MetricStat.*',
      'MetricDataQueries[].Expression',
      'MetricDataQueries[].Label',
      'MetricDataQueries[].ReturnData',
      'MetricDataQueries[].Period',
      'StartTime',
      'EndTime',
      'NextToken',
      'ScanBy',
      'MaxDatapoints',
    ],
    source: `https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html (${PERIOD_NOTE})`,
    handle(input) {
      const queries = planQueries(input.MetricDataQueries);
      const range = { ...rangeOf(input), now: Math.ceil(clock.now().getTime() / 1000) };
      const results = runQueries(queries, store, range)
        .filter(({ query }) => query.returnData)
        .flatMap((result) => seriesOf(result).map((series) => ({ id: result.query.id, ...series })));
      return page(input, results);
    },
  });
}

function rangeOf(input: GetMetricDataInput): { readonly start: number; readonly end: number } {
  const start = (input.StartTime?.getTime() ?? 0) / 1000;
  const end = (input.EndTime?.getTime() ?? 0) / 1000;
  if (start >= end) {
    throw validationError('The parameter StartTime must be less than the parameter EndTime.');
  }
  return { start: Math.floor(start), end: Math.ceil(end) };
}

interface Result {
  readonly id: string;
  readonly label: string;
  readonly series: Series;
}

/** Where the next page begins: in which result, after which timestamp. New data cannot shift it. */
type Cursor = readonly [result: number, after: number | null];

function page(input: GetMetricDataInput, results: readonly Result[]): GetMetricDataOutput {
  const limit = input.MaxDatapoints ?? MOST_DATAPOINTS;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_DATAPOINTS) {
    throw validationError(`MaxDatapoints must be 1 to ${MOST_DATAPOINTS}, got ${limit}.`);
  }
  const [first, after] = cursorOf(input);
  let left = limit;
  let next: Cursor | undefined;
  const MetricDataResults = results.map(({ id, label, series }, index): MetricDataResult => {
    const points = index < first ? [] : ordered(input, series, index === first ? after : null);
    const shown = points.slice(0, left);
    left -= shown.length;
    const whole = shown.length === points.length;
    if (!whole) {
      next ??= [index, shown.at(-1)?.[0] ?? (index === first ? after : null)];
    }
    return {
      Id: id,
      Label: label,
      Timestamps: shown.map(([second]) => new Date(second * 1000)),
      Values: shown.map(([, value]) => value),
      StatusCode: whole ? 'Complete' : 'PartialData',
    };
  });
  return { MetricDataResults, Messages: [], ...(next === undefined ? {} : { NextToken: tokenFor(input, next) }) };
}

function cursorOf(input: GetMetricDataInput): Cursor {
  const place = placeOf(input, input.NextToken) ?? [0, null];
  if (!Array.isArray(place) || place.length !== 2) {
    throw invalidToken();
  }
  return [Number(place[0]), place[1] === null ? null : Number(place[1])];
}

/** The points after `after`, in the order asked for: the newest first unless said otherwise. */
function ordered(
  input: GetMetricDataInput,
  series: Series,
  after: number | null,
): readonly (readonly [number, number])[] {
  if (input.ScanBy === 'TimestampAscending') {
    return [...series].filter(([second]) => after === null || second > after);
  }
  return [...series].reverse().filter(([second]) => after === null || second < after);
}
