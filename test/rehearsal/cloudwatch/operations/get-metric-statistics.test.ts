import { describe, expect, it } from 'vitest';
import { at, open, refused } from './opened.ts';

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
