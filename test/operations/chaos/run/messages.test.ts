/** What keeps a run from being made, or ends it: one clear message each, with nothing started, or everything stopped. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Evidence } from '../../../../src/report/evidence.ts';
import type { Ended } from '../../../cli/surefoot.ts';
import type { Call, Fate } from '../plan/rest-proxy.ts';
import { type Lab, type Sample, STOP_ROLE, startLab, underLoad } from './lab.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const KILL: Sample = {};
const ALLOWED = '--allow-irreversible';
const LINGER =
  '{ kill: { actionId: aws:ecs:stop-task, targets: { Tasks: main } }, linger: { actionId: aws:fis:wait, parameters: { duration: PT1H } } }';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});

beforeEach(() => lab.untilWhole());

afterEach(async () => {
  lab.proxy.clear();
  const { fis, scheduler } = lab.gateways;
  expect(await lab.active()).toEqual([]);
  expect((await fis.listTemplates()).map(({ tags }) => tags)).toEqual([]);
  expect(await scheduler.names('')).toEqual([]);
  expect(lab.generators()).toEqual([]);
});

afterAll(async () => {
  await lab?.close();
  expect(lab.artguard.bugs).toEqual([]);
});

const reasonOf = ({ stdout }: Ended): Evidence['reasons'][number] => JSON.parse(stdout).reasons[0];

/** Refuses the calls that `is` picks, in AWS's form. */
function refuse(is: (call: Call) => boolean, code: string, message: string, status = 400): void {
  lab.proxy.strike = (call): Fate | undefined => (is(call) ? { refuse: { code, message, status } } : undefined);
}

const denied = (what: string) =>
  `User: arn:aws:sts::000000000000:assumed-role/ci is not authorized to perform: ${what}`;
const creates = ({ method, path }: Call) => method === 'POST' && path === '/experimentTemplates';
const startsRun = ({ method, path, body }: Call) =>
  method === 'POST' && path === '/experiments' && body.includes('run-all');
const schedules = ({ method, path }: Call) => method === 'POST' && path.startsWith('/schedules/');

/** Faults that FIS was asked to inject. */
const injected = () => lab.proxy.calls.filter(startsRun).length;

describe('a missing permission', () => {
  it.each([
    ['to create templates', creates, 'fis:CreateExperimentTemplate', 0],
    ['to start the run, when the dry run was allowed', startsRun, 'fis:StartExperiment', 1],
    ['to schedule its stop', schedules, 'scheduler:CreateSchedule', 0],
  ] as const)('%s is named, and nothing is injected', async (_, is, permission, asked) => {
    refuse(is, 'AccessDeniedException', denied(permission), 403);
    const ended = await lab.run({ guards: `maximumDuration: 2h, stopRole: "${STOP_ROLE}"` }, ALLOWED);
    expect([ended.code, reasonOf(ended).code], ended.stderr).toEqual([3, 'not-permitted']);
    expect(reasonOf(ended).message).toContain('nothing was injected');
    expect(reasonOf(ended).message).toContain(`the caller needs the permission ${permission}`);
    expect(injected()).toBe(asked);
    // The stop is made first: without it not even a load begins.
    expect(ended.stderr.includes('under load')).toBe(permission === 'fis:StartExperiment');
  });

  it('to look is named too, before anything is made', async () => {
    refuse(
      ({ method, path }) => method === 'GET' && path === '/experiments',
      'AccessDeniedException',
      denied('fis:ListExperiments'),
      403,
    );
    const { code, stdout } = await lab.run(KILL, ALLOWED);
    expect([code, JSON.parse(stdout).error.code]).toEqual([4, 'aws-access-denied']);
    expect(JSON.parse(stdout).error.message).toContain('the caller needs the permission fis:ListExperiments');
    expect(lab.proxy.calls.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('of the role that FIS takes ends the experiment, and no fault is claimed', async () => {
    const ended = await lab.run({ role: 'without-permissions' }, ALLOWED);
    expect(ended.code, ended.stderr).toBe(3);
    const said = JSON.parse(ended.stdout)
      .reasons.map(({ message }: { message: string }) => message)
      .join('\n');
    expect(said).toContain('role/without-permissions is not authorized to perform the action aws:ecs:stop-task');
  });

  it('of the role for the stop: Scheduler may not take it, and nothing is injected', async () => {
    refuse(
      schedules,
      'ValidationException',
      'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
    );
    const ended = await lab.run({ guards: `maximumDuration: 2h, stopRole: "${STOP_ROLE}"` }, ALLOWED);
    expect([ended.code, reasonOf(ended).code]).toEqual([3, 'stop-role-refused']);
    expect(reasonOf(ended).message).toContain('create that role (its trust policy is in `surefoot chaos plan`)');
    expect(ended.stderr).not.toContain('under load');
    expect(lab.proxy.calls.filter(creates)).toHaveLength(1);
    expect(injected()).toBe(0);
  });
});

describe('a quota', () => {
  it('of templates, really reached, is named', async () => {
    const { fis } = lab.gateways;
    const made: string[] = [];
    for (let number = 0; number < 500; number += 1) {
      const wait = { wait: { actionId: 'aws:fis:wait', parameters: { duration: 'PT1M' } } };
      const roleArn = 'arn:aws:iam::000000000000:role/fis';
      const stopConditions = [{ source: 'none' }];
      const { id = '' } = await fis.createTemplate({ description: 'full', roleArn, stopConditions, actions: wait });
      made.push(id);
    }
    const ended = await lab.run(KILL, ALLOWED);
    for (const id of made) {
      await fis.deleteTemplate(id);
    }
    expect([ended.code, reasonOf(ended).code]).toEqual([3, 'quota']);
    expect(reasonOf(ended).message).toMatch(/nothing was injected: .*delete templates, or ask AWS for more/);
  });

  it('of experiments, reached between the dry run and the run, leaves neither template nor schedule', async () => {
    refuse(
      startsRun,
      'ServiceQuotaExceededException',
      'The maximum number of active experiments has been reached.',
      402,
    );
    const ended = await lab.run({ guards: `maximumDuration: 2h, stopRole: "${STOP_ROLE}"` }, ALLOWED);
    expect([ended.code, reasonOf(ended).code]).toEqual([3, 'quota']);
    expect(reasonOf(ended).message).toContain('wait for others to end');
  });
});

describe('a start whose answer is lost', () => {
  it('is found by its tags and stopped, and its schedule is deleted only when its end was seen', async () => {
    const process = await lab.begin(
      { actions: LINGER, guards: `maximumDuration: 2h, stopRole: "${STOP_ROLE}"` },
      ALLOWED,
    );
    lab.proxy.strike = (call) => (startsRun(call) ? { after: () => process.child.kill('SIGINT') } : undefined);
    const { stderr } = await process.ended;
    const { calls } = lab.proxy;
    const stop = calls.findIndex(({ method, path }) => method === 'DELETE' && path.startsWith('/experiments/'));
    const unscheduled = calls.findIndex(({ method, path }) => method === 'DELETE' && path.startsWith('/schedules/'));
    expect([injected(), stop > 0, stop < unscheduled], stderr).toEqual([1, true, true]);
    const between = calls
      .slice(stop, unscheduled)
      .filter(({ method, path }) => method === 'GET' && path === '/experiments');
    expect(between.length, stderr).toBeGreaterThanOrEqual(3);
  });
});

describe('the safety lever', () => {
  it('engaged before: nothing is made, and its reason is told', async () => {
    await lab.gateways.fis.updateSafetyLeverState('engaged', 'release freeze');
    const ended = await lab.run(KILL, ALLOWED);
    await lab.gateways.fis.updateSafetyLeverState('disengaged', 'over');
    expect([ended.code, reasonOf(ended).code]).toEqual([3, 'safety-lever']);
    expect(reasonOf(ended).message).toContain('engaged: release freeze');
    expect(lab.proxy.calls.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('engaged during the run: the experiment is stopped, and the verdict says by whom', async () => {
    const process = await lab.begin({ actions: LINGER }, ALLOWED);
    const id = await lab.untilRunning();
    await lab.gateways.fis.updateSafetyLeverState('engaged', 'real trouble');
    const ended = await process.ended;
    await lab.gateways.fis.updateSafetyLeverState('disengaged', 'over');
    expect([ended.code, reasonOf(ended).code], ended.stderr).toEqual([1, 'aborted']);
    expect(reasonOf(ended).message).toContain('safety lever');
    expect((await lab.gateways.fis.getExperiment(id))?.state?.status).toBe('stopped');
  });
});

describe('another experiment', () => {
  const other = async (tags: Record<string, string>) => {
    const { fis } = lab.gateways;
    const wait = { wait: { actionId: 'aws:fis:wait', parameters: { duration: 'PT2H' } } };
    const roleArn = 'arn:aws:iam::000000000000:role/fis';
    const { id: template = '' } = await fis.createTemplate({
      description: 'other',
      roleArn,
      stopConditions: [{ source: 'none' }],
      actions: wait,
    });
    const { id = '' } = await fis.startExperiment({ experimentTemplateId: template, tags });
    return { id, end: async () => [await fis.stopExperiment(id), await fis.deleteTemplate(template)] };
  };

  it('that is not surefoot’s: nothing is made, and it is named with who can end it', async () => {
    const { id, end } = await other({});
    const ended = await lab.run(KILL, ALLOWED);
    await end();
    expect([ended.code, reasonOf(ended).code]).toEqual([3, 'already-running']);
    expect(reasonOf(ended).message).toContain(
      `${id}, which is not surefoot's: wait for its end, or \`aws fis stop-experiment --id ${id}\``,
    );
    expect(lab.proxy.calls.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('of surefoot in another environment: its name, its environment and what ends it', async () => {
    const { end } = await other({
      'surefoot:run': 'x',
      'surefoot:experiment': 'zone-loss',
      'surefoot:environment': 'staging',
    });
    const ended = await lab.run(KILL, ALLOWED);
    await end();
    expect(reasonOf(ended).message).toContain(
      'zone-loss of surefoot in staging: wait for its end, or `surefoot chaos stop --environment staging`',
    );
  });

  it('that begins under the baseline is seen before the fault: nothing is injected', async () => {
    const process_ = await lab.begin({ load: 'rate: "30", before: 8s, after: 1s' }, ALLOWED);
    await underLoad(process_);
    const { id, end } = await other({});
    const ended = await process_.ended;
    await end();
    expect([ended.code, reasonOf(ended).code], ended.stderr).toEqual([3, 'already-running']);
    expect(reasonOf(ended).message).toContain(
      `nothing was injected: other experiments in the account and region: ${id}`,
    );
    expect(injected()).toBe(0);
  });

  it('that is only a dry run keeps nobody from anything', async () => {
    lab.proxy.strike = ({ method, path }) =>
      method === 'GET' && path === '/experiments' ? { change: (body) => withDryRun(body) } : undefined;
    const { code, stdout, stderr } = await lab.run({ load: 'rate: "30", before: 2s, after: 1s' }, ALLOWED);
    expect([0, 1], stderr).toContain(code);
    const row = (await lab.recordOf(stdout)).checks.find(({ name }) => name.startsWith('other experiments'));
    expect(row).toMatchObject({ verdict: 'pass', observed: 'none' });
    expect(injected()).toBe(1);
  });
});

/** The list of experiments with another job's dry run that has just begun. */
function withDryRun(body: string): string {
  const listed = JSON.parse(body) as { experiments: object[] };
  const dry = {
    id: 'EXPdry',
    state: { status: 'initiating' },
    experimentOptions: { actionsMode: 'skip-all' },
    tags: {},
  };
  return JSON.stringify({ ...listed, experiments: [...listed.experiments, dry] });
}

describe('what is refused before AWS is asked', () => {
  it.each([
    ['an action that nothing undoes, without its switch', {}, [], 'irreversible-not-allowed', '--allow-irreversible'],
    [
      'a protected environment',
      {},
      [ALLOWED, '--environment', 'prod'],
      'environment-not-allowed',
      'prod, which is protected',
    ],
    ['a file that names one', { guards: 'environments: [prod]' }, [ALLOWED], 'invalid-experiment', 'it is never hit'],
  ] as const)('%s', async (_, sample, args, code, advice) => {
    const ended = await lab.run(sample, ...args);
    const { error } = JSON.parse(ended.stdout);
    expect([ended.code, error.code], ended.stderr).toEqual([2, code]);
    expect(`${error.message}${ended.stderr}`).toContain(advice);
    expect(lab.proxy.calls).toEqual([]);
  });
});
