/** What the emulated ECS remembers of service deployments. Records are changed in place by their controllers. */
import type {
  DeploymentConfiguration,
  DeploymentLifecycleHookAction,
  DeploymentLifecycleHookStatus,
  ServiceDeploymentRollbackMonitorsStatus,
  ServiceDeploymentStatus,
} from '@aws-sdk/client-ecs';
import type { Stage } from '../plan/stages.ts';
import type { RevisionRecord, ServiceRecord } from './service.ts';

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
