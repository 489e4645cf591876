/** Makes service revisions: checks what a service asks for, and works out which target groups the revision is registered in. */
import type { DeploymentConfiguration, LoadBalancer, NetworkConfiguration } from '@aws-sdk/client-ecs';
import type {
  DescribeTargetGroupsCommandInput,
  DescribeTargetGroupsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { errors } from '../errors.ts';
import { arns } from '../names.ts';
import { shiftsTraffic } from '../plan/weight-steps.ts';
import type { TaskDefinitionRecord } from '../records/cluster.ts';
import type { ResolvedTarget, RevisionRecord } from '../records/revision.ts';
import type { ServiceRecord } from '../records/service.ts';
import type { EcsWorld } from '../world.ts';

/** What makes a revision: the service's members whose change starts a deployment. */
export interface RevisionInput {
  readonly taskDefinition: TaskDefinitionRecord;
  readonly loadBalancers: readonly LoadBalancer[];
  readonly networkConfiguration: NetworkConfiguration | undefined;
  readonly platformVersion: string;
}

/** A new revision of `service`, which follows the last completed one. */
export function newRevision(
  world: EcsWorld,
  service: ServiceRecord,
  input: RevisionInput,
  configuration: DeploymentConfiguration,
): RevisionRecord {
  return {
    ...input,
    arn: arns.revision(world.account, service.cluster.name, service.name),
    targets: input.loadBalancers.map((balancer) => resolveTarget(balancer, service.stable, configuration)),
    launchType: service.echo.launchType,
    createdAt: world.clock.now(),
    images: new Map(),
  };
}

/**
 * The group that a new revision is registered in. Where traffic is shifted it is the one of the pair that the last completed revision is not in
 * (they swap with each deployment); otherwise the one it is in. Before there is such a revision, the one that is configured.
 */
export function resolveTarget(
  balancer: LoadBalancer,
  previous: RevisionRecord | undefined,
  configuration: DeploymentConfiguration,
): ResolvedTarget {
  const { advancedConfiguration: advanced } = balancer;
  const configured = balancer.targetGroupArn ?? '';
  const pair = [configured, advanced?.alternateTargetGroupArn].filter((arn) => arn !== undefined);
  const live = previous?.targets.find((target) => pair.includes(target.targetGroupArn))?.targetGroupArn;
  const other = pair.find((arn) => arn !== live);
  const chosen = shiftsTraffic(configuration.strategy) && live !== undefined ? (other ?? live) : (live ?? configured);
  return {
    targetGroupArn: chosen,
    alternateTargetGroupArn: pair.find((arn) => arn !== chosen),
    productionListenerRule: advanced?.productionListenerRule,
    testListenerRule: advanced?.testListenerRule,
    containerName: balancer.containerName ?? '',
    containerPort: balancer.containerPort ?? 0,
  };
}

/**
 * Checks what a revision needs: the network, and load balancers that fit the task definition and exist.
 * @throws AwsError in AWS's words
 */
export async function checkRevisionInput(
  world: EcsWorld,
  input: RevisionInput,
  configuration: DeploymentConfiguration,
): Promise<void> {
  checkNetwork(world, input.networkConfiguration);
  for (const balancer of input.loadBalancers) {
    checkContainer(balancer, input.taskDefinition);
    checkAdvanced(balancer, configuration);
    await checkTargetGroup(world, balancer.targetGroupArn ?? '');
  }
}

/**
 * Checks that a task can have a network address: subnets are given, and are the platform's.
 * @throws AwsError InvalidParameterException in AWS's words
 */
export function checkNetwork(world: EcsWorld, network: NetworkConfiguration | undefined): void {
  const subnets = network?.awsvpcConfiguration?.subnets ?? [];
  if (network?.awsvpcConfiguration === undefined) {
    throw errors.invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  if (subnets.length === 0) {
    throw errors.invalid('subnets can not be empty.');
  }
  for (const subnet of subnets) {
    if (!world.subnets.has(subnet)) {
      throw errors.invalid(
        `Error retrieving subnet information for [${subnet}]: The subnet ID '${subnet}' does not exist (ErrorCode: InvalidSubnetID.NotFound). Subnets here: ${[...world.subnets.keys()].join(', ')}.`,
      );
    }
  }
}

function checkContainer({ containerName, containerPort }: LoadBalancer, taskDefinition: TaskDefinitionRecord): void {
  const container = taskDefinition.definition.containerDefinitions?.find(({ name }) => name === containerName);
  if (container === undefined) {
    throw errors.invalid(`The container ${containerName} does not exist in the task definition.`);
  }
  if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort)) {
    throw errors.invalid(`The container ${containerName} did not have a container port ${containerPort} defined.`);
  }
}

function checkAdvanced({ advancedConfiguration: advanced }: LoadBalancer, { strategy }: DeploymentConfiguration): void {
  if (!shiftsTraffic(strategy)) {
    return;
  }
  const using = `when using the ${strategy?.toLowerCase().replace('_', '/')} deployment strategy`;
  if (advanced === undefined) {
    throw errors.client(`advancedConfiguration field is required for all loadBalancers ${using}`);
  }
  for (const member of ['alternateTargetGroupArn', 'productionListenerRule', 'roleArn'] as const) {
    if (advanced[member] === undefined) {
      throw errors.client(`${member} is required in advancedConfiguration ${using}`);
    }
  }
}

async function checkTargetGroup(world: EcsWorld, arn: string): Promise<void> {
  const input: DescribeTargetGroupsCommandInput = { TargetGroupArns: [arn] };
  const groups = await world
    .call<DescribeTargetGroupsCommandOutput>('elbv2', 'DescribeTargetGroups', input)
    .catch(() => undefined);
  const group = groups?.TargetGroups?.[0];
  if (group === undefined) {
    throw errors.invalid(
      'Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role being passed has the proper permissions.',
    );
  }
  if ((group.LoadBalancerArns ?? []).length === 0) {
    throw errors.invalid(`The target group with targetGroupArn ${arn} does not have an associated load balancer.`);
  }
  if (group.TargetType !== 'ip') {
    throw errors.invalid(
      `The provided target group ${arn} has target type ${group.TargetType}, which is incompatible with the awsvpc network mode specified in the task definition.`,
    );
  }
}
