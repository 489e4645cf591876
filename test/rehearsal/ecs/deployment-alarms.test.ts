/** Deployment alarms: real CloudWatch alarms, read through DescribeAlarms while real tasks are replaced. */
import type { DeploymentAlarms, ServiceDeployment } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Lab, pauses, startLab } from './lab.ts';

let lab: Lab;

beforeEach(async () => {
  lab = await startLab({ speed: 60 });
  await lab.alarm('errors', 'OK');
  await lab.alarm('latency', 'OK');
});

afterEach(async () => {
  await lab.stop();
});

const alarms = (change: Partial<DeploymentAlarms> = {}) => ({
  alarms: { alarmNames: ['errors', 'latency'], enable: true, rollback: true, ...change },
});
const ROLLING = { deploymentConfiguration: { strategy: 'ROLLING' } } as const;
const ended = (d: ServiceDeployment) => d.finishedAt !== undefined;
const at = (stage: string) => lab.until((d) => d.lifecycleStage === stage);
const proceed = async () => {
  const hookId = await lab.paused();
  const { serviceDeploymentArn } = await lab.deployment();
  await lab.call('ecs', 'ContinueServiceDeployment', { serviceDeploymentArn, hookId });
};
/** Longer than ECS takes to look at the alarms twice. */
const afterTwoLooks = () => new Promise((resolve) => setTimeout(resolve, 700));

describe('deployment alarms of a rolling update', () => {
  test('one that fires rolls back; the others are not named', async () => {
    const before = await lab.service(ROLLING);
    await lab.update({
      taskDefinition: await lab.taskDefinition('good'),
      deploymentConfiguration: { ...alarms(), ...pauses('POST_SCALE_UP') },
    });
    await lab.paused();
    expect((await lab.deployment()).alarms).toEqual({
      status: 'MONITORING',
      alarmNames: ['errors', 'latency'],
      triggeredAlarmNames: [],
    });
    await lab.alarm('errors', 'ALARM');
    const done = await lab.until(ended);
    expect(done).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'Service deployment rolled back because an alarm was detected.',
      alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['errors'] },
      rollback: { serviceRevisionArn: before.currentServiceRevisions?.[0]?.arn },
    });
    expect(done.lifecycleHookDetails?.map(({ status }) => status)).toEqual(['FAILED']);
    const said = ((await lab.describe()).events ?? []).map(({ message }) => message ?? '');
    expect(said.some((message) => message.endsWith('deployment failed: alarm detected.'))).toBe(true);
    expect((await lab.describe()).taskDefinition).toBe(before.taskDefinition);
  });

  test('are watched after the last old task is gone, for as long as they need; then the deployment is complete', async () => {
    await lab.service(ROLLING);
    const begun = performance.now();
    await lab.update({ forceNewDeployment: true, deploymentConfiguration: alarms() });
    await at('BAKE_TIME');
    const during = await lab.describe();
    expect(during.deployments?.map((d) => [d.status, d.rolloutState, d.runningCount])).toEqual([
      ['PRIMARY', 'IN_PROGRESS', 2],
    ]);
    const done = await lab.until(ended);
    expect(done).toMatchObject({ status: 'SUCCESSFUL', alarms: { status: 'MONITORING_COMPLETE' } });
    // Five periods of a minute at speed 60 are 5 s: no less, and no five minutes.
    expect(performance.now() - begun).toBeGreaterThanOrEqual(4990);
    expect((await lab.describe()).deployments?.[0]?.rolloutState).toBe('COMPLETED');
  });

  test('one that fires in that time brings the old revision back, started again', async () => {
    const before = await lab.service(ROLLING);
    await lab.update({ taskDefinition: await lab.taskDefinition('good'), deploymentConfiguration: alarms() });
    await at('BAKE_TIME');
    await lab.alarm('latency', 'ALARM');
    const done = await lab.until(ended);
    expect(done).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL', alarms: { triggeredAlarmNames: ['latency'] } });
    await lab.ecs.idle();
    expect(await lab.describe()).toMatchObject({ taskDefinition: before.taskDefinition, runningCount: 2 });
  });

  test('one that fires before a task of the new revision runs is not seen', async () => {
    await lab.service(ROLLING);
    await lab.update({
      forceNewDeployment: true,
      deploymentConfiguration: { ...alarms({ alarmNames: ['errors'] }), ...pauses('PRE_SCALE_UP') },
    });
    await lab.paused();
    await lab.alarm('errors', 'ALARM');
    await afterTwoLooks();
    expect(await lab.deployment()).toMatchObject({ status: 'IN_PROGRESS', alarms: { status: 'MONITORING' } });
    await lab.alarm('errors', 'OK');
    await proceed();
    expect((await lab.until(ended)).status).toBe('SUCCESSFUL');
  });

  test('without rollback the deployment stops where it is', async () => {
    await lab.service(ROLLING);
    const next = await lab.taskDefinition('good');
    await lab.update({ taskDefinition: next, deploymentConfiguration: alarms({ rollback: false }) });
    await at('BAKE_TIME');
    await lab.alarm('errors', 'ALARM');
    const done = await lab.until(ended);
    expect(done).toMatchObject({
      status: 'STOPPED',
      statusReason: 'Service deployment stopped because an alarm was detected.',
      stoppedAt: expect.any(Date),
      alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['errors'] },
    });
    expect(await lab.describe()).toMatchObject({
      taskDefinition: next,
      runningCount: 2,
      deployments: [{ rolloutState: 'FAILED', rolloutStateReason: expect.stringContaining('alarm detected') }],
    });
  });

  test('that nobody made never fire', async () => {
    await lab.service(ROLLING);
    await lab.update({ forceNewDeployment: true, deploymentConfiguration: alarms({ alarmNames: ['nobody'] }) });
    expect(await lab.until(ended)).toMatchObject({
      status: 'SUCCESSFUL',
      alarms: { status: 'MONITORING_COMPLETE', alarmNames: ['nobody'] },
    });
  });
});

describe('deployment alarms of a blue-green deployment', () => {
  test('one in ALARM at the start switches all of them off for the whole deployment', async () => {
    await lab.service();
    await lab.alarm('latency', 'ALARM');
    await lab.update({
      forceNewDeployment: true,
      deploymentConfiguration: { ...alarms(), ...pauses('POST_PRODUCTION_TRAFFIC_SHIFT') },
    });
    await lab.paused();
    await lab.alarm('errors', 'ALARM');
    await afterTwoLooks();
    expect(await lab.deployment()).toMatchObject({
      status: 'IN_PROGRESS',
      alarms: { status: 'DISABLED', alarmNames: ['errors', 'latency'], triggeredAlarmNames: [] },
    });
    await proceed();
    expect(await lab.until(ended)).toMatchObject({ status: 'SUCCESSFUL', alarms: { status: 'DISABLED' } });
  });

  test.each([
    ['at a pause before the shift', 'POST_TEST_TRAFFIC_SHIFT', { ...pauses('POST_TEST_TRAFFIC_SHIFT') }],
    ['in the bake time', 'BAKE_TIME', { bakeTimeInMinutes: 60 }],
  ])('one that fires %s sends the traffic back', async (_when, stage, configuration) => {
    const before = await lab.service();
    await lab.update({
      taskDefinition: await lab.taskDefinition('good'),
      deploymentConfiguration: { ...alarms(), ...configuration },
    });
    await at(stage);
    await lab.alarm('errors', 'ALARM');
    const done = await lab.until(ended);
    expect(done).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL', alarms: { triggeredAlarmNames: ['errors'] } });
    expect(lab.elb.weights(lab.production)).toEqual({ blue: 100, green: 0 });
    expect(lab.elb.weights(lab.test)).toEqual({ blue: 100, green: 0 });
    expect((await lab.describe()).taskDefinition).toBe(before.taskDefinition);
  });

  test('one that fires after the bake time changes nothing', async () => {
    await lab.service();
    lab.elb.drainMs = 2000;
    await lab.update({ forceNewDeployment: true, deploymentConfiguration: alarms() });
    await at('CLEAN_UP');
    await lab.alarm('errors', 'ALARM');
    expect(await lab.until(ended)).toMatchObject({ status: 'SUCCESSFUL', alarms: { status: 'MONITORING_COMPLETE' } });
    expect(lab.elb.weights(lab.production)).toEqual({ green: 100, blue: 0 });
  });

  test('without rollback it stops: traffic and both revisions stay as they are', async () => {
    await lab.service();
    await lab.update({
      taskDefinition: await lab.taskDefinition('good'),
      deploymentConfiguration: { ...alarms({ rollback: false }), bakeTimeInMinutes: 60 },
    });
    await at('BAKE_TIME');
    await lab.alarm('errors', 'ALARM');
    expect((await lab.until(ended)).status).toBe('STOPPED');
    expect(lab.elb.weights(lab.production)).toEqual({ green: 100, blue: 0 });
    await lab.ecs.idle();
    expect((await lab.describe()).deployments?.map((d) => d.runningCount)).toEqual([2, 2]);
    // The next deployment starts from the last one that completed.
    await lab.update({
      forceNewDeployment: true,
      deploymentConfiguration: { ...alarms({ enable: false }), bakeTimeInMinutes: 0 },
    });
    expect((await lab.until(ended)).status).toBe('SUCCESSFUL');
    expect((await lab.stages())[0]).toBe('RECONCILE_SERVICE');
    await lab.ecs.idle();
    expect((await lab.describe()).deployments?.map((d) => d.runningCount)).toEqual([2]);
  });

  test('switched off, they are not named', async () => {
    await lab.service();
    await lab.update({ forceNewDeployment: true, deploymentConfiguration: alarms({ enable: false }) });
    expect((await lab.until(ended)).alarms).toEqual({ status: 'DISABLED', alarmNames: [], triggeredAlarmNames: [] });
  });
});
