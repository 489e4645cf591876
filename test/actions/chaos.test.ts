/** The chaos action as the runner starts it, on the rehearsal platform: plan, list, and a step that dies in the middle of a dry run. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Clients, createClients } from '../../src/aws/clients.ts';
import { createGateways } from '../../src/aws/gateways.ts';
import { type RestProxy, startRestProxy } from '../operations/chaos/plan/rest-proxy.ts';
import { type Artguard, startArtguard } from '../rehearsal/artguard.ts';
import { describeOnRunner } from './lab-step.ts';
import { type Step, type StepEnd, type StepOptions, startStep } from './runner.ts';

const CONFIG = path.resolve('examples/artguard/surefoot.yml');

let artguard: Artguard;
let proxy: RestProxy;
let clients: Clients;
let workspace: string;

const templates = () => createGateways(clients).fis.listTemplates();

function begin(inputs: Readonly<Record<string, string>>, action: StepOptions['action'] = 'chaos'): Promise<Step> {
  const env = { AWS_ENDPOINT_URL: proxy.endpoint };
  return startStep({ action, workspace, with: { config: CONFIG, environment: 'dev', ...inputs }, env });
}

async function run(inputs: Readonly<Record<string, string>>, action?: StepOptions['action']): Promise<StepEnd> {
  return (await begin(inputs, action)).ended;
}

describeOnRunner('the chaos action', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    artguard = await startArtguard({});
    proxy = await startRestProxy(artguard.rehearsal.endpoint);
    clients = createClients({
      region: 'ca-central-1',
      endpoint: artguard.rehearsal.endpoint,
      credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
      version: '0.0.0',
    });
    workspace = await mkdtemp(path.join(os.tmpdir(), 'surefoot-chaos-step-'));
  }, 60_000);
  afterEach(() => proxy.clear());
  afterAll(async () => {
    clients?.destroy();
    await proxy?.close();
    await artguard?.stop();
    await rm(workspace, { recursive: true, force: true });
  });

  it('plans: what would be hit, what it costs, what it needs, and a comment', async () => {
    const end = await run({ experiment: 'ecs-task-kill' });
    expect(end.code, end.log).toBe(0);
    expect(end.outputs).toMatchObject({ verdict: 'pass', 'reason-code': 'planned', cost: '0.10' });
    expect(JSON.parse(end.outputs['targets'] ?? '')).toMatchObject([
      { name: 'tasks', count: 1, of: 2, source: 'dry-run' },
    ]);
    const policies = JSON.parse(end.outputs['policies'] ?? '');
    expect(policies.map(({ title }: { title: string }) => title)).toEqual([
      'What the role of FIS may do',
      'Who may take the role of FIS',
      'What surefoot needs to plan and run this',
      'What the role of EventBridge Scheduler may do (guards.stopRole)',
      'Who may take the role of EventBridge Scheduler',
    ]);
    expect(new Set(policies.map(({ policy }: { policy: { Version: string } }) => policy.Version))).toEqual(
      new Set(['2012-10-17']),
    );
    expect(await readFile(end.outputs['comment'] ?? '', 'utf8')).toMatch(/^## ✓ Pass: Plan of ecs-task-kill in dev/);
    expect(end.summary).toMatch(/^## ✓ Pass: Plan of ecs-task-kill in dev/);
    expect(await templates()).toEqual([]);
  });

  it('fails the step where ECS could not be acted in, by the root action too', async () => {
    const end = await run({ operation: 'chaos', experiment: 'ecs-task-network-latency' }, 'root');
    expect(end.code, end.log).toBe(1);
    expect(end.outputs).toMatchObject({ verdict: 'fail', 'reason-code': 'preflight' });
    const errors = end.commands.filter(({ name }) => name === 'error').map(({ data }) => data);
    expect(errors.some((text) => text.includes('SSM agent of artguard-backend-dev'))).toBe(true);
  });

  it('asks nothing of AWS when it is told so', async () => {
    const end = await run({ experiment: 'az-power-interruption', offline: 'true', variables: 'launchRole=starter' });
    expect(end.code, end.log).toBe(0);
    expect(end.outputs).toMatchObject({ 'reason-code': 'estimated', cost: '21.30' });
    expect(end.outputs['policies']).toContain('role/starter');
    expect(proxy.calls).toEqual([]);
  });

  it('lists what there is', async () => {
    const end = await run({ command: 'list', folder: path.resolve('chaos') });
    expect(end.code, end.log).toBe(0);
    const experiments = JSON.parse(end.outputs['experiments'] ?? '');
    expect(experiments).toHaveLength(37);
    expect(experiments[0]).toMatchObject({ name: 'api-internal-errors', template: 'none', problems: 0 });
  });

  it('shows warnings of the file at their place, and refuses what is wrong in its inputs', async () => {
    await writeFile(
      path.join(workspace, 'silent.yml'),
      (await readFile('chaos/ecs-task-kill.yml', 'utf8')).replace(
        / {2}logConfiguration:[\s\S]*?logSchemaVersion: 2\n/,
        '',
      ),
    );
    const end = await run({ experiment: 'silent.yml' });
    expect(end.code, end.log).toBe(0);
    const [warning] = end.commands.filter(({ name }) => name === 'warning');
    expect(warning?.properties).toMatchObject({ file: 'silent.yml', line: expect.stringMatching(/^\d+$/) });
    const wrong = await run({ folder: 'x', zone: '' });
    expect([wrong.code, wrong.outputs['reason-code']]).toEqual([2, 'bad-inputs']);
    const [error] = wrong.commands.filter(({ name }) => name === 'error');
    expect(error?.data).toContain('experiment is missing');
    expect(error?.data).toContain('folder has no meaning for plan');
  });

  it.each(['before', 'after'] as const)(
    'is killed %s the start of the dry run: the post step leaves nothing',
    async (when) => {
      let step: Step | undefined;
      proxy.strike = ({ method, path: at }) => {
        const kill = () => step?.child.kill('SIGKILL');
        return method === 'POST' && at === '/experiments'
          ? when === 'before'
            ? { before: kill }
            : { after: kill }
          : undefined;
      };
      step = await begin({ experiment: 'ecs-task-kill' });
      expect((await step.ended).signal).toBe('SIGKILL');
      expect(await templates()).toHaveLength(1);
      proxy.clear();
      const post = await step.post();
      expect(post.code, post.log).toBe(0);
      expect(post.log).toContain('its template');
      expect(await templates()).toEqual([]);
    },
  );
});
