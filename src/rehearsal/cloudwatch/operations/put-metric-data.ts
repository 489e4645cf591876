import { type MetricDatum, PutMetricData$, type PutMetricDataInput, StandardUnit } from '@aws-sdk/client-cloudwatch';
import { addToBuckets, type Buckets } from '../../../statistics/log-histogram.ts';
import { type Operation, operation } from '../../wire/operation.ts';
import type { Contribution } from '../aggregate.ts';
import type { MetricContext } from '../context.ts';
import { dimensionRecord } from '../dimensions.ts';
import { invalidCombination, invalidValue, missingParameter } from '../errors.ts';
import { type MetricKey, MINUTES_KEPT, type Sample } from '../metric-store.ts';

const MOST_DATA = 1000;
const MOST_VALUES = 150;
const LARGEST_VALUE = 2 ** 360;
const FUTURE_MS = 2 * 3600 * 1000;
/** The balancer counts AWS/ApplicationELB, the scheduler AWS/ECS: AWS refuses clients there, too. */
const RESERVED = /^AWS\//;

/** PutMetricData: all of a request is taken, or none of it. */
export function putMetricData({ store, clock }: MetricContext): Operation {
  return operation<PutMetricDataInput, Record<string, never>>({
    schema: PutMetricData$,
    supports: ['Namespace', 'MetricData[].*'],
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html',
    handle(input) {
      const namespace = checkNamespace(input.Namespace);
      const data = input.MetricData ?? [];
      if (data.length === 0) {
        throw missingParameter('MetricData');
      }
      if (data.length > MOST_DATA) {
        throw invalidValue(`The collection MetricData must not have a size greater than ${MOST_DATA}.`);
      }
      const now = clock.now();
      for (const [key, sample] of data.map((datum, index) =>
        readDatum(namespace, datum, `MetricData.member.${index + 1}`, now),
      )) {
        store.record(key, sample);
      }
      return {};
    },
  });
}

function checkNamespace(namespace = ''): string {
  if (namespace.length === 0 || namespace.length > 255 || namespace.startsWith(':') || RESERVED.test(namespace)) {
    throw invalidValue(
      `The value ${namespace} for parameter Namespace is invalid: it needs 1 to 255 characters and must not start with a colon or AWS/.`,
    );
  }
  return namespace;
}

function readDatum(namespace: string, datum: MetricDatum, where: string, now: Date): readonly [MetricKey, Sample] {
  const { MetricName: name = '', Unit = 'None', StorageResolution = 60 } = datum;
  if (name.length === 0 || name.length > 255) {
    throw invalidValue(`${where}.MetricName must have 1 to 255 characters.`);
  }
  if (!Object.values<string>(StandardUnit).includes(Unit)) {
    throw invalidValue(`${where}.Unit "${Unit}" is not one that AWS has.`);
  }
  if (StorageResolution !== 1 && StorageResolution !== 60) {
    throw invalidValue(`${where}.StorageResolution must be 1 or 60, got ${StorageResolution}.`);
  }
  const at = timeOf(datum.Timestamp ?? now, StorageResolution, where, now);
  const key = { namespace, name, dimensions: dimensionRecord(datum.Dimensions) };
  return [key, { at, unit: Unit, ...contribution(datum, where) }];
}

/** Standard resolution is stored by the minute: a period under 60 s finds such a datum at the minute's first second only. */
function timeOf(at: Date, resolution: 1 | 60, where: string, now: Date): Date {
  const age = now.getTime() - at.getTime();
  if (age > MINUTES_KEPT * 1000 || age < -FUTURE_MS) {
    throw invalidValue(
      `${where}.Timestamp ${at.toISOString()} must be at most 2 h in the future and, on the rehearsal platform, at most ` +
        `${MINUTES_KEPT / 3600} h in the past (AWS: two weeks).`,
    );
  }
  const step = resolution * 1000;
  return new Date(Math.floor(at.getTime() / step) * step);
}

function contribution(datum: MetricDatum, where: string): Contribution {
  const given = (['Value', 'StatisticValues', 'Values'] as const).filter((member) => datum[member] !== undefined);
  if (given.length > 1) {
    throw invalidCombination(
      `The parameters ${given.map((member) => `${where}.${member}`).join(' and ')} are mutually exclusive.`,
    );
  }
  if (datum.Counts !== undefined && datum.Values === undefined) {
    throw invalidCombination(`${where}.Counts needs ${where}.Values.`);
  }
  if (datum.StatisticValues !== undefined) {
    return fromStatistics(datum.StatisticValues, where);
  }
  if (datum.Values !== undefined) {
    return fromValues(datum.Values, datum.Counts, where);
  }
  if (datum.Value === undefined) {
    throw missingParameter(`${where}.Value (or StatisticValues, or Values)`);
  }
  return fromValues([datum.Value], undefined, where);
}

function fromStatistics(set: NonNullable<MetricDatum['StatisticValues']>, where: string): Contribution {
  const { SampleCount: count = 0, Sum: sum = 0, Minimum: minimum = 0, Maximum: maximum = 0 } = set;
  for (const value of [count, sum, minimum, maximum]) {
    checkNumber(value, `${where}.StatisticValues`);
  }
  if (count <= 0 || minimum > maximum) {
    throw invalidValue(
      `${where}.StatisticValues needs a SampleCount over 0 and a Minimum that is not over the Maximum.`,
    );
  }
  return { count, sum, minimum, maximum };
}

function fromValues(values: readonly number[], counts: readonly number[] | undefined, where: string): Contribution {
  if (values.length === 0 || values.length > MOST_VALUES) {
    throw invalidValue(`${where}.Values must hold 1 to ${MOST_VALUES} values, got ${values.length}.`);
  }
  if (counts !== undefined && counts.length !== values.length) {
    throw invalidValue(`${where}.Counts must be as long as Values: ${counts.length} against ${values.length}.`);
  }
  const buckets: Buckets = new Map();
  let count = 0;
  let sum = 0;
  for (const [index, value] of values.entries()) {
    const times = counts?.[index] ?? 1;
    checkNumber(value, `${where}.Values`);
    checkNumber(times, `${where}.Counts`);
    if (times <= 0) {
      throw invalidValue(`${where}.Counts must be over 0, got ${times}.`);
    }
    addToBuckets(buckets, value, times);
    count += times;
    sum += value * times;
  }
  return { count, sum, minimum: Math.min(...values), maximum: Math.max(...values), buckets };
}

function checkNumber(value: number, where: string): void {
  if (!Number.isFinite(value) || Math.abs(value) > LARGEST_VALUE) {
    throw invalidValue(`${where}: ${value} is not a number between -2^360 and 2^360.`);
  }
}
