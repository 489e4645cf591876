/** What must hold once the dust has settled, asked of the platform itself. */
import { isDeepStrictEqual } from 'node:util';
import type {
  DeploymentConfiguration,
  DescribeServiceRevisionsResponse,
  DescribeTasksResponse,
  ListServiceDeploymentsResponse,
  ListTasksResponse,
} from '@aws-sdk/client-ecs';
import type {
  DescribeRulesCommandOutput,
  DescribeTargetHealthCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { RUNNING_STATUSES } from '../../src/operations/common/deployment-statuses.ts';
import { RESTORE_TAG } from '../../src/operations/deploy/way-back/restore.ts';
import { describeService, type Lab } from './lab.ts';

const LOOK_EVERY_MS = 250;

/** Resolves when no deployment runs. @throws Error when one still does after `withinMs` */
export async function untilSettled(lab: Lab, withinMs: number): Promise<void> {
  const running = await lastOf(() => runningDeployments(lab), withinMs);
  if (running.length > 0) {
    throw new Error(`still running after ${withinMs} ms: ${running.join(', ')}`);
  }
}

/** What is wrong with the service; empty when one revision serves, whole and alone. Old tasks are given `withinMs` to leave. */
export function unsoundness(lab: Lab, withinMs = 30_000): Promise<string[]> {
  return lastOf(async () => [...(await serviceFaults(lab)), ...(await trafficFaults(lab))], withinMs);
}

/** Tasks of no service that still run; they are given `withinMs` to end. */
export function orphans({ rehearsal, target }: Lab, withinMs: number): Promise<string[]> {
  return lastOf(async () => {
    const list = await rehearsal.wire.call<ListTasksResponse>('ecs', 'ListTasks', {
      cluster: target.cluster,
      family: target.ecsService,
    });
    const { tasks = [] } = await rehearsal.wire.call<DescribeTasksResponse>('ecs', 'DescribeTasks', {
      cluster: target.cluster,
      tasks: list.taskArns,
    });
    return tasks.filter((task) => !task.group?.startsWith('service:')).map((task) => task.taskArn ?? '');
  }, withinMs);
}

/** What of surefoot is on the service. */
export async function leftovers(lab: Lab): Promise<string[]> {
  const service = await describeService(lab);
  const found: string[] = [];
  if (service.tags?.some((tag) => tag.key === RESTORE_TAG)) {
    found.push(`tag ${RESTORE_TAG}`);
  }
  const now = comparable(service.deploymentConfiguration);
  if (!isDeepStrictEqual(now, comparable(lab.original.deploymentConfiguration))) {
    found.push(`deploymentConfiguration ${JSON.stringify(now)}`);
  }
  return found;
}

/** No hooks are no hooks, however they are written. */
function comparable(configuration: DeploymentConfiguration = {}): DeploymentConfiguration {
  return { ...configuration, lifecycleHooks: configuration.lifecycleHooks ?? [] };
}

async function runningDeployments({ rehearsal, target }: Lab): Promise<string[]> {
  const answer = await rehearsal.wire.call<ListServiceDeploymentsResponse>('ecs', 'ListServiceDeployments', {
    cluster: target.cluster,
    service: target.ecsService,
    status: [...RUNNING_STATUSES],
  });
  return (answer.serviceDeployments ?? []).map((brief) => `${brief.serviceDeploymentArn} ${brief.status}`);
}

async function serviceFaults(lab: Lab): Promise<string[]> {
  const { rehearsal, target } = lab;
  const service = await describeService(lab);
  const found: string[] = [];
  const desired = lab.original.desiredCount;
  if (service.deployments?.length !== 1) {
    found.push(`several revisions: ${service.deployments?.map((each) => each.taskDefinition).join(', ')}`);
  }
  if (service.runningCount !== desired || service.pendingCount !== 0 || service.desiredCount !== desired) {
    found.push(`${service.runningCount} running, ${service.pendingCount} pending, ${service.desiredCount} desired`);
  }
  const list = await rehearsal.wire.call<ListTasksResponse>('ecs', 'ListTasks', {
    cluster: target.cluster,
    serviceName: target.ecsService,
  });
  const { tasks = [] } = await rehearsal.wire.call<DescribeTasksResponse>('ecs', 'DescribeTasks', {
    cluster: target.cluster,
    tasks: list.taskArns,
  });
  const strangers = tasks.filter((task) => task.taskDefinitionArn !== service.deployments?.[0]?.taskDefinition);
  if (tasks.length !== desired || strangers.length > 0) {
    found.push(`${tasks.length} tasks, ${strangers.length} of another revision`);
  }
  return found;
}

/** Both rules must give everything to the one group that the live revision is in, and its targets must be healthy. */
async function trafficFaults(lab: Lab): Promise<string[]> {
  const { rehearsal } = lab;
  const service = await describeService(lab);
  const [current] = service.currentServiceRevisions ?? [];
  const { serviceRevisions = [] } = await rehearsal.wire.call<DescribeServiceRevisionsResponse>(
    'ecs',
    'DescribeServiceRevisions',
    { serviceRevisionArns: [current?.arn] },
  );
  const live = serviceRevisions[0]?.resolvedConfiguration?.loadBalancers?.[0]?.targetGroupArn;
  const found = service.currentServiceRevisions?.length === 1 ? [] : ['not exactly one current revision'];
  const advanced = service.loadBalancers?.[0]?.advancedConfiguration;
  const { Rules = [] } = await rehearsal.wire.call<DescribeRulesCommandOutput>('elbv2', 'DescribeRules', {
    RuleArns: [advanced?.productionListenerRule, advanced?.testListenerRule],
  });
  for (const rule of Rules) {
    const groups = rule.Actions?.flatMap((action) => action.ForwardConfig?.TargetGroups ?? []) ?? [];
    const weighted = groups.filter((group) => (group.Weight ?? 0) > 0).map((group) => group.TargetGroupArn);
    if (weighted.length !== 1 || weighted[0] !== live) {
      found.push(`rule ${rule.RuleArn} forwards to ${weighted.join(', ')}, the live revision is in ${live}`);
    }
  }
  const groups = [service.loadBalancers?.[0]?.targetGroupArn, advanced?.alternateTargetGroupArn];
  for (const group of groups) {
    const { TargetHealthDescriptions = [] } = await rehearsal.wire.call<DescribeTargetHealthCommandOutput>(
      'elbv2',
      'DescribeTargetHealth',
      { TargetGroupArn: group },
    );
    const states = TargetHealthDescriptions.map((target) => target.TargetHealth?.State ?? 'unknown');
    const wanted = group === live ? Array(lab.original.desiredCount ?? 0).fill('healthy') : [];
    if (states.join() !== wanted.join()) {
      found.push(`target group ${group}${group === live ? ' (live)' : ''} has ${states.join(', ') || 'no targets'}`);
    }
  }
  return found;
}

/** Looks until the list is empty, at most for `withinMs`; resolves with what it saw last. */
async function lastOf(look: () => Promise<string[]>, withinMs: number): Promise<string[]> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen.length === 0 || Date.now() > deadline) {
      return seen;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
