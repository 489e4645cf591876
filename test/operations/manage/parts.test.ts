/** The small pure parts: schedules as differences, promises, savings, what is refused. */
import { describe, expect, it } from 'vitest';
import { judgePromise, promiseCheck, promisesOf } from '../../../src/operations/common/promise.ts';
import { pause, planPause } from '../../../src/operations/manage/pause.ts';
import { savings, savingsRate } from '../../../src/operations/manage/pausing/savings.ts';
import { accountRefusals, changeRefusals, pauseRefusals } from '../../../src/operations/manage/refusals.ts';
import { planScale, rangeRefusals } from '../../../src/operations/manage/scale.ts';
import { actionsOf, differenceOf, scheduleRefusals } from '../../../src/operations/manage/schedule.ts';
import type { Target } from '../../../src/platform/model/objectives.ts';
import { DAYS } from '../../../src/platform/model/schedule.ts';
import type { Environment } from '../../../src/platform/model.ts';
import { Model, requestOf } from './model.ts';

const request = requestOf();
const protectedEnvironment: Environment = {
  ...request.environment,
  name: 'prod',
  protected: true,
  pausable: false,
  lines: { protected: 'surefoot.yml:9', pausable: 'surefoot.yml:8', schedule: 'surefoot.yml:8' },
};
const none = { scaleIn: false, scaleOut: false, scheduled: false };

describe('the difference of a schedule', () => {
  const schedule = {
    pause: { hour: 22, minute: 0 },
    resume: { hour: 8, minute: 0 },
    days: DAYS,
    timeZone: 'America/Toronto',
  };
  const [pause, resume] = actionsOf(schedule, request.target);
  if (pause === undefined || resume === undefined) {
    throw new Error('a schedule has two actions');
  }
  const wanted = [pause, resume];
  const scaling = { minimum: 2, maximum: 6, suspended: none };

  it('is everything on a fresh service, and nothing once it is there', () => {
    expect(differenceOf(wanted, { scaling: undefined, scheduled: [] })).toEqual({
      register: true,
      put: wanted,
      remove: [],
    });
    expect(differenceOf(wanted, { scaling, scheduled: wanted })).toEqual({ register: false, put: [], remove: [] });
  });

  it('replaces what has another time, and takes away what is not wanted any more', () => {
    const older = { ...pause, schedule: 'cron(0 20 * * ? *)' };
    expect(differenceOf(wanted, { scaling, scheduled: [older, resume] }).put).toEqual([pause]);
    expect(differenceOf([], { scaling, scheduled: wanted })).toEqual({
      register: false,
      put: [],
      remove: ['surefoot-pause', 'surefoot-resume'],
    });
  });

  it("leaves another's action that does the same, and does not do it twice", () => {
    const terraform = { ...pause, name: 'artguard-stop' };
    expect(differenceOf(wanted, { scaling, scheduled: [terraform, resume] })).toEqual({
      register: false,
      put: [],
      remove: [],
    });
    expect(differenceOf(wanted, { scaling, scheduled: [terraform, pause, resume] }).remove).toEqual(['surefoot-pause']);
    expect(differenceOf([], { scaling, scheduled: [terraform] }).remove).toEqual([]);
  });

  it('is refused where nothing is written and where pausing is not allowed', () => {
    expect(scheduleRefusals(request).map(({ code }) => code)).toEqual(['no-schedule']);
    expect(scheduleRefusals({ environment: { ...protectedEnvironment, schedule } }).map(({ code }) => code)).toEqual([
      'protected',
    ]);
    expect(scheduleRefusals({ environment: { ...request.environment, schedule } })).toEqual([]);
  });
});

describe('a duration beside its promise', () => {
  const target = (change: Partial<Target>): Target => ({
    name: 'back-soon',
    description: undefined,
    service: undefined,
    environment: undefined,
    indicator: 'resume-time',
    comparison: 'lte',
    value: '0.1',
    exactly: { numerator: 1n, denominator: 10n },
    unit: 'minutes',
    windowDays: undefined,
    ...change,
  });
  const promised = (change: Partial<Target> = {}) =>
    promisesOf({ targets: [target(change)] }, 'resume-time', request.target);

  it('is met at the bound and missed a millisecond later, exactly', () => {
    const [bound] = promised();
    if (bound === undefined) {
      throw new Error('the target is about this service');
    }
    expect(judgePromise(bound, 6, undefined)).toEqual({ state: 'met' });
    expect(judgePromise(bound, 6.001, undefined)).toEqual({ state: 'missed' });
    expect(judgePromise({ ...bound, comparison: 'lt' }, 6, 1)).toEqual({ state: 'missed' });
  });

  it('is unknown where a rehearsal shortened it, however fast it was', () => {
    const [bound] = promised();
    if (bound === undefined) {
      throw new Error('the target is about this service');
    }
    const state = judgePromise(bound, 0.1, 60);
    expect(state).toEqual({ state: 'unknown', code: 'scaled-time' });
    expect(promiseCheck('time to ready', bound, 0.1, state)).toMatchObject({
      verdict: 'inconclusive',
      expected: 'at most 0.1 minutes',
      observed: '0.1 s: unknown: scaled-time',
    });
  });

  it('is that of this service, this environment and this indicator', () => {
    expect(promised({ service: 'web', environment: 'dev' })).toHaveLength(1);
    expect(promised({ service: 'admin' })).toEqual([]);
    expect(promised({ environment: 'prod' })).toEqual([]);
    expect(promised({ indicator: 'mttr' })).toEqual([]);
    expect(promised({ unit: 'percent' })).toEqual([]);
  });
});

describe('savings', () => {
  it('never fail a pause that is done: without the task definition the size is that of surefoot.yml', async () => {
    const model = new Model({ desired: 2, scaling: undefined });
    const [request, ports] = [requestOf(), model.ports()];
    const denied = () => Promise.reject(new Error('AccessDenied'));
    const evidence = await pause(request, await planPause(request, ports), {
      ...ports,
      aws: { ...ports.aws, ecs: { ...ports.aws.ecs, taskDefinition: denied } },
    });
    expect([evidence.verdict, evidence.reasons.map(({ code }) => code)]).toEqual(['pass', ['paused', 'savings']]);
  });

  it('count tasks, vCPUs and GB over hours', () => {
    const rows = savings(2, { cpu: 512, memory: 1024 }, 10 * 3600);
    expect(rows.map(({ value, unit }) => `${value} ${unit}`)).toEqual([
      '20 task-hours',
      '10 vCPU-hours',
      '20 GB-hours',
    ]);
    expect(savingsRate(1, { cpu: 1024, memory: 2048 })).toBe(
      'each hour of the pause saves 1 task-hour (1 vCPU-hours, 2 GB-hours)',
    );
  });
});

describe('refusals', () => {
  const numbers = { desired: undefined, minimum: undefined, maximum: undefined };

  it('name the line that protects an environment', () => {
    expect(pauseRefusals({ environment: protectedEnvironment })).toEqual([
      { code: 'protected', message: 'prod is protected (surefoot.yml:9): it is never paused, whoever asks' },
    ]);
    expect(pauseRefusals({ environment: { ...request.environment, pausable: false } })[0]?.code).toBe('not-pausable');
    expect(pauseRefusals(request)).toEqual([]);
  });

  it('keep a protected environment between the numbers of surefoot.yml, each with its line', () => {
    const prod = { environment: protectedEnvironment, target: request.target };
    const found = rangeRefusals(prod, { desired: 1, minimum: 0, maximum: 7 });
    expect(found.map(({ code }) => code)).toEqual(['below-minimum', 'below-minimum', 'above-maximum']);
    expect(found[0]?.message).toContain(request.target.lines.minimumTasks);
    expect(found[0]?.message).toContain('surefoot.yml:9');
    expect(rangeRefusals(prod, { desired: 2, minimum: 2, maximum: 6 })).toEqual([]);
    expect(rangeRefusals(request, { ...numbers, desired: 1, maximum: 9 })).toEqual([]);
    const open = { environment: { ...request.environment, pausable: false }, target: request.target };
    expect(rangeRefusals(open, { ...numbers, desired: 0 })[0]?.code).toBe('not-pausable');
  });

  it('keep the desired count within the bounds, which must not cross', async () => {
    const model = new Model({ desired: 3, scaling: { minimum: 1, maximum: 5, suspended: none } });
    const codes = async (change: Partial<typeof numbers> | object) =>
      (await planScale(request, { ...numbers, ...change }, model.ports())).refusals.map(({ code }) => code);
    expect(await codes({ desired: 6 })).toEqual(['desired-outside-bounds']);
    expect(await codes({ desired: 6, maximum: 6 })).toEqual([]);
    expect(await codes({ minimum: 6 })).toEqual(['bounds-crossed']);
    const plain = new Model({ desired: 3, scaling: undefined });
    const plan = await planScale(request, { ...numbers, maximum: 4 }, plain.ports());
    expect(plan.refusals.map(({ code }) => code)).toEqual(['no-scalable-target']);
  });

  it('say which deployment is under way, and know task sets of other controllers', () => {
    const live = { target: request.target, scaling: undefined, scheduled: [], memory: undefined, controller: 'ECS' };
    const running = [{ serviceDeploymentArn: 'arn:deployment/1', status: 'IN_PROGRESS' as const }];
    expect(changeRefusals({ ...live, service: {}, running })[0]?.message).toContain('arn:deployment/1');
    const service = { deploymentController: { type: 'CODE_DEPLOY' as const }, taskSets: [{ id: 'a' }, { id: 'b' }] };
    expect(changeRefusals({ ...live, service, running: [] })[0]?.message).toContain('a, b');
    expect(changeRefusals({ ...live, service: { schedulingStrategy: 'DAEMON' }, running: [] })[0]?.code).toBe('daemon');
    expect(changeRefusals({ ...live, service: {}, running: [] })).toEqual([]);
  });

  it('keep to the account of the environment', () => {
    const environment = { ...request.environment, account: '111111111111' };
    expect(accountRefusals('222222222222', { environment })[0]?.code).toBe('wrong-account');
    expect(accountRefusals('111111111111', { environment })).toEqual([]);
    expect(accountRefusals(undefined, { environment })).toEqual([]);
  });
});
