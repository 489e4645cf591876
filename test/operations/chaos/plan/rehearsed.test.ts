/** `chaos plan` and `chaos list` by the bundled command line, on the rehearsal platform with real tasks, and killed around every call that changes something. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it, vi } from 'vitest';
import { fillIn, findExperiment, shippedExperiments } from '../../../../src/entry/chaos/find-experiment.ts';
import { removeExpired } from '../../../../src/operations/chaos/leftovers/templates.ts';
import { previewRequest } from '../../../../src/operations/chaos/plan/template-request.ts';
import { requirePlatform } from '../../../../src/platform/load.ts';
import { resolveService } from '../../../../src/platform/select.ts';
import { type Evidence, evidenceSchema } from '../../../../src/report/evidence.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';
import { start } from '../../../cli/surefoot.ts';
import { CLUSTER, SERVICE } from '../../../rehearsal/artguard.ts';
import {
  ALARM,
  actionStates,
  begin,
  CONFIG,
  clients,
  experimentText,
  fis,
  folder,
  OF_SERVICE,
  proxy,
  ROLE,
  run,
  sample,
  starts,
  tasks,
} from './planned-shop.ts';
import type { Call } from './rest-proxy.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe('chaos plan, rehearsed', () => {
  it('resolves the targets, injects nothing, leaves nothing', async () => {
    const before = await tasks();
    const { code, json, stderr } = await run('plan', 'ecs-task-kill', '--report-dir', 'reports');
    expect(code, stderr).toBe(0);
    expect(json).toMatchObject({ verdict: 'pass', reasons: [{ code: 'planned' }, { code: 'stop-alarm' }] });
    expect(json.plan.targets).toEqual([
      {
        name: 'tasks',
        resourceType: 'aws:ecs:task',
        selectionMode: 'COUNT(1)',
        count: 1,
        of: 2,
        zones: expect.any(Object),
        resources: [expect.stringContaining(`task/${CLUSTER}/`)],
        source: 'dry-run',
      },
    ]);
    expect(before).toContain(json.plan.targets[0].resources[0]);
    expect(await tasks()).toEqual(before);
    expect(new Set(await actionStates())).toEqual(new Set(['skipped']));
    expect(await fis().listTemplates()).toEqual([]);
    expect(starts().map(({ body }) => JSON.parse(body).experimentOptions)).toEqual([{ actionsMode: 'skip-all' }]);
  });

  it('leaves a record, a page with the timing, and a comment', async () => {
    const { json } = await run('plan', 'ecs-zone-loss-fargate', '--offline', '--report-dir', 'pages');
    const record: Evidence = evidenceSchema.parse(JSON.parse(await readFile(json.evidence, 'utf8')));
    expect(record.experiment?.spans.map(({ name, from, to }) => [name, from, to])).toEqual([
      ['load', -120, 900],
      ['baseline', -120, 0],
      ['stop-tasks', 0, 60],
      ['cut-subnets', 0, 600],
      ['wait-for-shift', 0, 300],
      ['shift-traffic', 300, 600],
      ['observation', 600, 900],
    ]);
    const page = await readFile(json.evidence.replace(/json$/, 'html'), 'utf8');
    expect(page.match(/<rect class="area (?!\w+" x="1")/g)).toHaveLength(2 * 7);
    expect(page).toContain('What the role of FIS may do');
    const comment = await readFile(json.comment, 'utf8');
    expect(Buffer.byteLength(comment)).toBeLessThan(65_536);
    expect(comment).toMatch(/^## ✓ Pass: Plan of ecs-zone-loss-fargate in dev/);
    expect(comment).toContain('| tasks-of-zone | <code>aws:ecs:task</code> | <code>ALL</code> | not known |');
    expect(proxy.calls).toEqual([]);
  });

  it('hits only the zone that is chosen', async () => {
    const file = await sample(
      `${OF_SERVICE}, filters: [{ path: AvailabilityZone, values: ["\${zone}"] }], selectionMode: ALL`,
    );
    for (const zone of ['ca-central-1a', 'ca-central-1b']) {
      const { json } = await run('plan', file, '--zone', zone, '--report-dir', 'zones');
      expect(json.plan.targets[0]).toMatchObject({ count: 1, of: 2, zones: { [zone]: 1 } });
    }
    const { code, json } = await run('plan', file, '--zone', 'ca-central-1x', '--report-dir', 'zones');
    expect([code, json.error.code]).toEqual([2, 'unknown-zone']);
  });

  it('fails where nothing would be hit, or less than the evidence needs', async () => {
    const none = await run(
      'plan',
      await sample('resourceTags: { nobody: "1" }, selectionMode: ALL'),
      '--report-dir',
      'none',
    );
    expect([none.code, none.json.reasons[0].code]).toEqual([1, 'no-targets']);
    const few = await sample(`${OF_SERVICE}, selectionMode: ALL`, 'expect: { evidence: { targets: 3 } }');
    const { code, json } = await run('plan', few, '--report-dir', 'few');
    expect([code, json.reasons[0].code, json.reasons[0].message]).toEqual([
      1,
      'too-few-targets',
      'resources in all: 2; expected at least 3 (expect.evidence)',
    ]);
  });

  it('starts nothing while the safety lever is engaged, and says why it is', async () => {
    await fis().updateSafetyLeverState('engaged', 'release freeze');
    const { code, json } = await run(
      'plan',
      await sample(`${OF_SERVICE}, selectionMode: COUNT(1)`),
      '--report-dir',
      'lever',
    );
    await fis().updateSafetyLeverState('disengaged', 'over');
    expect([code, json.reasons[0].code]).toEqual([1, 'safety-lever']);
    expect(json.reasons[0].message).toContain('engaged: release freeze');
    expect(json.plan.targets[0]).toMatchObject({ count: 1, of: 2, source: 'reads' });
    expect(starts()).toEqual([]);
  });

  it('says what would keep it from being run: another experiment, no alarm to stop it, no alarm to wait for', async () => {
    const file = await sample(
      `${OF_SERVICE}, selectionMode: COUNT(1)`,
      'expect: { alarms: [{ name: tasks-low, within: 2m }] }',
    );
    const codes = async () => (await run('plan', file, '--report-dir', 'now')).json.reasons.map(codeOf);
    const codeOf = ({ code }: { code: string }) => code;
    const { id: experimentTemplateId = '' } = await fis().createTemplate({
      description: 'Of somebody else',
      roleArn: ROLE,
      stopConditions: [{ source: 'none' }],
      actions: { wait: { actionId: 'aws:fis:wait', parameters: { duration: 'PT10M' } } },
    });
    const { id = '' } = await fis().startExperiment({ experimentTemplateId });
    expect(await codes()).toEqual(['planned', 'already-running', 'stop-alarm', 'expected-alarm']);
    await fis().stopExperiment(id);
    await vi.waitFor(async () => expect((await fis().getExperiment(id))?.state?.status).toBe('stopped'), 20_000);
    const cloudwatch = await clients.cloudwatch();
    for (const AlarmName of ['stop', 'tasks-low']) {
      const alarm = { AlarmName, Namespace: 'x', MetricName: 'x', Statistic: 'Sum', Period: 60 } as const;
      const over = { EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' } as const;
      await cloudwatch.send(new PutMetricAlarmCommand({ ...alarm, ...over }));
    }
    expect(await codes()).toEqual(['planned']);
  });

  it('never asks FIS about a protected environment', async () => {
    const file = await sample(`${OF_SERVICE}, selectionMode: COUNT(1)`);
    const { stdout, code } = await start(
      [
        'chaos',
        'plan',
        file,
        '--config',
        CONFIG,
        '--environment',
        'prod',
        '--json',
        '--report-dir',
        'prod',
        '--offline',
      ],
      { cwd: folder },
    ).ended;
    expect([code, JSON.parse(stdout).reasons[0].code]).toEqual([1, 'environment-not-allowed']);
  });

  it('compares with the template in the account, in the plan and in the list', async () => {
    const file = await sample(`${OF_SERVICE}, selectionMode: COUNT(1)`);
    const { id = '' } = await fis().createTemplate({
      clientToken: 'standing',
      description: 'A sample',
      roleArn: ROLE,
      stopConditions: [{ source: 'aws:cloudwatch:alarm', value: ALARM }],
      targets: {
        tasks: {
          resourceType: 'aws:ecs:task',
          parameters: { cluster: CLUSTER, service: SERVICE },
          selectionMode: 'ALL',
        },
      },
      actions: { kill: { actionId: 'aws:ecs:stop-task', targets: { Tasks: 'tasks' } } },
      tags: { 'surefoot:experiment': 'sample' },
    });
    const { json } = await run('plan', file, '--report-dir', 'diff');
    expect(json.plan.template.id).toBe(id);
    expect(json.plan.template.changes).toContainEqual({
      path: 'targets.tasks.selectionMode',
      before: 'ALL',
      after: 'COUNT(1)',
    });
    expect((await fis().listTemplates()).map((one) => one.id)).toEqual([id]);
    const listed = await run('list', folder);
    const [entry] = listed.json.experiments.filter(({ name }: { name: string }) => name === 'sample');
    expect(entry).toMatchObject({ template: { id, state: 'different' }, problems: 0, seconds: 60, runs: [] });
  });

  it('knows every template of the library, as FIS does', async () => {
    const platform = await requirePlatform(CONFIG);
    const target = resolveService(platform, { environment: 'dev' });
    const environment = platform.environments['dev'];
    if (environment === undefined) {
      throw new Error('artguard has no dev');
    }
    const surroundings = { platform, environment, target, account: '000000000000', zone: undefined, variables: {} };
    for (const name of await shippedExperiments()) {
      const { experiment } = fillIn((await findExperiment(name, platform)).experiment, surroundings);
      const marks = { experiment: name, runId: name, expires: new Date(0) };
      const created = await fis().createTemplate(previewRequest(experiment.template, marks));
      expect(created.actions, name).toEqual(experiment.template.actions);
    }
    expect(await removeExpired(fis(), systemClock)).toHaveLength((await shippedExperiments()).length);
  });

  it('takes a plain FIS template as it is, and variables of an experiment', async () => {
    const plain = {
      description: 'as aws fis takes it',
      roleArn: ROLE,
      stopConditions: [{ source: 'aws:cloudwatch:alarm', value: ALARM }],
      targets: {
        tasks: {
          resourceType: 'aws:ecs:task',
          parameters: { cluster: CLUSTER, service: SERVICE },
          selectionMode: 'ALL',
        },
      },
      actions: { kill: { actionId: 'aws:ecs:stop-task', targets: { Tasks: 'tasks' } } },
      tags: {},
    };
    await writeFile(path.join(folder, 'Task kill.json'), JSON.stringify(plain));
    const { code, json, stderr } = await run('plan', 'Task kill.json', '--report-dir', 'plain');
    expect(code, stderr).toBe(0);
    expect(json.plan.targets[0]).toMatchObject({ count: 2, source: 'dry-run' });
    expect(json.plan.spans.map(({ name }: { name: string }) => name)).toEqual(['kill']);
    // Nothing is logged, and nobody can bring the tasks back: said, but no reason to stop.
    expect(json.warnings.map(({ rule }: { rule: string }) => rule).sort()).toContain('irreversible');
    const variable = await run(
      'plan',
      'ecs-task-kill',
      '--variable',
      'role=other',
      '--offline',
      '--report-dir',
      'variables',
    );
    expect(JSON.stringify(variable.json.plan.policies)).toContain(':role/other');
    const unknown = await run('plan', 'ecs-task-kill', '--variable', 'rolle=other', '--offline');
    expect(unknown.json.error).toMatchObject({ code: 'unknown-variable' });
  });

  it('lists what previews have left, until when, and templates that are not its own', async () => {
    const left = (clientToken: string, tags: Record<string, string>) =>
      fis().createTemplate({
        clientToken,
        description: 'left',
        roleArn: ROLE,
        stopConditions: [{ source: 'none' }],
        actions: { wait: { actionId: 'aws:fis:wait', parameters: { duration: 'PT1M' } } },
        tags,
      });
    const preview = await left('a', { 'surefoot:preview': 'x', 'surefoot:expires': '2099-01-01T00:00:00.000Z' });
    await left('b', {});
    const gone = await left('c', { 'surefoot:experiment': 'gone' });
    const { json } = await run('list', path.resolve('chaos'));
    expect(json.leftovers).toEqual([{ id: preview.id, expires: '2099-01-01T00:00:00.000Z' }]);
    expect(json.otherTemplates).toBe(1);
    const [entry] = json.experiments.filter(({ file }: { file: string | null }) => file === null);
    expect(entry).toMatchObject({ name: 'gone', template: { id: gone.id, state: 'without-file' } });
  });

  it('names every problem of a file at its place, and asks nobody', async () => {
    await writeFile(
      path.join(folder, 'broken.yml'),
      experimentText('selectionMode: SOME').replace('stop-task', 'stop-tasks'),
    );
    const { code, json } = await run('plan', 'broken.yml', '--report-dir', 'broken');
    expect([code, json.error.code]).toEqual([2, 'invalid-experiment']);
    expect(json.error.where.length).toBeGreaterThan(1);
    expect(json.error.where.every((where: string) => /^broken\.yml:\d+:\d+$/.test(where))).toBe(true);
    const unknown = await run('plan', 'ecs-task-kil');
    expect(unknown.json.error).toMatchObject({
      code: 'unknown-experiment',
      message: expect.stringContaining('Did you mean ecs-task-kill?'),
    });
    expect(proxy.calls).toEqual([]);
  });
});

/** Every call of a plan that changes something. */
const MUTATIONS: readonly (readonly [string, (call: Call) => boolean])[] = [
  ['CreateExperimentTemplate', ({ method, path: at }) => method === 'POST' && at === '/experimentTemplates'],
  ['StartExperiment', ({ method, path: at }) => method === 'POST' && at === '/experiments'],
  ['DeleteExperimentTemplate', ({ method, path: at }) => method === 'DELETE' && at.startsWith('/experimentTemplates/')],
];

describe('chaos plan, killed', () => {
  it.each(MUTATIONS.flatMap(([name, is]) => [['before', name, is] as const, ['after', name, is] as const]))(
    '%s %s: nothing is injected, and nothing is left once its time is over',
    async (when, _, is) => {
      const before = await tasks();
      const process_ = begin('plan', await sample(`${OF_SERVICE}, selectionMode: ALL`), '--report-dir', 'killed');
      const kill = () => process_.child.kill('SIGKILL');
      proxy.strike = (call) => (is(call) ? (when === 'before' ? { before: kill } : { after: kill }) : undefined);
      await process_.ended;
      expect(process_.child.signalCode).toBe('SIGKILL');
      expect(starts().every(({ body }) => JSON.parse(body).experimentOptions.actionsMode === 'skip-all')).toBe(true);
      const left = await fis().listTemplates();
      expect(left.every(({ tags = {} }) => 'surefoot:preview' in tags && 'surefoot:expires' in tags)).toBe(true);
      const later = { ...systemClock, now: () => new Date(Date.now() + 3_600_001) };
      expect(await removeExpired(fis(), later)).toHaveLength(left.length);
      expect(await fis().listTemplates()).toEqual([]);
      const states = new Set(await actionStates());
      expect(
        [...states].filter((state) => state !== 'skipped' && state !== 'pending' && state !== 'cancelled'),
      ).toEqual([]);
      expect(await tasks()).toEqual(before);
    },
  );

  it('at a moment of its own, by Ctrl+C: it clears away by itself', async () => {
    const process_ = begin('plan', await sample(`${OF_SERVICE}, selectionMode: ALL`), '--report-dir', 'cancelled');
    proxy.strike = (call) => {
      if (call.method === 'POST' && call.path === '/experiments') {
        process_.child.kill('SIGINT');
      }
      return undefined;
    };
    const { code } = await process_.ended;
    expect(code).toBe(130);
    expect(await fis().listTemplates()).toEqual([]);
  });
});
