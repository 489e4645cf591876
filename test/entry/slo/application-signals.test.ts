/** `surefoot slo` and the scorecard, by the bundled command line, of SLOs that Application Signals keeps. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FakeSignals, startFakeSignals } from '../../application-signals/fake-signals.ts';
import { startDeployLab } from '../../cli/deploy-lab.ts';
import { surefoot } from '../../cli/surefoot.ts';

vi.setConfig({ testTimeout: 60_000 });

const ARN = 'arn:aws:application-signals:eu-west-1:123456789012:slo/';
const SOURCE = (slo: string) => `{ metricSource: { type: ApplicationSignals, spec: { slo: ${slo} } } }`;
const RAW = (slo: string) => `{ rawType: success, raw: ${SOURCE(slo)} }`;
const SLO = (name: string, ratio: string, rest: string) => `---
apiVersion: openslo/v1
kind: SLO
metadata: { name: ${name} }
spec:
  service: engine
  indicator: { spec: { ratioMetric: ${ratio} } }
  timeWindow: [{ duration: 7d, isRolling: true }]
  ${rest}
`;
const REQUESTS = 'budgetingMethod: Occurrences\n  objectives: [{ target: 0.9995 }]';
const SLICES =
  'budgetingMethod: Timeslices\n  objectives: [{ targetPercent: 99, timeSliceTarget: 0.99, timeSliceWindow: 1m }]';
const PLATFORM = `apiVersion: surefoot/v1
kind: Platform
name: auterity
environments:
  prod: { region: eu-west-1, cluster: auterity, zones: [eu-west-1a, eu-west-1b, eu-west-1c] }
services:
  engine: { ecsService: engine, container: engine, port: 8000 }
${[
  SLO('requests', RAW('engine-requests'), REQUESTS),
  SLO('slices', `{ good: ${SOURCE(`${ARN}engine-slices`)}, total: ${SOURCE(`${ARN}engine-slices`)} }`, SLICES),
  SLO('two', `{ good: ${SOURCE('one')}, total: ${SOURCE('other')} }`, REQUESTS),
  SLO('nameless', RAW('"?"'), REQUESTS),
].join('')}`;

const goal = (AttainmentGoal: number) => ({
  AttainmentGoal,
  Interval: { RollingInterval: { DurationUnit: 'DAY', Duration: 7 } } as const,
});

interface Shown {
  readonly slos: readonly { objective: string; state: string; unknown?: { code: string; message: string } }[];
}

describe('surefoot slo with Application Signals', () => {
  let folder: string;
  let server: FakeSignals;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-signals-'));
    await writeFile(path.join(folder, 'surefoot.yml'), PLATFORM);
    server = await startFakeSignals({
      reports: [
        {
          Arn: `${ARN}engine-requests`,
          Name: 'engine-requests',
          EvaluationType: 'RequestBased',
          BudgetStatus: 'BREACHED',
          Attainment: 99.9,
          TotalBudgetRequests: 50,
          BudgetRequestsRemaining: -50,
          Goal: goal(99.95),
        },
        {
          Arn: `${ARN}engine-slices`,
          Name: 'engine-slices',
          EvaluationType: 'PeriodBased',
          BudgetStatus: 'WARNING',
          Attainment: 99.3,
          TotalBudgetSeconds: 6048,
          BudgetSecondsRemaining: 1814,
          Goal: goal(99),
        },
      ],
    });
  });

  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (endpoint: string, reports: string) => {
    const ended = await surefoot(['slo', '--json', '--report-dir', path.join(folder, reports)], {
      cwd: folder,
      env: { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', PROMETHEUS_URL: '' },
    });
    return { ...ended, slos: (JSON.parse(ended.stdout) as Shown).slos };
  };

  it('judges by its reports, from one call, and feeds the scorecard', async () => {
    const { code, slos, stderr } = await run(server.url, 'reports');
    expect([code, slos.map(({ objective, state }) => [objective, state])], stderr).toEqual([
      1,
      [
        ['requests', 'missed'],
        ['slices', 'met'],
        ['two', 'unknown'],
        ['nameless', 'unknown'],
      ],
    ]);
    expect(slos[2]?.unknown?.message).toMatch(/name different SLOs/);
    expect(slos[3]?.unknown?.message).toMatch(/write spec: \{ slo: … \}/);
    expect(server.calls.map(({ ids }) => ids)).toEqual([['engine-requests', `${ARN}engine-slices`]]);

    const args = ['scorecard', '--json', '--evidence', path.join(folder, 'reports')];
    const scorecard = await surefoot(args, { cwd: folder });
    const { rows } = JSON.parse(scorecard.stdout) as {
      rows: { id: string; promise: string; production: { state: string } }[];
    };
    // What is missed first, then what is not known.
    expect(rows.map(({ id, production }) => [id, production.state])).toEqual([
      ['requests', 'missed'],
      ['two', 'unknown'],
      ['nameless', 'unknown'],
      ['slices', 'met'],
    ]);
    expect(rows[3]?.promise).toBe('at least 99 % of stretches of time good, over 7 d');
  });

  it('shows them as unknown on the rehearsal platform, which does not speak this service', async () => {
    const lab = await startDeployLab('plain');
    try {
      const { code, slos } = await run(lab.rehearsal.endpoint, 'none');
      expect([code, slos.map(({ state }) => state)]).toEqual([3, Array(4).fill('unknown')]);
      expect(slos[0]?.unknown?.code).toBe('aws-error');
      expect(slos[0]?.unknown?.message).toMatch(
        /^application-signals:BatchGetServiceLevelObjectiveBudgetReport: surefoot's rehearsal platform has no AWS service application-signals/,
      );
    } finally {
      await lab.stop();
    }
  });
});
