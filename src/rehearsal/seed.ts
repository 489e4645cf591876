/** Builds a service's surroundings on a fresh platform, by the same calls that Terraform would make. */
import type {
  CreateServiceResponse,
  DescribeServiceDeploymentsResponse,
  ListServiceDeploymentsResponse,
  RegisterTaskDefinitionResponse,
} from '@aws-sdk/client-ecs';
import type {
  CreateListenerCommandOutput,
  CreateLoadBalancerCommandOutput,
  CreateTargetGroupCommandOutput,
  DescribeRulesCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RehearsalSettings, ServiceInEnvironment } from '../platform/model.ts';
import type { InternalCall } from './wire/operation.ts';
import { delay } from './world/clock.ts';

export interface SeedContext {
  readonly call: InternalCall;
  readonly subnets: readonly string[];
  readonly vpcId: string;
  readonly accountId: string;
  readonly region: string;
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

/** Creates load balancer, target groups, listeners, task definition and service, and waits until its first deployment has ended well. */
export async function seedService(
  target: ServiceInEnvironment,
  rehearsal: RehearsalSettings,
  context: SeedContext,
): Promise<SeededService> {
  const { call } = context;
  const name = shorten(target.ecsService);
  const loadBalancer = await createLoadBalancer(name, context);
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
    networkConfiguration: { awsvpcConfiguration: { subnets: [...context.subnets], assignPublicIp: 'DISABLED' } },
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
  return { productionListener, testListener, loadBalancer };
}

/** ELBv2 names hold 32 characters. */
function shorten(name: string): string {
  return name.slice(0, 24).replace(/-+$/, '');
}

async function createLoadBalancer(name: string, { call, subnets }: SeedContext): Promise<string> {
  const answer = await call<CreateLoadBalancerCommandOutput>('elbv2', 'CreateLoadBalancer', {
    Name: name,
    Subnets: [...subnets],
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
  { accountId, region }: SeedContext,
): object {
  return {
    family: target.ecsService,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: String(target.cpu),
    memory: String(target.memory),
    executionRoleArn: `arn:aws:iam::${accountId}:role/${target.ecsService}-execution`,
    containerDefinitions: [
      {
        name: target.container,
        image: `${accountId}.dkr.ecr.${region}.amazonaws.com/${rehearsal.initialImage}`,
        essential: true,
        portMappings: [{ containerPort: target.port, protocol: 'tcp' }],
      },
    ],
  };
}

async function untilDeployed(
  target: ServiceInEnvironment,
  service: string,
  { call, signal }: SeedContext,
): Promise<void> {
  const list = await call<ListServiceDeploymentsResponse>('ecs', 'ListServiceDeployments', {
    cluster: target.cluster,
    service,
  });
  const arn = list.serviceDeployments?.[0]?.serviceDeploymentArn;
  for (;;) {
    const answer = await call<DescribeServiceDeploymentsResponse>('ecs', 'DescribeServiceDeployments', {
      serviceDeploymentArns: [arn],
    });
    const deployment = answer.serviceDeployments?.[0];
    if (deployment?.status === 'SUCCESSFUL') {
      return;
    }
    if (deployment?.status !== 'PENDING' && deployment?.status !== 'IN_PROGRESS') {
      throw new Error(`${target.ecsService} did not come up: ${deployment?.status} ${deployment?.statusReason ?? ''}`);
    }
    await delay(100, signal);
  }
}
