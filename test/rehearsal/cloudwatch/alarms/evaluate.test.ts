import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { defineAlarm } from '../../../../src/rehearsal/cloudwatch/alarms/definition.ts';
import { evaluateAlarm } from '../../../../src/rehearsal/cloudwatch/alarms/evaluate.ts';
import { createMetricStore } from '../../../../src/rehearsal/cloudwatch/metric-store.ts';
import { DAY_START } from '../fixtures.ts';

/** 15 May 2025, 15:29:00 UTC, on the grid of a minute. */
const AT = Date.UTC(2025, 4, 15, 15, 29) / 1000;
const KEY = { namespace: 'Test', name: 'Errors', dimensions: {} };

/** Evaluates over minutes of which the last one starts at `AT`; undefined is a minute without data. */
function verdict(minutes: readonly (number | undefined)[], settings: Partial<PutMetricAlarmInput> = {}) {
  const now = new Date((AT + 60) * 1000 + 1500);
  const store = createMetricStore(() => now);
  for (const [index, value] of minutes.entries()) {
    const at = new Date((AT - (minutes.length - 1 - index) * 60) * 1000);
    if (value !== undefined) {
      store.record(KEY, { at, unit: 'Count', count: 1, sum: value, minimum: value, maximum: value });
    }
  }
  const alarm = defineAlarm({
    AlarmName: 'errors',
    Namespace: KEY.namespace,
    MetricName: KEY.name,
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    ...settings,
  });
  return evaluateAlarm(alarm, store, 60, AT + 60, now);
}

describe("reasons, in CloudWatch's words", () => {
  // The first four are StateReasons of real alarms, as published in their owners' repositories.
  it.each<readonly [string, readonly (number | undefined)[], Partial<PutMetricAlarmInput>, string]>([
    [
      'one of one',
      [1],
      {},
      'Threshold Crossed: 1 datapoint [1.0 (15/05/25 15:29:00)] was greater than the threshold (0.0).',
    ],
    [
      'M of N given',
      [6],
      { DatapointsToAlarm: 1, Threshold: 5 },
      'Threshold Crossed: 1 out of the last 1 datapoints [6.0 (15/05/25 15:29:00)] was greater than the threshold (5.0) ' +
        '(minimum 1 datapoint for OK -> ALARM transition).',
    ],
    [
      'many',
      [1, 1, 1, 1, 1, 1],
      { EvaluationPeriods: 6 },
      'Threshold Crossed: 6 datapoints were greater than the threshold (0.0). The most recent datapoints which crossed the threshold: ' +
        '[1.0 (15/05/25 15:29:00), 1.0 (15/05/25 15:28:00), 1.0 (15/05/25 15:27:00), 1.0 (15/05/25 15:26:00), 1.0 (15/05/25 15:25:00)].',
    ],
    [
      'nothing, breaching',
      [],
      { EvaluationPeriods: 2, TreatMissingData: 'breaching' },
      'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].',
    ],
    [
      'nothing, not breaching',
      [],
      { TreatMissingData: 'notBreaching' },
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    ],
    [
      'good',
      [0],
      {},
      'Threshold Crossed: 1 datapoint [0.0 (15/05/25 15:29:00)] was not greater than the threshold (0.0).',
    ],
    [
      'filled up',
      [2.5],
      { EvaluationPeriods: 2, ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'breaching' },
      'Threshold Crossed: 1 datapoint [2.5 (15/05/25 15:29:00)] was greater than or equal to the threshold (0.0) ' +
        'and 1 missing datapoint was treated as [Breaching].',
    ],
    ['unknown', [], { EvaluationPeriods: 3 }, 'Insufficient Data: 3 datapoints were unknown.'],
  ])('%s', (_what, minutes, settings, reason) => {
    expect(verdict(minutes, settings)?.reason).toBe(reason);
  });

  it('come as JSON too', () => {
    const data: unknown = JSON.parse(
      verdict([3, undefined, 4], { EvaluationPeriods: 3, TreatMissingData: 'breaching' })?.reasonData ?? '',
    );
    expect(data).toEqual({
      version: '1.0',
      queryDate: '2025-05-15T15:30:01.500+0000',
      startDate: '2025-05-15T15:27:00.000+0000',
      statistic: 'Sum',
      period: 60,
      recentDatapoints: [3, 4],
      threshold: 0,
      evaluatedDatapoints: [
        { timestamp: '2025-05-15T15:29:00.000+0000', sampleCount: 1, value: 4 },
        { timestamp: '2025-05-15T15:28:00.000+0000' },
        { timestamp: '2025-05-15T15:27:00.000+0000', sampleCount: 1, value: 3 },
      ],
    });
  });
});

describe('an evaluation', () => {
  it.each([
    ['GreaterThanThreshold', 5, 'OK'],
    ['GreaterThanOrEqualToThreshold', 5, 'ALARM'],
    ['LessThanThreshold', 5, 'OK'],
    ['LessThanOrEqualToThreshold', 5, 'ALARM'],
    ['LessThanThreshold', 4, 'ALARM'],
    ['GreaterThanThreshold', 6, 'ALARM'],
  ] as const)('%s 5 of %d is %s', (ComparisonOperator, value, state) => {
    expect(verdict([value], { ComparisonOperator, Threshold: 5 })?.state).toBe(state);
  });

  it('looks past gaps as far as N + 2 periods, not further', () => {
    expect(verdict([1, undefined, undefined], {})?.state).toBe('ALARM');
    expect(verdict([1, undefined, undefined, undefined], {})?.state).toBe('INSUFFICIENT_DATA');
  });

  it('of metric math fills gaps of errors where there were requests', () => {
    const now = new Date((DAY_START + 300) * 1000);
    const store = createMetricStore(() => now);
    const record = (name: string, second: number, count: number) =>
      store.record(
        { namespace: 'Test', name, dimensions: {} },
        { at: new Date(second * 1000), unit: 'Count', count, sum: count, minimum: 1, maximum: 1 },
      );
    for (const minute of [0, 1, 2, 3, 4]) {
      record('Requests', DAY_START + minute * 60, 100);
    }
    record('Errors', DAY_START + 240, 7);
    const stat = (name: string) => ({ Metric: { Namespace: 'Test', MetricName: name }, Stat: 'Sum', Period: 60 });
    const alarm = (threshold: number) =>
      defineAlarm({
        AlarmName: 'rate',
        EvaluationPeriods: 3,
        DatapointsToAlarm: 1,
        Threshold: threshold,
        ComparisonOperator: 'GreaterThanThreshold',
        Metrics: [
          { Id: 'errors', MetricStat: stat('Errors'), ReturnData: false },
          { Id: 'requests', MetricStat: stat('Requests'), ReturnData: false },
          { Id: 'rate', Expression: '100 * FILL(errors, 0) / requests' },
        ],
      });
    const bad = evaluateAlarm(alarm(6.9), store, 60, DAY_START + 300, now);
    expect(bad?.state).toBe('ALARM');
    expect(bad?.reason).toContain('1 out of the last 3 datapoints [7.0 (');
    expect(evaluateAlarm(alarm(7), store, 60, DAY_START + 300, now)?.state).toBe('OK');
  });

  it('keeps the state while a percentile has too few samples', () => {
    const low = { Statistic: undefined, ExtendedStatistic: 'p99', EvaluateLowSampleCountPercentile: 'ignore' } as const;
    expect(verdict([6], { ...low })).toBeUndefined();
    expect(verdict([6], { ...low, EvaluateLowSampleCountPercentile: 'evaluate' })?.state).toBe('ALARM');
  });
});
