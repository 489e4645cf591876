import type { DescribeServicesResponse } from '@aws-sdk/client-ecs';
import { beforeAll, describe, expect, test } from 'vitest';
import { balancer, call, lab, service } from './calls.ts';

describe('services', () => {
  let taskDefinition: string;

  beforeAll(async () => {
    taskDefinition = await lab().taskDefinition('good');
  });

  const advanced = () => ({
    alternateTargetGroupArn: lab().green,
    productionListenerRule: lab().production,
    roleArn: 'arn:aws:iam::000000000000:role/x',
  });
  const blueGreen = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 } as const;
  const canary = (canaryConfiguration: object) => ({
    deploymentConfiguration: { strategy: 'CANARY', canaryConfiguration },
  });
  const linear = (linearConfiguration: object) => ({
    deploymentConfiguration: { strategy: 'LINEAR', linearConfiguration },
  });
  const breaker = (thresholdConfiguration: object) => ({
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: true, rollback: true, thresholdConfiguration },
    },
  });
  const hook = (change: object) => ({
    deploymentConfiguration: {
      lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'], ...change }],
    },
  });

  test.each<[string, () => object, string, RegExp]>([
    ['no such cluster', () => ({ cluster: 'nowhere' }), 'ClusterNotFoundException', /^Cluster not found\.$/],
    ['no such task definition', () => ({ taskDefinition: 'none:1' }), 'ClientException', /TaskDefinition not found/],
    [
      'no network',
      () => ({ networkConfiguration: undefined }),
      'InvalidParameterException',
      /Network Configuration must be provided/,
    ],
    [
      'an unknown subnet',
      () => ({ networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-x'] } } }),
      'InvalidParameterException',
      /'subnet-x' does not exist.*Subnets here: subnet-a, subnet-b/,
    ],
    [
      'a container that is not there',
      () => ({ loadBalancers: [{ ...balancer(), containerName: 'other' }] }),
      'InvalidParameterException',
      /The container other does not exist in the task definition/,
    ],
    [
      'a port that is not mapped',
      () => ({ loadBalancers: [{ ...balancer(), containerPort: 1 }] }),
      'InvalidParameterException',
      /did not have a container port 1 defined/,
    ],
    [
      'a target group that is not there',
      () => ({ loadBalancers: [{ ...balancer(), targetGroupArn: 'arn:none' }] }),
      'InvalidParameterException',
      /Unable to assume role and validate the specified targetGroupArn/,
    ],
    [
      'BLUE_GREEN without advancedConfiguration',
      () => ({ loadBalancers: [balancer()], deploymentConfiguration: blueGreen }),
      'ClientException',
      /advancedConfiguration field is required for all loadBalancers/,
    ],
    [
      'BLUE_GREEN without a production rule',
      () => ({
        loadBalancers: [{ ...balancer(), advancedConfiguration: { ...advanced(), productionListenerRule: undefined } }],
        deploymentConfiguration: blueGreen,
      }),
      'ClientException',
      /productionListenerRule is required/,
    ],
    [
      'BLUE_GREEN without bake time',
      () => ({ deploymentConfiguration: { strategy: 'BLUE_GREEN' } }),
      'InvalidParameterException',
      /bakeTimeInMinutes must be specified/,
    ],
    [
      'CANARY without advancedConfiguration',
      () => ({ loadBalancers: [balancer()], deploymentConfiguration: { strategy: 'CANARY' } }),
      'ClientException',
      /advancedConfiguration field is required .* when using the canary deployment strategy/,
    ],
    [
      'no canary at all',
      () => canary({ canaryPercent: 0 }),
      'InvalidParameterException',
      /canaryPercent must be a multiple of 0.1 from 0.1 to 100.0, not 0\./,
    ],
    [
      'more than all of the traffic',
      () => canary({ canaryPercent: 100.1 }),
      'InvalidParameterException',
      /from 0.1 to 100.0/,
    ],
    ['a hundredth of a percent', () => canary({ canaryPercent: 5.05 }), 'InvalidParameterException', /multiple of 0.1/],
    [
      'a canary that bakes for more than a day',
      () => canary({ canaryBakeTimeInMinutes: 1441 }),
      'InvalidParameterException',
      /canaryBakeTimeInMinutes must be between 0 and 1440/,
    ],
    [
      'steps of less than 3 %',
      () => linear({ stepPercent: 2.9 }),
      'InvalidParameterException',
      /stepPercent must be a multiple of 0.1 from 3.0 to 100.0/,
    ],
    [
      'a step that bakes for less than no time',
      () => linear({ stepBakeTimeInMinutes: -1 }),
      'InvalidParameterException',
      /stepBakeTimeInMinutes must be between 0 and 1440/,
    ],
    [
      'a canary’s percentage under another strategy',
      () => ({ deploymentConfiguration: { ...blueGreen, canaryConfiguration: { canaryPercent: 5 } } }),
      'InvalidParameterException',
      /canaryConfiguration is only valid when the deployment strategy is CANARY, not BLUE_GREEN/,
    ],
    [
      'a linear step under another strategy',
      () => ({ deploymentConfiguration: { strategy: 'CANARY', linearConfiguration: { stepPercent: 5 } } }),
      'InvalidParameterException',
      /linearConfiguration is only valid when the deployment strategy is LINEAR, not CANARY/,
    ],
    [
      'a circuit breaker that counts otherwise',
      () => breaker({ type: 'SHARE', value: 50 }),
      'InvalidParameterException',
      /BOUNDED_PERCENT/,
    ],
    [
      'a circuit breaker that tolerates nothing',
      () => breaker({ type: 'COUNT', value: 0 }),
      'InvalidParameterException',
      /at least 1/,
    ],
    [
      'bounds without a move',
      () => ({ deploymentConfiguration: { maximumPercent: 100 } }),
      'InvalidParameterException',
      /cannot be 100/,
    ],
    ['Lambda hooks', () => hook({ targetType: undefined }), 'UnsupportedFeatureException', /AWS_LAMBDA/],
    [
      'a pause while traffic shifts',
      () => hook({ lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'] }),
      'InvalidParameterException',
      /cannot be configured at PRODUCTION_TRAFFIC_SHIFT/,
    ],
    [
      'a pause nowhere',
      () => hook({ lifecycleStages: [] }),
      'InvalidParameterException',
      /lifecycleStages must be specified/,
    ],
    [
      'a pause of three weeks',
      () => hook({ timeoutConfiguration: { timeoutInMinutes: 30_240 } }),
      'InvalidParameterException',
      /timeoutInMinutes' failed .*less than or equal to 20160/,
    ],
    ['EC2', () => ({ launchType: 'EC2' }), 'UnsupportedFeatureException', /Use FARGATE/],
    ['CodeDeploy', () => ({ deploymentController: { type: 'CODE_DEPLOY' } }), 'UnsupportedFeatureException', /Use ECS/],
    ['daemons', () => ({ schedulingStrategy: 'DAEMON' }), 'UnsupportedFeatureException', /Use REPLICA/],
    [
      'a grace period without load balancer',
      () => ({ healthCheckGracePeriodSeconds: 10 }),
      'InvalidParameterException',
      /Health check grace period is only valid/,
    ],
    ['half a task', () => ({ desiredCount: 0.5 }), 'InvalidParameterException', /desiredCount/],
    [
      'a member without code',
      () => ({ serviceConnectConfiguration: { enabled: true } }),
      'UnsupportedParameterException',
      /serviceConnectConfiguration/,
    ],
  ])('cannot be created with %s', async (_name, change, code, message) => {
    const attempt = call('CreateService', { ...service, serviceName: 'wrong', taskDefinition, ...change() });
    await expect(attempt).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    const { services } = await call<DescribeServicesResponse>('DescribeServices', {
      cluster: 'lab',
      services: ['wrong'],
    });
    expect(services).toEqual([]);
  });
});
