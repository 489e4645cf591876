import { describe, expect, it } from 'vitest';
import { RecentLatency } from '../../../src/measure/counting/recent-latency.ts';
import { closingOf, type Findings, generatorProblems } from '../../../src/measure/generator/health.ts';
import { K6Log } from '../../../src/measure/generator/log.ts';
import { cpuSecondsIn } from '../../../src/measure/generator/process.ts';
import { constantShape, planShape } from '../../../src/measure/shape-plan.ts';
import type { LoadBin } from '../../../src/report/evidence.ts';

const plan = planShape({ shape: constantShape({ rate: 100, maxSeconds: 60 }), timeoutSeconds: 2 });
const ownEnd = { exit: { code: 0, signal: null, stopped: false }, endedAfter: 60.1, stoppedAfter: undefined };
const stopped = { exit: { code: 105, signal: null, stopped: true }, endedAfter: 30.05, stoppedAfter: 30 };
const killed = { exit: { code: null, signal: 'SIGKILL', stopped: false }, endedAfter: 12.345, stoppedAfter: undefined };

describe('what k6 had to do', () => {
  it('is the whole plan when it came to its own end, whatever it wrote', () => {
    expect(closingOf(plan, ownEnd, 5990)).toEqual({ planned: 6000, unseen: 'dropped' });
  });

  it('is what it wrote when it was stopped, as far as the clock agrees', () => {
    expect(closingOf(plan, stopped, 3002).planned).toBe(3002);
    expect(closingOf(plan, stopped, 2995).planned).toBe(2995);
    // A tenth of a second is ten arrivals; more must be explained.
    expect(closingOf(plan, stopped, 2900).planned).toBe(2990);
    expect(closingOf(plan, stopped, 3100).planned).toBe(3015);
  });

  it('is what was due at its death when it was cut off, and the lines it took along are interrupted', () => {
    expect(closingOf(plan, killed, 1220)).toEqual({ planned: 1234, unseen: 'interrupted' });
  });

  it('is what it wrote when something else stopped it', () => {
    const other = { ...stopped, exit: { code: 108, signal: null, stopped: false }, stoppedAfter: undefined };
    expect(closingOf(plan, other, 1500)).toEqual({ planned: 1500, unseen: 'dropped' });
  });
});

const bin: LoadBin = { second: 0, planned: 100, ok: 100, failed: {}, dropped: 0, interrupted: 0, latency: [] };
const healthy: Findings = {
  end: ownEnd,
  closing: { planned: 6000, unseen: 'dropped' },
  books: { bins: [bin], seen: 6000, unseen: 0, surplus: 0, contradictions: 0 },
  judgedUntilSecond: 60,
  unreadable: 0,
  log: { errors: 0, summary: '' },
  cpu: 0.3,
  readerCpu: 0.1,
  own: undefined,
  latenessMax: 0.02,
  lateShare: 0.001,
};
const codes = (change: Partial<Findings>) =>
  generatorProblems({ ...healthy, ...change }).map((problem) => problem.code);
const withBin = (change: Partial<LoadBin>) => ({ ...healthy.books, bins: [{ ...bin, ...change }] });

describe('the generator', () => {
  it('has no problem when it kept its plan', () => {
    expect(codes({})).toEqual([]);
    expect(codes({ cpu: null, latenessMax: null })).toEqual([]);
    // A large pool of virtual users comes to life while the first arrivals are due already.
    expect(codes({ latenessMax: 0.7 })).toEqual([]);
    expect(codes({ end: stopped })).toEqual([]);
  });

  it.each([
    ['generator-saturated', { cpu: 0.81 }],
    ['generator-late', { latenessMax: 0.3, lateShare: 0.02 }],
    ['generator-late', { latenessMax: 1.1 }],
    ['generator-dropped', { books: withBin({ ok: 99, dropped: 1 }) }],
    ['judged-interrupted', { books: withBin({ ok: 99, interrupted: 1 }) }],
    ['planned-mismatch', { books: { ...healthy.books, unseen: 3, seen: 5997 } }],
    ['planned-mismatch', { books: { ...healthy.books, surplus: 1 } }],
    [
      'planned-mismatch',
      { end: stopped, closing: { planned: 3016, unseen: 'dropped' }, books: { ...healthy.books, seen: 3100 } },
    ],
    ['stream-broken', { unreadable: 1 }],
    ['stream-broken', { books: { ...healthy.books, contradictions: 1 } }],
    // k6 exits with 0 though every iteration threw: grafana/k6#6480.
    ['k6-script', { log: { errors: 10, summary: 'TypeError: x is not a function' } }],
    ['k6-script', { end: stopped, log: { errors: 1, summary: 'TypeError: x is not a function' } }],
    ['k6-killed', { end: killed, closing: { planned: 1235, unseen: 'interrupted' }, unreadable: 1 }],
  ] as const)('is reported as %s', (code, change) => {
    expect(codes(change)).toEqual([code]);
  });

  it('may drop and interrupt what is not judged', () => {
    expect(codes({ judgedUntilSecond: 0, books: withBin({ ok: 90, dropped: 5, interrupted: 5 }) })).toEqual([]);
  });
});

describe("k6's log", () => {
  it('gives its errors and what is no log at all; failed requests are warnings and are counted elsewhere', () => {
    const log = new K6Log();
    log.push('{"level":"warning","msg":"Request Failed","error":"dial: connection refused"}\n{"level":"err');
    log.push('or","msg":"TypeError: Cannot read\\n  at default"}\npanic: runtime error\n');
    log.push(`{"level":"error","msg":"test run was aborted because k6 received a 'interrupt' signal"}\n`);
    log.push('{"level":"error","msg":"TypeError: Cannot read\\n  at default"}');
    log.finish();
    expect(log.errors).toBe(3);
    expect(log.summary).toBe('TypeError: Cannot read at default | panic: runtime error');
  });
});

describe('the CPU time of a process', () => {
  it('is read past a name with blanks and brackets', () => {
    const stat = '4242 (k6 (x) y) S 1 4242 4242 0 -1 4194560 999 0 0 0 321 45 0 0 20 0 12 0 100 1 2 3';
    expect(cpuSecondsIn(stat)).toBeCloseTo(3.66, 10);
    expect(cpuSecondsIn('gone')).toBeUndefined();
  });
});

describe('recent latency', () => {
  it('forgets what ended longer ago than it keeps', () => {
    const recent = new RecentLatency(5);
    recent.add(9, 100.2);
    recent.add(0.1, 103.9);
    expect(recent.quantiles(104.9).p99).toBeCloseTo(9, 0);
    expect(recent.quantiles(105).p99).toBeCloseTo(0.1, 2);
    expect(recent.quantiles(109)).toEqual({ p50: undefined, p99: undefined });
  });
});
