/** Why a service deployment leaves its way forward; used as abort reasons and thrown by its steps. */
import { eventText, rolloutText } from '../plan/event-text.ts';

/** Somebody asked for the previous revision. The message completes "Service deployment rolled back because of …". */
export class RollbackRequested extends Error {
  constructor(because: string) {
    super(because);
    this.name = 'RollbackRequested';
  }
}

/** Another deployment takes over, or the service is deleted: it stops where it is. */
export class Superseded extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Superseded';
  }
}

export type Detector = 'circuit breaker' | 'alarms';

/** The circuit breaker or an alarm found that the deployment has failed. The message completes "Service deployment … because …". */
export class FailureDetected extends Error {
  readonly detector: Detector;
  /** Is the service to go back to the last deployment that completed? Otherwise the deployment ends where it is. */
  readonly rollBack: boolean;

  constructor(detector: Detector, rollBack: boolean) {
    super(detector === 'alarms' ? 'an alarm was detected.' : 'the circuit breaker threshold was exceeded.');
    this.name = 'FailureDetected';
    this.detector = detector;
    this.rollBack = rollBack;
  }
}

/** The `statusReason` of a deployment that left its way forward because of `cause`. */
export function statusReason(cause: unknown): string {
  if (cause instanceof FailureDetected) {
    return `Service deployment ${cause.rollBack ? 'rolled back' : 'stopped'} because ${cause.message}`;
  }
  return `Service deployment rolled back because of ${cause instanceof Error ? cause.message : String(cause)}`;
}

/** What the service's event log says of a failure; undefined when nothing failed, but somebody asked. */
export function failureEvent(service: string, deployment: string, cause: unknown): string | undefined {
  if (cause instanceof RollbackRequested) {
    return undefined;
  }
  const detected = { 'circuit breaker': 'tasks failed to start.', alarms: 'alarm detected.' } as const;
  const reason = cause instanceof FailureDetected ? detected[cause.detector] : statusReason(cause);
  return eventText.failed(service, deployment, reason);
}

/** The `rolloutStateReason` of a deployment that failed because of `cause`. */
export function failedRollout(deployment: string, cause: unknown): string {
  return cause instanceof FailureDetected && cause.detector === 'circuit breaker'
    ? rolloutText.circuitBreaker
    : rolloutText.failed(deployment, cause instanceof FailureDetected ? 'alarm detected.' : statusReason(cause));
}

/** The `rolloutStateReason` of the deployment that the service goes back to because of `cause`. */
export function rollbackRollout(deployment: string, cause: unknown): string {
  return cause instanceof FailureDetected
    ? rolloutText.rollingBack(cause.detector, deployment)
    : rolloutText.inProgress(deployment);
}
