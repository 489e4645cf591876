/** Mistakes in Target documents: each with its place, and what to write instead. */
import { describe, expect, it } from 'vitest';
import { parsePlatform } from '../../src/platform/parse.ts';

const PLATFORM = `apiVersion: surefoot/v1
kind: Platform
name: shop
environments: { prod: { region: eu-west-1, cluster: shop } }
services: { web: { ecsService: shop-web, port: 80 } }
---
apiVersion: surefoot/v1
kind: Target
name: one
`;

const problemsOf = (rest: string) =>
  parsePlatform(PLATFORM + rest, 'surefoot.yml').problems.map(({ hint, line, message }) => [line, message, hint]);

describe('a Target', () => {
  it.each([
    ['indicator: mttr\ncomparison: lt\nvalue: 30\nunit: minutes\nstatistic: median\nminimumSamples: 3'],
    ['indicator: failover-success\ncomparison: gte\nvalue: 100\nunit: percent'],
    ['indicator: deployment-frequency\ncomparison: gte\nvalue: 3\nunit: per-week'],
    ['indicator: cost-elasticity\ncomparison: lte\nvalue: 1\nunit: ratio'],
  ])('may be %j', (rest) => {
    expect(problemsOf(`${rest}\n`)).toEqual([]);
  });

  it.each([
    [
      'an indicator that is not known',
      'indicator: mtr\ncomparison: lte\nvalue: 30\nunit: minutes',
      10,
      /"mtr".*not one of the indicators/,
      'indicator: mttr',
    ],
    [
      'a unit of something else',
      'indicator: mttr\ncomparison: lte\nvalue: 30\nunit: percent',
      13,
      /mttr is in minutes or seconds/,
      'unit: minutes',
    ],
    [
      'the wrong direction',
      'indicator: mttr\ncomparison: gte\nvalue: 30\nunit: minutes',
      11,
      /better when it is smaller/,
      'comparison: lte',
    ],
    [
      'more than all',
      'indicator: alert-precision\ncomparison: gte\nvalue: 900\nunit: percent',
      12,
      /not from 0 to 100/,
      'value: 99.5',
    ],
    [
      'a share beyond 1',
      'indicator: alert-precision\ncomparison: gte\nvalue: 90\nunit: ratio',
      12,
      /not from 0 to 1/,
      'value: 0.995',
    ],
    [
      'a statistic of a share',
      'indicator: alert-precision\ncomparison: gte\nvalue: 90\nunit: percent\nstatistic: mean',
      14,
      /is of durations/,
      'no statistic',
    ],
  ])('may not have %s', (_, rest, line, message, hint) => {
    expect(problemsOf(`${rest}\n`)).toEqual([[line, expect.stringMatching(message), hint]]);
  });
});
