import { describe, expect, test } from 'vitest';
import { pauses } from '../lab.ts';
import { lab, stop } from './under-way.ts';

describe('a blue-green deployment that another one follows', () => {
  test('an update during a deployment supersedes it: the service is reconciled to the last good revision first', async () => {
    const before = await lab().service();
    await lab().update({
      taskDefinition: await lab().taskDefinition('good'),
      deploymentConfiguration: pauses('POST_PRODUCTION_TRAFFIC_SHIFT'),
    });
    await lab().paused();
    const superseded = await lab().deployment();
    const third = await lab().taskDefinition('good');
    await lab().update({ taskDefinition: third, deploymentConfiguration: { lifecycleHooks: [] } });
    const done = await lab().until((d) => d.status === 'SUCCESSFUL');
    expect(await lab().stages()).toEqual(expect.arrayContaining(['RECONCILE_SERVICE']));
    expect((await lab().stages())[0]).toBe('RECONCILE_SERVICE');
    expect(done.sourceServiceRevisions?.map((revision) => revision.arn)).toEqual([
      before.currentServiceRevisions?.[0]?.arn,
      superseded.targetServiceRevision?.arn,
    ]);
    const all = await lab().call<{ serviceDeployments: { status: string; serviceDeploymentArn: string }[] }>(
      'ecs',
      'ListServiceDeployments',
      { cluster: 'lab', service: 'web' },
    );
    expect(all.serviceDeployments.map((d) => d.status)).toEqual(['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL']);
    await lab().ecs.idle();
    const after = await lab().describe();
    expect(after.taskDefinition).toBe(third);
    expect(after).toMatchObject({ runningCount: 2, deployments: [{ status: 'PRIMARY', desiredCount: 2 }] });
    expect(lab().elb.weights(lab().production)).toEqual({ green: 100, blue: 0 });
    expect(lab().elb.targets(lab().blue)).toEqual([]);
  });

  test('stopped in CLEAN_UP, the old revision is started again before it gets the traffic', async () => {
    const before = await lab().service();
    lab().elb.drainMs = 1500;
    await lab().update({ taskDefinition: await lab().taskDefinition('good') });
    await lab().until((d) => d.lifecycleStage === 'CLEAN_UP');
    await stop();
    let healthyWhenShifted: number | undefined;
    const done = await lab().until((d) => {
      if (lab().elb.weights(lab().production)['blue'] === 100) {
        healthyWhenShifted ??= lab()
          .elb.targets(lab().blue)
          .filter((target) => target.state === 'healthy').length;
      }
      return d.status === 'ROLLBACK_SUCCESSFUL';
    });
    expect(healthyWhenShifted).toBeGreaterThanOrEqual(1);
    expect(done.rollback?.serviceRevisionArn).toBe(before.currentServiceRevisions?.[0]?.arn);
    await lab().ecs.idle();
    expect(await lab().describe()).toMatchObject({ taskDefinition: before.taskDefinition, runningCount: 2 });
  });

  test('superseded in CLEAN_UP, the new revision has won and is where the next one starts from', async () => {
    await lab().service();
    lab().elb.drainMs = 800;
    const second = await lab().taskDefinition('good');
    await lab().update({ taskDefinition: second });
    const cleaning = await lab().until((d) => d.lifecycleStage === 'CLEAN_UP');
    await lab().update({ taskDefinition: await lab().taskDefinition('crash') });
    await lab().until((d) => d.lifecycleStage === 'SCALE_UP');
    const overtaken = await lab().call<{ serviceDeployments: { status: string }[] }>(
      'ecs',
      'DescribeServiceDeployments',
      {
        serviceDeploymentArns: [cleaning.serviceDeploymentArn],
      },
    );
    expect(overtaken.serviceDeployments[0]?.status).toBe('SUCCESSFUL');
    // Traffic never left the revision that won.
    expect(lab().elb.weights(lab().production)).toMatchObject({ green: 100, blue: 0 });
    await stop();
    const done = await lab().until((d) => d.status === 'ROLLBACK_SUCCESSFUL');
    expect(done.rollback?.serviceRevisionArn).toBe(cleaning.targetServiceRevision?.arn);
    expect((await lab().describe()).taskDefinition).toBe(second);
    expect(lab().elb.weights(lab().production)).toMatchObject({ green: 100, blue: 0 });
  });

  test('a deployment stopped as soon as it is made still puts right what it superseded', async () => {
    const before = await lab().service();
    await lab().update({
      taskDefinition: await lab().taskDefinition('good'),
      deploymentConfiguration: pauses('POST_PRODUCTION_TRAFFIC_SHIFT'),
    });
    await lab().paused();
    await lab().update({ forceNewDeployment: true, deploymentConfiguration: { lifecycleHooks: [] } });
    await stop();
    await lab().until((d) => d.status === 'ROLLBACK_SUCCESSFUL');
    await lab().ecs.idle();
    expect(lab().elb.weights(lab().production)).toEqual({ blue: 100, green: 0 });
    expect(lab().elb.targets(lab().green)).toEqual([]);
    expect(await lab().describe()).toMatchObject({ taskDefinition: before.taskDefinition, runningCount: 2 });
  });
});
