/** The verdict of a deployment: from how the service deployment ended and what is live now, never from "stable". Pure. */
import type { Reason, Verdict } from '../../report/evidence.ts';

/** What surefoot itself decided at a pause, when it was not to go on. */
export interface RollbackCause {
  readonly verdict: 'fail' | 'inconclusive';
  readonly reason: Reason;
}

export interface Outcome {
  readonly status: string;
  readonly statusReason: string | undefined;
  /** Revision ARNs; `live` is what ECS says serves after the end. */
  readonly candidate: string;
  readonly live: string | undefined;
  readonly cause: RollbackCause | undefined;
  /** A pause ended by its time-out: nobody had decided anything. */
  readonly pauseTimedOut: boolean;
}

/** Pass needs both: the deployment SUCCESSFUL and the candidate live. Every other end names its cause. */
export function judgeDeployment(outcome: Outcome): { verdict: Verdict; reasons: Reason[] } {
  const { status, cause } = outcome;
  if (status === 'SUCCESSFUL') {
    return outcome.live === outcome.candidate
      ? {
          verdict: 'pass',
          reasons: [{ code: 'deployed', message: 'the candidate is live and has all production traffic' }],
        }
      : {
          verdict: 'fail',
          reasons: [
            {
              code: 'not-live',
              message: `ECS reports success, but ${outcome.live ?? 'no revision'} serves instead of ${outcome.candidate}`,
            },
          ],
        };
  }
  if (status === 'ROLLBACK_SUCCESSFUL') {
    const after: Reason = {
      code: 'rolled-back',
      message: 'ECS rolled back; the previous revision has all production traffic',
    };
    if (cause !== undefined) {
      return { verdict: cause.verdict, reasons: [cause.reason, after] };
    }
    if (outcome.pauseTimedOut) {
      const message = 'a pause got no answer in time, so ECS rolled back: nothing was decided';
      return { verdict: 'inconclusive', reasons: [{ code: 'pause-timed-out', message }, after] };
    }
    return {
      verdict: 'fail',
      reasons: [
        { code: 'rolled-back-by-ecs', message: outcome.statusReason ?? 'ECS rolled back and gave no reason' },
        after,
      ],
    };
  }
  const ended: Reason = {
    code: 'not-rolled-back',
    message: `the deployment ended ${status}: ${outcome.statusReason ?? 'no reason given'}; look at the service now`,
  };
  return { verdict: 'fail', reasons: cause === undefined ? [ended] : [ended, cause.reason] };
}
