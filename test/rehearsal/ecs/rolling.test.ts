import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually, type Lab, pauses, startLab } from './lab.ts';

let lab: Lab;

beforeEach(async () => {
  lab = await startLab();
});

afterEach(async () => {
  await lab.stop();
});

const ROLLING = { deploymentConfiguration: { strategy: 'ROLLING' } } as const;
const stop = async () =>
  lab.call('ecs', 'StopServiceDeployment', { serviceDeploymentArn: (await lab.deployment()).serviceDeploymentArn });

/** For every moment of the log: how many tasks were on their way or running, and how many were RUNNING. */
function timeline(): { readonly live: number; readonly running: number }[] {
  const states = new Map<string, string>();
  return lab.events.flatMap((event) => {
    if (event.type !== 'task') {
      return [];
    }
    states.set(event.taskArn, event.lastStatus);
    const all = [...states.values()];
    return [
      {
        live: all.filter((state) => ['PENDING', 'ACTIVATING', 'RUNNING'].includes(state)).length,
        running: all.filter((state) => state === 'RUNNING').length,
      },
    ];
  });
}

describe('rolling update', () => {
  test('at 100/200 new tasks are healthy before old ones are stopped', async () => {
    await lab.service(ROLLING);
    const mark = lab.events.length;
    const next = await lab.taskDefinition('good');
    const answered = await lab.update({ taskDefinition: next });
    expect(answered.deployments?.map((d) => [d.status, d.rolloutState, d.desiredCount])).toEqual([
      ['PRIMARY', 'IN_PROGRESS', expect.any(Number)],
      ['ACTIVE', 'COMPLETED', 2],
    ]);
    const done = await lab.until((d) => d.status === 'SUCCESSFUL');
    expect(await lab.stages()).toEqual(['PRE_SCALE_UP', 'SCALE_UP', 'POST_SCALE_UP']);
    const moments = timeline().slice(lab.events.slice(0, mark).filter((event) => event.type === 'task').length);
    expect(Math.min(...moments.map((moment) => moment.running))).toBe(2);
    expect(Math.max(...moments.map((moment) => moment.live))).toBe(4);
    expect(done.targetServiceRevision).not.toHaveProperty('requestedProductionTrafficWeight');
    await lab.ecs.idle();
    const service = await lab.describe();
    expect(service).toMatchObject({ taskDefinition: next, runningCount: 2 });
    expect(service.deployments?.map((d) => [d.status, d.rolloutState])).toEqual([['PRIMARY', 'COMPLETED']]);
    expect(service.events?.[0]?.message).toBe('(service web) has reached a steady state.');
    // ROLLING never touches the rules and stays in its group.
    expect(lab.elb.weights(lab.production)).toEqual({ blue: 1, green: 0 });
    expect(lab.elb.targets(lab.blue)).toHaveLength(2);
  });

  test('at 50/100 it stops one before it starts one', async () => {
    await lab.service({
      deploymentConfiguration: { strategy: 'ROLLING', minimumHealthyPercent: 50, maximumPercent: 100 },
    });
    const mark = timeline().length;
    await lab.update({ forceNewDeployment: true });
    await lab.until((d) => d.status === 'SUCCESSFUL');
    const moments = timeline().slice(mark);
    expect(Math.max(...moments.map((moment) => moment.live))).toBe(2);
    expect(Math.min(...moments.map((moment) => moment.running))).toBe(1);
  });

  test('bounds that allow no move are said as AWS says it', async () => {
    await lab.service({
      desiredCount: 1,
      deploymentConfiguration: { strategy: 'ROLLING', minimumHealthyPercent: 100, maximumPercent: 150 },
    });
    await lab.update({ forceNewDeployment: true });
    await eventually(async () =>
      (await lab.describe()).events?.some(({ message }) =>
        message?.includes('was unable to stop or start tasks during a deployment because of the service deployment'),
      ),
    );
    await lab.update({ deploymentConfiguration: { maximumPercent: 200 } });
    await lab.until((d) => d.status === 'SUCCESSFUL');
  });

  test('StopServiceDeployment rolls back in the same deployment: the old revision is the primary again', async () => {
    const before = await lab.service(ROLLING);
    await lab.update({ taskDefinition: await lab.taskDefinition('sick') });
    await eventually(async () => ((await lab.describe()).deployments?.[0]?.failedTasks ?? 0) >= 2);
    await stop();
    const done = await lab.until((d) => d.status === 'ROLLBACK_SUCCESSFUL');
    expect(done.statusReason).toBe('Service deployment rolled back because of StopServiceDeployment');
    await lab.ecs.idle();
    const after = await lab.describe();
    expect(after).toMatchObject({ taskDefinition: before.taskDefinition, runningCount: 2 });
    expect(after.deployments).toHaveLength(1);
    expect(after.events?.some(({ message }) => message?.includes('rolling back to deployment ecs-svc/'))).toBe(true);
  });

  test('PAUSE hooks hold a rolling update too; rolled back after the old tasks are gone, they are started again', async () => {
    const before = await lab.service(ROLLING);
    await lab.update({
      taskDefinition: await lab.taskDefinition('good'),
      deploymentConfiguration: pauses('POST_SCALE_UP'),
    });
    const hookId = await lab.paused();
    expect((await lab.describe()).deployments).toHaveLength(1);
    const { serviceDeploymentArn } = await lab.deployment();
    await lab.call('ecs', 'ContinueServiceDeployment', { serviceDeploymentArn, hookId, action: 'ROLLBACK' });
    await lab.until((d) => d.status === 'ROLLBACK_SUCCESSFUL');
    await lab.ecs.idle();
    expect(await lab.describe()).toMatchObject({ taskDefinition: before.taskDefinition, runningCount: 2 });
  });

  test('an update during a rolling update replaces both older revisions', async () => {
    await lab.service(ROLLING);
    await lab.update({ taskDefinition: await lab.taskDefinition('crash') });
    await lab.until((d) => d.lifecycleStage === 'SCALE_UP');
    const last = await lab.taskDefinition('good');
    await lab.update({ taskDefinition: last });
    await lab.until((d) => d.status === 'SUCCESSFUL');
    expect((await lab.stages())[0]).toBe('RECONCILE_SERVICE');
    await lab.ecs.idle();
    const service = await lab.describe();
    expect(service).toMatchObject({ taskDefinition: last, runningCount: 2 });
    expect(service.deployments).toHaveLength(1);
  });

  test('a rolling update that BLUE_GREEN supersedes is undone in its group, and the new revision goes to the other', async () => {
    await lab.service(ROLLING);
    await lab.update({ taskDefinition: await lab.taskDefinition('sick') });
    await lab.until((d) => d.lifecycleStage === 'SCALE_UP');
    const last = await lab.taskDefinition('good');
    await lab.update({
      taskDefinition: last,
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, ...pauses('POST_SCALE_UP') },
    });
    await lab.paused();
    expect(lab.elb.weights(lab.production)).toMatchObject({ green: 0 });
    expect(lab.elb.targets(lab.blue).filter((target) => target.state === 'healthy')).toHaveLength(2);
    expect(lab.elb.targets(lab.green)).toHaveLength(2);
    const { serviceDeploymentArn, lifecycleHookDetails } = await lab.deployment();
    await lab.call('ecs', 'ContinueServiceDeployment', {
      serviceDeploymentArn,
      hookId: lifecycleHookDetails?.[0]?.hookId,
    });
    await lab.until((d) => d.status === 'SUCCESSFUL');
    await lab.ecs.idle();
    expect(await lab.describe()).toMatchObject({ taskDefinition: last, runningCount: 2 });
  });

  test('a service turned from ROLLING to BLUE_GREEN goes to the other group', async () => {
    await lab.service(ROLLING);
    await lab.update({
      forceNewDeployment: true,
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
    });
    await lab.until((d) => d.status === 'SUCCESSFUL');
    expect(lab.elb.weights(lab.production)).toEqual({ green: 100, blue: 0 });
    await lab.update({ forceNewDeployment: true, deploymentConfiguration: { strategy: 'ROLLING' } });
    await lab.until((d) => d.status === 'SUCCESSFUL');
    await eventually(() => lab.elb.targets(lab.green).length === 2);
    expect(lab.elb.targets(lab.blue)).toEqual([]);
  });
});
