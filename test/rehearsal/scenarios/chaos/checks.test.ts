/** What a run says of recovery and loss is held against the balancer's log, and a wrong number is not let through. */
import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../../../src/rehearsal/scenario-record.ts';
import { asClientsSaw, judgedLines, outageOf } from '../../../../src/rehearsal/scenarios/chaos/access-log.ts';
import {
  agreesWithTheBalancer,
  lostByLog,
  ownCheck,
  rtoDeviation,
  verdictIs,
} from '../../../../src/rehearsal/scenarios/chaos/checks.ts';
import { lostOrders, lostWritesAgree } from '../../../../src/rehearsal/scenarios/chaos/ledgers.ts';
import { faultBegan } from '../../../../src/rehearsal/scenarios/chaos/observe.ts';
import type { ChaosObservation } from '../../../../src/rehearsal/scenarios/scenario.ts';
import type { AccessLogLine } from '../../../../src/rehearsal/world/balancer/access-log.ts';
import type { Check, Evidence, LoadBin, LoadRecord } from '../../../../src/report/evidence.ts';

const START = Date.parse('2026-11-21T10:00:00.000Z');
const FAULT = START + 2000;
const RATE = 10;
const SECONDS = 8;

/** Ten requests a second for eight seconds; those sent in the given seconds fail. */
function linesOf(failing: (second: number) => boolean, single = false): AccessLogLine[] {
  return Array.from({ length: RATE * SECONDS }, (_, index) => {
    const received = START + (index * 1000) / RATE;
    const bad = failing(Math.floor(index / RATE));
    return {
      received,
      behind: 0,
      ended: received + 20,
      status: bad ? 503 : 201,
      whole: true,
      method: 'POST',
      path: '/orders',
      id: `abcd-${index}`,
      single,
    };
  });
}

function loadOf(failing: (second: number) => boolean): LoadRecord {
  const bins: LoadBin[] = Array.from({ length: SECONDS }, (_, second) => ({
    second,
    planned: RATE,
    ok: failing(second) ? 0 : RATE,
    failed: failing(second) ? { 'http-503': RATE } : {},
    dropped: 0,
    interrupted: 0,
    latency: [],
  }));
  const failed = bins.reduce((sum, bin) => sum + bin.planned - bin.ok, 0);
  const planned = RATE * SECONDS;
  return {
    name: 'test',
    url: 'http://127.0.0.1/',
    rate: RATE,
    timeoutSeconds: 5,
    startedAt: new Date(START).toISOString(),
    finishedAt: new Date(START + SECONDS * 1000).toISOString(),
    judgedUntilSecond: SECONDS,
    totals: { planned, ok: planned - failed, failed, dropped: 0, interrupted: 0 },
    bins,
    generator: { cpu: 0.1, readerCpu: 0.1, latenessMax: 0, exit: '0 (own end)', problems: [] },
  };
}

/** Down in its fourth and fifth second, 1 to 3 s after the fault. */
const down = (second: number) => second === 3 || second === 4;

interface Said {
  readonly rto?: readonly [number, number];
  readonly lost?: number;
  readonly writes?: number;
  readonly log?: readonly AccessLogLine[];
}

function observe({ rto = [2.9, 3], lost = 20, writes, log = linesOf(down) }: Said = {}): ChaosObservation {
  const [lower, upper] = rto;
  const operation = {
    verdict: 'pass',
    reasons: [{ code: 'survived', message: 'it did' }],
    checks: [{ name: 'a fault was injected', verdict: 'pass' }],
    load: loadOf(down),
    measurements: [
      { indicator: 'rto', value: upper, lower, upper, unit: 's', method: 'test' },
      { indicator: 'lost-requests', value: lost, n: 60, unit: 'requests', method: 'test' },
      ...(writes === undefined
        ? []
        : [{ indicator: 'lost-writes', value: writes, n: 60, unit: 'writes', method: 'test' }]),
    ],
  } as unknown as Evidence;
  return { operation, exitCode: 0, faultAt: new Date(FAULT), log, seen: [] };
}

const failing = (checks: readonly Check[]) =>
  checks.filter(({ verdict }) => verdict !== 'pass').map(({ name }) => name);

const RTO = "recovery time is that of the balancer's log";
const LOST = "requests lost are those of the balancer's log";

describe("a run held against the balancer's log", () => {
  it('agrees when its recovery and its losses are those of the log', () => {
    expect(failing(agreesWithTheBalancer(observe()))).toEqual([]);
    expect(rtoDeviation(observe())).toBeCloseTo(0, 9);
  });

  it('agrees within a quarter of a second, and not beyond', () => {
    expect(failing(agreesWithTheBalancer(observe({ rto: [3.14, 3.24] })))).toEqual([]);
    expect(failing(agreesWithTheBalancer(observe({ rto: [3.16, 3.26] })))).toEqual([RTO]);
    expect(failing(agreesWithTheBalancer(observe({ rto: [2.64, 3] })))).toEqual([RTO]);
  });

  it('allows for what the balancer saw late, by a tenth of a second at the most', () => {
    const late = (ms: number, behind = ms) =>
      observe({ log: linesOf(down).map((line) => ({ ...line, received: line.received + ms, behind })) });
    const verdict = (one: ChaosObservation) => agreesWithTheBalancer(one).find(({ name }) => name === RTO)?.verdict;
    expect([100, 300, 600].map((ms) => Number(rtoDeviation(late(ms))?.toFixed(9)))).toEqual([0, 0.2, 0.5]);
    expect(rtoDeviation(late(600, 0))).toBeCloseTo(0.6, 9);
    // Beyond it the log decides nothing, where it may be all of the difference.
    expect([late(300), late(600), late(600, 0), late(600, 440)].map(verdict)).toEqual([
      'pass',
      'inconclusive',
      'fail',
      'inconclusive',
    ]);
    expect(verdict(late(600, 300))).toBe('fail');
  });

  it('decides nothing beyond it where the run knew the clocks no better, and is wrong beyond that', () => {
    const told = (upper: number) => {
      const { operation, ...rest } = observe({ rto: [2.5, 3.05] });
      const clock = { indicator: "FIS's clock is ahead by", value: 0, lower: -0.05, upper, unit: 's', method: 'test' };
      return { ...rest, operation: { ...operation, measurements: [...operation.measurements, clock] } };
    };
    const verdict = (upper: number) => agreesWithTheBalancer(told(upper)).find(({ name }) => name === RTO)?.verdict;
    expect([verdict(0.15), verdict(0.05)]).toEqual(['inconclusive', 'fail']);
  });

  it('is not believed where the balancer itself stood still', () => {
    const stood = (behind: number) => linesOf(down).map((line, index) => (index === 5 ? { ...line, behind } : line));
    expect(verdictOf(agreesWithTheBalancer(observe({ log: stood(750) })))).toBe('pass');
    expect(verdictOf(agreesWithTheBalancer(observe({ log: stood(751), lost: 19 })))).toBe('inconclusive');
  });

  it('does not agree when one request more or less is lost', () => {
    expect(failing(agreesWithTheBalancer(observe({ lost: 19 })))).toEqual([LOST]);
    expect(failing(agreesWithTheBalancer(observe({ lost: 21 })))).toEqual([LOST]);
    const other = linesOf(down).map((line) => (line.id === 'abcd-35' ? { ...line, status: 201 } : line));
    expect(failing(agreesWithTheBalancer(observe({ log: other })))).toEqual([LOST]);
    const cut = linesOf(down).map((line) => (line.id === 'abcd-60' ? { ...line, whole: false } : line));
    expect(failing(agreesWithTheBalancer(observe({ log: cut })))).toContain(LOST);
  });

  it('needs every request of the load in the log, once', () => {
    const [first, ...rest] = linesOf(down);
    const all = 'the balancer saw every request of the load, each once';
    expect(failing(agreesWithTheBalancer(observe({ log: rest })))).toEqual([all]);
    expect(
      failing(agreesWithTheBalancer(observe({ log: first === undefined ? [] : [first, first, ...rest] }))),
    ).toEqual([all]);
  });

  it('counts the probe for the recovery, and not for the losses', () => {
    const probe = linesOf((second) => second === 3 || second === 4 || second === 5, true);
    const log = [...linesOf(down), ...probe].sort((a, b) => a.received - b.received);
    expect(failing(agreesWithTheBalancer(observe({ log })))).toEqual([RTO]);
    expect(lostByLog(observe({ log }))).toEqual({ least: 20, most: 20 });
  });
});

describe('the truth in the log', () => {
  it('is no recovery where none was seen, and no failure where there was none', () => {
    const until = START + SECONDS * 1000;
    expect(
      outageOf(
        linesOf((second) => second >= 3),
        FAULT,
        until,
      ).back,
    ).toBeUndefined();
    expect(
      outageOf(
        linesOf(() => false),
        FAULT,
        until,
      ),
    ).toEqual({ lastFailure: undefined, back: undefined });
  });

  it('leaves out what was cut off by the end of the load', () => {
    const load = { ...loadOf(down), judgedUntilSecond: 6 };
    expect(judgedLines(linesOf(down), load)).toHaveLength(60);
  });

  it('takes an answer for none that came when the client had given up', () => {
    const [line] = linesOf(() => false);
    const lasting = (ms: number) => ({ ...line, ended: (line?.received ?? 0) + ms }) as AccessLogLine;
    expect(asClientsSaw([lasting(4999), lasting(5000), lasting(5300)], 5).map(({ whole }) => whole)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('begins with the first action that breaks something', () => {
    const at = (second: number) => new Date(START + second * 1000);
    const actions = {
      wait: { actionId: 'aws:fis:wait', startTime: at(0), state: { status: 'completed' } },
      skipped: { actionId: 'aws:ecs:stop-task', startTime: at(1), state: { status: 'skipped' } },
      later: { actionId: 'aws:ecs:stop-task', startTime: at(3), state: { status: 'completed' } },
      cut: { actionId: 'aws:network:disrupt-connectivity', startTime: at(2), state: { status: 'stopped' } },
    } as const;
    expect(faultBegan({ actions })).toEqual(at(2));
    expect(faultBegan({ actions: { wait: actions.wait, skipped: actions.skipped } })).toBeUndefined();
  });
});

describe('lost writes', () => {
  const ids = (numbers: readonly number[]) => new Set(numbers.map((number) => `3f-2b-load-${number}`));
  const kept = Array.from({ length: 80 }, (_, index) => index).filter((index) => index < 25 || index > 29);

  it('are those that the log has acknowledged and the ledger lacks', () => {
    // 20 of 80 failed; five that were acknowledged are not kept.
    expect(lostOrders(linesOf(down), ids(kept))).toEqual({ acknowledged: 60, lost: 5 });
    expect(lostWritesAgree(observe({ writes: 5 }), ids(kept)).verdict).toBe('pass');
  });

  it.each([0, 4, 6])('are not %i', (writes) => {
    expect(lostWritesAgree(observe({ writes }), ids(kept)).verdict).toBe('fail');
  });

  it('are told apart by load and probe', () => {
    const probe = linesOf(() => false, true);
    expect(lostOrders(probe, ids(kept)).lost).toBe(80);
  });
});

describe('verdicts', () => {
  it('are those of the run, its exit code and its reason', () => {
    expect(verdictIs(observe(), 'pass', 'survived').verdict).toBe('pass');
    expect(verdictIs(observe(), 'pass', 'other').verdict).toBe('fail');
    expect(verdictIs(observe(), 'fail', 'survived').verdict).toBe('fail');
    expect(verdictIs({ ...observe(), exitCode: 1 }, 'pass', 'survived').verdict).toBe('fail');
  });

  it('hold its own checks to what they must say', () => {
    expect(ownCheck(observe(), 'a fault was injected', 'pass').verdict).toBe('pass');
    expect(ownCheck(observe(), 'a fault was injected', 'fail').verdict).toBe('fail');
    expect(ownCheck(observe(), 'tasks stopped', 'pass').verdict).toBe('fail');
  });
});
