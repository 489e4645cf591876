/**
 * Breaks every field of the good template in every way that can be thought of: taken away, empty, of another type, misspelt. Each break is
 * found, or it is on the list of those that do no harm, with the reason.
 */
import { describe, expect, it } from 'vitest';
import { HONEST_WARNING, problemsOf, said } from '../good.ts';
import { mutationsOf } from '../mutations.ts';

/** What does no harm, and why. Each entry is needed: the test fails when one no longer is. */
const HARMLESS: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^(description|actions\/wait\/description): (a misspelt value|a value cut short)$/, 'prose'],
  [/^actions\/wait\/description: taken away$/, 'optional prose'],
  [
    /^tags.*: (taken away|empty|a misspelt (key|value)|a value cut short)$/,
    "the template's own tags are anybody's words",
  ],
  [
    /^targets\/tasks\/resourceTags\/surefoot:chaos: /,
    'which tags there are only AWS knows; the empty value is a value',
  ],
  [/^targets\/tasks\/(resourceTags|filters|parameters)(\/0)?: (taken away|empty)$/, 'the other selectors are left'],
  [/^targets\/tasks\/filters\/0\/path: (a misspelt value|a value cut short)$/, 'FIS gives no list of attributes'],
  [
    /^targets\/tasks\/filters\/0\/values\/0: (a misspelt value|a value cut short)$/,
    'which values there are only AWS knows',
  ],
  [
    /^targets\/tasks\/parameters\/(cluster|service): (taken away|a misspelt value|a value cut short)$/,
    'which clusters and services there are only AWS knows',
  ],
  [/^targets\/database\/resourceArns\/0: (a misspelt value|a value cut short)$/, 'still the ARN of a cluster'],
  [/^actions\/lose\/parameters\/(lossPercent|sources): taken away$/, 'optional, with a default'],
  [/^actions\/lose\/parameters\/lossPercent: a value cut short$/, '2 is a percentage too'],
  [/^actions\/lose\/parameters\/sources: (a misspelt value|a value cut short)$/, 'another domain name'],
  [/^actions\/(lose|failover)\/startAfter(\/0)?: (taken away|empty)$/, 'another order, which is possible too'],
  [/^stopConditions\/0\/value: (a misspelt value|a value cut short)$/, 'still the ARN of an alarm'],
  [/^roleArn: (a misspelt value|a value cut short)$/, 'still the ARN of a role'],
  [/^logConfiguration\/(cloudWatchLogsConfiguration|s3Configuration): taken away$/, 'the other log is left'],
  [/\/bucketName: (a misspelt value|a value cut short)$/, 'the name of another bucket'],
  [/\/prefix: (taken away|a misspelt value|a value cut short)$/, 'another folder of the bucket, or its top'],
  [/^experimentOptions(\/\w+)?: (taken away|empty)$/, 'optional, with a default'],
  [/^experimentReportConfiguration: taken away$/, 'a report is optional'],
  [/^experimentReportConfiguration\/dataSources.*: (taken away|empty)$/, 'a report without a dashboard'],
  [/^experimentReportConfiguration\/dataSources.*: (a misspelt value|a value cut short)$/, 'another dashboard'],
  [/^experimentReportConfiguration\/p\w+ExperimentDuration: taken away$/, 'optional, with a default'],
];

describe('a template broken in one field', () => {
  const mutations = mutationsOf();
  const silent = mutations
    .filter(({ template }) => said(problemsOf(template)).every((one) => one === HONEST_WARNING))
    .map(({ name }) => name);

  it('is broken in hundreds of ways', () => {
    expect(mutations.length).toBeGreaterThan(400);
  });

  it('is found, or does no harm', () => {
    const unexplained = silent.filter((name) => HARMLESS.every(([pattern]) => !pattern.test(name)));
    expect(unexplained).toEqual([]);
  });

  it('is on the list of what does no harm only when it is not found', () => {
    const idle = HARMLESS.filter(([pattern]) => !silent.some((name) => pattern.test(name)));
    expect(idle.map(([pattern]) => pattern.source)).toEqual([]);
  });
});
