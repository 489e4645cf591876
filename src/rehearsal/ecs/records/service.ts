/**
 * What the emulated ECS remembers of services, with their clusters and deployments: each of them knows the others. Records are changed in
 * place by their controllers.
 */
import type {
  DeploymentConfiguration,
  LaunchType,
  PropagateTags,
  ServiceDeploymentStatus,
  ServiceEvent,
} from '@aws-sdk/client-ecs';
import type { Stage } from '../plan/stages.ts';
import type { Cluster } from './cluster.ts';
import type { AlarmsRecord, BreakerRecord, HookRecord, RevisionCounts } from './deployment.ts';
import type { RevisionRecord } from './revision.ts';
import type { TaskRecord } from './task.ts';

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

/** A cluster with its services. */
export interface ClusterRecord extends Cluster {
  readonly services: Map<string, ServiceRecord>;
}
