/** Expectations on how a deployment ended that scenarios share. Pure. */
import type { Check, Evidence } from '../../report/evidence.ts';

/** The service deployment was rolled back and the previous revision serves; `verdict` is what the operation had to say of it. */
export function rolledBack({ deployment, verdict }: Evidence, expected: Evidence['verdict']): Check {
  const back =
    deployment?.status === 'ROLLBACK_SUCCESSFUL' &&
    deployment.live !== null &&
    deployment.live === deployment.baseline?.revision;
  return {
    name: 'rolled back',
    verdict: back && verdict === expected ? 'pass' : 'fail',
    expected: `verdict ${expected}, ROLLBACK_SUCCESSFUL, the previous revision serves`,
    observed: `verdict ${verdict}, ${deployment?.status ?? 'no deployment'}, ${deployment?.live ?? 'nothing'} serves`,
  };
}

/** One of the operation's reasons has one of these codes. */
export function causeNamed({ reasons }: Evidence, ...codes: readonly string[]): Check {
  const cause = reasons.find((reason) => codes.includes(reason.code));
  return {
    name: 'cause named',
    verdict: cause === undefined ? 'fail' : 'pass',
    expected: `a reason that says why (${codes.join(' or ')})`,
    observed: cause?.message ?? reasons.map((reason) => reason.code).join(', '),
  };
}
