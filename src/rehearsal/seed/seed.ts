/** Builds a service's surroundings on a fresh platform, by the same calls that Terraform would make. */
import type { CreateServiceResponse, RegisterTaskDefinitionResponse } from '@aws-sdk/client-ecs';
import type { RehearsalSettings } from '../../platform/model/rehearsal.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import type { InternalCall } from '../wire/operation.ts';
import type { SeedContext } from './context.ts';
import { createListener, createLoadBalancer, createTargetGroup, defaultRule, shorten } from './load-balancer.ts';
import { taskDefinitionOf } from './task-definition.ts';
import { untilDeployed } from './until-deployed.ts';

export interface SeededService {
  readonly productionListener: string;
  readonly testListener: string;
  readonly loadBalancer: string;
}

/** Ports of the two listeners. Unprivileged, so that the address that AWS's calls give is the one that answers. */
const PRODUCTION_PORT = 8080;
const TEST_PORT = 8090;

/**
 * Creates load balancer, target groups, listeners, task definition and service, waits until its first deployment has ended well, and
 * registers what scales it.
 */
export async function seedService(
  target: ServiceInEnvironment,
  rehearsal: RehearsalSettings,
  context: SeedContext,
): Promise<SeededService> {
  const { call } = context;
  const name = shorten(target.ecsService);
  const loadBalancer = await createLoadBalancer(name, target.environment, context);
  const [blue, green] = await Promise.all(
    ['blue', 'green'].map((colour) => createTargetGroup(`${name}-${colour}`, target, rehearsal, context)),
  );
  const productionListener = await createListener(
    loadBalancer,
    PRODUCTION_PORT,
    [
      [blue, 1],
      [green, 0],
    ],
    call,
  );
  const testListener = await createListener(
    loadBalancer,
    TEST_PORT,
    [
      [blue, 1],
      [green, 0],
    ],
    call,
  );
  const { taskDefinition } = await call<RegisterTaskDefinitionResponse>(
    'ecs',
    'RegisterTaskDefinition',
    taskDefinitionOf(target, rehearsal, context),
  );
  const { service } = await call<CreateServiceResponse>('ecs', 'CreateService', {
    cluster: target.cluster,
    serviceName: target.ecsService,
    taskDefinition: taskDefinition?.taskDefinitionArn,
    desiredCount: rehearsal.tasks,
    launchType: 'FARGATE',
    healthCheckGracePeriodSeconds: Math.ceil(target.coldStartSeconds ?? 0),
    networkConfiguration: { awsvpcConfiguration: { subnets: [...context.taskSubnets], assignPublicIp: 'DISABLED' } },
    deploymentConfiguration: {
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 0,
      maximumPercent: 200,
      minimumHealthyPercent: 100,
    },
    loadBalancers: [
      {
        targetGroupArn: blue,
        containerName: target.container,
        containerPort: target.port,
        advancedConfiguration: {
          alternateTargetGroupArn: green,
          productionListenerRule: await defaultRule(productionListener, call),
          testListenerRule: await defaultRule(testListener, call),
          roleArn: `arn:aws:iam::${context.accountId}:role/ecs-load-balancers`,
        },
      },
    ],
  });
  await untilDeployed(target, service?.serviceArn ?? target.ecsService, context);
  await registerScaling(target, rehearsal, call);
  return { productionListener, testListener, loadBalancer };
}

/** Source of the cooldowns: the example's Terraform; AWS's default is 300 s both ways. */
const SCALE_OUT_COOLDOWN_S = 60;
const SCALE_IN_COOLDOWN_S = 300;

/**
 * The environment's range as a scalable target; the rehearsal's number of tasks is always in it. Policies only where surefoot.yml asks for
 * them: a rehearsed load must meet a number of tasks that is known.
 */
async function registerScaling(
  target: ServiceInEnvironment,
  { tasks, scaling }: RehearsalSettings,
  call: InternalCall,
): Promise<void> {
  const key = {
    ServiceNamespace: 'ecs',
    ResourceId: `service/${target.cluster}/${target.ecsService}`,
    ScalableDimension: 'ecs:service:DesiredCount',
  };
  await call('autoscaling', 'RegisterScalableTarget', {
    ...key,
    MinCapacity: Math.min(target.tasks.minimum, tasks),
    MaxCapacity: Math.max(target.tasks.maximum, tasks),
  });
  for (const [PredefinedMetricType, TargetValue] of [
    ['ECSServiceAverageCPUUtilization', scaling?.cpu],
    ['ECSServiceAverageMemoryUtilization', scaling?.memory],
  ] as const) {
    if (TargetValue !== undefined) {
      await call('autoscaling', 'PutScalingPolicy', {
        ...key,
        PolicyName: `${target.ecsService}-${PredefinedMetricType}`,
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue,
          PredefinedMetricSpecification: { PredefinedMetricType },
          ScaleOutCooldown: SCALE_OUT_COOLDOWN_S,
          ScaleInCooldown: SCALE_IN_COOLDOWN_S,
        },
      });
    }
  }
}
