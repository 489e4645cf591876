/** What the emulated ECS remembers of services, and of the revisions that they run. Records are changed in place by their controllers. */
import type {
  DeploymentConfiguration,
  LaunchType,
  LoadBalancer,
  NetworkConfiguration,
  PropagateTags,
  ServiceEvent,
} from '@aws-sdk/client-ecs';
import type { ImageRecipe } from '../../world/tasks/protocol.ts';
import type { ClusterRecord, TaskDefinitionRecord } from './cluster.ts';
import type { DeploymentRecord } from './deployment.ts';
import type { TaskRecord } from './task.ts';

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
