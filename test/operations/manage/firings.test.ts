import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronOf, nextFirings, pauseDays } from '../../../src/operations/manage/firings.ts';
import { DAYS } from '../../../src/platform/model/schedule.ts';

const TORONTO = 'America/Toronto';
const night = { hour: 22, minute: 0 };
const morning = { hour: 8, minute: 0 };

const show = (firings: ReturnType<typeof nextFirings>) =>
  firings.map(({ at, local }) => `${local} = ${at.toISOString()}`);

describe('the next firings', () => {
  it('move by an hour of UTC when the clock goes back', () => {
    expect(show(nextFirings(morning, DAYS, TORONTO, new Date('2026-10-30T20:00:00Z'), 3))).toEqual([
      'Sat 2026-10-31 08:00 GMT-4 = 2026-10-31T12:00:00.000Z',
      'Sun 2026-11-01 08:00 GMT-5 = 2026-11-01T13:00:00.000Z',
      'Mon 2026-11-02 08:00 GMT-5 = 2026-11-02T13:00:00.000Z',
    ]);
  });

  it('move back when it goes forward', () => {
    expect(show(nextFirings(night, DAYS, TORONTO, new Date('2027-03-13T12:00:00Z'), 2))).toEqual([
      'Sat 2027-03-13 22:00 GMT-5 = 2027-03-14T03:00:00.000Z',
      'Sun 2027-03-14 22:00 GMT-4 = 2027-03-15T02:00:00.000Z',
    ]);
  });

  it('leave out a time that the clock skips, and take the first of one that comes twice', () => {
    const skipped = nextFirings({ hour: 2, minute: 30 }, DAYS, TORONTO, new Date('2027-03-13T12:00:00Z'), 1);
    expect(skipped[0]?.at.toISOString()).toBe('2027-03-15T06:30:00.000Z');
    const twice = nextFirings({ hour: 1, minute: 30 }, DAYS, TORONTO, new Date('2026-11-01T00:00:00Z'), 2);
    expect(twice.map(({ at }) => at.toISOString())).toEqual(['2026-11-01T05:30:00.000Z', '2026-11-02T06:30:00.000Z']);
  });

  it('keep to the days, in the local week', () => {
    const firings = nextFirings(morning, ['mon', 'fri'], 'Pacific/Auckland', new Date('2026-11-21T12:00:00Z'), 3);
    expect(firings.map(({ local }) => local.slice(0, 14))).toEqual([
      'Mon 2026-11-23',
      'Fri 2026-11-27',
      'Mon 2026-11-30',
    ]);
  });

  it('show the asked time on the wall of every zone, in order, with none between', () => {
    const zones = [TORONTO, 'Europe/Dublin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns', 'UTC'];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) }),
        fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true }),
        (zone, time, from) => {
          const firings = nextFirings(time, DAYS, zone, from, 3);
          const wall = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
          const wanted = `${String(time.hour).padStart(2, '0')}:${String(time.minute).padStart(2, '0')}`;
          expect(firings.map(({ at }) => wall.format(at))).toEqual([wanted, wanted, wanted]);
          const gaps = [from, ...firings.map(({ at }) => at)].map((at, index, all) =>
            index === 0 ? 1 : (at.getTime() - (all[index - 1]?.getTime() ?? 0)) / 3_600_000,
          );
          // A day of 23 to 25 hours; two where the clock skips the time.
          expect(gaps.every((hours) => hours > 0 && hours <= 50)).toBe(true);
        },
      ),
    );
  });
});

describe('days and crons', () => {
  const workdays = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;

  it('write every day and some days as Application Auto Scaling reads them', () => {
    expect(cronOf(night, DAYS)).toBe('cron(0 22 * * ? *)');
    expect(cronOf({ hour: 7, minute: 45 }, workdays)).toBe('cron(45 7 ? * MON,TUE,WED,THU,FRI *)');
  });

  it('pause on the evening of the days of resuming, or on the day after where it is past midnight', () => {
    const schedule = { resume: morning, days: workdays, timeZone: TORONTO };
    expect(pauseDays({ ...schedule, pause: night })).toEqual(workdays);
    expect(pauseDays({ ...schedule, pause: { hour: 1, minute: 0 } })).toEqual(['tue', 'wed', 'thu', 'fri', 'sat']);
    expect(pauseDays({ ...schedule, days: ['sun'], pause: { hour: 1, minute: 0 } })).toEqual(['mon']);
  });
});
