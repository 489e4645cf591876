/** What pause-dev and load-time-of-day make of what they saw: what is wrong is not let through. */
import { describe, expect, it } from 'vitest';
import { loadTimeOfDay } from '../../../src/rehearsal/scenarios/load-time-of-day.ts';
import { pauseDev } from '../../../src/rehearsal/scenarios/pause-dev.ts';
import type { Observation } from '../../../src/rehearsal/scenarios/scenario.ts';
import type { Check, Evidence, LoadRecord } from '../../../src/report/evidence.ts';

type Failed = Readonly<Record<string, number>>;
interface Second {
  readonly ok: number;
  readonly failed?: Failed;
}

const START = Date.parse('2026-11-21T10:00:00Z');
const at = (second: number) => new Date(START + second * 1000).toISOString();

function loadOf(seconds: readonly Second[], shape?: LoadRecord['shape']): LoadRecord {
  const sum = (failed: Failed = {}) => Object.values(failed).reduce((total, count) => total + count, 0);
  const bins = seconds.map(({ ok, failed = {} }, second) => ({
    second,
    planned: ok + sum(failed),
    ok,
    failed: { ...failed },
    dropped: 0,
    interrupted: 0,
    latency: [],
  }));
  const [planned, ok] = [bins.reduce((all, bin) => all + bin.planned, 0), bins.reduce((all, bin) => all + bin.ok, 0)];
  return {
    name: 'test',
    url: 'http://127.0.0.1/',
    rate: 20,
    timeoutSeconds: 10,
    startedAt: at(0),
    finishedAt: at(seconds.length),
    judgedUntilSecond: seconds.length,
    totals: { planned, ok, failed: planned - ok, dropped: 0, interrupted: 0 },
    bins,
    generator: { cpu: 0.1, readerCpu: 0.1, latenessMax: 0, exit: '0 (own end)', problems: [] },
    ...(shape === undefined ? {} : { shape }),
  };
}

function observe(load: LoadRecord, change: Partial<Evidence>): Observation {
  const operation: Evidence = {
    version: 'surefoot/evidence/v1',
    operation: 'resume',
    title: 'test',
    subject: {},
    rehearsal: true,
    speed: 20,
    startedAt: at(0),
    finishedAt: at(1),
    verdict: 'pass',
    reasons: [{ code: 'resumed', message: 'resumed' }],
    measurements: [],
    events: [],
    checks: [],
    series: [],
    parts: [],
    tools: [],
    ...change,
  };
  const target2xx = load.totals.ok;
  const counts = { requestCount: load.totals.planned, elb4xx: 0, elb503: 0, target3xx: 0, target4xx: 0, target5xx: 0 };
  return { operation, load, balancer: { ...counts, target2xx } };
}

const failing = (checks: readonly Check[]) =>
  checks.filter(({ verdict }) => verdict !== 'pass').map(({ name }) => name);

describe('pause-dev', () => {
  const steps = ['it was paused', 'it was resumed', 'it came back as it was'].map(
    (name) => ({ name, verdict: 'pass', expected: '', observed: '' }) as const,
  );
  const asleep: Second = { ok: 0, failed: { 'http-503': 20 } };
  const waking: Second = { ok: 15, failed: { 'http-502': 5 } };
  const night = [{ ok: 20 }, asleep, asleep, waking, { ok: 20 }];
  /** Resumed at the beginning of second 3, awake at its end. */
  const judge = (seconds: readonly Second[], checks: Evidence['checks'] = steps.map((step) => ({ ...step }))) =>
    failing(pauseDev.judge(observe(loadOf(seconds), { startedAt: at(3), finishedAt: at(4), checks })));

  it('is as it must be when users were told that nobody is there, and all are answered again', () => {
    expect(judge(night)).toEqual([]);
  });

  it.each([
    [
      'nobody was told',
      [{ ok: 20 }, { ok: 20 }, { ok: 20 }, { ok: 20 }, { ok: 20 }],
      'users were told that nobody is there',
    ],
    [
      'users waited for a time-out',
      [{ ok: 19, failed: { timeout: 1 } }, ...night.slice(1)],
      'users were told that nobody is there',
    ],
    ['one was cut off before it slept', [waking, ...night.slice(1)], 'users were told that nobody is there'],
    [
      'one is lost once it is awake',
      [...night.slice(0, 4), { ok: 19, failed: { 'http-502': 1 } }],
      'all are answered once it is awake',
    ],
  ])('is not when %s', (_, seconds, name) => {
    expect(judge(seconds)).toEqual([name]);
  });

  it('is not when it has not come back as it was', () => {
    const [paused, resumed, back] = steps;
    expect(judge(night, [{ ...paused }, { ...resumed }, { ...back, verdict: 'fail' }] as Evidence['checks'])).toEqual([
      'it came back as it was',
    ]);
  });
});

describe('load-time-of-day', () => {
  const shape = { startRate: 10, stages: [{ seconds: 4, rate: 60 }] };
  /** As many as the line has in the middle of each second. */
  const day = [16, 29, 41, 54].map((ok) => ({ ok }));
  const judge = (seconds: readonly Second[], change: Partial<Evidence> = {}) =>
    failing(loadTimeOfDay.judge(observe(loadOf(seconds, shape), change)));

  it('is as it must be when each second has what the profile has there', () => {
    expect(judge([{ ok: 15 }, ...day.slice(1)])).toEqual([]);
  });

  it('is not when an hour was left out, a request lost, or a target missed', () => {
    expect(judge([{ ok: 16 }, { ok: 16 }, { ok: 41 }, { ok: 54 }])).toEqual(['the day was played']);
    expect(judge([{ ok: 16 }, { ok: 29 }, { ok: 40, failed: { 'http-503': 1 } }, { ok: 54 }])).toContain(
      'no request lost',
    );
    expect(judge(day, { verdict: 'fail' })).toEqual(['no target missed']);
  });
});
