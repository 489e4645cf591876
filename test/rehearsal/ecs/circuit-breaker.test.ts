/** The deployment circuit breaker over real processes that crash or fail their health checks. */
import type { DeploymentCircuitBreaker, ServiceDeployment } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually, type Lab, pauses, startLab } from './lab.ts';

let lab: Lab;

beforeEach(async () => {
  lab = await startLab();
});

afterEach(async () => {
  await lab.stop();
});

function rolling(breaker: Partial<DeploymentCircuitBreaker>, more: object = {}) {
  return {
    deploymentConfiguration: {
      strategy: 'ROLLING' as const,
      deploymentCircuitBreaker: { enable: true, rollback: true, ...breaker },
      ...more,
    },
  };
}

const messages = async () => ((await lab.describe()).events ?? []).map(({ message }) => message ?? '');
const ended = (d: ServiceDeployment) => d.finishedAt !== undefined;

describe('circuit breaker', () => {
  test('rolls back to the last completed deployment at the third crash, in AWS’s words', async () => {
    const before = await lab.service({ ...rolling({}), desiredCount: 1 });
    expect((await lab.deployment()).deploymentCircuitBreaker).toEqual({
      status: 'MONITORING_COMPLETE',
      failureCount: 0,
      threshold: 3,
    });
    await lab.update({ taskDefinition: await lab.taskDefinition('crash') });
    const bad = (await lab.describe()).deployments?.[0]?.id;
    const done = await lab.until(ended);
    expect(done).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
      deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
      rollback: {
        reason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
        serviceRevisionArn: before.currentServiceRevisions?.[0]?.arn,
      },
    });
    expect(done).not.toHaveProperty('stoppedAt');
    await lab.ecs.idle();
    const after = await lab.describe();
    expect(after).toMatchObject({ taskDefinition: before.taskDefinition, runningCount: 1 });
    expect(after.deployments?.map((d) => [d.id, d.rolloutState])).toEqual([[before.deployments?.[0]?.id, 'COMPLETED']]);
    const said = (await messages()).reverse();
    const failed = said.indexOf(`(service web) (deployment ${bad}) deployment failed: tasks failed to start.`);
    expect(failed).toBeGreaterThan(0);
    expect(said[failed + 1]).toBe(`(service web) rolling back to deployment ${before.deployments?.[0]?.id}.`);
    // Three tasks were started for it, and none after it had failed.
    expect((await lab.tasks('STOPPED')).filter((task) => task.startedBy === bad)).toHaveLength(3);
  });

  test('counts tasks that fail their health checks; meanwhile both deployments say what goes on', async () => {
    const before = await lab.service({ ...rolling({}), desiredCount: 1 });
    // The last of them drains for so long that the rollback can be looked at.
    lab.elb.drainMs = 1000;
    await lab.update({ taskDefinition: await lab.taskDefinition('sick') });
    await lab.until((d) => d.status === 'ROLLBACK_IN_PROGRESS', 20_000);
    const during = await lab.describe();
    const old = before.deployments?.[0]?.id;
    expect(during.deployments?.map((d) => [d.status, d.rolloutState, d.rolloutStateReason])).toEqual([
      ['PRIMARY', 'IN_PROGRESS', `ECS deployment circuit breaker: rolling back to deploymentId ${old}.`],
      ['ACTIVE', 'FAILED', 'ECS deployment circuit breaker: tasks failed to start.'],
    ]);
    await lab.until((d) => d.status === 'ROLLBACK_SUCCESSFUL');
  });

  test('without rollback the deployment stops where it is: the old tasks stay, no new one is started', async () => {
    const before = await lab.service({ ...rolling({ rollback: false }), desiredCount: 1 });
    await lab.update({ taskDefinition: await lab.taskDefinition('crash') });
    const bad = (await lab.describe()).deployments?.[0]?.id;
    const done = await lab.until(ended);
    expect(done).toMatchObject({
      status: 'STOPPED',
      statusReason: 'Service deployment stopped because the circuit breaker threshold was exceeded.',
      stoppedAt: expect.any(Date),
      deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3 },
    });
    expect(done).not.toHaveProperty('rollback');
    // The scheduler would have tried again after 5 s, which are 8 ms here.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await lab.tasks('STOPPED')).filter((task) => task.startedBy === bad)).toHaveLength(3);
    expect((await lab.describe()).deployments?.map((d) => [d.id, d.status, d.rolloutState, d.runningCount])).toEqual([
      [bad, 'PRIMARY', 'FAILED', 0],
      [before.deployments?.[0]?.id, 'ACTIVE', 'COMPLETED', 1],
    ]);
    const last = await lab.taskDefinition('good');
    await lab.update({ taskDefinition: last });
    await lab.until((d) => d.status === 'SUCCESSFUL');
    await lab.ecs.idle();
    expect(await lab.describe()).toMatchObject({ taskDefinition: last, runningCount: 1 });
  });

  test('a first deployment has nothing to go back to and is stalled', async () => {
    await lab.call('ecs', 'CreateService', {
      cluster: 'lab',
      serviceName: 'web',
      taskDefinition: await lab.taskDefinition('missing'),
      desiredCount: 1,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
      ...rolling({}),
    });
    const done = await lab.until(ended);
    expect(done).toMatchObject({
      status: 'ROLLBACK_FAILED',
      statusReason: expect.stringContaining('No rollback candidate was found to run the rollback.'),
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await lab.tasks('STOPPED')).toHaveLength(3);
    expect((await lab.describe()).deployments).toMatchObject([{ rolloutState: 'FAILED', runningCount: 0 }]);
  });

  test.each([
    ['in a row: a healthy task begins the count anew', true, 'SUCCESSFUL', { status: 'MONITORING_COMPLETE' }],
    ['in all', false, 'ROLLBACK_SUCCESSFUL', { status: 'TRIGGERED', failureCount: 3, threshold: 3 }],
  ] as const)('counts failures %s', async (_how, resetOnHealthyTask, status, breaker) => {
    const thresholdConfiguration = { type: 'COUNT', value: 3 } as const;
    // One new task at a time: two crash, one is good, two crash, one is good.
    const oneByOne = { minimumHealthyPercent: 50, maximumPercent: 100 };
    await lab.service(rolling({ resetOnHealthyTask, thresholdConfiguration }, oneByOne));
    await lab.update({ taskDefinition: await lab.taskDefinition('third') });
    const done = await lab.until(ended);
    expect(done).toMatchObject({ status, deploymentCircuitBreaker: breaker });
  });

  test('one task that stays healthy does not hide another that never gets there', async () => {
    await lab.service(rolling({}));
    await lab.update({ taskDefinition: await lab.taskDefinition('first') });
    const done = await lab.until(ended);
    expect(done).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL', deploymentCircuitBreaker: { status: 'TRIGGERED' } });
  });

  test.each([
    ['is a failure when it fails its health checks later on', '/sicken', 'ROLLBACK_SUCCESSFUL'],
    ['is none when it ends by itself later on', '/die', 'SUCCESSFUL'],
  ])('a task that was healthy %s', async (_what, request, status) => {
    await lab.service({ ...rolling({ thresholdConfiguration: { type: 'COUNT', value: 1 } }), desiredCount: 1 });
    await lab.update({ forceNewDeployment: true, deploymentConfiguration: pauses('POST_SCALE_UP') });
    const hookId = await lab.paused();
    const { serviceDeploymentArn } = await lab.deployment();
    const [target] = lab.elb.targets(lab.blue).filter(({ state }) => state === 'healthy');
    await fetch(`http://${target?.host}:${target?.port}${request}`).catch(() => {});
    await eventually(async () => {
      const gone = (await lab.tasks('STOPPED')).filter(({ lastStatus }) => lastStatus === 'STOPPED');
      return gone.length >= 2 ? gone : undefined;
    });
    await lab
      .call('ecs', 'ContinueServiceDeployment', { serviceDeploymentArn, hookId })
      .catch((error) => expect(error).toMatchObject({ code: 'InvalidParameterException' }));
    expect((await lab.until(ended)).status).toBe(status);
  });

  test('the threshold follows the desired count of the moment', async () => {
    const thresholdConfiguration = { type: 'UNBOUNDED_PERCENT', value: 500 } as const;
    await lab.service({ ...rolling({ thresholdConfiguration }), desiredCount: 2 });
    await lab.update({ taskDefinition: await lab.taskDefinition('crash') });
    const running = await lab.until((d) => (d.deploymentCircuitBreaker?.failureCount ?? 0) >= 3);
    expect(running).toMatchObject({ status: 'IN_PROGRESS', deploymentCircuitBreaker: { threshold: 10 } });
    await lab.update({ desiredCount: 1 });
    const done = await lab.until(ended);
    expect(done.deploymentCircuitBreaker).toMatchObject({ status: 'TRIGGERED', threshold: 5 });
  });

  test('tasks that somebody stops are no failures', async () => {
    await lab.stop();
    lab = await startLab({ startDelayMs: 120_000 });
    await lab.service({ ...rolling({ thresholdConfiguration: { type: 'COUNT', value: 1 } }), desiredCount: 1 });
    await lab.update({ forceNewDeployment: true });
    const primary = (await lab.describe()).deployments?.[0]?.id;
    const starting = await eventually(async () => (await lab.tasks()).find((task) => task.startedBy === primary));
    await lab.call('ecs', 'StopTask', { cluster: 'lab', task: starting.taskArn });
    const done = await lab.until(ended);
    expect(done).toMatchObject({ status: 'SUCCESSFUL', deploymentCircuitBreaker: { failureCount: 0 } });
  });

  describe('with BLUE_GREEN', () => {
    test('rolls a blue-green deployment of a crashing image back, in AWS’s words', async () => {
      const before = await lab.service({ desiredCount: 1 });
      await lab.update({
        taskDefinition: await lab.taskDefinition('crash'),
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      });
      const done = await lab.until(ended);
      expect(done).toMatchObject({
        status: 'ROLLBACK_SUCCESSFUL',
        statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
        deploymentConfiguration: { strategy: 'BLUE_GREEN' },
        deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
        rollback: {
          reason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
          serviceRevisionArn: before.currentServiceRevisions?.[0]?.arn,
        },
      });
      await lab.ecs.idle();
      const after = await lab.describe();
      expect(after).toMatchObject({ taskDefinition: before.taskDefinition, runningCount: 1 });
      expect(after.deployments).toHaveLength(1);
      expect(lab.elb.weights(lab.production)).toEqual({ blue: 100, green: 0 });
    });

    test('also when green fails its health checks while the deployment pauses, and takes the traffic back', async () => {
      await lab.service({ desiredCount: 1 });
      const deploymentCircuitBreaker = {
        enable: true,
        rollback: true,
        thresholdConfiguration: { type: 'COUNT', value: 1 },
      } as const;
      await lab.update({
        forceNewDeployment: true,
        deploymentConfiguration: { deploymentCircuitBreaker, ...pauses('POST_PRODUCTION_TRAFFIC_SHIFT') },
      });
      await lab.paused();
      expect(lab.elb.weights(lab.production)).toEqual({ green: 100, blue: 0 });
      const [target] = lab.elb.targets(lab.green);
      await fetch(`http://${target?.host}:${target?.port}/sicken`);
      const done = await lab.until(ended);
      expect(done).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL', deploymentCircuitBreaker: { status: 'TRIGGERED' } });
      expect(done.lifecycleHookDetails?.map(({ status }) => status)).not.toContain('AWAITING_ACTION');
      expect(lab.elb.weights(lab.production)).toEqual({ blue: 100, green: 0 });
    });

    test('no task that fails after the bake time undoes it', async () => {
      await lab.service({ desiredCount: 1 });
      lab.elb.drainMs = 2000;
      const deploymentCircuitBreaker = {
        enable: true,
        rollback: true,
        thresholdConfiguration: { type: 'COUNT', value: 1 },
      } as const;
      await lab.update({ forceNewDeployment: true, deploymentConfiguration: { deploymentCircuitBreaker } });
      await lab.until((d) => d.lifecycleStage === 'CLEAN_UP');
      const [target] = lab.elb.targets(lab.green);
      await fetch(`http://${target?.host}:${target?.port}/sicken`);
      const done = await lab.until(ended);
      expect(done).toMatchObject({
        status: 'SUCCESSFUL',
        deploymentCircuitBreaker: { status: 'MONITORING_COMPLETE', failureCount: 0 },
      });
    });

    test('without rollback a blue-green deployment stops where it is: blue serves, green starts no more tasks', async () => {
      await lab.service({ desiredCount: 1 });
      await lab.update({
        taskDefinition: await lab.taskDefinition('crash'),
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
      });
      const bad = (await lab.describe()).deployments?.[0]?.id;
      const done = await lab.until(ended);
      expect(done).toMatchObject({
        status: 'STOPPED',
        statusReason: 'Service deployment stopped because the circuit breaker threshold was exceeded.',
      });
      // The scheduler would have tried again after 5 s, which are 8 ms here.
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect((await lab.tasks('STOPPED')).filter((task) => task.startedBy === bad)).toHaveLength(3);
      expect(lab.elb.weights(lab.production)).toEqual({ blue: 100, green: 0 });
      const last = await lab.taskDefinition('good');
      await lab.update({ taskDefinition: last });
      await lab.until((d) => d.status === 'SUCCESSFUL');
      await lab.ecs.idle();
      expect(await lab.describe()).toMatchObject({ taskDefinition: last, runningCount: 1 });
    });

    test('a first deployment has nothing to go back to, as AWS says too', async () => {
      await lab.call('ecs', 'CreateService', {
        cluster: 'lab',
        serviceName: 'web',
        taskDefinition: await lab.taskDefinition('missing'),
        desiredCount: 1,
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
        deploymentConfiguration: {
          strategy: 'BLUE_GREEN',
          bakeTimeInMinutes: 0,
          deploymentCircuitBreaker: { enable: true, rollback: true },
        },
      });
      const done = await lab.until(ended);
      expect(done).toMatchObject({
        status: 'ROLLBACK_FAILED',
        statusReason: expect.stringContaining('No rollback candidate was found to run the rollback.'),
      });
    });
  });
});
