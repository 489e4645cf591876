import { describe, expect, it } from 'vitest';
import {
  closedBecause,
  type NightRequest,
  numbersOf,
  runNight,
  type StepToTry,
  type Tried,
} from '../../../src/operations/nightly/night.ts';
import { nightsIn, withEarlier } from '../../../src/operations/nightly/trend.ts';
import { evidenceSchema, type Measurement } from '../../../src/report/evidence.ts';
import type { Night } from '../../../src/report/nights/record.ts';
import { rtoText } from '../../../src/report/nights/words.ts';

const LOAD: StepToTry = { kind: 'load', name: 'average-load' };
const KILL: StepToTry = { kind: 'experiment', name: 'ecs-task-kill' };
const DRILL: StepToTry = { kind: 'drill', name: 's3-restore' };
/** From one to four at night in Toronto, which is six to nine in UTC in winter. */
const WINDOW = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  from: { hour: 1, minute: 0 },
  to: { hour: 4, minute: 0 },
  timeZone: 'America/Toronto',
} as const;

const request = (more: Partial<NightRequest> = {}): NightRequest => ({
  platform: 'shop',
  environment: 'dev',
  rehearsalSpeed: undefined,
  version: '1.2.3',
  windows: [WINDOW],
  steps: [LOAD, KILL, DRILL],
  earlier: [],
  run: 'https://github.test/o/r/actions/runs/77',
  ...more,
});

const passed: Tried = { verdict: 'pass', reason: { code: 'ok', message: 'all is well' }, measurements: [] };
const failed: Tried = { verdict: 'fail', reason: { code: 'too-slow', message: 'it took 90 s' }, measurements: [] };

/** A night that begins at `at`, each step of which takes `minutes`. */
async function night(
  results: readonly Tried[],
  { at = '2026-11-21T06:00:00.000Z', minutes = 10, more = {}, cancelAfter = 99 } = {},
) {
  let now = Date.parse(at);
  const tried: string[] = [];
  const cancellation = new AbortController();
  const evidence = await runNight(request(more), {
    clock: { now: () => new Date(now), sleep: () => Promise.resolve() },
    reporter: { stage: () => {}, info: () => {}, progress: () => {}, warn: () => {} },
    signal: cancellation.signal,
    tryOut: async ({ name }) => {
      tried.push(name);
      now += minutes * 60_000;
      if (tried.length >= cancelAfter) {
        cancellation.abort(new Error('enough'));
      }
      return results[tried.length - 1] ?? passed;
    },
  });
  expect(evidenceSchema.parse(evidence)).toEqual(evidence);
  return { evidence, tried, steps: evidence.nights?.nights.at(-1)?.steps ?? [] };
}

describe('a night', () => {
  it('tries everything in its order and passes when all passed', async () => {
    const { evidence, tried, steps } = await night([]);
    expect(tried).toEqual(['average-load', 'ecs-task-kill', 's3-restore']);
    expect(evidence).toMatchObject({
      operation: 'nightly',
      verdict: 'pass',
      reasons: [{ code: 'night-passed' }],
      subject: { platform: 'shop', environment: 'dev' },
      rehearsal: false,
    });
    expect(steps.map(({ seconds }) => seconds)).toEqual([600, 600, 600]);
    expect(evidence.nights?.nights.at(-1)).toMatchObject({
      run: 'https://github.test/o/r/actions/runs/77',
      verdict: 'pass',
    });
  });

  it('fails when anything failed, whatever else could not be known, and goes on', async () => {
    const error: Tried = { verdict: null, reason: { code: 'aws-credentials', message: 'no keys' }, measurements: [] };
    const { evidence, tried } = await night([error, failed]);
    expect(tried).toHaveLength(3);
    expect(evidence.verdict).toBe('fail');
    expect(evidence.reasons).toEqual([
      { code: 'night-failed', message: '1 of 3 failed' },
      { code: 'night-inconclusive', message: '1 of 3 could not be decided' },
      { code: 'too-slow', message: 'experiment ecs-task-kill: it took 90 s' },
      { code: 'aws-credentials', message: 'load average-load: no keys' },
    ]);
    expect(evidence.checks.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'fail', 'pass']);
  });

  it('is inconclusive when something ended in an error, and nothing failed', async () => {
    const unknown: Tried = { ...passed, verdict: 'inconclusive' };
    expect((await night([passed, unknown])).evidence.verdict).toBe('inconclusive');
  });

  it('begins nothing once its window has closed', async () => {
    // 08:50 UTC is ten to four in Toronto: what has begun goes on, the next does not begin.
    const { evidence, tried, steps } = await night([], { at: '2026-11-21T08:45:00.000Z', minutes: 20 });
    expect(tried).toEqual(['average-load']);
    expect(steps.map(({ code }) => code)).toEqual(['ok', 'window-closed', 'window-closed']);
    expect(steps[1]).toMatchObject({
      verdict: null,
      seconds: 0,
      message: expect.stringContaining('01:00 to 04:00 America/Toronto'),
    });
    expect(evidence.verdict).toBe('inconclusive');
  });

  it('that is cancelled begins nothing more, and says so first', async () => {
    const { evidence, tried } = await night([], { cancelAfter: 1 });
    expect(tried).toEqual(['average-load']);
    expect(evidence.verdict).toBe('inconclusive');
    expect(evidence.reasons[0]?.code).toBe('cancelled');
  });
});

describe('the windows', () => {
  it.each([
    ['2026-11-21T06:00:00Z', true],
    ['2026-11-21T05:30:00Z', false],
    ['2026-11-21T09:00:00Z', false],
    // Summer time: the same hours are an hour earlier in UTC.
    ['2026-07-21T05:30:00Z', true],
    ['2026-07-21T07:59:00Z', true],
    ['2026-07-21T08:30:00Z', false],
  ])('at %s are open: %s', (at, open) => {
    expect(closedBecause([WINDOW], new Date(at)) === undefined).toBe(open);
  });
});

describe('the numbers of a step', () => {
  const measurement = (indicator: string, value: number | null, more: Partial<Measurement> = {}): Measurement => ({
    indicator,
    value,
    unit: 's',
    method: 'counted',
    ...more,
  });
  it.each([
    ['an interval', [measurement('rto', 4, { lower: 3, upper: 5 })], { rto: { lower: 3, upper: 5 } }],
    ['one number', [measurement('rto', 4)], { rto: { lower: 4, upper: 4 } }],
    ['no recovery', [measurement('rto', null, { lower: 60 })], { rto: { lower: 60, upper: null } }],
    ['nothing to recover from', [measurement('rto', null)], {}],
    ['a share of requests', [measurement('availability', 0.99, { unit: 'ratio' })], { availability: 0.99 }],
    ['a load', [measurement('requests answered well', 1, { unit: 'ratio' })], { availability: 1 }],
    ['neither', [], {}],
  ])('%s', (_, measurements, expected) => {
    expect(numbersOf(measurements, 'too-slow')).toEqual(expected);
  });

  it('has no upper end for an experiment that was ended early', () => {
    const numbers = numbersOf([measurement('rto', 4, { lower: 3, upper: 5 })], 'aborted');
    expect(numbers).toEqual({ rto: { lower: 3, upper: null } });
    expect(rtoText({ ...numbers, code: 'aborted' })).toBe('over 3 s, ended early');
    expect(rtoText({ ...numbers, code: 'not-recovered' })).toBe('over 3 s, not recovered');
  });
});

describe('the nights before', () => {
  const of = (day: number): Night => ({
    at: new Date(Date.UTC(2026, 0, day)).toISOString(),
    verdict: 'pass',
    steps: [],
  });

  it('stand in the order of time, each once, and tonight last', () => {
    const nights = withEarlier(of(5), [of(3), of(1), of(3), of(5), of(9)]);
    expect(nights.map(({ at }) => at.slice(8, 10))).toEqual(['01', '03', '05']);
  });

  it('are at most sixty with tonight', () => {
    const nights = withEarlier(
      of(100),
      Array.from({ length: 99 }, (_, index) => of(index + 1)),
    );
    expect(nights).toHaveLength(60);
    expect(nights[0]).toEqual(of(41));
  });

  it('are those of the same environment, and never of a rehearsal beside others', async () => {
    const { evidence } = await night([]);
    const subject = { platform: 'shop', environment: 'dev', rehearsalSpeed: undefined };
    expect(nightsIn([evidence], subject)).toHaveLength(1);
    expect(nightsIn([evidence], { ...subject, environment: 'prod' })).toEqual([]);
    expect(nightsIn([evidence], { ...subject, platform: 'other' })).toEqual([]);
    expect(nightsIn([evidence], { ...subject, rehearsalSpeed: 1 })).toEqual([]);
    expect(nightsIn([{ ...evidence, rehearsal: true, speed: 60 }], { ...subject, rehearsalSpeed: 20 })).toEqual([]);
    expect(nightsIn([{ ...evidence, operation: 'chaos-run' }], subject)).toEqual([]);
  });
});
