import { describe, expect, test } from 'vitest';
import { pauses } from '../lab.ts';
import { answer, lab } from './under-way.ts';

describe('hooks of a blue-green deployment', () => {
  test('a hook that nobody answers rolls back when it times out', async () => {
    const before = await lab().service();
    await lab().update({
      taskDefinition: await lab().taskDefinition('good'),
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
    await lab().paused();
    const paused = await lab().deployment();
    const [hook] = paused.lifecycleHookDetails ?? [];
    expect(hook).toMatchObject({ targetType: 'PAUSE', timeoutAction: 'ROLLBACK', status: 'AWAITING_ACTION' });
    expect(hook?.hookId).toMatch(/^ecs-pause-[\w-]{43}$/);
    // 30 min at speed 600 are 3 s.
    const left = (hook?.expiresAt?.getTime() ?? 0) - Date.now();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(3000);
    expect(lab().elb.weights(lab().production)).toEqual({ green: 100, blue: 0 });

    const done = await lab().until((d) => d.status === 'ROLLBACK_SUCCESSFUL');
    expect(done.lifecycleHookDetails?.[0]?.status).toBe('TIMED_OUT');
    expect(done.serviceDeploymentArn).toBe(paused.serviceDeploymentArn);
    expect(done.rollback).toMatchObject({
      reason: expect.stringContaining('timed out at POST_PRODUCTION_TRAFFIC_SHIFT'),
      serviceRevisionArn: before.currentServiceRevisions?.[0]?.arn,
    });
    expect((await lab().stages()).slice(-4)).toEqual([
      'POST_PRODUCTION_TRAFFIC_SHIFT',
      'PRODUCTION_TRAFFIC_SHIFT',
      'TEST_TRAFFIC_SHIFT',
      'CLEAN_UP',
    ]);
    expect(lab().elb.weights(lab().production)).toEqual({ green: 0, blue: 100 });
    expect(lab().elb.weights(lab().test)).toEqual({ green: 0, blue: 100 });
    expect(lab().elb.targets(lab().green)).toEqual([]);
    expect((await lab().describe()).taskDefinition).toBe(before.taskDefinition);
  });

  test('a time-out with the action CONTINUE goes on', async () => {
    await lab().service();
    await lab().update({
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
    const done = await lab().until((d) => d.status === 'SUCCESSFUL');
    expect(done.lifecycleHookDetails?.map((hook) => hook.status)).toEqual(['TIMED_OUT']);
  });

  test('hooks of one stage wait for all; ContinueServiceDeployment with ROLLBACK goes back, and no hook answers twice', async () => {
    await lab().service();
    await lab().update({
      forceNewDeployment: true,
      deploymentConfiguration: pauses('POST_TEST_TRAFFIC_SHIFT', 'POST_TEST_TRAFFIC_SHIFT'),
    });
    const first = await lab().paused();
    const both = await lab().until((d) => d.lifecycleHookDetails?.length === 2);
    await answer(first);
    await expect(answer(first)).rejects.toMatchObject({
      code: 'InvalidParameterException',
      message: expect.stringContaining('SUCCEEDED'),
    });
    await expect(answer('ecs-pause-unknown')).rejects.toMatchObject({ code: 'InvalidParameterException' });
    const second = both.lifecycleHookDetails?.find((hook) => hook.hookId !== first)?.hookId ?? '';
    expect((await lab().deployment()).lifecycleStage).toBe('POST_TEST_TRAFFIC_SHIFT');
    await answer(second, 'ROLLBACK');
    const done = await lab().until((d) => d.status === 'ROLLBACK_SUCCESSFUL');
    expect(done.lifecycleHookDetails?.map((hook) => hook.status).sort()).toEqual(['FAILED', 'SUCCEEDED']);
    expect(await lab().stages()).not.toContain('PRODUCTION_TRAFFIC_SHIFT');
    expect(lab().elb.weights(lab().production)).toEqual({ blue: 100, green: 0 });
    await expect(answer(second)).rejects.toMatchObject({
      code: 'InvalidParameterException',
      message: expect.stringContaining('ROLLBACK_SUCCESSFUL'),
    });
    await expect(
      lab().call('ecs', 'ContinueServiceDeployment', { serviceDeploymentArn: 'arn:none', hookId: second }),
    ).rejects.toMatchObject({ code: 'ServiceDeploymentNotFoundException' });
  });
});
