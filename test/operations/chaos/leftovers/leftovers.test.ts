/** What runs and FIS leave on the rehearsal platform: found, shown with what to do, and cleared away where it is ours and its time is over. */
import { AddTagsCommand, RemoveTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Clients, createClients } from '../../../../src/aws/clients.ts';
import { residueCheck } from '../../../../src/operations/chaos/leftovers/of-fis.ts';
import {
  removeExpiredStops,
  type StopMarks,
  standingStops,
  stopCall,
} from '../../../../src/operations/chaos/leftovers/scheduled-stop.ts';
import { runTags } from '../../../../src/operations/chaos/run/fault/template.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';
import { surefoot } from '../../../cli/surefoot.ts';
import { CONFIG, type Lab, STOP_ROLE, startLab } from '../run/lab.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const HOUR_MS = 3_600_000;

let lab: Lab;
let clients: Clients;

beforeAll(async () => {
  lab = await startLab();
  clients = createClients({
    region: 'ca-central-1',
    endpoint: lab.artguard.rehearsal.endpoint,
    credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
    version: '0.0.0',
  });
});

afterEach(async () => {
  const { fis, scheduler } = lab.gateways;
  for (const id of await lab.active()) {
    await fis.stopExperiment(id);
  }
  for (const { id = '' } of await fis.listTemplates()) {
    await fis.deleteTemplate(id);
  }
  for (const name of await scheduler.names('')) {
    await scheduler.delete(name);
  }
});

afterAll(async () => {
  clients?.destroy();
  await lab?.close();
});

const marks = (environment: string, inMs: number): StopMarks => ({
  experiment: 'zone-loss',
  environment,
  runId: crypto.randomUUID(),
  expires: new Date(Date.now() + inMs),
});

/** What a run that died has left: its template, its experiment where it still runs, and the schedule of its stop. */
async function leave(
  of: StopMarks,
  running: boolean,
): Promise<{ readonly template: string; readonly experiment: string }> {
  const { fis, scheduler } = lab.gateways;
  const { id: template = '' } = await fis.createTemplate({
    clientToken: of.runId,
    description: 'left',
    roleArn: 'arn:aws:iam::000000000000:role/fis',
    stopConditions: [{ source: 'none' }],
    actions: { wait: { actionId: 'aws:fis:wait', parameters: { duration: 'PT2H' } } },
    tags: runTags(of),
  });
  const experiment = running
    ? ((await fis.startExperiment({ experimentTemplateId: template, tags: runTags(of) })).id ?? '')
    : 'EXPgone';
  await scheduler.create(stopCall(of, { roleArn: STOP_ROLE, at: new Date(Date.now() + 12 * HOUR_MS) }, experiment));
  return { template, experiment };
}

const templates = async () => (await lab.gateways.fis.listTemplates()).map(({ id }) => id);
const status = async (id: string) => (await lab.gateways.fis.getExperiment(id))?.state?.status;

describe('the stop by Scheduler', () => {
  it('really stops its experiment, once it is turned to it, and is gone afterwards', async () => {
    const of = marks('dev', HOUR_MS);
    const { scheduler } = lab.gateways;
    const { experiment } = await leave(of, true);
    await vi.waitFor(async () => expect(await status(experiment)).toBe('running'), { timeout: 30_000, interval: 50 });
    // Two minutes are two seconds here.
    await scheduler.update(stopCall(of, { roleArn: STOP_ROLE, at: new Date(Date.now() + 120_000) }, experiment));
    await vi.waitFor(async () => expect(await status(experiment)).toBe('stopped'), { timeout: 30_000, interval: 50 });
    await vi.waitFor(async () => expect(await scheduler.names('')).toEqual([]), { timeout: 30_000, interval: 50 });
  });

  it('tells whose it is by its description, and is deleted by anybody once its time is over', async () => {
    const [over, young] = [marks('dev', -1000), marks('staging', HOUR_MS)];
    await leave(over, false);
    await leave(young, false);
    const { scheduler } = lab.gateways;
    expect(await standingStops(scheduler)).toEqual(
      expect.arrayContaining([
        {
          name: `surefoot-chaos-${young.runId}`,
          runId: young.runId,
          environment: 'staging',
          expires: young.expires.toISOString(),
          experiment: 'EXPgone',
        },
      ]),
    );
    expect(await removeExpiredStops(scheduler, systemClock)).toEqual([`surefoot-chaos-${over.runId}`]);
    expect(await scheduler.names('')).toEqual([`surefoot-chaos-${young.runId}`]);
    expect(await scheduler.delete('surefoot-chaos-nobody')).toBe(false);
  });
});

describe('chaos stop', () => {
  it('ends what runs in its environment, clears what is over anywhere, and shows the rest with what to do', async () => {
    const dev = await leave(marks('dev', HOUR_MS), true);
    const staging = await leave(marks('staging', HOUR_MS), true);
    const old = await leave(marks('staging', -1000), false);
    const { id: foreign = '' } = await lab.gateways.fis.startExperiment({ experimentTemplateId: staging.template });
    const { code, stdout } = await lab.stop();
    expect([code, JSON.parse(stdout).reasons[0].code]).toEqual([0, 'stopped']);
    expect(await status(dev.experiment)).toBe('stopped');
    expect(await status(staging.experiment)).not.toBe('stopped');
    expect(await templates()).toEqual([staging.template]);
    expect(old.template).not.toBe(staging.template);
    expect(await lab.gateways.scheduler.names('')).toHaveLength(1);
    const { checks, events } = await lab.recordOf(stdout);
    const alone = checks.filter(({ name }) => name.startsWith('left alone')).map(({ observed }) => observed);
    expect(alone).toEqual(
      expect.arrayContaining([
        expect.stringContaining('zone-loss in staging: `surefoot chaos stop --environment staging` ends it'),
        expect.stringContaining(`\`aws fis stop-experiment --id ${foreign}\` ends it`),
      ]),
    );
    expect(events.find(({ label }) => label === 'template left alone')?.detail).toContain(staging.template);
  });
});

describe('what FIS itself has left', () => {
  const tag = { Key: 'managedByFIS', Value: 'true' };

  it('keeps runs from beginning, shows in a plan, and fails a stop, each with what it is', async () => {
    const elbv2 = await clients.elbv2();
    const ResourceArns = [lab.artguard.rehearsal.loadBalancerArn];
    await elbv2.send(new AddTagsCommand({ ResourceArns, Tags: [tag] }));
    const [arn = ''] = ResourceArns;
    lab.proxy.clear();
    const run = await lab.run({}, '--allow-irreversible');
    const plan = await surefoot(
      ['chaos', 'plan', 'ecs-task-kill', '--config', CONFIG, '--environment', 'dev', '--json', '--report-dir', 'plan'],
      { cwd: lab.folder, env: { AWS_ENDPOINT_URL: lab.proxy.endpoint } },
    );
    const changed = lab.proxy.calls.some(({ body }) => body.includes('surefoot:run"') || body.includes('run-all'));
    const stop = await lab.stop();
    await elbv2.send(new RemoveTagsCommand({ ResourceArns, TagKeys: [tag.Key] }));
    expect([run.code, JSON.parse(run.stdout).reasons[0].code], run.stderr).toEqual([3, 'left-by-fis']);
    expect(JSON.parse(run.stdout).reasons[0].message).toContain(`${arn} (look at what it does, and take it away)`);
    expect(changed).toBe(false);
    expect([plan.code, plan.stdout], plan.stderr).toEqual([0, expect.stringContaining('left-by-fis')]);
    expect([stop.code, JSON.parse(stop.stdout).reasons[0].code]).toEqual([1, 'left-by-fis']);
    expect((await lab.stop()).code).toBe(0);
  });

  it('fails a run that has passed otherwise', async () => {
    const elbv2 = await clients.elbv2();
    const ResourceArns = [lab.artguard.rehearsal.loadBalancerArn];
    const actions =
      '{ kill: { actionId: aws:ecs:stop-task, targets: { Tasks: main } }, wait: { actionId: aws:fis:wait, parameters: { duration: PT5M } } }';
    await lab.untilWhole();
    const process = await lab.begin({ actions }, '--allow-irreversible');
    await lab.untilRunning();
    await elbv2.send(new AddTagsCommand({ ResourceArns, Tags: [tag] }));
    const { code, stdout, stderr } = await process.ended;
    await elbv2.send(new RemoveTagsCommand({ ResourceArns, TagKeys: [tag.Key] }));
    expect([code, JSON.parse(stdout).reasons[0].code], stderr).toEqual([1, 'left-by-fis']);
    const { checks } = await lab.recordOf(stdout);
    expect(checks.filter(({ verdict }) => verdict !== 'pass').map(({ name }) => name)).toEqual(['left behind by FIS']);
  });

  it('is told with what to do, by its kind', () => {
    const acl = 'arn:aws:ec2:ca-central-1:000000000000:network-acl/acl-1';
    expect(residueCheck({ known: true, arns: [acl] })).toMatchObject({
      verdict: 'fail',
      observed: `${acl} (put its subnets back on the network ACL that they had, then delete it)`,
    });
    expect(residueCheck({ known: true, arns: [] })).toMatchObject({ verdict: 'pass', observed: 'nothing' });
    expect(residueCheck({ known: false, why: 'denied' })).toMatchObject({ verdict: 'inconclusive' });
  });
});
