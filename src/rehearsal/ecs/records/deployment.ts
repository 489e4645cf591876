/** What a service deployment is made of: its hooks, its monitors, its counts; and when it is over. */
import type {
  DeploymentLifecycleHookAction,
  DeploymentLifecycleHookStatus,
  ServiceDeploymentRollbackMonitorsStatus,
  ServiceDeploymentStatus,
} from '@aws-sdk/client-ecs';
import type { Stage } from '../plan/stages.ts';

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

/** Statuses that a service deployment does not leave again. */
export const FINAL_STATUSES: ReadonlySet<ServiceDeploymentStatus> = new Set<ServiceDeploymentStatus>([
  'SUCCESSFUL',
  'STOPPED',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
]);

/** Has the deployment a status that it does not leave again? */
export function isFinal(deployment: { readonly status: ServiceDeploymentStatus }): boolean {
  return FINAL_STATUSES.has(deployment.status);
}
