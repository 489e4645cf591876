/** The states of experiments and their actions, on a clock moved by hand. */
import { describe, expect, it } from 'vitest';
import { FaultFailure } from '../../../src/rehearsal/fis/faults/fault-action.ts';
import { ALL_TASKS, createBench, STRESS, task, wait } from './bench.ts';

/** Pending and initiating take 3 s together. */
const TO_RUNNING = 3;

describe('an experiment', () => {
  it('goes from pending over initiating and running to completed, with its times', async () => {
    const bench = createBench();
    const id = await bench.start(await bench.template({ actions: { wait: wait(1) } }));
    expect(id).toMatch(/^EXP[A-Za-z0-9]{15}$/);
    expect(await bench.states(id)).toEqual(['pending', { wait: 'pending' }]);
    await bench.pass(1);
    expect(await bench.states(id)).toEqual(['initiating', { wait: 'pending' }]);
    await bench.pass(2);
    expect(await bench.states(id)).toEqual(['running', { wait: 'running' }]);
    await bench.pass(59);
    expect(await bench.states(id)).toEqual(['running', { wait: 'running' }]);
    expect((await bench.get(id)).endTime).toBeUndefined();
    await bench.pass(1);
    expect(await bench.states(id)).toEqual(['completed', { wait: 'completed' }]);
    expect(await bench.get(id)).toMatchObject({
      creationTime: new Date('2026-11-21T12:00:00Z'),
      startTime: new Date('2026-11-21T12:00:01Z'),
      endTime: new Date('2026-11-21T12:01:03Z'),
      actions: {
        wait: { startTime: new Date('2026-11-21T12:00:03Z'), endTime: new Date('2026-11-21T12:01:03Z') },
      },
      state: { reason: 'Experiment completed.' },
      experimentOptions: {
        accountTargeting: 'single-account',
        emptyTargetResolutionMode: 'fail',
        actionsMode: 'run-all',
      },
    });
  });

  it('starts an action when all that it starts after have ended, and the others at once', async () => {
    const bench = createBench();
    const actions = { last: wait(1, 'short', 'long'), long: wait(3), short: wait(1) };
    const id = await bench.start(await bench.template({ actions }));
    await bench.pass(TO_RUNNING);
    expect(await bench.states(id)).toEqual(['running', { last: 'pending', long: 'running', short: 'running' }]);
    await bench.pass(60);
    expect(await bench.states(id)).toEqual(['running', { last: 'pending', long: 'running', short: 'completed' }]);
    await bench.pass(120);
    expect(await bench.states(id)).toEqual(['running', { last: 'running', long: 'completed', short: 'completed' }]);
    await bench.pass(60);
    expect((await bench.states(id))[0]).toBe('completed');
  });

  it('injects the fault into what its targets resolved to, once, at the start', async () => {
    const bench = createBench();
    const id = await bench.start(await bench.template());
    await bench.pass(TO_RUNNING);
    bench.resources.push(task('late'));
    expect(bench.held.map(({ targets }) => [...targets].map(([key, found]) => [key, found.length]))).toEqual([
      [['Tasks', 2]],
    ]);
    expect(bench.held[0]?.parameters).toEqual({ duration: 'PT5M' });
    expect(bench.held[0]?.context).toMatchObject({ experimentId: id, actionName: 'stress' });
    bench.held[0]?.end();
    await bench.pass(0);
    expect(await bench.states(id)).toEqual(['completed', { stress: 'completed' }]);
    expect(bench.held[0]?.stopped).toBe(false);
  });

  it('keeps the template as it was at its start', async () => {
    const bench = createBench();
    const template = await bench.template({ actions: { wait: wait(1) } });
    const id = await bench.start(template);
    await bench.call('UpdateExperimentTemplate', { id: template.id ?? '', actions: { other: wait(2) } });
    await bench.call('DeleteExperimentTemplate', { id: template.id ?? '' });
    await bench.pass(TO_RUNNING + 60);
    expect(await bench.states(id)).toEqual(['completed', { wait: 'completed' }]);
  });
});

describe('skip-all', () => {
  it('resolves the targets, skips every action and injects nothing', async () => {
    const bench = createBench();
    const id = await bench.start(await bench.template(), 'skip-all');
    expect((await bench.get(id)).experimentOptions?.actionsMode).toBe('skip-all');
    expect((await bench.call('ListExperimentResolvedTargets', { experimentId: id })).resolvedTargets).toEqual([]);
    await bench.pass(TO_RUNNING);
    expect(await bench.states(id)).toEqual(['completed', { stress: 'skipped' }]);
    expect((await bench.call('ListExperimentResolvedTargets', { experimentId: id })).resolvedTargets).toEqual(
      bench.resources.map(({ arn }) => ({
        resourceType: 'aws:ecs:task',
        targetName: 'tasks',
        targetInformation: { arn },
      })),
    );
    expect(bench.held).toEqual([]);
  });

  it('may have actions whose faults the platform lacks, which cannot be run', async () => {
    const bench = createBench();
    const template = await bench.template({
      targets: {
        subnets: { resourceType: 'aws:ec2:subnet', selectionMode: 'ALL', parameters: { vpc: 'vpc-rehearsal' } },
      },
      actions: {
        cut: {
          actionId: 'aws:network:disrupt-connectivity',
          parameters: { duration: 'PT5M', scope: 'all' },
          targets: { Subnets: 'subnets' },
        },
      },
    });
    await expect(bench.start(template)).rejects.toMatchObject({
      code: 'UnsupportedOperationException',
      message: expect.stringContaining('does not inject aws:network:disrupt-connectivity'),
    });
    const id = await bench.start(template, 'skip-all');
    await bench.pass(TO_RUNNING);
    expect(await bench.states(id)).toEqual(['completed', { cut: 'skipped' }]);
  });
});

describe('targets of a kind that the platform lacks', () => {
  it.each(['run-all', 'skip-all'] as const)('keep an experiment from being started with %s', async (mode) => {
    const bench = createBench();
    const template = await bench.template({
      targets: {
        tables: { resourceType: 'aws:dynamodb:global-table', selectionMode: 'ALL', resourceTags: { a: 'b' } },
      },
      actions: {
        pause: {
          actionId: 'aws:dynamodb:global-table-pause-replication',
          parameters: { duration: 'PT5M' },
          targets: { Tables: 'tables' },
        },
      },
    });
    await expect(bench.start(template, mode)).rejects.toMatchObject({
      code: 'UnsupportedOperationException',
      message: "surefoot's rehearsal platform has no resources of the type aws:dynamodb:global-table; AWS does.",
    });
    expect((await bench.call('ListExperiments', {})).experiments).toEqual([]);
  });
});

describe('what ends an experiment early', () => {
  it('StopExperiment stops what runs and cancels what has not begun', async () => {
    const bench = createBench();
    const actions = { stress: STRESS, after: wait(1, 'stress') };
    const id = await bench.start(await bench.template({ actions }));
    await bench.pass(TO_RUNNING);
    expect(bench.held[0]?.context.signal.aborted).toBe(false);
    const { experiment } = await bench.call('StopExperiment', { id });
    expect(experiment?.state?.status).toBe('stopping');
    expect(bench.held[0]?.context.signal.aborted).toBe(true);
    await bench.pass(0);
    expect(await bench.states(id)).toEqual(['stopped', { stress: 'stopped', after: 'cancelled' }]);
    expect(bench.held[0]?.stopped).toBe(true);
    await expect(bench.call('StopExperiment', { id })).rejects.toMatchObject({
      code: 'ValidationException',
      message: `Experiment ${id} cannot be stopped: it is stopped.`,
    });
  });

  it.each([0, 1])('StopExperiment after %s s, before anything runs, cancels all actions', async (seconds) => {
    const bench = createBench();
    const id = await bench.start(await bench.template());
    await bench.pass(seconds);
    await bench.call('StopExperiment', { id });
    await bench.pass(60);
    expect(await bench.states(id)).toEqual(['stopped', { stress: 'cancelled' }]);
    expect(bench.held).toEqual([]);
  });

  it('an action that fails ends the others, with the reason and its code', async () => {
    const bench = createBench();
    const actions = { stress: STRESS, beside: wait(30), after: wait(1, 'stress') };
    const id = await bench.start(await bench.template({ actions }));
    await bench.pass(TO_RUNNING);
    bench.held[0]?.fail(new FaultFailure('DependentServiceFailure', 'stress', 'the sidecar is not there'));
    await bench.pass(0);
    expect(await bench.states(id)).toEqual(['failed', { stress: 'failed', beside: 'stopped', after: 'cancelled' }]);
    expect((await bench.get(id)).state).toEqual({
      status: 'failed',
      reason: 'the sidecar is not there',
      error: { code: 'DependentServiceFailure', location: 'stress', accountId: '000000000000' },
    });
  });

  it('an action of a role named without-permissions fails before it begins, with AuthorizationFailure; its dry run is allowed', async () => {
    const bench = createBench();
    const template = await bench.template({ roleArn: 'arn:aws:iam::000000000000:role/without-permissions' });
    const dry = await bench.start(template, 'skip-all');
    const id = await bench.start(template);
    await bench.pass(TO_RUNNING);
    await bench.pass(0);
    expect(bench.held).toEqual([]);
    expect((await bench.states(dry))[1]).toEqual({ stress: 'skipped' });
    expect((await bench.get(id)).state).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(
        'without-permissions is not authorized to perform the action aws:ecs:task-cpu-stress',
      ),
      error: { code: 'AuthorizationFailure', location: 'stress' },
    });
  });

  it('an error of ours is an InternalFailure', async () => {
    const bench = createBench();
    const id = await bench.start(await bench.template());
    await bench.pass(TO_RUNNING);
    bench.held[0]?.fail(new TypeError('x is undefined'));
    await bench.pass(0);
    expect((await bench.get(id)).state?.error?.code).toBe('InternalFailure');
  });

  it('the end of the platform stops all', async () => {
    const bench = createBench();
    const id = await bench.start(await bench.template());
    await bench.pass(TO_RUNNING);
    await bench.fis.stop();
    expect(await bench.states(id)).toEqual(['stopped', { stress: 'stopped' }]);
  });
});

describe('targets that nothing fits', () => {
  const nobody = { ...ALL_TASKS, resourceTags: { nobody: 'has this' } };

  it('fail the experiment by default, before any action', async () => {
    const bench = createBench();
    const id = await bench.start(await bench.template({ targets: { tasks: nobody } }));
    await bench.pass(60);
    expect(await bench.states(id)).toEqual(['failed', { stress: 'cancelled' }]);
    expect((await bench.get(id)).state?.error).toEqual({
      code: 'InvalidTarget',
      location: 'tasks',
      accountId: '000000000000',
    });
  });

  it('skip their actions with the mode skip, and what comes after them goes on', async () => {
    const bench = createBench();
    const template = await bench.template({
      targets: { tasks: nobody },
      actions: { stress: STRESS, after: wait(1, 'stress') },
      experimentOptions: { emptyTargetResolutionMode: 'skip' },
    });
    const id = await bench.start(template);
    await bench.pass(TO_RUNNING);
    expect(await bench.states(id)).toEqual(['running', { stress: 'skipped', after: 'running' }]);
    await bench.pass(60);
    expect((await bench.states(id))[0]).toBe('completed');
    expect(bench.held).toEqual([]);
  });

  it.each([
    ['an ARN that does not exist', { resourceArns: [task('one').arn, task('gone').arn], selectionMode: 'ALL' }, 'gone'],
    ['a percentage that makes none', { selectionMode: 'PERCENT(49)', parameters: { cluster: 'shop' } }, 'empty set'],
  ])('fail also with the mode skip: %s', async (_, target, reason) => {
    const bench = createBench();
    const template = await bench.template({
      targets: { tasks: { resourceType: 'aws:ecs:task', ...target } },
      experimentOptions: { emptyTargetResolutionMode: 'skip' },
    });
    const id = await bench.start(template);
    await bench.pass(60);
    expect((await bench.get(id)).state).toMatchObject({ status: 'failed', reason: expect.stringContaining(reason) });
  });

  it('are more than the quota of an action allows', async () => {
    const bench = createBench();
    bench.resources.push(...Array.from({ length: 199 }, (__, index) => task(`more-${index}`)));
    const id = await bench.start(await bench.template());
    await bench.pass(60);
    expect((await bench.get(id)).state?.error).toMatchObject({ code: 'QuotaExceededFailure', location: 'tasks' });
  });
});

describe('the safety lever', () => {
  const engage = { id: 'default', state: { status: 'engaged', reason: 'freeze' } } as const;
  const disengage = { id: 'default', state: { status: 'disengaged', reason: 'over' } } as const;

  it('stops what runs, is engaged when that has ended, and cancels what is started', async () => {
    const bench = createBench();
    const template = await bench.template();
    const id = await bench.start(template);
    await bench.pass(TO_RUNNING);
    const { safetyLever } = await bench.call('UpdateSafetyLeverState', engage);
    expect(safetyLever?.state).toEqual({ status: 'engaging', reason: 'freeze' });
    await expect(bench.call('UpdateSafetyLeverState', disengage)).rejects.toMatchObject({ code: 'ConflictException' });
    await bench.pass(0);
    expect(await bench.states(id)).toEqual(['stopped', { stress: 'stopped' }]);
    expect((await bench.call('GetSafetyLever', { id: 'default' })).safetyLever?.state?.status).toBe('engaged');
    const cancelled = await bench.start(template);
    expect(await bench.states(cancelled)).toEqual(['cancelled', { stress: 'cancelled' }]);
    await bench.call('UpdateSafetyLeverState', disengage);
    const again = await bench.start(template);
    await bench.pass(TO_RUNNING);
    expect(await bench.states(again)).toEqual(['running', { stress: 'running' }]);
    expect(await bench.states(cancelled)).toEqual(['cancelled', { stress: 'cancelled' }]);
  });

  it('changes its reason with its status only', async () => {
    const bench = createBench();
    await bench.call('UpdateSafetyLeverState', engage);
    await bench.pass(0);
    await bench.call('UpdateSafetyLeverState', engage);
    await expect(
      bench.call('UpdateSafetyLeverState', { ...engage, state: { status: 'engaged', reason: 'another' } }),
    ).rejects.toMatchObject({ code: 'ConflictException' });
    await expect(bench.call('GetSafetyLever', { id: 'other' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });
});

describe('quotas and tokens', () => {
  it('five experiments are active at most', async () => {
    const bench = createBench();
    const template = await bench.template({ actions: { wait: wait(1) } });
    for (let count = 0; count < 5; count += 1) {
      await bench.start(template);
    }
    await expect(bench.start(template)).rejects.toMatchObject({ code: 'ServiceQuotaExceededException' });
    await bench.pass(TO_RUNNING + 60);
    await bench.start(template);
    const { experiments = [] } = await bench.call('ListExperiments', {});
    expect(experiments.map(({ state }) => state?.status)).toEqual([...Array(5).fill('completed'), 'pending']);
  });

  it('a client token starts one experiment, and is refused for another', async () => {
    const bench = createBench();
    const template = await bench.template();
    const request = { clientToken: 'token', experimentTemplateId: template.id ?? '' };
    const first = await bench.call('StartExperiment', request);
    const again = await bench.call('StartExperiment', request);
    expect(again.experiment?.id).toBe(first.experiment?.id);
    expect((await bench.call('ListExperiments', {})).experiments).toHaveLength(1);
    await expect(
      bench.call('StartExperiment', { ...request, experimentOptions: { actionsMode: 'skip-all' } }),
    ).rejects.toMatchObject({ code: 'ConflictException' });
  });
});
