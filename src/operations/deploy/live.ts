/** Reads everything about a service that a deployment depends on; changes nothing. */

import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type {
  LoadBalancer as EcsLoadBalancer,
  Service,
  ServiceDeploymentBrief,
  ServiceRevision,
  Tag,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { Rule, TargetGroup, TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import { InputError } from '../../errors.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import type { Ports } from '../ports.ts';

/** Statuses of a service deployment that has not ended. */
export const RUNNING_STATUSES = [
  'PENDING',
  'IN_PROGRESS',
  'STOP_REQUESTED',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
] as const;

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
  readonly running: readonly ServiceDeploymentBrief[];
  readonly lastCompleted: ServiceDeploymentBrief | undefined;
  readonly loadBalancer: EcsLoadBalancer | undefined;
  readonly productionRule: Rule | undefined;
  readonly testRule: Rule | undefined;
  /** The alarms that guard the service's deployments, if it has any switched on. */
  readonly alarms: readonly MetricAlarm[];
  /** By ARN: the service's target group and its alternate. */
  readonly targetGroups: ReadonlyMap<string, LiveTargetGroup>;
  /** The target group that the live revision's tasks are in. */
  readonly liveTargetGroup: string | undefined;
}

/** Reads the service as it is now. @throws InputError when the service does not exist. */
export async function readLive(target: ServiceInEnvironment, ports: Ports): Promise<LiveService> {
  const { ecs } = ports.aws;
  const service = await ecs.service(target.cluster, target.ecsService);
  if (service?.taskDefinition === undefined) {
    throw new InputError(
      'no-such-service',
      `there is no ECS service "${target.ecsService}" in cluster "${target.cluster}": check the names in surefoot.yml and the region, or create it with your Terraform first`,
    );
  }
  const deployments = await ports.aws.ecs.serviceDeployments(target.cluster, target.ecsService);
  const revision = await currentRevision(service, deployments, ports);
  const guards = service.deploymentConfiguration?.alarms;
  const [{ taskDefinition, tags }, alarms, balancing] = await Promise.all([
    // While a deployment runs the service already names the new task definition; what serves is the revision's.
    ecs.taskDefinition(revision?.taskDefinition ?? service.taskDefinition),
    ports.aws.cloudwatch.alarms(guards?.enable ? (guards.alarmNames ?? []) : []),
    readLoadBalancing(service, revision, ports),
  ]);
  return { service, taskDefinition, tags, revision, alarms, ...split(deployments), ...balancing };
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
  const loadBalancer = service.loadBalancers?.[0];
  const advanced = loadBalancer?.advancedConfiguration;
  const groupArns = [loadBalancer?.targetGroupArn, advanced?.alternateTargetGroupArn].filter(
    (arn) => arn !== undefined,
  );
  const ruleArns = [advanced?.productionListenerRule, advanced?.testListenerRule].filter((arn) => arn !== undefined);
  const { elbv2 } = ports.aws;
  const [groups, rules, health] = await Promise.all([
    groupArns.length === 0 ? [] : elbv2.targetGroups(groupArns),
    ruleArns.length === 0 ? [] : elbv2.rules(ruleArns),
    Promise.all(groupArns.map((arn) => elbv2.targetHealth(arn))),
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
