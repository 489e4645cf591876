/** Reads everything about a service that a deployment depends on; changes nothing. */
import type {
  LoadBalancer as EcsLoadBalancer,
  Service,
  ServiceDeploymentBrief,
  ServiceRevision,
  Tag,
  TaskDefinition,
  TaskSet,
} from '@aws-sdk/client-ecs';
import type { Rule, TargetGroup, TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Alarm } from '../../aws/cloudwatch/cloudwatch.ts';
import { isAwsError } from '../../aws/errors.ts';
import { InputError } from '../../errors.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import { RUNNING_STATUSES } from '../common/deployment-statuses.ts';
import type { Ports } from '../ports.ts';

export interface LiveTargetGroup {
  readonly group: TargetGroup;
  readonly health: readonly TargetHealthDescription[];
}

export interface LiveService {
  readonly service: Service;
  readonly taskDefinition: TaskDefinition;
  readonly tags: readonly Tag[];
  /** The revision that serves; undefined while none was ever completed. */
  readonly revision: ServiceRevision | undefined;
  /** ECS remembers deployments for 90 days; empty for one that nobody deployed to since. */
  readonly deployments: readonly ServiceDeploymentBrief[];
  readonly running: readonly ServiceDeploymentBrief[];
  readonly lastCompleted: ServiceDeploymentBrief | undefined;
  readonly loadBalancer: EcsLoadBalancer | undefined;
  readonly productionRule: Rule | undefined;
  readonly testRule: Rule | undefined;
  /** The alarms that guard the service's deployments, if it has any switched on; those that do not exist are not among them. */
  readonly alarms: readonly Alarm[];
  /** By ARN: the service's target group and its alternate, or those of its task sets. */
  readonly targetGroups: ReadonlyMap<string, LiveTargetGroup>;
  /** The target group that the live revision's tasks are in. */
  readonly liveTargetGroup: string | undefined;
}

/** Reads the service as it is now. @throws InputError when the service does not exist. */
export async function readLive(target: ServiceInEnvironment, ports: Ports): Promise<LiveService> {
  const { ecs } = ports.aws;
  const service = await ecs.service(target.cluster, target.ecsService);
  if (service === undefined) {
    throw new InputError(
      'no-such-service',
      `there is no ECS service "${target.ecsService}" in cluster "${target.cluster}": check the names in surefoot.yml and the region, or create it with your Terraform first`,
    );
  }
  // Service deployments and revisions are the ECS controller's; what others deploy is in task sets.
  const byEcs = controllerOf(service) === 'ECS';
  const deployments = byEcs ? await ecs.serviceDeployments(target.cluster, target.ecsService) : [];
  const revision = byEcs ? await currentRevision(service, deployments, ports) : undefined;
  const guards = service.deploymentConfiguration?.alarms;
  // While a deployment runs the service already names the new task definition; what serves is the revision's.
  const reference = revision?.taskDefinition ?? primaryTaskSet(service)?.taskDefinition ?? service.taskDefinition;
  const [{ taskDefinition, tags }, alarms, balancing] = await Promise.all([
    reference === undefined ? { taskDefinition: {}, tags: [] } : ecs.taskDefinition(reference),
    ports.aws.cloudwatch.alarms(guards?.enable ? (guards.alarmNames ?? []) : []),
    readLoadBalancing(service, revision, ports),
  ]);
  return { service, taskDefinition, tags, revision, alarms, deployments, ...split(deployments), ...balancing };
}

/** Who moves the service's deployments; ECS where nothing is said. */
export function controllerOf(service: Service): 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL' {
  return service.deploymentController?.type ?? 'ECS';
}

/** Of a service that CodeDeploy or an external controller deploys: the task set that serves. */
function primaryTaskSet(service: Service): TaskSet | undefined {
  return service.taskSets?.find((set) => set.status === 'PRIMARY');
}

function split(deployments: readonly ServiceDeploymentBrief[]): Pick<LiveService, 'running' | 'lastCompleted'> {
  const unfinished: readonly string[] = RUNNING_STATUSES;
  return {
    running: deployments.filter((deployment) => unfinished.includes(deployment.status ?? '')),
    lastCompleted: deployments.find(
      (deployment) => deployment.status === 'SUCCESSFUL' || deployment.status === 'ROLLBACK_SUCCESSFUL',
    ),
  };
}

/** The revision that production traffic goes to: the target of the last success, or what the last rollback went back to. */
async function currentRevision(
  service: Service,
  deployments: readonly ServiceDeploymentBrief[],
  ports: Ports,
): Promise<ServiceRevision | undefined> {
  const ended = deployments.find(
    (deployment) => deployment.status === 'SUCCESSFUL' || deployment.status === 'ROLLBACK_SUCCESSFUL',
  );
  let arn = ended?.targetServiceRevisionArn;
  if (ended?.status === 'ROLLBACK_SUCCESSFUL' && ended.serviceDeploymentArn !== undefined) {
    arn = (await ports.aws.ecs.serviceDeployment(ended.serviceDeploymentArn))?.rollback?.serviceRevisionArn;
  }
  arn ??= service.currentServiceRevisions?.[0]?.arn;
  return arn === undefined ? undefined : (await ports.aws.ecs.serviceRevisions([arn]))[0];
}

type LoadBalancing = Pick<
  LiveService,
  'loadBalancer' | 'productionRule' | 'testRule' | 'targetGroups' | 'liveTargetGroup'
>;

async function readLoadBalancing(
  service: Service,
  revision: ServiceRevision | undefined,
  ports: Ports,
): Promise<LoadBalancing> {
  const loadBalancer = primaryTaskSet(service)?.loadBalancers?.[0] ?? service.loadBalancers?.[0];
  const advanced = loadBalancer?.advancedConfiguration;
  const ofTaskSets = (service.taskSets ?? []).map((set) => set.loadBalancers?.[0]?.targetGroupArn);
  const groupArns = [
    ...new Set([loadBalancer?.targetGroupArn, advanced?.alternateTargetGroupArn, ...ofTaskSets]),
  ].filter((arn) => arn !== undefined);
  const ruleArns = [advanced?.productionListenerRule, advanced?.testListenerRule].filter((arn) => arn !== undefined);
  const { elbv2 } = ports.aws;
  const [groups, rules, health] = await Promise.all([
    present(groupArns, elbv2.targetGroups),
    present(ruleArns, elbv2.rules),
    Promise.all(groupArns.map((arn) => present([arn], ([only = arn]) => elbv2.targetHealth(only)))),
  ]);
  const targetGroups = new Map<string, LiveTargetGroup>();
  groupArns.forEach((arn, index) => {
    const group = groups.find((candidate) => candidate.TargetGroupArn === arn);
    if (group !== undefined) {
      targetGroups.set(arn, { group, health: health[index] ?? [] });
    }
  });
  return {
    loadBalancer,
    productionRule: rules.find((rule) => rule.RuleArn === advanced?.productionListenerRule),
    testRule: rules.find((rule) => rule.RuleArn === advanced?.testListenerRule),
    targetGroups,
    liveTargetGroup:
      revision?.resolvedConfiguration?.loadBalancers?.[0]?.targetGroupArn ?? loadBalancer?.targetGroupArn,
  };
}

/** What there is of `arns`: where one of several does not exist, AWS answers for none of them. */
async function present<T>(arns: readonly string[], read: (arns: readonly string[]) => Promise<T[]>): Promise<T[]> {
  if (arns.length === 0) {
    return [];
  }
  try {
    return await read(arns);
  } catch (error) {
    if (!isAwsError(error, 'RuleNotFoundException', 'TargetGroupNotFoundException')) {
      throw error;
    }
    return arns.length === 1 ? [] : (await Promise.all(arns.map((arn) => present([arn], read)))).flat();
  }
}
