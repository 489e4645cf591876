import { describe, expect, test } from 'vitest';
import { nextDue, parseSchedule } from '../../../../src/rehearsal/autoscaling/schedules/expression.ts';

const date = (text: string) => new Date(`${text}:00Z`);
const NO_WINDOW = { createdAt: date('2026-03-01T12:00'), start: undefined, end: undefined };

describe('when an action is due', () => {
  test('a rate counts from its creation, or from its start time, which is the first', () => {
    const every2h = parseSchedule('rate(2 hours)', undefined);
    expect(nextDue(every2h, NO_WINDOW, date('2026-03-01T12:00'))).toEqual(date('2026-03-01T14:00'));
    expect(nextDue(every2h, NO_WINDOW, date('2026-03-01T14:00'))).toEqual(date('2026-03-01T16:00'));
    const window = { ...NO_WINDOW, start: date('2026-03-02T00:30') };
    expect(nextDue(every2h, window, date('2026-03-01T12:00'))).toEqual(date('2026-03-02T00:30'));
    expect(nextDue(every2h, window, date('2026-03-02T00:30'))).toEqual(date('2026-03-02T02:30'));
    const dayly = parseSchedule('rate(1 day)', undefined);
    expect(nextDue(dayly, NO_WINDOW, date('2026-03-01T12:00'))).toEqual(date('2026-03-02T12:00'));
  });

  test('a start time is when a cron expression is first due; after the end time it never is', () => {
    const nightly = parseSchedule('cron(0 22 * * ? *)', 'America/Toronto');
    const window = { ...NO_WINDOW, start: date('2026-03-05T00:00'), end: date('2026-03-07T03:00') };
    const due = [date('2026-03-01T12:00')];
    for (let next = nextDue(nightly, window, date('2026-03-01T12:00')); next; next = nextDue(nightly, window, next)) {
      due.push(next);
    }
    expect(due.slice(1)).toEqual([
      date('2026-03-05T00:00'),
      date('2026-03-05T03:00'),
      date('2026-03-06T03:00'),
      date('2026-03-07T03:00'),
    ]);
  });

  test('at() is due once, in its time zone', () => {
    const once = parseSchedule('at(2026-07-01T22:00:00)', 'America/Toronto');
    expect(nextDue(once, NO_WINDOW, date('2026-03-01T12:00'))).toEqual(date('2026-07-02T02:00'));
    expect(nextDue(once, NO_WINDOW, date('2026-07-02T02:00'))).toBeUndefined();
  });
});

test.each([
  ['cron(bogus)', undefined, 'six fields'],
  ['0 22 * * ? *', undefined, 'is no schedule'],
  ['rate(0 minutes)', undefined, 'a rate is a positive whole number'],
  ['rate(5)', undefined, 'a rate is'],
  ['rate(5 weeks)', undefined, 'a rate is'],
  ['at(2026-02-30T10:00:00)', undefined, 'is no date and time'],
  ['at(2026-02-03 10:00)', undefined, 'is no date and time'],
  ['cron(0 22 * * ? *)', 'Mars/Base', '"Mars/Base" is no time zone of the IANA database'],
  ['cron(0 22 * * ? *)', 'america/toronto', 'write "America/Toronto"'],
  ['cron(0 22 * * ? *)', '+05:00', 'is no time zone'],
  ['rate(1 minute)', 'Eastern', 'is no time zone'],
])('%s in %s is refused', (text, timezone, message) => {
  expect(() => parseSchedule(text, timezone)).toThrow(message);
});

test.each(['Etc/GMT+9', 'Pacific/Tahiti', 'US/Eastern', 'UTC'])('%s is a time zone', (timezone) => {
  expect(parseSchedule('cron(0 22 * * ? *)', timezone).kind).toBe('cron');
});
