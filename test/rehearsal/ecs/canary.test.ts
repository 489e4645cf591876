/** CANARY and LINEAR over real processes: every step's stages, weights and pauses, and the way back from each of them. */
import type { DeploymentConfiguration, ServiceDeployment } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually, type Lab, pauses, startLab } from './lab.ts';

let lab: Lab;

afterEach(async () => {
  await lab.stop();
});

const PRE = 'PRE_PRODUCTION_TRAFFIC_SHIFT';
const SHIFT = 'PRODUCTION_TRAFFIC_SHIFT';
const POST = 'POST_PRODUCTION_TRAFFIC_SHIFT';
/** Longer than any test takes, at the lab's speed of 600. */
const FOREVER = 1440;

const canary = (percent: number, bake: number): DeploymentConfiguration => ({
  strategy: 'CANARY',
  canaryConfiguration: { canaryPercent: percent, canaryBakeTimeInMinutes: bake },
});
const linear = (percent: number, bake: number): DeploymentConfiguration => ({
  strategy: 'LINEAR',
  linearConfiguration: { stepPercent: percent, stepBakeTimeInMinutes: bake },
});
const ended = (d: ServiceDeployment) => d.finishedAt !== undefined;
const answer = async (action: 'CONTINUE' | 'ROLLBACK' = 'CONTINUE') => {
  const hookId = await lab.paused();
  const { serviceDeploymentArn } = await lab.deployment();
  await lab.call('ecs', 'ContinueServiceDeployment', { serviceDeploymentArn, hookId, action });
};
const stop = async () =>
  lab.call('ecs', 'StopServiceDeployment', { serviceDeploymentArn: (await lab.deployment()).serviceDeploymentArn });
const weightIs = (percent: number) =>
  lab.until((d) => d.targetServiceRevision?.requestedProductionTrafficWeight === percent);

/** A service with a deployment of another task definition under way. Answers with the service as it was. */
async function deploying(configuration: DeploymentConfiguration, options: Parameters<typeof startLab>[0] = {}) {
  lab = await startLab(options);
  const before = await lab.service();
  await lab.update({ taskDefinition: await lab.taskDefinition('good'), deploymentConfiguration: configuration });
  return before;
}

/** What a client sees at the pause that waits now: the stage, both revisions' weights, and what is on the two rules. */
async function seenAtPause() {
  await lab.paused();
  const { lifecycleStage, targetServiceRevision: target, sourceServiceRevisions: sources } = await lab.deployment();
  return [
    lifecycleStage,
    target?.requestedProductionTrafficWeight,
    sources?.[0]?.requestedProductionTrafficWeight,
    target?.requestedTestTrafficWeight,
    lab.elb.weights(lab.production),
    lab.elb.weights(lab.test),
  ];
}

/** Everything is where it was before the deployment, and only the old revision's tasks run. */
async function expectBack(taskDefinition: string | undefined): Promise<void> {
  expect(lab.elb.weights(lab.production)).toEqual({ blue: 100, green: 0 });
  expect(lab.elb.weights(lab.test)).toEqual({ blue: 100, green: 0 });
  await lab.ecs.idle();
  expect(lab.elb.targets(lab.green)).toEqual([]);
  expect(await lab.describe()).toMatchObject({ taskDefinition, runningCount: 2 });
}

describe('a canary deployment', () => {
  test('shifts its percentage, then the rest; the pause before a shift comes at each of them with a hook of its own', async () => {
    await deploying({ ...canary(10, 0), bakeTimeInMinutes: 1, ...pauses(PRE, POST) });
    const seen: unknown[] = [];
    for (let pause = 0; pause < 3; pause++) {
      seen.push(await seenAtPause());
      await answer();
    }
    const all = { green: 100, blue: 0 };
    expect(seen).toEqual([
      [PRE, 0, 100, 100, { blue: 100, green: 0 }, all],
      [PRE, 10, 90, 100, { green: 10, blue: 90 }, all],
      [POST, 100, 0, 100, all, all],
    ]);
    const done = await lab.until(ended);
    expect(done).toMatchObject({
      status: 'SUCCESSFUL',
      targetServiceRevision: { requestedProductionTrafficWeight: 100 },
      deploymentConfiguration: {
        strategy: 'CANARY',
        canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 0 },
      },
    });
    const hooks = done.lifecycleHookDetails ?? [];
    expect(hooks.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    expect(new Set(hooks.map(({ hookId }) => hookId)).size).toBe(3);
    expect(await lab.stages()).toEqual([
      ...['PRE_SCALE_UP', 'SCALE_UP', 'POST_SCALE_UP', 'TEST_TRAFFIC_SHIFT', 'POST_TEST_TRAFFIC_SHIFT'],
      ...[PRE, SHIFT, PRE, SHIFT],
      ...[POST, 'BAKE_TIME', 'CLEAN_UP'],
    ]);
    expect(lab.elb.targets(lab.blue)).toEqual([]);
  });

  test('has all its tasks before any traffic, and shares of a tenth of a percent', async () => {
    await deploying({ ...canary(0.1, 0), ...pauses('POST_SCALE_UP', PRE) });
    await lab.paused();
    expect(await lab.deployment()).toMatchObject({
      lifecycleStage: 'POST_SCALE_UP',
      targetServiceRevision: { requestedTaskCount: 2, runningTaskCount: 2, requestedProductionTrafficWeight: 0 },
    });
    await answer();
    await answer();
    await weightIs(0.1);
    expect(lab.elb.weights(lab.production)).toEqual({ green: 1, blue: 999 });
    await answer();
    expect((await lab.until(ended)).status).toBe('SUCCESSFUL');
  });

  test('bakes in the shift, before the next pause', async () => {
    await deploying({ ...canary(10, FOREVER), ...pauses(PRE) });
    await answer();
    const baking = await weightIs(10);
    expect(baking).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: SHIFT });
    expect(baking.lifecycleHookDetails?.map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });

  test('goes on by itself when its bake is over', async () => {
    await deploying(canary(10, 5));
    await weightIs(10);
    expect((await weightIs(100)).status).toMatch(/^(IN_PROGRESS|SUCCESSFUL)$/);
    expect((await lab.until(ended)).status).toBe('SUCCESSFUL');
  });

  test('on a platform whose bake comes after the pause, pauses at once and waits when it is continued', async () => {
    await deploying({ ...canary(10, FOREVER), ...pauses(PRE) }, { stepBake: 'after-pause' });
    await answer();
    await weightIs(10);
    await answer();
    const baking = await lab.until((d) => d.lifecycleStage === SHIFT);
    expect(baking.lifecycleHookDetails?.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(baking.targetServiceRevision?.requestedProductionTrafficWeight).toBe(10);
    expect(lab.elb.weights(lab.production)).toEqual({ green: 10, blue: 90 });
  });

  test('that is a service’s first points the rules at its group at once', async () => {
    lab = await startLab();
    await lab.service({ deploymentConfiguration: { ...canary(10, FOREVER), ...pauses(PRE) } });
    expect(await lab.deployment()).toMatchObject({ status: 'SUCCESSFUL', lifecycleHookDetails: [] });
    expect(lab.elb.weights(lab.production)).toEqual({ blue: 100, green: 0 });
  });

  test('that another overtakes gives its share of the traffic back first', async () => {
    const before = await deploying({ ...canary(10, FOREVER) });
    await weightIs(10);
    await lab.update({ forceNewDeployment: true, deploymentConfiguration: pauses('RECONCILE_SERVICE') });
    await lab.paused();
    expect(lab.elb.weights(lab.production)).toEqual({ blue: 100, green: 0 });
    await stop();
    expect((await lab.until(ended)).status).toBe('ROLLBACK_SUCCESSFUL');
    await expectBack(before.taskDefinition);
  });
});

describe('a linear deployment', () => {
  test('shifts equal steps, the last one smaller, with a pause before each', async () => {
    await deploying({ ...linear(40, 0), ...pauses(PRE, POST) });
    const seen: unknown[] = [];
    for (let pause = 0; pause < 4; pause++) {
      const [stage, percent, rest, , weights] = await seenAtPause();
      seen.push([stage, percent, rest, weights]);
      await answer();
    }
    expect(seen).toEqual([
      [PRE, 0, 100, { blue: 100, green: 0 }],
      [PRE, 40, 60, { green: 40, blue: 60 }],
      [PRE, 80, 20, { green: 80, blue: 20 }],
      [POST, 100, 0, { green: 100, blue: 0 }],
    ]);
    const done = await lab.until(ended);
    expect(done.status).toBe('SUCCESSFUL');
    expect(new Set(done.lifecycleHookDetails?.map(({ hookId }) => hookId)).size).toBe(4);
    expect((await lab.stages()).filter((stage) => stage.includes('PRODUCTION'))).toEqual([
      ...[PRE, SHIFT, PRE, SHIFT, PRE, SHIFT],
      POST,
    ]);
  });

  test('does not bake a step that has reached 100 %', async () => {
    await deploying(linear(100, FOREVER));
    expect((await lab.until(ended)).status).toBe('SUCCESSFUL');
  });

  test('bakes every other step', async () => {
    await deploying(linear(60, FOREVER));
    expect(await weightIs(60)).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: SHIFT });
  });
});

describe('back to the old revision', () => {
  test.each([
    ['before the canary has traffic', canary(10, 0), 0],
    ['before the rest is shifted', canary(10, 0), 1],
    ['after all is shifted', canary(10, 0), 2],
    ['at a step of a linear deployment', linear(40, 0), 2],
  ])('a ROLLBACK %s', async (_when, configuration, continued) => {
    const before = await deploying({ ...configuration, ...pauses(PRE, POST) });
    for (let pause = 0; pause < continued; pause++) {
      await answer();
    }
    await answer('ROLLBACK');
    const done = await lab.until(ended);
    expect(done).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      targetServiceRevision: { requestedProductionTrafficWeight: 0, requestedTestTrafficWeight: 0 },
      rollback: { serviceRevisionArn: before.currentServiceRevisions?.[0]?.arn },
    });
    await expectBack(before.taskDefinition);
  });

  test('a pause that nobody answers, with the canary at its share', async () => {
    const once = { timeoutConfiguration: { timeoutInMinutes: 40, action: 'ROLLBACK' as const } };
    const before = await deploying({
      ...canary(10, 0),
      lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: [PRE], ...once }],
    });
    await answer();
    expect(await lab.until(ended)).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      lifecycleHookDetails: [{ status: 'SUCCEEDED' }, { status: 'TIMED_OUT' }],
    });
    await expectBack(before.taskDefinition);
  }, 30_000);

  test('StopServiceDeployment while the canary bakes', async () => {
    const before = await deploying(canary(10, FOREVER));
    await weightIs(10);
    await stop();
    expect((await lab.until(ended)).status).toBe('ROLLBACK_SUCCESSFUL');
    expect((await lab.stages()).slice(-3)).toEqual([SHIFT, 'TEST_TRAFFIC_SHIFT', 'CLEAN_UP']);
    await expectBack(before.taskDefinition);
  });

  test('a stop while a rule is being changed moves nothing more', async () => {
    lab = await startLab();
    const before = await lab.service();
    lab.elb.ruleMs = 1500;
    await lab.update({ taskDefinition: await lab.taskDefinition('good'), deploymentConfiguration: canary(10, 0) });
    await lab.until((d) => d.lifecycleStage === 'TEST_TRAFFIC_SHIFT');
    await stop();
    lab.elb.ruleMs = 0;
    expect((await lab.until(ended)).status).toBe('ROLLBACK_SUCCESSFUL');
    expect(await lab.stages()).not.toContain(SHIFT);
    await expectBack(before.taskDefinition);
  });

  test('a shift that moved one of two load balancers and failed at the other', async () => {
    lab = await startLab();
    const pair = ['red', 'yellow'].map((name) => lab.elb.group(name));
    const second = lab.elb.rule('second', { [pair[0] ?? '']: 1, [pair[1] ?? '']: 0 });
    const [first] = (await lab.service()).loadBalancers ?? [];
    const other = { ...first?.advancedConfiguration, alternateTargetGroupArn: pair[1], productionListenerRule: second };
    const { testListenerRule: _, ...advancedConfiguration } = other;
    const both = [first ?? {}, { ...first, targetGroupArn: pair[0], advancedConfiguration }];
    await lab.update({ loadBalancers: both });
    const before = await lab.until((d) => d.status === 'SUCCESSFUL').then(() => lab.describe());
    expect(lab.elb.weights(lab.production)).toEqual({ green: 100, blue: 0 });
    await lab.update({
      taskDefinition: await lab.taskDefinition('good'),
      deploymentConfiguration: { ...canary(10, 0), ...pauses(PRE) },
    });
    await lab.paused();
    lab.elb.failOnce.add(second);
    const live = lab.elb.weights(second);
    await answer();
    expect(await lab.until(ended)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
    expect(lab.elb.weights(lab.production)).toEqual({ green: 100, blue: 0 });
    expect(lab.elb.weights(second)).toEqual(live);
    expect((await lab.describe()).taskDefinition).toBe(before.taskDefinition);
  });

  test('a deployment alarm that fires while the canary bakes', async () => {
    lab = await startLab();
    await lab.alarm('errors', 'OK');
    const before = await lab.service();
    await lab.update({
      taskDefinition: await lab.taskDefinition('good'),
      deploymentConfiguration: {
        ...canary(10, FOREVER),
        alarms: { alarmNames: ['errors'], enable: true, rollback: true },
      },
    });
    await weightIs(10);
    await lab.alarm('errors', 'ALARM');
    expect(await lab.until(ended)).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'Service deployment rolled back because an alarm was detected.',
      alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['errors'] },
    });
    await expectBack(before.taskDefinition);
  });

  test('the circuit breaker, when canary tasks that were healthy keep failing', async () => {
    lab = await startLab();
    const before = await lab.service({ desiredCount: 1 });
    await lab.update({
      taskDefinition: await lab.taskDefinition('first'),
      deploymentConfiguration: { ...canary(10, FOREVER), deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    await weightIs(10);
    const [target] = lab.elb.targets(lab.green);
    await fetch(`http://${target?.host}:${target?.port}/die`).catch(() => {});
    const done = await lab.until(ended);
    expect(done).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
      deploymentCircuitBreaker: { status: 'TRIGGERED' },
    });
    expect(lab.elb.weights(lab.production)).toEqual({ blue: 100, green: 0 });
    await lab.ecs.idle();
    expect(await lab.describe()).toMatchObject({ taskDefinition: before.taskDefinition, runningCount: 1 });
    const said = ((await lab.describe()).events ?? []).map(({ message }) => message ?? '');
    expect(said.some((message) => message.endsWith('deployment failed: tasks failed to start.'))).toBe(true);
  });
});

describe('the configuration of a service', () => {
  const configured = async () => (await lab.describe()).deploymentConfiguration ?? {};
  const update = (deploymentConfiguration: DeploymentConfiguration) => lab.update({ deploymentConfiguration });

  test('is filled in with AWS’s defaults, kept by updates that do not name it, and gone with its strategy', async () => {
    lab = await startLab();
    await lab.service();
    await update({ strategy: 'CANARY' });
    expect(await configured()).toMatchObject({
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 10 },
    });
    await update({ canaryConfiguration: { canaryPercent: 20 } });
    await update({ bakeTimeInMinutes: 3 });
    expect(await configured()).toMatchObject({
      bakeTimeInMinutes: 3,
      canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 10 },
    });
    await update({ strategy: 'LINEAR' });
    expect(await configured()).toMatchObject({
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent: 10, stepBakeTimeInMinutes: 6 },
    });
    expect(await configured()).not.toHaveProperty('canaryConfiguration');
    // None of these starts a deployment.
    const { currentServiceDeployment } = await lab.describe();
    await update({ strategy: 'BLUE_GREEN' });
    expect(await configured()).not.toHaveProperty('linearConfiguration');
    expect((await lab.describe()).currentServiceDeployment).toBe(currentServiceDeployment);
  });

  test('of a service that comes from ROLLING puts the new revision in the other group', async () => {
    lab = await startLab();
    await lab.service({ deploymentConfiguration: { strategy: 'ROLLING' } });
    await lab.update({
      taskDefinition: await lab.taskDefinition('good'),
      deploymentConfiguration: canary(10, FOREVER),
    });
    await weightIs(10);
    await eventually(() => lab.elb.targets(lab.green).length === 2 || undefined);
    expect(lab.elb.weights(lab.production)).toEqual({ green: 10, blue: 90 });
  });
});
