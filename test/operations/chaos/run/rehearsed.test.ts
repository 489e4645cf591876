/** `chaos run` and `chaos stop` by the bundled command line, on the rehearsal platform: real tasks stopped under real load. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Clients, createClients } from '../../../../src/aws/clients.ts';
import { createGateways } from '../../../../src/aws/gateways.ts';
import { removeExpired } from '../../../../src/operations/chaos/leftovers/templates.ts';
import { type Evidence, evidenceSchema } from '../../../../src/report/evidence.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';
import { start } from '../../../cli/surefoot.ts';
import { type Artguard, CLUSTER, SERVICE, startArtguard } from '../../../rehearsal/artguard.ts';
import { type Call, type RestProxy, startRestProxy } from '../plan/rest-proxy.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const CONFIG = path.resolve('examples/artguard/surefoot.yml');
const ALARM = 'arn:aws:cloudwatch:ca-central-1:000000000000:alarm:stop';
const OF_SERVICE = `parameters: { cluster: "\${cluster}", service: "\${service}" }`;
const ONE = `${OF_SERVICE}, selectionMode: COUNT(1)`;
const ALL = `${OF_SERVICE}, selectionMode: ALL`;

interface Sample {
  readonly target?: string;
  readonly expect?: string;
  readonly rest?: string;
  readonly wait?: boolean;
}

const experimentText = ({ target = ONE, expect: expected = 'felt: not-expected', rest = '', wait = false }: Sample) =>
  `apiVersion: surefoot/v1
kind: Experiment
metadata: { name: sample }
template:
  description: A sample
  roleArn: arn:aws:iam::000000000000:role/fis
  stopConditions: [{ source: aws:cloudwatch:alarm, value: '${ALARM}' }]
  targets:
    tasks: { resourceType: aws:ecs:task, ${target} }
  actions:
    kill: { actionId: aws:ecs:stop-task, targets: { Tasks: tasks } }
${wait ? '    linger: { actionId: aws:fis:wait, parameters: { duration: PT1H } }\n' : ''}load: { profile: failover, service: backend, rate: "30", before: 6s, after: 10s }
steadyState: [{ indicator: availability, comparison: gte, value: 99, unit: percent }]
expect: { evidence: { targets: 1, requests: 20 }, ${expected} }
guards: { maximumDuration: 2h }
irreversible: true
${rest}`;

let artguard: Artguard;
let proxy: RestProxy;
let clients: Clients;
let folder: string;
let count = 0;

const gateways = () => createGateways(clients);

beforeAll(async () => {
  artguard = await startArtguard({ ANALYZE_MS: '20-60', START_SECONDS: '5' });
  proxy = await startRestProxy(artguard.rehearsal.endpoint);
  clients = createClients({
    region: 'ca-central-1',
    endpoint: artguard.rehearsal.endpoint,
    credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
    version: '0.0.0',
  });
  folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-chaos-run-'));
  const cloudwatch = await clients.cloudwatch();
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'stop',
      Namespace: 'Test',
      MetricName: 'Nothing',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    }),
  );
});

beforeEach(untilWhole);

afterEach(async () => {
  proxy.clear();
  expect((await gateways().fis.listTemplates()).map(({ tags }) => tags)).toEqual([]);
  const running = (await gateways().fis.listExperiments()).map(({ state }) => state?.status);
  expect(running.filter((status) => status === 'running' || status === 'pending')).toEqual([]);
});

afterAll(async () => {
  clients?.destroy();
  await proxy?.close();
  await artguard?.stop();
  await rm(folder, { recursive: true, force: true });
  expect(artguard.bugs).toEqual([]);
});

async function begin(sample: Sample, ...args: string[]) {
  count += 1;
  const file = `sample-${count}.yml`;
  await writeFile(path.join(folder, file), experimentText(sample));
  const common = ['--config', CONFIG, '--environment', 'dev', '--json', '--report-dir', `reports-${count}`];
  return start(['chaos', 'run', file, '--yes', '--allow-irreversible', ...args, ...common], {
    cwd: folder,
    env: { AWS_ENDPOINT_URL: proxy.endpoint },
  });
}

async function run(sample: Sample, ...args: string[]) {
  const { code, stdout, stderr } = await (await begin(sample, ...args)).ended;
  return { code, stderr, json: JSON.parse(stdout) };
}

async function recordOf(json: { evidence: string }): Promise<Evidence> {
  return evidenceSchema.parse(JSON.parse(await readFile(path.resolve(folder, json.evidence), 'utf8')));
}

const measured = (record: Evidence, name: string) => record.measurements.find(({ indicator }) => indicator === name);

const check = (record: Evidence, name: string) => record.checks.find((one) => one.name === name);

/** Modes in which experiments were started, in order: the dry run's, then the run's. */
const modes = () =>
  proxy.calls
    .filter(({ method, path: at }) => method === 'POST' && at === '/experiments')
    .map(({ body }) => JSON.parse(body).experimentOptions.actionsMode);

async function untilRunning(): Promise<string> {
  return vi.waitFor(
    async () => {
      const all = await gateways().fis.listExperiments();
      const one = all.find(
        ({ state, experimentOptions }) => state?.status === 'running' && experimentOptions?.actionsMode === 'run-all',
      );
      if (one?.id === undefined) {
        throw new Error('none runs yet');
      }
      return one.id;
    },
    { timeout: 60_000, interval: 250 },
  );
}

/** Both tasks serve. */
async function untilWhole(): Promise<void> {
  await vi.waitFor(
    async () => {
      const service = await gateways().ecs.service(CLUSTER, SERVICE);
      const groups = service?.loadBalancers?.map(({ targetGroupArn = '' }) => targetGroupArn) ?? [];
      const health = await Promise.all(groups.map((arn) => gateways().elbv2.targetHealth(arn)));
      const healthy = health.flat().filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length;
      if (healthy !== 2 || health.flat().length !== 2) {
        throw new Error('not back yet');
      }
    },
    { timeout: 90_000, interval: 500 },
  );
}

describe('chaos run, rehearsed', () => {
  it('kills a task under load and passes, with proof by FIS and ECS', async () => {
    const { code, json, stderr } = await run({ expect: 'felt: not-expected, rto: 30s, availability: 50' });
    expect(code, stderr).toBe(0);
    const record = await recordOf(json);
    expect(record.reasons[0]?.code).toBe('survived');
    expect(check(record, 'a fault was injected')).toMatchObject({
      verdict: 'pass',
      observed: 'kill (aws:ecs:stop-task) completed',
    });
    expect(check(record, 'tasks stopped')).toMatchObject({ verdict: 'pass', observed: '1' });
    expect(measured(record, 'rto')?.upper).toBeLessThanOrEqual(30);
    expect(record.events.filter(({ kind }) => kind === 'fault').map(({ label }) => label)).toEqual(['kill']);
    expect(record.load?.totals.planned).toBeGreaterThan(0);
    expect(modes()).toEqual(['skip-all', 'run-all']);
  });

  it('fails and stops the experiment when the downtime budget is spent, and keeps looking', async () => {
    const { code, json, stderr } = await run(
      { target: ALL, wait: true, expect: 'rto: 60s' },
      '--downtime-budget',
      '2s',
    );
    expect(code, stderr).toBe(1);
    const record = await recordOf(json);
    expect(record.reasons[0]).toMatchObject({ code: 'aborted', message: expect.stringContaining('the budget is 2 s') });
    expect(check(record, 'tasks stopped')).toMatchObject({ observed: '2' });
    expect(check(record, 'the fault was felt')).toMatchObject({ verdict: 'pass' });
    expect(measured(record, 'lost-requests')?.value).toBeGreaterThan(0);
    expect(measured(record, 'time to abort')?.value).not.toBeNull();
    const stops = proxy.calls.filter(({ method, path: at }) => method === 'DELETE' && at.startsWith('/experiments/'));
    expect(stops.length).toBeGreaterThan(0);
  });

  it('is inconclusive where there is nothing to hit, and injects nothing', async () => {
    const { code, json } = await run({ target: 'resourceTags: { nobody: "1" }, selectionMode: ALL' });
    expect([code, json.reasons[0].code]).toEqual([3, 'no-targets']);
    expect(modes()).toEqual(['skip-all']);
  });

  it('starts nothing while the safety lever is engaged or another experiment runs', async () => {
    await gateways().fis.updateSafetyLeverState('engaged', 'release freeze');
    const lever = await run({});
    await gateways().fis.updateSafetyLeverState('disengaged', 'over');
    expect([lever.code, lever.json.reasons[0].code]).toEqual([3, 'safety-lever']);
    expect(lever.json.reasons[0].message).toContain('release freeze');
    const { id = '' } = await gateways().fis.createTemplate({
      clientToken: 'other',
      description: 'somebody else',
      roleArn: 'arn:aws:iam::000000000000:role/fis',
      stopConditions: [{ source: 'none' }],
      actions: { wait: { actionId: 'aws:fis:wait', parameters: { duration: 'PT2H' } } },
    });
    const other = await gateways().fis.startExperiment({ experimentTemplateId: id, clientToken: 'other' });
    const busy = await run({});
    await gateways().fis.stopExperiment(other.id ?? '');
    await gateways().fis.deleteTemplate(id);
    expect([busy.code, busy.json.reasons[0].code]).toEqual([3, 'already-running']);
    expect(busy.json.reasons[0].message).toContain(other.id);
    expect(modes()).toEqual([]);
  });

  it('refuses what has no switch, no stop condition, too few requests or a protected environment, all before AWS is asked', async () => {
    const file = path.join(folder, 'refused.yml');
    const refused = async (text: string, ...args: string[]) => {
      await writeFile(file, text);
      const common = ['--config', CONFIG, '--environment', 'dev', '--json', '--yes'];
      const { code, stdout } = await start(['chaos', 'run', file, ...common, ...args], {
        cwd: folder,
        env: { AWS_ENDPOINT_URL: proxy.endpoint },
      }).ended;
      return [code, JSON.parse(stdout).error.code];
    };
    expect(await refused(experimentText({}))).toEqual([2, 'irreversible-not-allowed']);
    const allowed = '--allow-irreversible';
    const none = experimentText({}).replace(/stopConditions: .*/, 'stopConditions: [{ source: none }]');
    expect(await refused(none, allowed)).toEqual([2, 'no-stop-condition']);
    const few = experimentText({}).replace('failover', 'average-load').replace('"30"', '"5"');
    expect(await refused(few, allowed)).toEqual([2, 'too-few-probes']);
    expect(await refused(experimentText({ expect: 'rpo: 0s' }), allowed)).toEqual([2, 'invalid-experiment']);
    expect(await refused(experimentText({}), allowed, '--downtime-budget', 'soon')).toEqual([2, 'bad-duration']);
    expect(proxy.calls).toEqual([]);
  });

  it('ends the experiment itself at Ctrl+C', async () => {
    const process_ = await begin({ wait: true });
    const id = await untilRunning();
    process_.child.kill('SIGINT');
    const { code, stderr } = await process_.ended;
    expect(code, stderr).toBe(130);
    expect((await gateways().fis.getExperiment(id))?.state?.status).toBe('stopped');
  });

  it.each([
    ['before', 'the start'],
    ['after', 'the start'],
    ['after', 'the template'],
  ] as const)(
    'killed %s %s of the run: what is left ends by itself and is deleted once its time is over',
    async (when, what) => {
      const process_ = await begin({ wait: true });
      const kill = () => process_.child.kill('SIGKILL');
      const isIt = ({ method, path: at, body }: Call) =>
        method === 'POST' &&
        (what === 'the start'
          ? at === '/experiments' && body.includes('run-all')
          : at === '/experimentTemplates' && body.includes('surefoot:run'));
      proxy.strike = (call) => (isIt(call) ? (when === 'before' ? { before: kill } : { after: kill }) : undefined);
      await process_.ended;
      expect(process_.child.signalCode).toBe('SIGKILL');
      const left = await gateways().fis.listTemplates();
      expect(left).toHaveLength(1);
      expect(await removeExpired(gateways().fis, systemClock)).toEqual([]);
      // The longest duration and what FIS may take besides: no sooner, as it may still be somebody's.
      const later = { ...systemClock, now: () => new Date(Date.now() + 2 * 3_600_000 + 7 * 60_000) };
      expect(await removeExpired(gateways().fis, later)).toHaveLength(1);
    },
  );

  it('is ended by `chaos stop` when its runner has died, and its template goes with it', async () => {
    const process_ = await begin({ wait: true });
    const id = await untilRunning();
    process_.child.kill('SIGKILL');
    await process_.ended;
    const args = ['chaos', 'stop', '--config', CONFIG, '--environment', 'dev', '--json', '--report-dir', 'stopped'];
    const stop = () => start(args, { cwd: folder, env: { AWS_ENDPOINT_URL: proxy.endpoint } }).ended;
    const { code, stdout } = await stop();
    expect([code, JSON.parse(stdout).reasons[0].code]).toEqual([0, 'stopped']);
    expect((await gateways().fis.getExperiment(id))?.state?.status).toBe('stopped');
    expect(JSON.parse((await stop()).stdout).reasons[0].code).toBe('nothing-running');
  });
});
