/** Everything that the emulated ECS remembers. Records are changed in place by their controllers; `views.ts` turns them into AWS's shapes. */
import type {
  DeploymentConfiguration,
  DeploymentLifecycleHookAction,
  DeploymentLifecycleHookStatus,
  KeyValuePair,
  LaunchType,
  LoadBalancer,
  NetworkConfiguration,
  PropagateTags,
  ServiceDeploymentRollbackMonitorsStatus,
  ServiceDeploymentStatus,
  ServiceEvent,
  Tag,
  TaskDefinition,
  TaskOverride,
  TaskStopCode,
} from '@aws-sdk/client-ecs';
import type { TaskAddress } from '../world/addresses.ts';
import type { ImageRecipe } from '../world/tasks/protocol.ts';
import type { Stage } from './plan/stages.ts';

export interface ClusterRecord {
  readonly arn: string;
  readonly name: string;
  status: 'ACTIVE' | 'INACTIVE';
  settings: { readonly name: 'containerInsights'; readonly value: string }[];
  readonly tags: Map<string, string>;
  readonly services: Map<string, ServiceRecord>;
}

export interface TaskDefinitionRecord {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  /** As AWS gives it back, with its defaults filled in; `status` changes when it is deregistered. */
  definition: TaskDefinition;
  readonly tags: Map<string, string>;
}

/** What an image reference stood for when the revision first used it (versionConsistency: the tag is looked up once). */
export interface ResolvedImage {
  readonly digest: string;
  readonly recipe: ImageRecipe;
}

/** Where a revision's tasks are registered: the service's configuration with the live group worked out. */
export interface ResolvedTarget {
  readonly targetGroupArn: string;
  /** The other group of a blue-green pair; where the next revision goes. */
  readonly alternateTargetGroupArn: string | undefined;
  readonly productionListenerRule: string | undefined;
  readonly testListenerRule: string | undefined;
  readonly containerName: string;
  readonly containerPort: number;
}

/** A service revision: what one deployment brings. */
export interface RevisionRecord {
  readonly arn: string;
  readonly taskDefinition: TaskDefinitionRecord;
  readonly loadBalancers: readonly LoadBalancer[];
  readonly targets: readonly ResolvedTarget[];
  readonly networkConfiguration: NetworkConfiguration | undefined;
  readonly launchType: LaunchType;
  readonly platformVersion: string;
  readonly createdAt: Date;
  /** By container name; filled when the first task pulls. */
  readonly images: Map<string, ResolvedImage>;
}

/** How many tasks of a revision should run: all that are desired, none, as a rolling update allows, or what is there and no more. */
export type Scale = 'desired' | 'none' | 'rolling' | 'frozen';

/** A revision that runs, as `deployments[]` of DescribeServices shows it. */
export interface Workload {
  /** `ecs-svc/<digits>`. */
  readonly id: string;
  readonly revision: RevisionRecord;
  readonly createdAt: Date;
  updatedAt: Date;
  scale: Scale;
  rollout: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutReason: string;
  /** It had all its tasks healthy once; from then on failing tasks are replaced before they are stopped. */
  established: boolean;
  /** Tasks in a row that ended without having been healthy, while none is; what the scheduler's patience goes by. */
  failures: number;
  /** Failed tasks as the circuit breaker counts them: since a task last became healthy, and in all. */
  readonly failed: { inARow: number; inAll: number };
  /** Epoch ms before which no replacement starts. */
  retryAt: number;
}

export type HookStatus = Extract<
  DeploymentLifecycleHookStatus,
  'AWAITING_ACTION' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT'
>;

export interface HookRecord {
  readonly id: string;
  readonly stage: Stage;
  readonly expiresAt: Date;
  readonly timeoutAction: DeploymentLifecycleHookAction;
  status: HookStatus;
}

export interface RevisionCounts {
  readonly requested: number;
  readonly running: number;
  readonly pending: number;
}

export interface BreakerRecord {
  status: ServiceDeploymentRollbackMonitorsStatus;
  failureCount: number;
  threshold: number;
}

export interface AlarmsRecord {
  status: ServiceDeploymentRollbackMonitorsStatus;
  readonly alarmNames: readonly string[];
  triggeredAlarmNames: readonly string[];
}

/** A service deployment. */
export interface DeploymentRecord {
  readonly arn: string;
  readonly service: ServiceRecord;
  readonly configuration: DeploymentConfiguration;
  /** Revisions active when it began. */
  readonly sources: readonly RevisionRecord[];
  /** Where a rollback goes: the last revision whose deployment completed; undefined for a service's first deployment. */
  readonly fallback: RevisionRecord | undefined;
  readonly target: RevisionRecord;
  readonly createdAt: Date;
  startedAt: Date | undefined;
  finishedAt: Date | undefined;
  stoppedAt: Date | undefined;
  updatedAt: Date;
  status: ServiceDeploymentStatus;
  statusReason: string | undefined;
  stage: Stage | undefined;
  readonly hooks: HookRecord[];
  readonly breaker: BreakerRecord;
  readonly alarms: AlarmsRecord;
  /** Percent on the target revision; undefined where no traffic is shifted (ROLLING), `test` where there is no test rule. */
  weights: { production: number; test: number | undefined } | undefined;
  rollback: { readonly reason: string; readonly startedAt: Date; readonly revision: RevisionRecord } | undefined;
  /** Counts as they were at its end, by revision ARN; live ones are used before. */
  finalCounts: ReadonlyMap<string, RevisionCounts> | undefined;
}

export interface ServiceRecord {
  readonly arn: string;
  readonly name: string;
  readonly cluster: ClusterRecord;
  readonly createdAt: Date;
  readonly clientToken: string | undefined;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  desiredCount: number;
  configuration: DeploymentConfiguration;
  healthCheckGracePeriodSeconds: number;
  /** Members that are only given back. */
  echo: ServiceEcho;
  readonly tags: Map<string, string>;
  readonly events: ServiceEvent[];
  readonly revisions: Map<string, RevisionRecord>;
  /** Newest first; the oldest are forgotten. */
  deployments: readonly DeploymentRecord[];
  /** Oldest first; the primary is among them. */
  readonly workloads: Workload[];
  primary: Workload | undefined;
  /** The revision of the last deployment that completed; where a rollback goes. */
  stable: RevisionRecord | undefined;
  /** Set while tasks are replaced within minimumHealthyPercent and maximumPercent: the revision being rolled in. */
  rollingIn: Workload | undefined;
  readonly tasks: Set<TaskRecord>;
}

export interface ServiceEcho {
  readonly launchType: LaunchType;
  readonly propagateTags: PropagateTags;
  readonly enableECSManagedTags: boolean;
  readonly enableExecuteCommand: boolean;
  readonly availabilityZoneRebalancing: 'ENABLED' | 'DISABLED';
  readonly roleArn: string | undefined;
}

export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

export interface ContainerRecord {
  readonly arn: string;
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly stopTimeoutMs: number;
  readonly runtimeId: string;
  readonly cpu: number;
  readonly memory: number | undefined;
  status: 'PENDING' | 'RUNNING' | 'STOPPED';
  digest: string | undefined;
  pid: number | undefined;
  exitCode: number | undefined;
  reason: string | undefined;
}

/** A registration in a target group. `health` is what DescribeTargetHealth said last. */
export interface TaskTarget {
  readonly targetGroupArn: string;
  readonly host: string;
  readonly port: number;
  health: string;
  reason: string | undefined;
}

export interface TaskRecord {
  readonly arn: string;
  readonly id: string;
  readonly cluster: ClusterRecord;
  readonly definition: TaskDefinitionRecord;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly zone: string;
  readonly subnetId: string | undefined;
  readonly launchType: LaunchType;
  readonly platformVersion: string;
  readonly enableExecuteCommand: boolean;
  readonly tags: Map<string, string>;
  /** What RunTask changed of the task definition. */
  readonly overrides: TaskOverride;
  readonly networkInterface: { readonly attachmentId: string; readonly interfaceId: string; readonly mac: string };
  readonly containers: readonly ContainerRecord[];
  readonly createdAt: Date;
  /** One for each port that was asked of the address plan; the first is the task's own address. */
  readonly addresses: TaskAddress[];
  targets: TaskTarget[];
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  /** It was healthy at least once. */
  wasHealthy: boolean;
  version: number;
  connectivityAt: Date | undefined;
  pullStartedAt: Date | undefined;
  pullStoppedAt: Date | undefined;
  startedAt: Date | undefined;
  stoppingAt: Date | undefined;
  executionStoppedAt: Date | undefined;
  stoppedAt: Date | undefined;
  stopCode: TaskStopCode | undefined;
  stoppedReason: string | undefined;
}

/** Statuses that a service deployment does not leave again. */
export const FINAL_STATUSES: ReadonlySet<ServiceDeploymentStatus> = new Set<ServiceDeploymentStatus>([
  'SUCCESSFUL',
  'STOPPED',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
]);

/** Has the deployment a status that it does not leave again? */
export function isFinal(deployment: DeploymentRecord): boolean {
  return FINAL_STATUSES.has(deployment.status);
}

/** Tags as AWS's lists, in the order in which they were set. */
export function tagList(tags: ReadonlyMap<string, string>): Tag[] {
  return [...tags].map(([key, value]) => ({ key, value }));
}

/** Environment variables as a record; later ones win. */
export function environmentOf(pairs: readonly KeyValuePair[] | undefined): Record<string, string> {
  return Object.fromEntries((pairs ?? []).map(({ name, value }) => [name ?? '', value ?? '']));
}
