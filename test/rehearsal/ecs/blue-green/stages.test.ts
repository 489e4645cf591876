import { describe, expect, test } from 'vitest';
import { eventually, pauses } from '../lab.ts';
import { answer, lab, stop } from './under-way.ts';

describe('stages of a blue-green deployment', () => {
  test('the first deployment brings the service up without hooks or bake and points both rules at its group', async () => {
    const service = await lab().service({
      deploymentConfiguration: {
        strategy: 'BLUE_GREEN',
        bakeTimeInMinutes: 600,
        lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }],
      },
    });
    const deployment = await lab().deployment();
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
    expect(lab().elb.weights(lab().production)).toEqual({ blue: 100, green: 0 });
    expect(lab().elb.weights(lab().test)).toEqual({ blue: 100, green: 0 });
  });

  test('stages come in AWS’s order; weights, counts and groups are right at each pause; two deployments swap the groups', async () => {
    const before = await lab().service();
    const baseline = before.currentServiceRevisions?.[0]?.arn;
    await lab().update({
      taskDefinition: await lab().taskDefinition('good'),
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
      const hook = await lab().paused();
      const {
        lifecycleStage,
        targetServiceRevision: target,
        sourceServiceRevisions: sources,
      } = await lab().deployment();
      seen.push([
        lifecycleStage,
        target?.runningTaskCount,
        target?.requestedTestTrafficWeight,
        target?.requestedProductionTrafficWeight,
        sources?.[0]?.requestedProductionTrafficWeight,
        lab().elb.weights(lab().test)['green'],
        lab().elb.weights(lab().production)['green'],
        lab().elb.targets(lab().blue).length,
        lab().elb.targets(lab().green).length,
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
    const done = await lab().until((d) => d.status === 'SUCCESSFUL');
    expect(await lab().stages()).toEqual([
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
    expect(lab().elb.targets(lab().blue)).toEqual([]);
    expect(lab().elb.weights(lab().production)).toEqual({ green: 100, blue: 0 });
    expect(lab().elb.weights(lab().test)).toEqual({ green: 100, blue: 0 });

    await lab().update({ forceNewDeployment: true, deploymentConfiguration: { lifecycleHooks: [] } });
    await lab().until((d) => d.status === 'SUCCESSFUL');
    expect(lab().elb.weights(lab().production)).toEqual({ blue: 100, green: 0 });
    expect(lab().elb.targets(lab().blue)).toHaveLength(2);
    expect(lab().elb.targets(lab().green)).toEqual([]);
    const live = (await lab().describe()).currentServiceRevisions?.[0]?.arn;
    const revisions = await lab().call<{
      serviceRevisions: { resolvedConfiguration: unknown; containerImages: unknown }[];
    }>('ecs', 'DescribeServiceRevisions', { serviceRevisionArns: [live] });
    expect(revisions.serviceRevisions[0]).toMatchObject({
      resolvedConfiguration: {
        loadBalancers: [{ targetGroupArn: lab().blue, productionListenerRule: lab().production }],
      },
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
    await lab().service();
    const started = performance.now();
    await lab().update({ forceNewDeployment: true, deploymentConfiguration: { bakeTimeInMinutes: 20 } });
    await lab().until((d) => d.lifecycleStage === 'BAKE_TIME');
    await lab().until((d) => d.status === 'SUCCESSFUL');
    // 20 min at speed 600 are 2 s: no less, and no 20 min.
    expect(performance.now() - started).toBeGreaterThanOrEqual(1990);
  });

  test('a crash-looping green stays in SCALE_UP, slower and slower, until it is stopped', async () => {
    await lab().service();
    await lab().update({ taskDefinition: await lab().taskDefinition('crash') });
    await eventually(async () => ((await lab().describe()).deployments?.[0]?.failedTasks ?? 0) >= 4);
    const service = await lab().describe();
    const running = await lab().deployment();
    expect(running).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'SCALE_UP' });
    expect(service.events?.some(({ message }) => message?.includes('is unable to consistently start tasks'))).toBe(
      true,
    );
    expect(service.deployments?.map((d) => d.status)).toEqual(['PRIMARY', 'ACTIVE']);
    const [failed] = (await lab().tasks('STOPPED')).filter((task) => task.lastStatus === 'STOPPED');
    expect(failed).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ name: 'app', lastStatus: 'STOPPED', exitCode: 3 }],
    });
    await stop();
    await lab().until((d) => d.status === 'ROLLBACK_SUCCESSFUL');
    await lab().ecs.idle();
    const after = await lab().describe();
    expect(after).toMatchObject({ runningCount: 2, desiredCount: 2 });
    expect(after.deployments).toHaveLength(1);
  });

  test('an image that cannot be pulled is said as AWS says it', async () => {
    await lab().service();
    await lab().update({ taskDefinition: await lab().taskDefinition('missing') });
    const task = await eventually(async () =>
      (await lab().tasks('STOPPED')).find((candidate) => candidate.lastStatus === 'STOPPED'),
    );
    expect(task).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(/^CannotPullContainerError: .*repository\/web:missing: not found$/),
      containers: [{ reason: expect.stringMatching(/^CannotPullContainerError/), lastStatus: 'STOPPED' }],
    });
    expect(task.containers?.[0]).not.toHaveProperty('exitCode');
    expect((await lab().deployment()).lifecycleStage).toBe('SCALE_UP');
  });
});
