/** AWS's cron expressions in time zones, above all where clocks change. */
import { describe, expect, test } from 'vitest';
import { cronTimes, onceAt } from '../../../../src/rehearsal/autoscaling/schedules/cron.ts';

/** The next moments after `from`, as ISO times in UTC to the minute. */
function runs(fields: string, timezone: string, from: string, count = 3): string[] {
  const times = cronTimes(fields, timezone);
  const found: string[] = [];
  let after = new Date(from);
  while (found.length < count) {
    const next = times.next(after);
    if (next === undefined) {
      break;
    }
    found.push(next.toISOString().slice(0, 16));
    after = next;
  }
  return found;
}

describe('the nights of artguard, 22:00 to 08:00 in Toronto', () => {
  test('keep their local times when summer time begins on 8 March 2026', () => {
    expect(runs('0 22 * * ? *', 'America/Toronto', '2026-03-06T12:00:00Z')).toEqual([
      '2026-03-07T03:00',
      '2026-03-08T03:00',
      '2026-03-09T02:00',
    ]);
    expect(runs('0 8 * * ? *', 'America/Toronto', '2026-03-06T14:00:00Z')).toEqual([
      '2026-03-07T13:00',
      '2026-03-08T12:00',
      '2026-03-09T12:00',
    ]);
  });

  test('keep them when it ends on 1 November 2026', () => {
    expect(runs('0 22 * * ? *', 'America/Toronto', '2026-10-30T12:00:00Z')).toEqual([
      '2026-10-31T02:00',
      '2026-11-01T02:00',
      '2026-11-02T03:00',
    ]);
    expect(runs('0 8 * * ? *', 'America/Toronto', '2026-10-31T11:00:00Z')).toEqual([
      '2026-10-31T12:00',
      '2026-11-01T13:00',
      '2026-11-02T13:00',
    ]);
  });
});

describe('a local time', () => {
  test('that summer time leaves out is skipped', () => {
    expect(runs('30 2 * * ? *', 'America/Toronto', '2026-03-07T12:00:00Z', 2)).toEqual([
      '2026-03-09T06:30',
      '2026-03-10T06:30',
    ]);
    expect(runs('0/30 1-3 * * ? *', 'America/Toronto', '2026-03-08T05:59:00Z', 4)).toEqual([
      '2026-03-08T06:00',
      '2026-03-08T06:30',
      '2026-03-08T07:00',
      '2026-03-08T07:30',
    ]);
    expect(onceAt('2026-03-08T02:30:00', 'America/Toronto').next(new Date(0))).toBeUndefined();
  });

  test('that comes twice counts once when it is one time, and each time when it repeats', () => {
    expect(runs('30 1 * * ? *', 'America/Toronto', '2026-10-31T12:00:00Z', 2)).toEqual([
      '2026-11-01T05:30',
      '2026-11-02T06:30',
    ]);
    expect(runs('0/30 * * * ? *', 'America/Toronto', '2026-11-01T04:45:00Z', 5)).toEqual([
      '2026-11-01T05:00',
      '2026-11-01T05:30',
      '2026-11-01T06:00',
      '2026-11-01T06:30',
      '2026-11-01T07:00',
    ]);
  });

  test('may lie in a zone a quarter of an hour off, and is read once', () => {
    expect(runs('0 8 * * ? *', 'Asia/Kathmandu', '2026-01-01T00:00:00Z', 1)).toEqual(['2026-01-01T02:15']);
    const once = onceAt('2026-07-01T22:00:00', 'America/Toronto');
    expect(once.next(new Date('2026-06-01T00:00:00Z'))).toEqual(new Date('2026-07-02T02:00:00Z'));
    expect(once.next(new Date('2026-07-02T02:00:00Z'))).toBeUndefined();
  });
});

describe('every example of AWS’s pages', () => {
  const from = '2026-01-01T00:00:00Z';

  test.each([
    ['0 10 * * ? *', ['2026-01-01T10:00', '2026-01-02T10:00', '2026-01-03T10:00']],
    ['15 12 * * ? *', ['2026-01-01T12:15', '2026-01-02T12:15', '2026-01-03T12:15']],
    ['0 18 ? * MON-FRI *', ['2026-01-01T18:00', '2026-01-02T18:00', '2026-01-05T18:00']],
    ['0 8 1 * ? *', ['2026-01-01T08:00', '2026-02-01T08:00', '2026-03-01T08:00']],
    ['0/15 * * * ? *', ['2026-01-01T00:15', '2026-01-01T00:30', '2026-01-01T00:45']],
    ['0/10 * ? * MON-FRI *', ['2026-01-01T00:10', '2026-01-01T00:20', '2026-01-01T00:30']],
    ['0/5 8-17 ? * MON-FRI *', ['2026-01-01T08:00', '2026-01-01T08:05', '2026-01-01T08:10']],
    ['0 9 ? * 2#1 *', ['2026-01-05T09:00', '2026-02-02T09:00', '2026-03-02T09:00']],
    ['1/10 0 * * ? *', ['2026-01-01T00:01', '2026-01-01T00:11', '2026-01-01T00:21']],
    ['0 9 ? * 3#2 *', ['2026-01-13T09:00', '2026-02-10T09:00', '2026-03-10T09:00']],
    ['0 9 3W * ? *', ['2026-01-02T09:00', '2026-02-03T09:00', '2026-03-03T09:00']],
    ['0 9 L * ? *', ['2026-01-31T09:00', '2026-02-28T09:00', '2026-03-31T09:00']],
    ['0 9 LW * ? *', ['2026-01-30T09:00', '2026-02-27T09:00', '2026-03-31T09:00']],
    ['0 9 ? * L *', ['2026-01-03T09:00', '2026-01-10T09:00', '2026-01-17T09:00']],
    ['0 9 ? * 6L *', ['2026-01-30T09:00', '2026-02-27T09:00', '2026-03-27T09:00']],
    ['0 9 ? * fri#2 *', ['2026-01-09T09:00', '2026-02-13T09:00', '2026-03-13T09:00']],
    ['0 9 1 jan,JUL ? 2027-2028', ['2027-01-01T09:00', '2027-07-01T09:00', '2028-01-01T09:00']],
    ['0 9 1 1 ? 2027/3', ['2027-01-01T09:00', '2030-01-01T09:00', '2033-01-01T09:00']],
    ['0 22-1 * * ? *', ['2026-01-01T01:00', '2026-01-01T22:00', '2026-01-01T23:00']],
    ['0 9 ? * FRI-MON *', ['2026-01-02T09:00', '2026-01-03T09:00', '2026-01-04T09:00']],
    ['0 9 29 2 ? *', ['2028-02-29T09:00', '2032-02-29T09:00', '2036-02-29T09:00']],
    ['0 9 1 1 ? 2025', []],
    ['0 9 30 2 ? *', []],
  ])('cron(%s)', (fields, expected) => {
    expect(runs(fields, 'UTC', from)).toEqual(expected);
  });
});

describe('refused, with the field and what it may hold', () => {
  test.each([
    ['0 22 * * *', 'six fields'],
    ['0 0 22 * * ? *', 'six fields'],
    ['0 22 * * * *', 'exactly one of Day-of-month and Day-of-week must be "?"'],
    ['0 22 ? * ? *', 'exactly one of Day-of-month and Day-of-week must be "?"'],
    ['60 22 * * ? *', 'Minutes holds 0-59'],
    ['0 24 * * ? *', 'Hours holds 0-23'],
    ['0 22 0 * ? *', 'Day-of-month holds 1-31 and , - * / ? L W, not "0"'],
    ['0 22 32W * ? *', 'Day-of-month'],
    ['0 22 1,L * ? *', 'Day-of-month'],
    ['0 22 * 13 ? *', 'Month holds 1-12 or JAN-DEC'],
    ['0 22 * FOO ? *', 'Month holds'],
    ['0 22 ? * 0 *', 'Day-of-week holds 1-7 or SUN-SAT and , - * ? L #, not "0"'],
    ['0 22 ? * 2/2 *', 'Day-of-week'],
    ['0 22 ? * 2#6 *', 'Day-of-week'],
    ['0 22 ? * 3#1,6#3 *', 'Day-of-week'],
    ['0 22 * * ? 1969', 'Year holds 1970-2199'],
    ['0/0 22 * * ? *', 'Minutes'],
    ['0/60 22 * * ? *', 'Minutes'],
    ['*-5 22 * * ? *', 'Minutes'],
    ['? 22 * * ? *', 'Minutes'],
    ['1-2-3 22 * * ? *', 'Minutes'],
    [', 22 * * ? *', 'Minutes'],
  ])('cron(%s)', (fields, message) => {
    expect(() => cronTimes(fields, 'UTC')).toThrow(message);
  });
});
