import { describe, expect, test } from 'vitest';
import { eventually, pauses, shortArn } from '../lab.ts';
import { answer, lab, stop } from './under-way.ts';

describe('the way back from green', () => {
  test('StopServiceDeployment during the bake sends traffic back first, then ends green; it cannot stop what has ended', async () => {
    await lab().service();
    await lab().update({ forceNewDeployment: true, deploymentConfiguration: { bakeTimeInMinutes: 1000 } });
    await lab().until((d) => d.lifecycleStage === 'BAKE_TIME');
    await stop();
    expect(['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS']).toContain((await lab().deployment()).status);
    // Asked again while it goes back: it just continues.
    await stop();
    await lab().until((d) => d.status === 'ROLLBACK_SUCCESSFUL');
    const order = lab().events.flatMap((event) => {
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
    const { serviceDeploymentArn } = await lab().deployment();
    await expect(
      lab().call('ecs', 'StopServiceDeployment', { serviceDeploymentArn, stopType: 'ABORT' }),
    ).rejects.toMatchObject({ code: 'InvalidParameterException' });
  });

  test('a warm blue gets the traffic back at once, whatever its health', async () => {
    await lab().service({ healthCheckGracePeriodSeconds: 600 });
    await lab().update({ forceNewDeployment: true, deploymentConfiguration: { bakeTimeInMinutes: 1000 } });
    await lab().until((d) => d.lifecycleStage === 'BAKE_TIME');
    for (const { host, port } of lab().elb.targets(lab().blue)) {
      await fetch(`http://${host}:${port}/sicken`);
    }
    await eventually(
      () =>
        lab()
          .elb.targets(lab().blue)
          .every((target) => target.state === 'unhealthy') || undefined,
    );
    await stop();
    await eventually(() => lab().elb.weights(lab().production)['blue'] === 100 || undefined, 1000);
  });

  test('rules that do not reach both groups roll the deployment back with AWS’s words', async () => {
    await lab().service();
    const lonely = lab().elb.rule('lonely', { [lab().blue]: 1 });
    const { loadBalancers } = await lab().describe();
    await lab().update({
      loadBalancers: loadBalancers?.map((balancer) => ({
        ...balancer,
        advancedConfiguration: {
          ...balancer.advancedConfiguration,
          productionListenerRule: lonely,
          testListenerRule: lonely,
        },
      })),
    });
    const done = await lab().until((d) => d.status === 'ROLLBACK_SUCCESSFUL');
    expect(done.statusReason).toBe(
      'Service deployment rolled back because of invalid networking configuration. Both targetGroup and alternateTargetGroup must be associated with the productionListenerRule or testListenerRule.',
    );
    expect((await lab().tasks()).length).toBe(2);
  });

  test('a rule that cannot be changed rolls back, and when that fails too the deployment says so', async () => {
    await lab().service();
    await lab().update({ forceNewDeployment: true, deploymentConfiguration: pauses('POST_TEST_TRAFFIC_SHIFT') });
    const hook = await lab().paused();
    lab().elb.failRules = true;
    await answer(hook);
    const failed = await lab().until((d) => d.status === 'ROLLBACK_FAILED');
    expect(failed.statusReason).toContain('The rollback failed');
    expect(lab().elb.weights(lab().production)).toEqual({ blue: 100, green: 0 });
  });

  test('a first deployment that is stopped has nothing to go back to', async () => {
    const taskDefinition = await lab().taskDefinition('crash');
    await lab().call('ecs', 'CreateService', {
      cluster: 'lab',
      serviceName: 'web',
      taskDefinition,
      desiredCount: 1,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
    });
    await stop();
    const failed = await lab().until((d) => d.status === 'ROLLBACK_FAILED');
    expect(failed.statusReason).toContain('No rollback candidate was found');
    expect(failed.stoppedAt).toBeInstanceOf(Date);
    expect(shortArn(failed.serviceArn)).toBe('web');
  });
});
