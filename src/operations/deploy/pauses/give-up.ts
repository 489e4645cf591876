/** The answer of a pause at which a candidate is given up, and why. */
import type { DeployContext } from '../request.ts';
import type { RollbackCause } from '../verdict.ts';

/** Keeps the cause for the verdict and the record. */
export function rollBack(
  context: DeployContext,
  verdict: RollbackCause['verdict'],
  code: string,
  message: string,
): 'ROLLBACK' {
  context.cause = { verdict, reason: { code, message } };
  context.recorder.event('problem', code, message);
  return 'ROLLBACK';
}
