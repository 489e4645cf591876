/** The load scenarios' own judgement: what was measured is held against the truth, and a wrong number is not let through. */
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { requirePlatform } from '../../../src/platform/load.ts';
import type { ServiceInEnvironment } from '../../../src/platform/model.ts';
import { resolveService } from '../../../src/platform/select.ts';
import { loadAutoscaling } from '../../../src/rehearsal/scenarios/load-autoscaling.ts';
import { loadBreakpoint } from '../../../src/rehearsal/scenarios/load-breakpoint.ts';
import { knownCapacity, runningImage } from '../../../src/rehearsal/scenarios/load-run.ts';
import { loadSpike } from '../../../src/rehearsal/scenarios/load-spike.ts';
import { answersReconcile, metricsReconcile } from '../../../src/rehearsal/scenarios/reconcile.ts';
import type { Observation } from '../../../src/rehearsal/scenarios/scenario.ts';
import type { Check, Evidence, LoadBin, LoadRecord } from '../../../src/report/evidence.ts';

async function artguard(environment = 'dev'): Promise<ServiceInEnvironment> {
  return resolveService(await requirePlatform('examples/artguard/surefoot.yml'), { environment });
}

interface Second {
  readonly ok: number;
  readonly shed?: number;
}

function loadOf(seconds: readonly Second[], shape?: LoadRecord['shape']): LoadRecord {
  const bins: LoadBin[] = seconds.map(({ ok, shed = 0 }, second) => ({
    second,
    planned: ok + shed,
    ok,
    failed: shed === 0 ? {} : { 'http-503': shed },
    dropped: 0,
    interrupted: 0,
    latency: [],
  }));
  const sum = (pick: (one: Second) => number) => seconds.reduce((total, one) => total + pick(one), 0);
  const [ok, failed] = [sum((one) => one.ok), sum((one) => one.shed ?? 0)];
  return {
    name: 'test',
    url: 'http://127.0.0.1/',
    rate: 80,
    timeoutSeconds: 10,
    startedAt: '2026-11-21T10:00:00.000Z',
    finishedAt: '2026-11-21T10:01:00.000Z',
    judgedUntilSecond: seconds.length,
    totals: { planned: ok + failed, ok, failed, dropped: 0, interrupted: 0 },
    bins,
    generator: { cpu: 0.1, readerCpu: 0.1, latenessMax: 0, exit: '0 (own end)', problems: [] },
    ...(shape === undefined ? {} : { shape }),
  };
}

function observe(
  load: LoadRecord,
  change: Partial<Evidence> = {},
  balancer: Partial<Observation['balancer']> = {},
): Observation {
  const { ok, failed } = load.totals;
  const operation: Evidence = {
    version: 'surefoot/evidence/v1',
    operation: 'load',
    title: 'test',
    subject: { platform: 'p', environment: 'dev', service: 's' },
    rehearsal: true,
    speed: 20,
    startedAt: load.startedAt,
    finishedAt: load.finishedAt,
    verdict: 'fail',
    reasons: [{ code: 'target-missed', message: 'missed' }],
    measurements: [],
    events: [],
    checks: [],
    series: [],
    parts: [],
    tools: [],
    load,
    ...change,
  };
  const counts = {
    requestCount: ok + failed,
    elb4xx: 0,
    elb503: 0,
    target2xx: ok,
    target3xx: 0,
    target4xx: 0,
    target5xx: failed,
  };
  return { operation, load, balancer: { ...counts, ...balancer } };
}

const number = (indicator: string, value: number) => ({ indicator, value, unit: 'requests/s', method: 'test' });
const failing = (checks: readonly Check[]) =>
  checks.filter(({ verdict }) => verdict !== 'pass').map(({ name }) => name);

describe('two logs of one load', () => {
  const load = loadOf([{ ok: 10 }, { ok: 7, shed: 3 }]);

  it('agree when each answer is in both', () => {
    expect(failing([answersReconcile(observe(load)), metricsReconcile(observe(load))])).toEqual([]);
  });

  it.each([
    ['a good answer more', { target2xx: 18 }],
    ['a failure less', { target5xx: 2 }],
    ['one of another class', { target2xx: 16, target4xx: 1 }],
    ['an answer of its own', { elb503: 1 }],
  ])('do not with %s in one of them', (_, balancer) => {
    expect(failing([answersReconcile(observe(load, {}, balancer))])).toHaveLength(1);
  });

  it('do not when a request had no answer', () => {
    const lost = {
      ...load,
      bins: [...load.bins.slice(0, 1), { ...(load.bins[1] as LoadBin), failed: { timeout: 3 } }],
    };
    expect(failing([answersReconcile(observe(lost, {}, { target5xx: 0 }))])).toHaveLength(1);
  });
});

describe('two logs of a load that was stopped', () => {
  const load = loadOf([{ ok: 10 }, { ok: 7, shed: 3 }]);
  const stopped = { ...load, totals: { ...load.totals, planned: 25, interrupted: 5 } };
  const counts = { requestCount: 25, target2xx: 19, target5xx: 3, elb4xx: 3 };

  it.each([
    ['has come to the balancer', 25, []],
    ['had just begun, four of them at 80 a second', 21, []],
    ['is missing for no such reason', 20, ['CloudWatch agrees with k6']],
    ['came twice', 26, ['CloudWatch agrees with k6']],
  ])('agree on how many were sent, or not, when all that was cut off %s', (_, requestCount, wrong) => {
    expect(failing([metricsReconcile(observe(stopped, {}, { requestCount }))])).toEqual(wrong);
  });

  it('agree when each request that was cut off is in the other, answered or left', () => {
    expect(failing([answersReconcile(observe(stopped, {}, counts))])).toEqual([]);
  });

  it('agree when one of those had just begun, and never left k6', () => {
    expect(failing([answersReconcile(observe(stopped, {}, { ...counts, elb4xx: 2 }))])).toEqual([]);
  });

  it.each([
    ['more missing than can have just begun', { elb4xx: 0, target2xx: 17 }],
    ['one too many', { target5xx: 4 }],
    ['fewer good answers than were counted', { target2xx: 16, elb4xx: 6 }],
  ])('do not with %s', (_, change) => {
    expect(failing([answersReconcile(observe(stopped, {}, { ...counts, ...change }))])).toHaveLength(1);
  });
});

describe('load-breakpoint', () => {
  const load = loadOf([{ ok: 40 }]);
  const stopped = [{ at: load.startedAt, kind: 'decision' as const, label: 'stopped early' }];
  const found = (throughput: number) =>
    observe(load, {
      events: stopped,
      measurements: [number('throughput', throughput), number('capacity of the service (truth)', 40)],
    });

  it('passes within a tenth of the truth, and not beyond', () => {
    expect(failing(loadBreakpoint.judge(found(36.1)))).toEqual([]);
    expect(failing(loadBreakpoint.judge(found(43.9)))).toEqual([]);
    expect(failing(loadBreakpoint.judge(found(35.9)))).toEqual(['the capacity was found']);
    expect(failing(loadBreakpoint.judge(found(44.1)))).toEqual(['the capacity was found']);
  });

  it('needs the load to have stopped by itself, and to have said so', () => {
    const through = found(40);
    const unnoticed = { ...through, operation: { ...through.operation, events: [] } };
    expect(failing(loadBreakpoint.judge(unnoticed))).toEqual(['the break was noticed']);
  });

  it('sizes the load from more than the service can do, which is known from its image', async () => {
    const target = loadBreakpoint.setUp(await artguard());
    expect(knownCapacity(target)).toBe(40);
    expect(target.capacity?.requestsPerSecond).toBe(50);
    expect(target.rehearsal?.initialImage).toBe('artguard-backend:1.6.0-limited');
  });

  it('says what is missing where the capacity of an image is not known', async () => {
    const target = await artguard();
    const unlimited = runningImage(target, 'load-average');
    expect(() => knownCapacity(unlimited)).toThrow(InputError);
    expect(() => knownCapacity(unlimited)).toThrow(/give the image WORKERS .* and ANALYZE_MS/);
  });
});

describe('load-spike', () => {
  const shape = {
    startRate: 20,
    stages: [
      { seconds: 5, rate: 20 },
      { seconds: 0, rate: 80 },
      { seconds: 10, rate: 80 },
      { seconds: 0, rate: 20 },
      { seconds: 10, rate: 20 },
    ],
  };
  const calm = Array.from({ length: 5 }, () => ({ ok: 20 }));
  const spike = Array.from({ length: 10 }, () => ({ ok: 40, shed: 40 }));
  const seconds: Second[] = [...calm, ...spike, ...calm, ...calm];
  const judge = (all: readonly Second[]) =>
    failing(
      loadSpike.judge(observe(loadOf(all, shape), { measurements: [number('capacity of the service (truth)', 40)] })),
    );

  it('passes when what is beyond the capacity was turned away, and nothing else', () => {
    expect(judge(seconds)).toEqual([]);
  });

  it('fails when the service is not well again after it', () => {
    const limping = seconds.map((one, second) => (second === 20 ? { ok: 19, shed: 1 } : one));
    expect(judge(limping)).toEqual(['well before the spike, and again after it']);
  });

  it('fails when it cost far more, or far less, than was beyond', () => {
    expect(judge(seconds.map((one) => (one.shed === 40 ? { ok: 33, shed: 47 } : one)))).toEqual([
      'the spike cost what was beyond the capacity',
    ]);
    expect(judge(seconds.map((one) => (one.shed === 40 ? { ok: 47, shed: 33 } : one)))).toEqual([
      'the spike cost what was beyond the capacity',
    ]);
  });
});

describe('load-autoscaling', () => {
  const load = loadOf([
    ...Array.from({ length: 15 }, () => ({ ok: 10 })),
    ...Array.from({ length: 10 }, () => ({ ok: 20, shed: 16 })),
    ...Array.from({ length: 10 }, () => ({ ok: 36 })),
  ]);
  const scaled = (change: { readonly byBalancer?: number; readonly tasks?: number; readonly load?: LoadRecord }) =>
    observe(change.load ?? load, {
      measurements: [
        { indicator: 'time to scale', value: 9.5, lower: 9, upper: 10, unit: 's', method: 'test' },
        number("time to scale by the balancer's metrics", change.byBalancer ?? 10),
        number('tasks in service at the end', change.tasks ?? 3),
      ],
      events: [{ at: '2026-11-21T10:00:24.500Z', kind: 'note', label: 'last new task in service' }],
    });

  it('passes when the balancer says the same, the tasks are there, and nothing is turned away any more', () => {
    expect(failing(loadAutoscaling.judge(scaled({})))).toEqual([]);
  });

  it('fails when any of that is not so', () => {
    expect(failing(loadAutoscaling.judge(scaled({ byBalancer: 14 })))).toEqual([
      "the balancer's metrics agree with the time to scale",
    ]);
    expect(failing(loadAutoscaling.judge(scaled({ tasks: 2 })))).toEqual(['target tracking added what the load needs']);
    const still = loadOf(load.bins.map((_, second) => (second < 15 ? { ok: 10 } : { ok: 35, shed: 1 })));
    expect(failing(loadAutoscaling.judge(scaled({ load: still })))).toEqual([
      'with the new tasks no request is turned away',
    ]);
  });

  it('is not shown by a load that no task ever came to', () => {
    const observation = observe(load);
    const checks = loadAutoscaling.judge(observation);
    expect(failing(checks)).toEqual(
      expect.arrayContaining(['time to scale was measured', "the balancer's metrics agree with the time to scale"]),
    );
  });
});
