/** `chaos run` and `stop` as steps, on the rehearsal platform: to their end, cancelled, and killed with the post step to clear up. */
import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { K6 } from '../measure/k6.ts';
import { CONFIG, experimentText, type Lab, type Sample, STOP_ROLE, startLab } from '../operations/chaos/run/lab.ts';
import { describeOnRunner } from './lab-step.ts';
import { type Step, type StepOptions, startStep } from './runner.ts';

/** An experiment that would go on for an hour, which is a minute here, after its fault. */
const LINGER: Sample = {
  actions:
    '{ kill: { actionId: aws:ecs:stop-task, targets: { Tasks: main } }, linger: { actionId: aws:fis:wait, parameters: { duration: PT1H } } }',
  guards: `maximumDuration: 2h, stopRole: "${STOP_ROLE}"`,
};

let lab: Lab;

async function begin(
  sample: Sample,
  inputs: Readonly<Record<string, string>> = {},
  action: StepOptions['action'] = 'chaos',
) {
  await writeFile(path.join(lab.folder, 'experiment.yml'), experimentText(sample));
  return step({ command: 'run', experiment: 'experiment.yml', 'allow-irreversible': 'true', ...inputs }, action);
}

function step(inputs: Readonly<Record<string, string>>, action: StepOptions['action'] = 'chaos'): Promise<Step> {
  const env = { AWS_ENDPOINT_URL: lab.proxy.endpoint, SUREFOOT_K6: K6 };
  return startStep({ action, workspace: lab.folder, with: { config: CONFIG, environment: 'dev', ...inputs }, env });
}

describeOnRunner('chaos as a step that injects', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    lab = await startLab();
  }, 60_000);
  beforeEach(() => lab.untilWhole(), 120_000);
  afterEach(async () => {
    lab.proxy.clear();
    expect(await lab.active()).toEqual([]);
    expect((await lab.gateways.fis.listTemplates()).map(({ tags }) => tags)).toEqual([]);
    expect(await lab.gateways.scheduler.names('')).toEqual([]);
  });
  afterAll(async () => {
    await lab?.close();
    expect(lab.artguard.bugs).toEqual([]);
  });

  it('runs: the recovery, the targets and the verdict are outputs', async () => {
    const { ended } = await begin({ expect: 'felt: not-expected, rto: 60s' });
    const end = await ended;
    expect(end.code, end.log).toBe(0);
    expect(end.outputs).toMatchObject({ verdict: 'pass', 'reason-code': 'survived' });
    expect(JSON.parse(end.outputs['targets'] ?? '')).toMatchObject([{ name: 'main', count: 1, source: 'dry-run' }]);
    expect(JSON.parse(end.outputs['recovery'] ?? '').upper).not.toBeNull();
    expect(end.summary).toMatch(/^## ✓ Pass: sample in dev/);
  });

  it('cancelled by the runner: the experiment is ended before SIGTERM comes, and the post step has nothing to do', async () => {
    const running = await begin(LINGER);
    const id = await lab.untilRunning();
    const end = await running.cancel();
    expect([end.code, end.signal], end.log).toEqual([130, null]);
    expect((await lab.gateways.fis.getExperiment(id))?.state?.status).toBe('stopped');
    const post = await running.post();
    expect([post.code, post.log]).toEqual([0, expect.stringContaining('nothing is left to be undone')]);
  });

  it('killed: the post step stops the experiment, and deletes its template and its schedule', async () => {
    const running = await begin(LINGER, { operation: 'chaos' }, 'root');
    const id = await lab.untilRunning();
    running.child.kill('SIGKILL');
    expect((await running.ended).signal).toBe('SIGKILL');
    expect(await lab.gateways.scheduler.names('')).toHaveLength(1);
    const post = await running.post();
    expect(post.code, post.log).toBe(0);
    expect(post.log).toContain('the experiment was stopped, if it still ran, and its template');
    expect((await lab.gateways.fis.getExperiment(id))?.state?.status).toBe('stopped');
  });

  it('lists what runs now, and stops it by a step of its own', async () => {
    const running = await begin(LINGER);
    const id = await lab.untilRunning();
    running.child.kill('SIGKILL');
    await running.ended;
    const listed = await (await step({ command: 'list', folder: path.resolve('chaos') })).ended;
    expect(JSON.parse(listed.outputs['running'] ?? '')).toMatchObject([
      { id, status: 'running', dryRun: false, name: 'sample', ofSurefoot: 'run', environment: 'dev' },
    ]);
    expect(listed.log).toContain(`${id}: running since`);
    expect(listed.log).toContain('`surefoot chaos stop --environment dev` ends it');
    const stopped = await (await step({ command: 'stop' })).ended;
    expect(stopped.code, stopped.log).toBe(0);
    expect(stopped.outputs).toMatchObject({ verdict: 'pass', 'reason-code': 'stopped' });
    expect((await lab.gateways.fis.getExperiment(id))?.state?.status).toBe('stopped');
  });

  it('takes the actions that FIS has from a file', async () => {
    await copyFile(path.resolve('test/operations/chaos/run/one-action.json'), path.join(lab.folder, 'actions.json'));
    const end = await (await begin({}, { catalogue: 'actions.json' })).ended;
    expect([end.code, end.outputs['reason-code']], end.log).toEqual([2, 'invalid-experiment']);
    expect(end.log).toContain('aws:ecs:stop-task');
    expect(lab.proxy.calls).toEqual([]);
  });
});
