import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually, type Lab, pauses, shortArn, startLab } from './lab.ts';

let lab: Lab;

beforeEach(async () => {
  lab = await startLab();
});

afterEach(async () => {
  await lab.stop();
});

const answer = (hookId: string, action?: 'CONTINUE' | 'ROLLBACK') =>
  lab
    .deployment()
    .then(({ serviceDeploymentArn }) =>
      lab.call('ecs', 'ContinueServiceDeployment', { serviceDeploymentArn, hookId, ...(action ? { action } : {}) }),
    );
const stop = async () =>
  lab.call('ecs', 'StopServiceDeployment', { serviceDeploymentArn: (await lab.deployment()).serviceDeploymentArn });

describe('blue-green deployment', () => {
  test('the first deployment brings the service up without hooks or bake and points both rules at its group', async () => {
    const service = await lab.service({
      deploymentConfiguration: {
        strategy: 'BLUE_GREEN',
        bakeTimeInMinutes: 600,
        lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }],
      },
    });
    const deployment = await lab.deployment();
    expect(deployment).toMatchObject({ status: 'SUCCESSFUL', sourceServiceRevisions: [], lifecycleHookDetails: [] });
    expect(deployment.targetServiceRevision).toMatchObject({
      requestedTaskCount: 2,
      runningTaskCount: 2,
      pendingTaskCount: 0,
      requestedProductionTrafficWeight: 100,
      requestedTestTrafficWeight: 100,
    });
    expect(service).toMatchObject({ runningCount: 2, pendingCount: 0, status: 'ACTIVE' });
    expect(service.deployments).toHaveLength(1);
    expect(service.deployments?.[0]).not.toHaveProperty('rolloutState');
    expect(service.currentServiceRevisions?.map((revision) => revision.arn)).toEqual([
      deployment.targetServiceRevision?.arn,
    ]);
    expect(lab.elb.weights(lab.production)).toEqual({ blue: 100, green: 0 });
    expect(lab.elb.weights(lab.test)).toEqual({ blue: 100, green: 0 });
  });

  test('stages come in AWS’s order; weights, counts and groups are right at each pause; two deployments swap the groups', async () => {
    const before = await lab.service();
    const baseline = before.currentServiceRevisions?.[0]?.arn;
    await lab.update({
      taskDefinition: await lab.taskDefinition('good'),
      deploymentConfiguration: {
        strategy: 'BLUE_GREEN',
        bakeTimeInMinutes: 2,
        ...pauses(
          'PRE_SCALE_UP',
          'POST_SCALE_UP',
          'POST_TEST_TRAFFIC_SHIFT',
          'PRE_PRODUCTION_TRAFFIC_SHIFT',
          'POST_PRODUCTION_TRAFFIC_SHIFT',
        ),
      },
    });
    const seen: unknown[] = [];
    for (let pause = 0; pause < 5; pause++) {
      const hook = await lab.paused();
      const { lifecycleStage, targetServiceRevision: target, sourceServiceRevisions: sources } = await lab.deployment();
      seen.push([
        lifecycleStage,
        target?.runningTaskCount,
        target?.requestedTestTrafficWeight,
        target?.requestedProductionTrafficWeight,
        sources?.[0]?.requestedProductionTrafficWeight,
        lab.elb.weights(lab.test)['green'],
        lab.elb.weights(lab.production)['green'],
        lab.elb.targets(lab.blue).length,
        lab.elb.targets(lab.green).length,
      ]);
      await answer(hook);
    }
    expect(seen).toEqual([
      ['PRE_SCALE_UP', 0, 0, 0, 100, 0, 0, 2, 0],
      ['POST_SCALE_UP', 2, 0, 0, 100, 0, 0, 2, 2],
      ['POST_TEST_TRAFFIC_SHIFT', 2, 100, 0, 100, 100, 0, 2, 2],
      ['PRE_PRODUCTION_TRAFFIC_SHIFT', 2, 100, 0, 100, 100, 0, 2, 2],
      ['POST_PRODUCTION_TRAFFIC_SHIFT', 2, 100, 100, 0, 100, 100, 2, 2],
    ]);
    const done = await lab.until((d) => d.status === 'SUCCESSFUL');
    expect(await lab.stages()).toEqual([
      'PRE_SCALE_UP',
      'SCALE_UP',
      'POST_SCALE_UP',
      'TEST_TRAFFIC_SHIFT',
      'POST_TEST_TRAFFIC_SHIFT',
      'PRE_PRODUCTION_TRAFFIC_SHIFT',
      'PRODUCTION_TRAFFIC_SHIFT',
      'POST_PRODUCTION_TRAFFIC_SHIFT',
      'BAKE_TIME',
      'CLEAN_UP',
    ]);
    expect(done.lifecycleHookDetails?.map((hook) => hook.status)).toEqual(Array(5).fill('SUCCEEDED'));
    expect(done.sourceServiceRevisions?.map((revision) => revision.arn)).toEqual([baseline]);
    expect(lab.elb.targets(lab.blue)).toEqual([]);
    expect(lab.elb.weights(lab.production)).toEqual({ green: 100, blue: 0 });
    expect(lab.elb.weights(lab.test)).toEqual({ green: 100, blue: 0 });

    await lab.update({ forceNewDeployment: true, deploymentConfiguration: { lifecycleHooks: [] } });
    await lab.until((d) => d.status === 'SUCCESSFUL');
    expect(lab.elb.weights(lab.production)).toEqual({ blue: 100, green: 0 });
    expect(lab.elb.targets(lab.blue)).toHaveLength(2);
    expect(lab.elb.targets(lab.green)).toEqual([]);
    const live = (await lab.describe()).currentServiceRevisions?.[0]?.arn;
    const revisions = await lab.call<{
      serviceRevisions: { resolvedConfiguration: unknown; containerImages: unknown }[];
    }>('ecs', 'DescribeServiceRevisions', { serviceRevisionArns: [live] });
    expect(revisions.serviceRevisions[0]).toMatchObject({
      resolvedConfiguration: { loadBalancers: [{ targetGroupArn: lab.blue, productionListenerRule: lab.production }] },
      containerImages: [
        {
          containerName: 'app',
          image: 'repository/web:good',
          imageDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        },
      ],
    });
  });

  test('the bake time runs on the platform’s clock', async () => {
    await lab.service();
    const started = performance.now();
    await lab.update({ forceNewDeployment: true, deploymentConfiguration: { bakeTimeInMinutes: 20 } });
    await lab.until((d) => d.lifecycleStage === 'BAKE_TIME');
    await lab.until((d) => d.status === 'SUCCESSFUL');
    // 20 min at speed 600 are 2 s: no less, and no 20 min.
    expect(performance.now() - started).toBeGreaterThanOrEqual(1990);
  });

  test('a hook that nobody answers rolls back when it times out', async () => {
    const before = await lab.service();
    await lab.update({
      taskDefinition: await lab.taskDefinition('good'),
      deploymentConfiguration: {
        lifecycleHooks: [
          {
            targetType: 'PAUSE',
            lifecycleStages: ['POST_PRODUCTION_TRAFFIC_SHIFT'],
            timeoutConfiguration: { timeoutInMinutes: 30 },
          },
        ],
      },
    });
    await lab.paused();
    const paused = await lab.deployment();
    const [hook] = paused.lifecycleHookDetails ?? [];
    expect(hook).toMatchObject({ targetType: 'PAUSE', timeoutAction: 'ROLLBACK', status: 'AWAITING_ACTION' });
    expect(hook?.hookId).toMatch(/^ecs-pause-[\w-]{43}$/);
    // 30 min at speed 600 are 3 s.
    const left = (hook?.expiresAt?.getTime() ?? 0) - Date.now();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(3000);
    expect(lab.elb.weights(lab.production)).toEqual({ green: 100, blue: 0 });

    const done = await lab.until((d) => d.status === 'ROLLBACK_SUCCESSFUL');
    expect(done.lifecycleHookDetails?.[0]?.status).toBe('TIMED_OUT');
    expect(done.serviceDeploymentArn).toBe(paused.serviceDeploymentArn);
    expect(done.rollback).toMatchObject({
      reason: expect.stringContaining('timed out at POST_PRODUCTION_TRAFFIC_SHIFT'),
      serviceRevisionArn: before.currentServiceRevisions?.[0]?.arn,
    });
    expect((await lab.stages()).slice(-4)).toEqual([
      'POST_PRODUCTION_TRAFFIC_SHIFT',
      'PRODUCTION_TRAFFIC_SHIFT',
      'TEST_TRAFFIC_SHIFT',
      'CLEAN_UP',
    ]);
    expect(lab.elb.weights(lab.production)).toEqual({ green: 0, blue: 100 });
    expect(lab.elb.weights(lab.test)).toEqual({ green: 0, blue: 100 });
    expect(lab.elb.targets(lab.green)).toEqual([]);
    expect((await lab.describe()).taskDefinition).toBe(before.taskDefinition);
  });

  test('a time-out with the action CONTINUE goes on', async () => {
    await lab.service();
    await lab.update({
      forceNewDeployment: true,
      deploymentConfiguration: {
        lifecycleHooks: [
          {
            targetType: 'PAUSE',
            lifecycleStages: ['PRE_SCALE_UP'],
            timeoutConfiguration: { timeoutInMinutes: 1, action: 'CONTINUE' },
          },
        ],
      },
    });
    const done = await lab.until((d) => d.status === 'SUCCESSFUL');
    expect(done.lifecycleHookDetails?.map((hook) => hook.status)).toEqual(['TIMED_OUT']);
  });

  test('hooks of one stage wait for all; ContinueServiceDeployment with ROLLBACK goes back, and no hook answers twice', async () => {
    await lab.service();
    await lab.update({
      forceNewDeployment: true,
      deploymentConfiguration: pauses('POST_TEST_TRAFFIC_SHIFT', 'POST_TEST_TRAFFIC_SHIFT'),
    });
    const first = await lab.paused();
    const both = await lab.until((d) => d.lifecycleHookDetails?.length === 2);
    await answer(first);
    await expect(answer(first)).rejects.toMatchObject({
      code: 'InvalidParameterException',
      message: expect.stringContaining('SUCCEEDED'),
    });
    await expect(answer('ecs-pause-unknown')).rejects.toMatchObject({ code: 'InvalidParameterException' });
    const second = both.lifecycleHookDetails?.find((hook) => hook.hookId !== first)?.hookId ?? '';
    expect((await lab.deployment()).lifecycleStage).toBe('POST_TEST_TRAFFIC_SHIFT');
    await answer(second, 'ROLLBACK');
    const done = await lab.until((d) => d.status === 'ROLLBACK_SUCCESSFUL');
    expect(done.lifecycleHookDetails?.map((hook) => hook.status).sort()).toEqual(['FAILED', 'SUCCEEDED']);
    expect(await lab.stages()).not.toContain('PRODUCTION_TRAFFIC_SHIFT');
    expect(lab.elb.weights(lab.production)).toEqual({ blue: 100, green: 0 });
    await expect(answer(second)).rejects.toMatchObject({
      code: 'InvalidParameterException',
      message: expect.stringContaining('ROLLBACK_SUCCESSFUL'),
    });
    await expect(
      lab.call('ecs', 'ContinueServiceDeployment', { serviceDeploymentArn: 'arn:none', hookId: second }),
    ).rejects.toMatchObject({ code: 'ServiceDeploymentNotFoundException' });
  });

  test('StopServiceDeployment during the bake sends traffic back first, then ends green; it cannot stop what has ended', async () => {
    await lab.service();
    await lab.update({ forceNewDeployment: true, deploymentConfiguration: { bakeTimeInMinutes: 1000 } });
    await lab.until((d) => d.lifecycleStage === 'BAKE_TIME');
    await stop();
    expect(['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS']).toContain((await lab.deployment()).status);
    // Asked again while it goes back: it just continues.
    await stop();
    await lab.until((d) => d.status === 'ROLLBACK_SUCCESSFUL');
    const order = lab.events.flatMap((event) => {
      if (event.type === 'deployment' || event.type === 'stage') {
        return [event.type === 'stage' ? event.stage : event.status];
      }
      return event.type === 'task' && event.lastStatus === 'DEACTIVATING' ? ['task ends'] : [];
    });
    expect(order.slice(order.indexOf('ROLLBACK_REQUESTED'))).toEqual([
      'ROLLBACK_REQUESTED',
      'ROLLBACK_IN_PROGRESS',
      'PRODUCTION_TRAFFIC_SHIFT',
      'TEST_TRAFFIC_SHIFT',
      'CLEAN_UP',
      'task ends',
      'task ends',
      'ROLLBACK_SUCCESSFUL',
    ]);
    await expect(stop()).rejects.toMatchObject({ code: 'ConflictException' });
    const { serviceDeploymentArn } = await lab.deployment();
    await expect(
      lab.call('ecs', 'StopServiceDeployment', { serviceDeploymentArn, stopType: 'ABORT' }),
    ).rejects.toMatchObject({ code: 'InvalidParameterException' });
  });

  test('a crash-looping green stays in SCALE_UP, slower and slower, until it is stopped', async () => {
    await lab.service();
    await lab.update({ taskDefinition: await lab.taskDefinition('crash') });
    await eventually(async () => ((await lab.describe()).deployments?.[0]?.failedTasks ?? 0) >= 4);
    const service = await lab.describe();
    const running = await lab.deployment();
    expect(running).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'SCALE_UP' });
    expect(service.events?.some(({ message }) => message?.includes('is unable to consistently start tasks'))).toBe(
      true,
    );
    expect(service.deployments?.map((d) => d.status)).toEqual(['PRIMARY', 'ACTIVE']);
    const [failed] = (await lab.tasks('STOPPED')).filter((task) => task.lastStatus === 'STOPPED');
    expect(failed).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ name: 'app', lastStatus: 'STOPPED', exitCode: 3 }],
    });
    await stop();
    await lab.until((d) => d.status === 'ROLLBACK_SUCCESSFUL');
    await lab.ecs.idle();
    const after = await lab.describe();
    expect(after).toMatchObject({ runningCount: 2, desiredCount: 2 });
    expect(after.deployments).toHaveLength(1);
  });

  test('an image that cannot be pulled is said as AWS says it', async () => {
    await lab.service();
    await lab.update({ taskDefinition: await lab.taskDefinition('missing') });
    const task = await eventually(async () =>
      (await lab.tasks('STOPPED')).find((candidate) => candidate.lastStatus === 'STOPPED'),
    );
    expect(task).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(/^CannotPullContainerError: .*repository\/web:missing: not found$/),
      containers: [{ reason: expect.stringMatching(/^CannotPullContainerError/), lastStatus: 'STOPPED' }],
    });
    expect(task.containers?.[0]).not.toHaveProperty('exitCode');
    expect((await lab.deployment()).lifecycleStage).toBe('SCALE_UP');
  });

  test('an update during a deployment supersedes it: the service is reconciled to the last good revision first', async () => {
    const before = await lab.service();
    await lab.update({
      taskDefinition: await lab.taskDefinition('good'),
      deploymentConfiguration: pauses('POST_PRODUCTION_TRAFFIC_SHIFT'),
    });
    await lab.paused();
    const superseded = await lab.deployment();
    const third = await lab.taskDefinition('good');
    await lab.update({ taskDefinition: third, deploymentConfiguration: { lifecycleHooks: [] } });
    const done = await lab.until((d) => d.status === 'SUCCESSFUL');
    expect(await lab.stages()).toEqual(expect.arrayContaining(['RECONCILE_SERVICE']));
    expect((await lab.stages())[0]).toBe('RECONCILE_SERVICE');
    expect(done.sourceServiceRevisions?.map((revision) => revision.arn)).toEqual([
      before.currentServiceRevisions?.[0]?.arn,
      superseded.targetServiceRevision?.arn,
    ]);
    const all = await lab.call<{ serviceDeployments: { status: string; serviceDeploymentArn: string }[] }>(
      'ecs',
      'ListServiceDeployments',
      { cluster: 'lab', service: 'web' },
    );
    expect(all.serviceDeployments.map((d) => d.status)).toEqual(['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL']);
    await lab.ecs.idle();
    const after = await lab.describe();
    expect(after.taskDefinition).toBe(third);
    expect(after).toMatchObject({ runningCount: 2, deployments: [{ status: 'PRIMARY', desiredCount: 2 }] });
    expect(lab.elb.weights(lab.production)).toEqual({ green: 100, blue: 0 });
    expect(lab.elb.targets(lab.blue)).toEqual([]);
  });

  test('stopped in CLEAN_UP, the old revision is started again before it gets the traffic', async () => {
    const before = await lab.service();
    lab.elb.drainMs = 1500;
    await lab.update({ taskDefinition: await lab.taskDefinition('good') });
    await lab.until((d) => d.lifecycleStage === 'CLEAN_UP');
    await stop();
    let healthyWhenShifted: number | undefined;
    const done = await lab.until((d) => {
      if (lab.elb.weights(lab.production)['blue'] === 100) {
        healthyWhenShifted ??= lab.elb.targets(lab.blue).filter((target) => target.state === 'healthy').length;
      }
      return d.status === 'ROLLBACK_SUCCESSFUL';
    });
    expect(healthyWhenShifted).toBeGreaterThanOrEqual(1);
    expect(done.rollback?.serviceRevisionArn).toBe(before.currentServiceRevisions?.[0]?.arn);
    await lab.ecs.idle();
    expect(await lab.describe()).toMatchObject({ taskDefinition: before.taskDefinition, runningCount: 2 });
  });

  test('superseded in CLEAN_UP, the new revision has won and is where the next one starts from', async () => {
    await lab.service();
    lab.elb.drainMs = 800;
    const second = await lab.taskDefinition('good');
    await lab.update({ taskDefinition: second });
    const cleaning = await lab.until((d) => d.lifecycleStage === 'CLEAN_UP');
    await lab.update({ taskDefinition: await lab.taskDefinition('crash') });
    await lab.until((d) => d.lifecycleStage === 'SCALE_UP');
    const overtaken = await lab.call<{ serviceDeployments: { status: string }[] }>(
      'ecs',
      'DescribeServiceDeployments',
      {
        serviceDeploymentArns: [cleaning.serviceDeploymentArn],
      },
    );
    expect(overtaken.serviceDeployments[0]?.status).toBe('SUCCESSFUL');
    // Traffic never left the revision that won.
    expect(lab.elb.weights(lab.production)).toMatchObject({ green: 100, blue: 0 });
    await stop();
    const done = await lab.until((d) => d.status === 'ROLLBACK_SUCCESSFUL');
    expect(done.rollback?.serviceRevisionArn).toBe(cleaning.targetServiceRevision?.arn);
    expect((await lab.describe()).taskDefinition).toBe(second);
    expect(lab.elb.weights(lab.production)).toMatchObject({ green: 100, blue: 0 });
  });

  test('a deployment stopped as soon as it is made still puts right what it superseded', async () => {
    const before = await lab.service();
    await lab.update({
      taskDefinition: await lab.taskDefinition('good'),
      deploymentConfiguration: pauses('POST_PRODUCTION_TRAFFIC_SHIFT'),
    });
    await lab.paused();
    await lab.update({ forceNewDeployment: true, deploymentConfiguration: { lifecycleHooks: [] } });
    await stop();
    await lab.until((d) => d.status === 'ROLLBACK_SUCCESSFUL');
    await lab.ecs.idle();
    expect(lab.elb.weights(lab.production)).toEqual({ blue: 100, green: 0 });
    expect(lab.elb.targets(lab.green)).toEqual([]);
    expect(await lab.describe()).toMatchObject({ taskDefinition: before.taskDefinition, runningCount: 2 });
  });

  test('a warm blue gets the traffic back at once, whatever its health', async () => {
    await lab.service({ healthCheckGracePeriodSeconds: 600 });
    await lab.update({ forceNewDeployment: true, deploymentConfiguration: { bakeTimeInMinutes: 1000 } });
    await lab.until((d) => d.lifecycleStage === 'BAKE_TIME');
    for (const { host, port } of lab.elb.targets(lab.blue)) {
      await fetch(`http://${host}:${port}/sicken`);
    }
    await eventually(() => lab.elb.targets(lab.blue).every((target) => target.state === 'unhealthy') || undefined);
    await stop();
    await eventually(() => lab.elb.weights(lab.production)['blue'] === 100 || undefined, 1000);
  });

  test('rules that do not reach both groups roll the deployment back with AWS’s words', async () => {
    await lab.service();
    const lonely = lab.elb.rule('lonely', { [lab.blue]: 1 });
    const { loadBalancers } = await lab.describe();
    await lab.update({
      loadBalancers: loadBalancers?.map((balancer) => ({
        ...balancer,
        advancedConfiguration: {
          ...balancer.advancedConfiguration,
          productionListenerRule: lonely,
          testListenerRule: lonely,
        },
      })),
    });
    const done = await lab.until((d) => d.status === 'ROLLBACK_SUCCESSFUL');
    expect(done.statusReason).toBe(
      'Service deployment rolled back because of invalid networking configuration. Both targetGroup and alternateTargetGroup must be associated with the productionListenerRule or testListenerRule.',
    );
    expect((await lab.tasks()).length).toBe(2);
  });

  test('a rule that cannot be changed rolls back, and when that fails too the deployment says so', async () => {
    await lab.service();
    await lab.update({ forceNewDeployment: true, deploymentConfiguration: pauses('POST_TEST_TRAFFIC_SHIFT') });
    const hook = await lab.paused();
    lab.elb.failRules = true;
    await answer(hook);
    const failed = await lab.until((d) => d.status === 'ROLLBACK_FAILED');
    expect(failed.statusReason).toContain('The rollback failed');
    expect(lab.elb.weights(lab.production)).toEqual({ blue: 100, green: 0 });
  });

  test('a first deployment that is stopped has nothing to go back to', async () => {
    const taskDefinition = await lab.taskDefinition('crash');
    await lab.call('ecs', 'CreateService', {
      cluster: 'lab',
      serviceName: 'web',
      taskDefinition,
      desiredCount: 1,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
    });
    await stop();
    const failed = await lab.until((d) => d.status === 'ROLLBACK_FAILED');
    expect(failed.statusReason).toContain('No rollback candidate was found');
    expect(failed.stoppedAt).toBeInstanceOf(Date);
    expect(shortArn(failed.serviceArn)).toBe('web');
  });
});
