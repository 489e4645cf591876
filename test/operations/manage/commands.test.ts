/** Restart, scale, schedule and one-off jobs with real tasks. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DescribeScheduledActionsResponse } from '@aws-sdk/client-application-auto-scaling';
import type {
  DescribeTasksResponse,
  ListServiceDeploymentsResponse,
  ListTasksResponse,
  Task,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RUNNING_STATUSES } from '../../../src/operations/common/deployment-statuses.ts';
import { AWAKE, carryOut, describeService, identity, type Lab, snapshot, startLab, surefoot } from './lab.ts';

// Real processes on a machine that does other things too.
vi.setConfig({ testTimeout: 180_000 });

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});

afterAll(async () => {
  await lab.stop();
  expect(lab.bugs).toEqual([]);
});

const GENEROUS = { timeout: 60_000, interval: 250 };

async function tasks(query: object): Promise<Task[]> {
  const { cluster } = lab.target;
  const { taskArns = [] } = await lab.rehearsal.wire.call<ListTasksResponse>('ecs', 'ListTasks', { cluster, ...query });
  return taskArns.length === 0
    ? []
    : ((await lab.rehearsal.wire.call<DescribeTasksResponse>('ecs', 'DescribeTasks', { cluster, tasks: taskArns }))
        .tasks ?? []);
}

const serviceTasks = async () =>
  (await tasks({ serviceName: lab.target.ecsService })).map(({ taskArn }) => taskArn).sort();

function update(change: object): Promise<unknown> {
  const { cluster, ecsService: service } = lab.target;
  return lab.rehearsal.wire.call('ecs', 'UpdateService', { cluster, service, ...change });
}

async function runningDeployments(): Promise<string[]> {
  const { cluster, ecsService: service } = lab.target;
  const answer = await lab.rehearsal.wire.call<ListServiceDeploymentsResponse>('ecs', 'ListServiceDeployments', {
    cluster,
    service,
    status: [...RUNNING_STATUSES],
  });
  return (answer.serviceDeployments ?? []).map((each) => each.serviceDeploymentArn ?? '');
}

const PAUSE_HOOK = {
  targetType: 'PAUSE',
  lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
  timeoutConfiguration: { timeoutInMinutes: 1440, action: 'ROLLBACK' },
};

describe('scale', () => {
  it('changes bounds and count, and sees the tasks become healthy', async () => {
    const evidence = await carryOut(lab, ['scale', '--desired', '3', '--maximum', '6']);
    expect(evidence.reasons[0]?.message).toContain('bounds 1 to 4 → 1 to 6; desired count 2 → 3');
    expect(await snapshot(lab)).toEqual({ ...AWAKE, desired: 3, running: 3, maximum: 6 });
    await carryOut(lab, ['scale', '--desired', '2', '--maximum', '4']);
    expect(await snapshot(lab)).toMatchObject({ desired: 2, maximum: 4 });
  });

  it('refuses what the bounds would undo, with nothing changed', async () => {
    const { code, stderr } = await surefoot(lab, ['scale', '--desired', '9', '--yes']).ended;
    expect([code, stderr]).toEqual([2, expect.stringContaining('not within the bounds 1 to 4')]);
    expect(await snapshot(lab)).toMatchObject({ desired: 2, maximum: 4 });
  });
});

describe('a protected environment', () => {
  it.each([
    ['pause', ['pause']],
    ['a schedule', ['schedule']],
    ['scaling below its minimum', ['scale', '--desired', '0']],
  ])('refuses %s with the line that says so, before AWS is asked anything', async (_, args) => {
    lab.proxy.setRule(() => 'pass');
    const { code, stderr } = await surefoot(lab, [...args, '--yes'], 'prod').ended;
    expect([code, stderr]).toEqual([2, expect.stringMatching(/prod is protected \(\S*surefoot\.yml:18\)/)]);
    expect(lab.proxy.calls()).toEqual([]);
  });
});

describe('restart', () => {
  it("replaces every task, answers the pauses of the service's own hooks, and leaves the hooks", async () => {
    await update({ deploymentConfiguration: { strategy: 'BLUE_GREEN', lifecycleHooks: [PAUSE_HOOK] } });
    const before = await serviceTasks();
    const evidence = await carryOut(lab, ['restart']);
    const after = await serviceTasks();
    expect(after).toHaveLength(2);
    expect(after.filter((task) => before.includes(task))).toEqual([]);
    expect(evidence.events.map(({ label }) => label)).toEqual(['forced new deployment', 'pause answered']);
    expect((await describeService(lab)).deploymentConfiguration?.lifecycleHooks).toMatchObject([PAUSE_HOOK]);
    expect(await snapshot(lab)).toEqual(AWAKE);
  });

  it('and pause, resume and scale are refused while a deployment runs, which is named', async () => {
    await update({ forceNewDeployment: true });
    const [deployment = 'none'] = await runningDeployments();
    for (const args of [['pause'], ['restart'], ['scale', '--desired', '3']]) {
      const { code, stderr } = await surefoot(lab, [...args, '--yes']).ended;
      expect([code, stderr]).toEqual([2, expect.stringContaining(deployment)]);
    }
    expect(await snapshot(lab)).toMatchObject({ desired: 2, tags: [] });
    await lab.rehearsal.wire.call('ecs', 'StopServiceDeployment', {
      serviceDeploymentArn: deployment,
      stopType: 'ROLLBACK',
    });
    await vi.waitFor(async () => expect(await runningDeployments()).toEqual([]), GENEROUS);
    await update({ deploymentConfiguration: { strategy: 'BLUE_GREEN', lifecycleHooks: [] } });
  });

  it('takes a dead service down to nothing and back to its minimum, when new tasks alone do not help', async () => {
    const lives = path.join(lab.workDirectory, 'lives');
    await mkdir(lives, { recursive: true });
    await writeFile(path.join(lives, 'sick'), '');
    const url = lab.rehearsal.services[lab.target.ecsService]?.url ?? '';
    await vi.waitFor(async () => expect((await fetch(url)).status).not.toBe(200), GENEROUS);
    const status = async () => JSON.parse(await surefoot(lab, ['status', '--json']).ended.then((end) => end.stdout));
    await vi.waitFor(
      async () => expect(JSON.stringify((await status()).status.targetGroups)).not.toContain('"healthy"'),
      GENEROUS,
    );
    const evidence = await carryOut(lab, ['restart', '--timeout', '20s']);
    expect(evidence.checks.map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual([
      'forced new deployment: fail',
      'down to nothing: pass',
      'back to 1: pass',
    ]);
    expect(evidence.reasons[0]?.message).toMatch(/healthy again after .* by down to nothing and back/);
    expect(await snapshot(lab)).toEqual({ ...AWAKE, desired: 1, running: 1 });
    expect((await fetch(url)).status).toBe(200);
  });
});

describe('schedule', () => {
  const actions = async () =>
    (
      await lab.rehearsal.wire.call<DescribeScheduledActionsResponse>('autoscaling', 'DescribeScheduledActions', {
        ServiceNamespace: 'ecs',
        ResourceId: identity(lab.target).ResourceId,
      })
    ).ScheduledActions?.map(({ ScheduledActionName, Schedule, Timezone, ScalableTargetAction }) => [
      ScheduledActionName,
      Schedule,
      Timezone,
      ScalableTargetAction,
    ]);

  it('shows the difference, applies it once, and takes it away', async () => {
    const plan = await surefoot(lab, ['schedule', '--dry-run']).ended;
    expect(plan.stdout).toMatch(/1\. create surefoot-pause: cron\(0 22 \* \* \? \*\) America\/Toronto, bounds 0 to 0/);
    expect(plan.stdout).toMatch(/resumes next: \w{3} \d{4}-\d\d-\d\d 08:00 GMT-[45] \(\d{4}-\d\d-\d\dT1[23]:00Z\)/);
    expect(await actions()).toEqual([]);
    await carryOut(lab, ['schedule']);
    const applied = await actions();
    expect(applied).toEqual([
      ['surefoot-pause', 'cron(0 22 * * ? *)', 'America/Toronto', { MinCapacity: 0, MaxCapacity: 0 }],
      ['surefoot-resume', 'cron(0 8 * * ? *)', 'America/Toronto', { MinCapacity: 1, MaxCapacity: 4 }],
    ]);
    expect((await carryOut(lab, ['schedule'])).reasons[0]?.code).toBe('nothing-to-change');
    await carryOut(lab, ['schedule', '--remove']);
    expect(await actions()).toEqual([]);
  });
});

describe('run-task', () => {
  it('passes when the job exits with 0', async () => {
    const evidence = await carryOut(lab, ['run-task', 'count']);
    expect(evidence.reasons[0]?.message).toContain('count of web-dev: "web" exited with 0');
  });

  it('fails with the exit code and the last lines of the log, and hands on what it is given', async () => {
    const evidence = await carryOut(lab, ['run-task', 'fail', '--variable', 'GREETING=documents'], 1);
    expect(evidence.reasons[0]).toMatchObject({
      code: 'job-failed',
      message: expect.stringContaining('exited with 7'),
    });
    expect(evidence.events).toContainEqual(expect.objectContaining({ detail: 'working with documents' }));
  });

  it('runs a command given by hand', async () => {
    const evidence = await carryOut(lab, ['run-task', '--command', 'node', 'job.mjs', '4'], 1);
    expect(evidence.reasons[0]?.message).toContain('exited with 4');
  });

  it('stops a job whose time is up', async () => {
    const evidence = await carryOut(lab, ['run-task', 'hang'], 1);
    expect(evidence.reasons[0]?.code).toBe('job-timed-out');
    await vi.waitFor(async () => expect(await tasks({ startedBy: 'surefoot-job/web-dev/hang' })).toEqual([]), GENEROUS);
  });

  it('stops its task when it is cancelled', async () => {
    const run = surefoot(lab, ['run-task', 'wait', '--yes', '--json']);
    const started = () => tasks({ startedBy: 'surefoot-job/web-dev/wait' });
    await vi.waitFor(
      async () => expect((await started()).map((task) => task.lastStatus)).toEqual(['RUNNING']),
      GENEROUS,
    );
    run.child.kill('SIGINT');
    const { code, stdout } = await run.ended;
    expect([code, JSON.parse(stdout).reasons[0].code]).toEqual([130, 'cancelled']);
    await vi.waitFor(async () => expect(await started()).toEqual([]), GENEROUS);
  });

  it('names the jobs there are, and refuses values of other commands, all at once', async () => {
    const unknown = await surefoot(lab, ['run-task', 'conut', '--yes']).ended;
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringMatching(/it has count, .*Did you mean count\?/)]);
    const nothing = await surefoot(lab, ['run-task', '--yes', '--cpu', '3']).ended;
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringMatching(/cpu must be .*; run what\?/)]);
  });
});
