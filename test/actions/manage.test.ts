import type { ListTasksResponse } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { AWAKE, FILE, type Lab, PAUSED, snapshot, startLab } from '../operations/manage/lab.ts';
import type { Fate } from '../survival/fault-proxy.ts';
import { describeOnRunner } from './lab-step.ts';
import { type Step, type StepEnd, type StepOptions, startStep } from './runner.ts';

let lab: Lab;

function begin(inputs: Record<string, string>, action: StepOptions['action'] = 'ecs-manage'): Promise<Step> {
  return startStep({
    action,
    workspace: lab.workDirectory,
    with: { config: FILE, environment: 'dev', ...inputs },
    env: { AWS_ENDPOINT_URL: lab.proxy.endpoint },
  });
}

async function run(inputs: Record<string, string>, action?: StepOptions['action']): Promise<StepEnd> {
  return (await begin(inputs, action)).ended;
}

describeOnRunner('the ecs-manage action', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  it('pauses and resumes: what was there is there again, with the time that it took', async () => {
    const paused = await run({ command: 'pause', reason: 'the weekend' });
    expect(paused.code, paused.log).toBe(0);
    expect(paused.outputs).toMatchObject({ verdict: 'pass' });
    expect(await snapshot(lab)).toEqual(PAUSED);
    const status = await run({ operation: 'ecs-manage', command: 'status', all: 'true' }, 'root');
    expect(status.code, status.log).toBe(0);
    expect(JSON.parse(status.outputs['services'] ?? '')).toHaveLength(1);
    const resumed = await run({ command: 'resume' });
    expect(resumed.code, resumed.log).toBe(0);
    expect(Number(resumed.outputs['time-to-ready'])).toBeGreaterThan(0);
    expect(JSON.parse(resumed.outputs['services'] ?? '')).toMatchObject([{ verdict: 'pass' }]);
    expect(resumed.summary).toMatch(/^## ✓ Pass: /);
    expect(await snapshot(lab)).toEqual(AWAKE);
  });

  it('is cut off before a call of a pause, and the next one ends it', async () => {
    const step = await begin({ command: 'pause' });
    await new Promise<void>((resolve) => {
      lab.proxy.setRule(({ operation }) => (operation === 'RegisterScalableTarget' ? { before: resolve } : 'pass'));
    });
    const end = await step.cancel();
    expect([end.code, end.signal]).toEqual([130, null]);
    lab.proxy.setRule(() => 'pass');
    expect((await step.post()).code).toBe(0);
    expect((await run({ command: 'resume' })).code).toBe(0);
    expect(await snapshot(lab)).toEqual(AWAKE);
  });

  it('plans: shows the steps and changes nothing', async () => {
    lab.proxy.setRule(() => 'pass');
    const end = await run({ command: 'scale', desired: '3', 'dry-run': 'true' });
    expect(end.code, end.log).toBe(0);
    expect(JSON.parse(end.outputs['services'] ?? '')[0].steps).not.toEqual([]);
    expect(lab.proxy.calls()).not.toContain('RegisterScalableTarget');
  });

  it('refuses to pause what is protected, and says which line says so', async () => {
    const end = await run({ command: 'pause', environment: 'prod' });
    expect(end.code).toBe(2);
    expect(end.commands.find(({ name }) => name === 'error')?.data).toMatch(/surefoot\.yml:\d+/);
  });

  it.each([
    ['RunTask had been heard and not answered', 'after', 'RunTask'],
    ['the task was looked at', 'before', 'DescribeTasks'],
  ] as const)('is killed when %s: the post step stops the task', async (_, side, call) => {
    let step: Step | undefined;
    lab.proxy.setRule(({ operation }) =>
      operation === call ? ({ [side]: () => step?.child.kill('SIGKILL') } as Fate) : 'pass',
    );
    step = await begin({ command: 'run-task', job: 'wait' });
    expect((await step.ended).signal).toBe('SIGKILL');
    lab.proxy.setRule(() => 'pass');
    const left = () =>
      lab.rehearsal.wire.call<ListTasksResponse>('ecs', 'ListTasks', {
        cluster: lab.target.cluster,
        startedBy: 'surefoot-job/web-dev/wait',
      });
    expect((await left()).taskArns).toHaveLength(1);
    const post = await step.post();
    expect([post.code, post.log]).toEqual([0, expect.stringContaining('the job wait ran on')]);
    await vi.waitFor(async () => expect((await left()).taskArns).toEqual([]), { timeout: 30_000, interval: 200 });
    expect((await step.post()).code).toBe(0);
  });

  it('judges a job by its exit code', async () => {
    expect((await run({ command: 'run-task', job: 'count' })).code).toBe(0);
    const failed = await run({ command: 'run-task', 'task-command': 'node\njob.mjs\n7', variables: 'MODE=once' });
    expect(failed.code, failed.log).toBe(1);
    expect(failed.outputs['verdict']).toBe('fail');
    expect(lab.bugs).toEqual([]);
  });
});
