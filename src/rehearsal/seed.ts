/** Builds a service's surroundings on a fresh platform, by the same calls that Terraform would make. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type {
  CreateServiceResponse,
  DescribeServiceDeploymentsResponse,
  DescribeTasksResponse,
  ListServiceDeploymentsResponse,
  ListTasksResponse,
  RegisterTaskDefinitionResponse,
  Task,
} from '@aws-sdk/client-ecs';
import type {
  CreateListenerCommandOutput,
  CreateLoadBalancerCommandOutput,
  CreateTargetGroupCommandOutput,
  DescribeRulesCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { InputError } from '../errors.ts';
import type { RehearsalSettings, ServiceInEnvironment } from '../platform/model.ts';
import { zoneTags } from './fis/zone-tags.ts';
import type { InternalCall } from './wire/operation.ts';
import { delay } from './world/clock.ts';

export interface SeedContext {
  readonly call: InternalCall;
  readonly subnets: readonly string[];
  /** Those in which the service's tasks are placed. */
  readonly taskSubnets: readonly string[];
  readonly vpcId: string;
  readonly accountId: string;
  readonly region: string;
  /** What every task finds in its environment besides what its image brings. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where the logs of the tasks are. */
  readonly logDirectory: string;
  readonly signal: AbortSignal;
}

export interface SeededService {
  readonly productionListener: string;
  readonly testListener: string;
  readonly loadBalancer: string;
}

/** Ports of the two listeners. Unprivileged, so that the address that AWS's calls give is the one that answers. */
const PRODUCTION_PORT = 8080;
const TEST_PORT = 8090;

/** A service whose first tasks keep ending, or that is not healthy in this time, will not come up. */
const TOO_MANY_STOPPED = 3;
const UP_WITHIN_MS = 180_000;

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

/** ELBv2 names hold 32 characters. */
function shorten(name: string): string {
  return name.slice(0, 24).replace(/-+$/, '');
}

async function createLoadBalancer(name: string, environment: string, { call, subnets }: SeedContext): Promise<string> {
  const answer = await call<CreateLoadBalancerCommandOutput>('elbv2', 'CreateLoadBalancer', {
    Name: name,
    Subnets: [...subnets],
    Tags: Object.entries(zoneTags(environment)).map(([Key, Value]) => ({ Key, Value })),
  });
  return answer.LoadBalancers?.[0]?.LoadBalancerArn ?? '';
}

async function createTargetGroup(
  name: string,
  target: ServiceInEnvironment,
  { healthCheck, deregistrationDelaySeconds }: RehearsalSettings,
  { call, vpcId }: SeedContext,
): Promise<string> {
  const answer = await call<CreateTargetGroupCommandOutput>('elbv2', 'CreateTargetGroup', {
    Name: name,
    Protocol: 'HTTP',
    Port: target.port,
    VpcId: vpcId,
    TargetType: 'ip',
    HealthCheckPath: target.healthPath,
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
  });
  const arn = answer.TargetGroups?.[0]?.TargetGroupArn ?? '';
  await call('elbv2', 'ModifyTargetGroupAttributes', {
    TargetGroupArn: arn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(deregistrationDelaySeconds) }],
  });
  return arn;
}

async function createListener(
  loadBalancer: string,
  port: number,
  weights: readonly (readonly [string | undefined, number])[],
  call: InternalCall,
): Promise<string> {
  const answer = await call<CreateListenerCommandOutput>('elbv2', 'CreateListener', {
    LoadBalancerArn: loadBalancer,
    Protocol: 'HTTP',
    Port: port,
    DefaultActions: [
      {
        Type: 'forward',
        ForwardConfig: { TargetGroups: weights.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })) },
      },
    ],
  });
  return answer.Listeners?.[0]?.ListenerArn ?? '';
}

async function defaultRule(listenerArn: string, call: InternalCall): Promise<string> {
  const answer = await call<DescribeRulesCommandOutput>('elbv2', 'DescribeRules', { ListenerArn: listenerArn });
  return answer.Rules?.find((rule) => rule.IsDefault)?.RuleArn ?? '';
}

function taskDefinitionOf(
  target: ServiceInEnvironment,
  rehearsal: RehearsalSettings,
  { accountId, region, environment }: SeedContext,
): object {
  return {
    family: target.ecsService,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: String(target.cpu),
    memory: String(target.memory),
    // What AWS FIS asks for before it acts on tasks.
    enableFaultInjection: true,
    pidMode: 'task',
    executionRoleArn: `arn:aws:iam::${accountId}:role/${target.ecsService}-execution`,
    containerDefinitions: [
      {
        name: target.container,
        image: `${accountId}.dkr.ecr.${region}.amazonaws.com/${rehearsal.initialImage}`,
        essential: true,
        environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
        portMappings: [{ containerPort: target.port, protocol: 'tcp' }],
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': `/ecs/${target.ecsService}`,
            'awslogs-region': region,
            'awslogs-stream-prefix': 'ecs',
          },
        },
      },
    ],
  };
}

async function untilDeployed(target: ServiceInEnvironment, service: string, context: SeedContext): Promise<void> {
  const { call, signal } = context;
  const list = await call<ListServiceDeploymentsResponse>('ecs', 'ListServiceDeployments', {
    cluster: target.cluster,
    service,
  });
  const arn = list.serviceDeployments?.[0]?.serviceDeploymentArn;
  const deadline = Date.now() + UP_WITHIN_MS;
  for (;;) {
    const answer = await call<DescribeServiceDeploymentsResponse>('ecs', 'DescribeServiceDeployments', {
      serviceDeploymentArns: [arn],
    });
    const deployment = answer.serviceDeployments?.[0];
    if (deployment?.status === 'SUCCESSFUL') {
      return;
    }
    const stopped = await stoppedTasks(target, context);
    if (stopped.length >= TOO_MANY_STOPPED || Date.now() > deadline) {
      throw await doesNotStart(target, stopped, context);
    }
    await delay(100, signal);
  }
}

async function stoppedTasks(target: ServiceInEnvironment, { call }: SeedContext): Promise<Task[]> {
  const { cluster } = target;
  const query = { cluster, serviceName: target.ecsService, desiredStatus: 'STOPPED' };
  const { taskArns = [] } = await call<ListTasksResponse>('ecs', 'ListTasks', query);
  return taskArns.length === 0
    ? []
    : ((await call<DescribeTasksResponse>('ecs', 'DescribeTasks', { cluster, tasks: taskArns })).tasks ?? []);
}

/** What a person needs to mend their command: why the last task ended, and what it said. */
async function doesNotStart(
  target: ServiceInEnvironment,
  stopped: readonly Task[],
  { logDirectory }: SeedContext,
): Promise<InputError> {
  const last = stopped.at(-1);
  const container = last?.containers?.find((each) => each.name === target.container);
  const id = last?.taskArn?.split('/').at(-1);
  const log =
    id === undefined
      ? ''
      : await readFile(path.join(logDirectory, `${id}-${target.container}.log`), 'utf8').catch(() => '');
  const tail = log
    .trimEnd()
    .split('\n')
    .slice(-12)
    .filter((line) => line !== '')
    .map((line) => `\n  | ${line}`)
    .join('');
  const why =
    last === undefined
      ? `it was not healthy at ${target.healthPath} on port ${target.port} within ${UP_WITHIN_MS / 1000} s`
      : `${last.stoppedReason ?? 'a task stopped'}${container?.exitCode === undefined ? '' : `, exit code ${container.exitCode}`}${container?.reason === undefined ? '' : `, ${container.reason}`}`;
  return new InputError(
    'service-does-not-start',
    `"${target.ecsService}" does not start in the rehearsal: ${why}. Check command, directory and environment under rehearsal in surefoot.yml; the command must listen on HOST and PORT.${tail}`,
  );
}
