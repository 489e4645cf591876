/** ECS's records in the shapes that AWS answers with. */
import type {
  Cluster,
  Deployment,
  DeploymentLifecycleHookDetail,
  Service,
  ServiceDeployment,
  ServiceDeploymentBrief,
  ServiceRevision,
  ServiceRevisionSummary,
} from '@aws-sdk/client-ecs';
import type { RehearsalClock } from '../world/clock.ts';
import type { HookRecord } from './records/deployment.ts';
import type { RevisionRecord } from './records/revision.ts';
import type { ClusterRecord, DeploymentRecord, ServiceRecord, Workload } from './records/service.ts';
import type { TaskRecord } from './records/task.ts';
import { countTasks, revisionCounts, wantedOf } from './service/facts.ts';
import { tagList } from './tag-rules.ts';

/** `platformFamily` of tasks and services: what AWS gives for Fargate on Linux. */
export const PLATFORM_FAMILY = 'Linux';

/** A cluster as Create, Describe and Delete answer with it; `tasks` are those in it that are not STOPPED. */
export function clusterView(cluster: ClusterRecord, tasks: readonly TaskRecord[], withTags: boolean): Cluster {
  const services = [...cluster.services.values()].filter((service) => service.status !== 'INACTIVE');
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter((task) => task.lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter((task) => ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(task.lastStatus))
      .length,
    activeServicesCount: services.filter((service) => service.status === 'ACTIVE').length,
    statistics: [],
    tags: withTags ? tagList(cluster.tags) : [],
    settings: cluster.settings,
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
  };
}

/** A service as Create, Update, Describe and Delete answer with it; counts are those of this moment. */
export function serviceView(service: ServiceRecord, clock: RehearsalClock, withTags: boolean): Service {
  const counts = service.workloads.map((workload) => countTasks(service, workload, clock));
  const revision = service.primary?.revision ?? [...service.revisions.values()].at(-1);
  const latest = service.deployments[0];
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    loadBalancers: [...(revision?.loadBalancers ?? [])],
    serviceRegistries: [],
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: counts.reduce((sum, count) => sum + count.running, 0),
    pendingCount: counts.reduce((sum, count) => sum + count.pending, 0),
    launchType: service.echo.launchType,
    ...optional('platformVersion', revision?.platformVersion),
    platformFamily: PLATFORM_FAMILY,
    ...optional('taskDefinition', revision?.taskDefinition.arn),
    deploymentConfiguration: service.configuration,
    deployments: deploymentsOf(service, clock),
    ...optional('roleArn', service.echo.roleArn),
    events: service.events,
    createdAt: service.createdAt,
    ...optional('currentServiceDeployment', latest?.arn),
    currentServiceRevisions: service.workloads.map((workload) => {
      const count = revisionCounts(service, workload.revision, clock);
      return {
        arn: workload.revision.arn,
        requestedTaskCount: count.requested,
        runningTaskCount: count.running,
        pendingTaskCount: count.pending,
      };
    }),
    placementConstraints: [],
    placementStrategy: [],
    ...optional('networkConfiguration', revision?.networkConfiguration),
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    ...(withTags ? { tags: tagList(service.tags) } : {}),
    enableECSManagedTags: service.echo.enableECSManagedTags,
    propagateTags: service.echo.propagateTags,
    enableExecuteCommand: service.echo.enableExecuteCommand,
    availabilityZoneRebalancing: service.echo.availabilityZoneRebalancing,
  };
}

/** The primary first, then what is being replaced, newest first. */
function deploymentsOf(service: ServiceRecord, clock: RehearsalClock): Deployment[] {
  const others = service.workloads.filter((workload) => workload !== service.primary).reverse();
  return [...(service.primary === undefined ? [] : [service.primary]), ...others].map((workload) =>
    deploymentView(service, workload, clock),
  );
}

function deploymentView(service: ServiceRecord, workload: Workload, clock: RehearsalClock): Deployment {
  const { revision } = workload;
  const count = countTasks(service, workload, clock);
  return {
    id: workload.id,
    status: workload === service.primary ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: revision.taskDefinition.arn,
    desiredCount:
      workload.scale === 'rolling' && workload === service.rollingIn
        ? service.desiredCount
        : wantedOf(service, workload, clock),
    pendingCount: count.pending,
    runningCount: count.running,
    failedTasks: workload.failures,
    createdAt: workload.createdAt,
    updatedAt: workload.updatedAt,
    launchType: revision.launchType,
    platformVersion: revision.platformVersion,
    platformFamily: PLATFORM_FAMILY,
    ...optional('networkConfiguration', revision.networkConfiguration),
    // "The rolloutState of a service is only returned for services that use the rolling update deployment type."
    ...(service.configuration.strategy === 'ROLLING'
      ? { rolloutState: workload.rollout, rolloutStateReason: workload.rolloutReason }
      : {}),
  };
}

/** A service deployment as DescribeServiceDeployments answers with it; counts are live until it has ended. */
export function serviceDeploymentView(deployment: DeploymentRecord, clock: RehearsalClock): ServiceDeployment {
  const { weights, rollback } = deployment;
  return {
    serviceDeploymentArn: deployment.arn,
    serviceArn: deployment.service.arn,
    clusterArn: deployment.service.cluster.arn,
    createdAt: deployment.createdAt,
    ...optional('startedAt', deployment.startedAt),
    ...optional('finishedAt', deployment.finishedAt),
    ...optional('stoppedAt', deployment.stoppedAt),
    updatedAt: deployment.updatedAt,
    sourceServiceRevisions: deployment.sources.map((revision) =>
      summaryView(
        deployment,
        revision,
        clock,
        revision === deployment.fallback ? remaining(weights) : noWeights(weights),
      ),
    ),
    targetServiceRevision: summaryView(deployment, deployment.target, clock, weights),
    status: deployment.status,
    ...optional('statusReason', deployment.statusReason),
    // The SDK's enum lacks PRE_PRODUCTION_TRAFFIC_SHIFT; AWS's text of the member lists it.
    ...optional('lifecycleStage', deployment.stage as ServiceDeployment['lifecycleStage']),
    lifecycleHookDetails: deployment.hooks.map(hookView),
    deploymentConfiguration: deployment.configuration,
    ...(rollback === undefined
      ? {}
      : {
          rollback: {
            reason: rollback.reason,
            startedAt: rollback.startedAt,
            serviceRevisionArn: rollback.revision.arn,
          },
        }),
    deploymentCircuitBreaker: deployment.breaker,
    alarms: {
      status: deployment.alarms.status,
      alarmNames: [...deployment.alarms.alarmNames],
      triggeredAlarmNames: [...deployment.alarms.triggeredAlarmNames],
    },
  };
}

type Weights = DeploymentRecord['weights'];

function remaining(weights: Weights): Weights {
  return weights === undefined
    ? undefined
    : { production: 100 - weights.production, test: weights.test === undefined ? undefined : 100 - weights.test };
}

function noWeights(weights: Weights): Weights {
  return weights === undefined ? undefined : { production: 0, test: 0 };
}

function summaryView(
  deployment: DeploymentRecord,
  revision: RevisionRecord,
  clock: RehearsalClock,
  weights: Weights,
): ServiceRevisionSummary {
  const counts = deployment.finalCounts?.get(revision.arn) ?? revisionCounts(deployment.service, revision, clock);
  return {
    arn: revision.arn,
    requestedTaskCount: counts.requested,
    runningTaskCount: counts.running,
    pendingTaskCount: counts.pending,
    ...(weights === undefined
      ? {}
      : { requestedTestTrafficWeight: weights.test ?? 0, requestedProductionTrafficWeight: weights.production }),
  };
}

function hookView(hook: HookRecord): DeploymentLifecycleHookDetail {
  return {
    hookId: hook.id,
    targetType: 'PAUSE',
    status: hook.status,
    expiresAt: hook.expiresAt,
    timeoutAction: hook.timeoutAction,
  };
}

/** A service deployment as ListServiceDeployments answers with it. */
export function serviceDeploymentBrief(deployment: DeploymentRecord): ServiceDeploymentBrief {
  return {
    serviceDeploymentArn: deployment.arn,
    serviceArn: deployment.service.arn,
    clusterArn: deployment.service.cluster.arn,
    ...optional('startedAt', deployment.startedAt),
    createdAt: deployment.createdAt,
    ...optional('finishedAt', deployment.finishedAt),
    targetServiceRevisionArn: deployment.target.arn,
    status: deployment.status,
    ...optional('statusReason', deployment.statusReason),
  };
}

/** A service revision with its live target groups and the digests that its tasks run. */
export function serviceRevisionView(service: ServiceRecord, revision: RevisionRecord): ServiceRevision {
  return {
    serviceRevisionArn: revision.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    taskDefinition: revision.taskDefinition.arn,
    launchType: revision.launchType,
    platformVersion: revision.platformVersion,
    platformFamily: PLATFORM_FAMILY,
    loadBalancers: [...revision.loadBalancers],
    ...optional('networkConfiguration', revision.networkConfiguration),
    containerImages: (revision.taskDefinition.definition.containerDefinitions ?? []).map(({ name, image }) => ({
      ...optional('containerName', name),
      ...optional('image', image),
      ...optional('imageDigest', revision.images.get(name ?? '')?.digest),
    })),
    guardDutyEnabled: false,
    createdAt: revision.createdAt,
    resolvedConfiguration: {
      loadBalancers: revision.targets.map((target) => ({
        targetGroupArn: target.targetGroupArn,
        ...optional('productionListenerRule', target.productionListenerRule),
      })),
    },
  };
}

/** `{ [key]: value }`, or nothing where there is no value: AWS leaves such members out. */
export function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [member in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [member in Key]: Value });
}
