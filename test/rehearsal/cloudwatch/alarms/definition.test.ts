import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { defineAlarm } from '../../../../src/rehearsal/cloudwatch/alarms/definition.ts';

const METRIC: PutMetricAlarmInput = {
  AlarmName: 'errors',
  Namespace: 'AWS/ApplicationELB',
  MetricName: 'HTTPCode_Target_5XX_Count',
  Dimensions: [{ Name: 'LoadBalancer', Value: 'app/web/1' }],
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 3,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanThreshold',
};
const metric = (Id: string, Period = 60) => ({
  Id,
  ReturnData: false,
  MetricStat: { Metric: { Namespace: 'N', MetricName: Id }, Stat: 'Sum', Period },
});
const { Namespace: _n, MetricName: _m, Dimensions: _d, Statistic: _s, Period: _p, ...BARE } = METRIC;
const MATH: PutMetricAlarmInput = {
  ...BARE,
  Metrics: [metric('errors'), metric('requests'), { Id: 'rate', Expression: '100 * errors / requests' }],
};

describe('an alarm definition', () => {
  it('fills in what AWS fills in', () => {
    expect(defineAlarm(METRIC)).toMatchObject({
      period: 60,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: 'missing',
      samplesNeeded: 0,
    });
  });

  it('of metric math watches the one expression with ReturnData', () => {
    expect(defineAlarm(MATH)).toMatchObject({ watched: 'rate', period: 60 });
  });

  it.each([
    ['p99', 1000],
    ['p50', 20],
    ['p10', 100],
    ['tm90', 0],
  ])('that ignores low sample counts of %s needs %d samples', (ExtendedStatistic, expected) => {
    const { Statistic: _statistic, ...input } = METRIC;
    const alarm = defineAlarm({ ...input, ExtendedStatistic, EvaluateLowSampleCountPercentile: 'ignore' });
    expect(alarm.samplesNeeded).toBe(expected);
  });

  const { ExtendedStatistic: _e, ...withoutStatistic } = {
    ...METRIC,
    Statistic: undefined,
    ExtendedStatistic: undefined,
  };
  it.each<readonly [string, PutMetricAlarmInput, RegExp]>([
    ['no name', { ...METRIC, AlarmName: '' }, /AlarmName must have 1 to 255/],
    ['period 7', { ...METRIC, Period: 7 }, /Period is 7\. Period must be 1, 5, 10/],
    ['no period', { ...METRIC, Period: undefined }, /Period is undefined/],
    ['no statistic', withoutStatistic, /either Statistic or ExtendedStatistic/],
    ['two statistics', { ...METRIC, ExtendedStatistic: 'p99' }, /either Statistic or ExtendedStatistic/],
    ['unknown extended statistic', { ...withoutStatistic, ExtendedStatistic: 'p200' }, /"p200"/],
    [
      'M over N',
      { ...METRIC, DatapointsToAlarm: 4 },
      /DatapointsToAlarm \(4\) must not be greater than EvaluationPeriods \(3\)/,
    ],
    ['half a period', { ...METRIC, EvaluationPeriods: 1.5 }, /EvaluationPeriods must be a whole number/],
    ['no threshold', { ...METRIC, Threshold: undefined }, /Threshold is required/],
    [
      'anomaly detection',
      { ...METRIC, ComparisonOperator: 'GreaterThanUpperThreshold' },
      /ComparisonOperator must be one of/,
    ],
    ['unknown treatment', { ...METRIC, TreatMissingData: 'zero' }, /TreatMissingData must be one of breaching/],
    [
      'longer than a day',
      { ...METRIC, Period: 60, EvaluationPeriods: 1500 },
      /90000 s; with a period of 60 s it can be 86400 s/,
    ],
    [
      'longer than a week',
      { ...METRIC, Period: 3600, EvaluationPeriods: 169 },
      /608400 s; .* it can be 604800 s at most/,
    ],
    ['math and metric', { ...MATH, MetricName: 'x', Period: 60 }, /leave out MetricName, Period/],
    [
      'two watched',
      {
        ...MATH,
        Metrics: [
          { ...metric('a'), ReturnData: true },
          { Id: 'e', Expression: 'a' },
        ],
      },
      /Exactly one item.*2 have/,
    ],
    ['none watched', { ...MATH, Metrics: [metric('a')] }, /Exactly one item.*0 have/],
    [
      'mixed periods',
      { ...MATH, Metrics: [metric('a'), metric('b', 300), { Id: 'e', Expression: 'a + b' }] },
      /one period, found 60, 300/,
    ],
    ['a number', { ...MATH, Metrics: [metric('a'), { Id: 'e', Expression: 'SUM(a)' }] }, /its result is a number/],
    [
      'an array',
      { ...MATH, Metrics: [metric('a'), metric('b'), { Id: 'e', Expression: '[a, b]' }] },
      /gives 2 time series/,
    ],
    ['an unknown Id', { ...MATH, Metrics: [metric('a'), { Id: 'e', Expression: 'a / c' }] }, /no query has the Id c/],
  ])('with %s is refused', (_what, input, message) => {
    expect(() => defineAlarm(input)).toThrow(
      expect.objectContaining({ code: 'ValidationError', message: expect.stringMatching(message) }),
    );
  });
});
