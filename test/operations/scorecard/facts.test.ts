/** Files of facts: both forms, and every mistake with its place. */
import { describe, expect, it } from 'vitest';
import { readFacts } from '../../../src/operations/scorecard/facts.ts';
import { facts, NOW, onlyRow, platformWith, slo, sourceOf } from './samples.ts';

const platform = platformWith();
const HEAD = 'indicator,from,to,value,of,unit,environment,service,note\n';
const read = (text: string) => readFacts(text, sourceOf('facts.csv'), platform, NOW);
const problemsOf = (text: string) =>
  read(text).problems.map(({ column, hint, line, message }) => [line, column, message, hint]);

describe('rows', () => {
  it('are events, periods and shares; a day ends with its last moment', () => {
    const { observations, problems } = read(
      `# incidents\n${HEAD}mttr,2026-10-20T10:00:00Z,2026-10-20T10:20:00Z,,,,prod,web,"full, again"\nrto,2026-10-21,2026-10-21,1.5,,minutes,,,\nalert-precision,2026-10-01,2026-10-31,9,10,,,,\nmttr,2026-10-31T23:00:00Z,,,,,,,\n`,
    );
    expect(problems).toEqual([]);
    expect(
      observations.map(({ from, indicator, reading, service, to }) => [
        indicator,
        service,
        (to - from) / 60_000,
        reading,
      ]),
    ).toEqual([
      ['mttr', 'web', 20, { kind: 'amount', value: { numerator: 1200n, denominator: 1n }, of: undefined }],
      ['rto', undefined, 1440, { kind: 'amount', value: { numerator: 180n, denominator: 2n }, of: undefined }],
      ['alert-precision', undefined, 31 * 1440, { kind: 'share', count: 9, total: 10 }],
      ['mttr', undefined, 60, { kind: 'open', atLeast: undefined }],
    ]);
  });

  it('are the same from JSON, quoted cells and lines that end with CR LF', () => {
    const csv = read(`${HEAD}"rto", 2026-10-21 ,2026-10-21,"2",,minutes,,,"say ""hello"""\r\n`);
    const json = read(
      '[{ "indicator": "rto", "from": "2026-10-21", "to": "2026-10-21", "value": 2, "unit": "minutes" }]',
    );
    expect(csv).toEqual(json);
    expect(csv.observations).toHaveLength(1);
  });

  it('keep decimals exactly', () => {
    const [one] = read(`${HEAD}cost,2026-10-01,2026-10-31,0.1,3,,,,\n`).observations;
    expect(one?.reading).toMatchObject({ value: { numerator: 1n, denominator: 10n }, of: { numerator: 3n } });
  });
});

describe('mistakes', () => {
  it.each([
    [
      'an unknown indicator',
      'mtr,2026-10-01,2026-10-02,1,,minutes,,,',
      1,
      'indicator is "mtr", which is no indicator',
      'mttr',
    ],
    [
      'what only evidence says',
      'secret-findings,2026-10-01,2026-10-02,0,,,,,',
      1,
      'indicator is secret-findings, which is not taken from a file of facts',
      'the evidence of surefoot gate',
    ],
    [
      'a computed one',
      'cost-reduction,2026-10-01,2026-10-02,15,,,,,',
      1,
      'indicator is cost-reduction, which is not taken from a file of facts',
      'cost and cost-baseline, a row for each bill',
    ],
    [
      'a day that is none',
      'rto,2026-02-31,2026-10-02,1,,minutes,,,',
      5,
      'from is "2026-02-31", which is no day and no time in UTC',
      '2026-10-01 or 2026-10-01T13:20:00Z',
    ],
    [
      'local time',
      'rto,2026-10-01 10:00,2026-10-02,1,,minutes,,,',
      5,
      'from is "2026-10-01 10:00", which is no day and no time in UTC',
      '2026-10-01 or 2026-10-01T13:20:00Z',
    ],
    ['the wrong order', 'rto,2026-10-05,2026-10-02,1,,minutes,,,', 16, 'to is before from', '2026-10-05 or later'],
    [
      'the future',
      'rto,2026-10-05,2026-12-02,1,,minutes,,,',
      16,
      'to is 2026-12-02, which is still to come',
      'what has happened; without `to`, an incident is open',
    ],
    ['no unit', 'rto,2026-10-05,2026-10-06,1,,,,,', 1, 'unit is missing', 'minutes or seconds or hours or days'],
    [
      'thousands',
      'cost,2026-10-05,2026-10-06,"1,000",,,,,',
      28,
      'value is "1,000", which is no plain decimal from 0 up',
      '1234.5, without signs, units or thousands',
    ],
    [
      'more than all',
      'alert-precision,2026-10-05,2026-10-06,11,10,,,,',
      39,
      'value is 11 of 10',
      'whole numbers: how many of how many, at least of 1',
    ],
    [
      'of nothing',
      'alert-precision,2026-10-05,2026-10-06,0,0,,,,',
      39,
      'value is 0 of 0',
      'whole numbers: how many of how many, at least of 1',
    ],
    [
      'half an incident',
      'security-incidents,2026-10-05,2026-10-06,0.5,,,,,',
      42,
      'value is no whole number',
      'how many there were',
    ],
    [
      'another service',
      'rto,2026-10-05,2026-10-06,1,,minutes,,wbe,',
      39,
      'service is "wbe", which is not in surefoot.yml',
      'web',
    ],
    [
      'no load',
      'cost,2026-10-05,2026-10-06,1,0,,,,',
      30,
      'of is not above 0',
      'the load that the cost is for, like the number of requests',
    ],
    [
      'too many cells',
      'rto,2026-10-05,2026-10-06,1,,minutes,,,a,b',
      42,
      'there are more cells than the 9 columns',
      'a text with a comma inside in double quotes',
    ],
  ])('%s', (_, row, column, message, hint) => {
    expect(problemsOf(`${HEAD}${row}\n`)).toEqual([[2, column, message, hint]]);
  });

  it('of the head: a column that is not known, or twice, or none at all', () => {
    expect(problemsOf('indicator,from,too\n')).toEqual([[1, 16, 'the column "too" is not known', 'to']]);
    expect(problemsOf('indicator,from,from\n')).toEqual([
      [1, 16, 'the column from is there twice', 'each column once'],
    ]);
    expect(problemsOf('rto,2026-10-05\n').map(([line]) => line)).toEqual([1, 1]);
    expect(problemsOf('').map(([line]) => line)).toEqual([1]);
  });

  it('of the form: a stray quote, JSON that ends too early, a key that is not known', () => {
    expect(problemsOf(`${HEAD}rto,20"26\n`)[0]?.slice(0, 2)).toEqual([2, 5]);
    expect(problemsOf('[{ "indicator": "rto", ')[0]?.[2]).toBe('this is not JSON');
    expect(problemsOf('[{ "indicator": "rto",\n "form": "2026-10-01" }]')[0]?.slice(0, 1)).toEqual([1]);
  });

  it('leave no fact behind, and are all told at once', () => {
    const { observations, problems } = read(`${HEAD}rto,2026-10-05,2026-10-06,x,,minutes,pord,,\n`);
    expect(observations).toEqual([]);
    expect(problems.map(({ message }) => message.split(' ')[0])).toEqual(['environment', 'value']);
  });
});

describe('SLOs that surefoot does not count', () => {
  const elsewhere = (extra = '') => `---
apiVersion: openslo/v1
kind: SLO
metadata: { name: payments }
spec:
  service: web
  indicator:
    spec:
      ratioMetric:
        good: { metricSource: { type: BigQuery, spec: { query: good } } }
        total: { metricSource: { type: BigQuery, spec: { query: all } } }
  timeWindow: [{ duration: 7d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.9995 }]
${extra}`;
  const platform = platformWith(elsewhere());
  const judged = (csv: string) => onlyRow(platform, { facts: facts(platform, `indicator,from,to,value,of\n${csv}`) });

  it('are judged by counts in a file, exactly', () => {
    const row = judged('slo:payments,2026-10-26,2026-10-31,9995,10000\n');
    expect([row.production.state, row.production.count, row.production.n]).toEqual(['met', 9995, 10_000]);
    expect(row.promise).toBe('at least 0.9995 of events good, over 7 d');
    expect(judged('slo:payments,2026-10-26,2026-10-31,9994,10000\n').production.state).toBe('missed');
    // Two halves of the week are the week.
    const halves = 'slo:payments,2026-10-26,2026-10-28,4999,5000\nslo:payments,2026-10-29,2026-10-31,4995,5000\n';
    expect(judged(halves).production).toMatchObject({ state: 'missed', count: 9994, n: 10_000 });
  });

  it('stay unknown without them, or with old ones', () => {
    const { production } = onlyRow(platform);
    expect([production.state, production.reason.code]).toEqual(['unknown', 'not-counted']);
    expect(production.reason.message).toMatch(
      /counted by BigQuery; bring its counts in as facts: rows of slo:payments$/,
    );
    expect(judged('slo:payments,2026-09-01,2026-09-07,10000,10000\n').production.reason.code).toBe('stale');
  });

  it('must be there, and be counted by nobody else', () => {
    const both = platformWith(elsewhere(), slo('0.99'));
    const read = (name: string) =>
      readFacts(`indicator,from,to,value,of\nslo:${name},2026-10-26,2026-10-31,1,1\n`, sourceOf('f.csv'), both, NOW)
        .problems;
    expect(read('paymets').map(({ message, hint }) => [message, hint])).toEqual([
      [expect.stringMatching(/is of "paymets", which is no SLO/), 'slo:payments'],
    ]);
    expect(read('availability')[0]?.message).toMatch(/is of availability, which surefoot slo counts/);
    expect(read('payments')).toEqual([]);
  });
});
