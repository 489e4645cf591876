/** SLOs that Application Signals keeps, by the SDK's client from a real HTTP server: what is believed, and what is not. */
import type { ServiceLevelObjectiveBudgetReport } from '@aws-sdk/client-application-signals';
import { afterEach, describe, expect, it } from 'vitest';
import { createClients } from '../../../../src/aws/clients.ts';
import { createGateways } from '../../../../src/aws/gateways.ts';
import { describeBudget, measurementsOf } from '../../../../src/operations/common/slo/describe.ts';
import { readSignals, signalsSlo } from '../../../../src/operations/slo/application-signals/read.ts';
import type { ApplicationSignalsObjective } from '../../../../src/platform/model/objectives.ts';
import { type SloRecord, sloRecordSchema } from '../../../../src/report/slo/record.ts';
import { type Answers, type FakeSignals, startFakeSignals } from '../../../application-signals/fake-signals.ts';

const NOW = Date.UTC(2026, 10, 21, 9, 0, 30);
const ARN = 'arn:aws:application-signals:eu-west-1:123456789012:slo/engine-availability';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) {
    await cleanup();
  }
});

const objective: ApplicationSignalsObjective = {
  name: 'engine',
  service: 'engine',
  target: '0.9995',
  budget: { numerator: 1n, denominator: 2000n },
  windowDays: 7,
  slo: 'engine-availability',
  of: 'requests',
};

/** 41 bad of 120 that may be. */
const report: ServiceLevelObjectiveBudgetReport = {
  Arn: ARN,
  Name: 'engine-availability',
  EvaluationType: 'RequestBased',
  BudgetStatus: 'OK',
  Attainment: 99.983,
  TotalBudgetRequests: 120,
  BudgetRequestsRemaining: 79,
  Goal: { AttainmentGoal: 99.95, Interval: { RollingInterval: { DurationUnit: 'DAY', Duration: 7 } } },
};
const { TotalBudgetRequests: _total, BudgetRequestsRemaining: _remaining, ...unnumbered } = report;
const sliced: ServiceLevelObjectiveBudgetReport = {
  ...unnumbered,
  EvaluationType: 'PeriodBased',
  TotalBudgetSeconds: 302,
  BudgetSecondsRemaining: 182,
};

async function readAll(
  objectives: readonly ApplicationSignalsObjective[],
  answers: Answers,
): Promise<{ readonly slos: SloRecord[]; readonly server: FakeSignals }> {
  const server = await startFakeSignals(answers);
  const clients = createClients({
    region: 'eu-west-1',
    endpoint: server.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    version: 'test',
    maxAttempts: 1,
  });
  cleanups.push(server.close, () => clients.destroy());
  const clock = { now: () => new Date(NOW), sleep: async () => undefined };
  const signals = await readSignals(objectives, { aws: createGateways(clients), clock });
  return { slos: objectives.map((one) => sloRecordSchema.parse(signalsSlo(one, signals))), server };
}

async function read(
  change: Partial<ServiceLevelObjectiveBudgetReport> = {},
  own: Partial<ApplicationSignalsObjective> = {},
): Promise<SloRecord> {
  const { slos } = await readAll([{ ...objective, ...own }], { reports: [{ ...report, ...change }] });
  const [slo] = slos;
  if (slo === undefined) {
    throw new Error('no record');
  }
  return slo;
}

describe('an SLO that Application Signals keeps', () => {
  it('is asked for by one signed call, with a time, each SLO once', async () => {
    const byArn = { ...objective, name: 'by-arn', slo: ARN };
    const { server, slos } = await readAll([objective, { ...objective, name: 'again' }, byArn], { reports: [report] });
    expect(server.calls).toEqual([
      {
        ids: ['engine-availability', ARN],
        timestamp: Math.floor(NOW / 1000),
        authorization: expect.stringContaining('/eu-west-1/application-signals/aws4_request'),
      },
    ]);
    expect(slos.map(({ objective: name, state }) => [name, state])).toEqual([
      ['engine', 'met'],
      ['again', 'met'],
      ['by-arn', 'met'],
    ]);
  });

  it('asks by fifty, and not at all where there is none', async () => {
    const many = Array.from({ length: 51 }, (_, index) => ({ ...objective, slo: `slo-${index}` }));
    const { server, slos } = await readAll(many, { reports: [{ ...report, Name: 'slo-50' }] });
    expect(server.calls.map(({ ids }) => ids.length)).toEqual([50, 1]);
    expect(slos.filter(({ state }) => state === 'met')).toHaveLength(1);
    expect((await readAll([], {})).server.calls).toEqual([]);
  });

  it('of requests has the bad ones as whole numbers, and no rate of what nobody counted', async () => {
    const slo = await read();
    expect(slo).toMatchObject({
      state: 'met',
      counted: 'application-signals',
      requests: 0,
      bad: 41,
      allowed: 120,
      spent: false,
      burn: [],
      reported: { arn: ARN, of: 'requests', status: 'OK', attainment: 0.99983, budget: { total: 120, remaining: 79 } },
      until: '2026-11-21T09:00:30.000Z',
      from: '2026-11-14T09:00:30.000Z',
    });
    expect(slo.left).toBe(79 / 120);
    expect(slo.lower).toBeUndefined();
    expect(describeBudget(slo, undefined)).toMatch(
      /99\.983 % of the requests in 7 d were good, 41 of the 120 requests that may be bad were: 65\.8\d* % of the budget is left/,
    );
    expect(measurementsOf(slo).map(({ value, n }) => [value, n])).toEqual([
      [0.99983, undefined],
      [79 / 120, undefined],
    ]);
  });

  it('is missed where it is overspent', async () => {
    const slo = await read({ BudgetStatus: 'BREACHED', Attainment: 99.94, BudgetRequestsRemaining: -24 });
    expect([slo.state, slo.bad, slo.spent, slo.left]).toEqual(['missed', 144, true, -0.2]);
  });

  it.each([
    ['met', 99.95],
    ['missed', 99.9499],
  ])('whose budget is spent exactly is %s at %d %%', async (state, Attainment) => {
    const slo = await read({ BudgetStatus: 'BREACHED', Attainment, BudgetRequestsRemaining: 0 });
    expect([slo.state, slo.spent, slo.left]).toEqual([state, true, 0]);
  });

  it('of time slices has its attainment, and says nothing of requests', async () => {
    const { slos } = await readAll([{ ...objective, of: 'time-slices' }], { reports: [sliced] });
    expect(slos[0]).toMatchObject({ state: 'met', requests: 0, bad: 0, allowed: null, left: 182 / 302 });
    expect(slos[0]?.reported).toMatchObject({ of: 'time-slices', attainment: 0.99983 });
    expect(slos[0]?.caveats.join()).toMatch(/stretches of time here.*nothing is said of requests/);
  });

  const GOAL = { AttainmentGoal: 99.95, Interval: { RollingInterval: { DurationUnit: 'DAY', Duration: 7 } } } as const;
  it.each<[string, RegExp, Partial<ServiceLevelObjectiveBudgetReport>]>([
    [
      'another goal',
      /goal in Application Signals is 99\.9 %, and the target here is 0\.9995/,
      { Goal: { ...GOAL, AttainmentGoal: 99.9 } },
    ],
    ['no goal', /goal in Application Signals is not said/, { Goal: { Interval: GOAL.Interval } }],
    [
      'another interval',
      /is 30 DAY, rolling, and the window here is 7 days/,
      { Goal: { ...GOAL, Interval: { RollingInterval: { DurationUnit: 'DAY', Duration: 30 } } } },
    ],
    [
      'months',
      /is 1 MONTH, rolling/,
      { Goal: { ...GOAL, Interval: { RollingInterval: { DurationUnit: 'MONTH', Duration: 1 } } } },
    ],
    ['no interval', /interval in Application Signals is not said/, { Goal: { AttainmentGoal: 99.95 } }],
    [
      'time slices',
      /judges stretches of time there: write budgetingMethod: Timeslices/,
      { EvaluationType: 'PeriodBased' },
    ],
  ])('is unknown where AWS promises something else: %s', async (_, message, change) => {
    const slo = await read(change);
    expect([slo.state, slo.unknown?.code, slo.reported]).toEqual(['unknown', 'other-promise', undefined]);
    expect(slo.unknown?.message).toMatch(message);
  });

  it('takes an interval in hours for the same one', async () => {
    const hours = { RollingInterval: { DurationUnit: 'HOUR', Duration: 168 } } as const;
    expect((await read({ Goal: { ...GOAL, Interval: hours } })).state).toBe('met');
  });

  it.each<[string, Partial<ServiceLevelObjectiveBudgetReport>]>([
    ['no-data', { BudgetStatus: 'INSUFFICIENT_DATA' }],
    ['incomplete-report', { Attainment: undefined }],
    ['incomplete-report', { BudgetRequestsRemaining: undefined }],
    ['contradictory-report', { BudgetRequestsRemaining: 121 }],
    ['contradictory-report', { BudgetRequestsRemaining: -1 }],
    ['contradictory-report', { BudgetStatus: 'BREACHED' }],
    ['contradictory-report', { Attainment: 99.9 }],
  ])('is unknown: %s, %o', async (code, change) => {
    const slo = await read(change);
    expect([slo.state, slo.unknown?.code, slo.bad]).toEqual(['unknown', code, 0]);
  });

  it('is unknown where AWS says an error of it, or nothing', async () => {
    const gone = { Name: 'gone', Arn: ARN, ErrorCode: 'ResourceNotFound', ErrorMessage: 'no such SLO' };
    const objectives = ['gone', 'silent'].map((slo) => ({ ...objective, slo }));
    const { slos } = await readAll(objectives, { errors: [gone] });
    expect(slos.map(({ unknown }) => unknown)).toEqual([
      { code: 'budget-report-error', message: 'Application Signals says of "gone": ResourceNotFound: no such SLO' },
      { code: 'no-budget-report', message: 'Application Signals gave no budget report of "silent"' },
    ]);
  });

  it('is unknown where the call is refused, with the permission that is missing', async () => {
    const refusal = { status: 403, type: 'AccessDeniedException', message: 'not authorized' };
    const { slos } = await readAll([objective], { refusal });
    expect(slos[0]?.unknown?.code).toBe('aws-access-denied');
    expect(slos[0]?.unknown?.message).toMatch(
      /needs the permission application-signals:BatchGetServiceLevelObjectiveBudgetReport/,
    );
  });
});
