/**
 * Two independent counts of the same traffic: k6's and the balancer's, the latter read back through CloudWatch as a user would.
 * Every request that left k6 or the smoke check either got a target chosen (RequestCount) or was answered by the balancer alone, which
 * in a rehearsal is only the 503 of an empty target group (an ELB-made answer without a target is not in RequestCount):
 * k6 sent + smoke requests = RequestCount + HTTPCode_ELB_503_Count.
 */
import type { Check, LoadRecord } from '../../report/evidence.ts';
import type { Observation } from './scenario.ts';

/** What k6 began within so many seconds of its stop may never have left it. */
const UNSENT_SECONDS = 0.05;

function unsentOf({ rate, totals }: Observation['load']): number {
  return Math.min(totals.interrupted, Math.ceil(rate * UNSENT_SECONDS));
}

/** The equation, with its numbers. Where k6 was stopped, what it had just begun need not have come to the balancer. Pure. */
export function metricsReconcile({ operation, load, balancer }: Observation): Check {
  const sent = load.totals.planned - load.totals.dropped;
  const smoke = operation.measurements.find((measurement) => measurement.indicator === 'smoke requests')?.value ?? 0;
  const missing = sent + smoke - balancer.requestCount - balancer.elb503;
  const unsent = unsentOf(load);
  const holds = missing >= 0 && missing <= unsent;
  return {
    name: 'CloudWatch agrees with k6',
    verdict: holds ? 'pass' : 'fail',
    expected: `k6 sent + smoke requests = RequestCount + HTTPCode_ELB_503_Count${unsent > 0 ? `, but for ${unsent} at most that k6 had just begun when it was stopped` : ''}`,
    observed: `${sent} + ${smoke} ${missing === 0 ? '=' : '≠'} ${balancer.requestCount} + ${balancer.elb503}`,
  };
}

/**
 * Answer by answer, where nothing but the load came through the balancer. Of the requests that k6 cut off when it was stopped the
 * balancer has logged some as answered and the others as left by the client (460, in HTTPCode_ELB_4XX_Count): so many, but for those that
 * never left k6. Pure.
 */
export function answersReconcile({ load, balancer }: Observation): Check {
  const failed = (hundred: number) => load.bins.reduce((sum, bin) => sum + failuresOf(bin.failed, hundred), 0);
  const unanswered = load.totals.failed - failed(4) - failed(5);
  const ours = [load.totals.ok, failed(4), failed(5)];
  const theirs = [balancer.target2xx + balancer.target3xx, balancer.target4xx, balancer.target5xx];
  const { elb4xx, elb503 } = balancer;
  const beyond = theirs.map((count, index) => count - (ours[index] ?? 0));
  const unexplained = load.totals.interrupted - beyond.reduce((sum, count) => sum + count, elb4xx);
  const explained = unexplained >= 0 && unexplained <= unsentOf(load);
  const holds = explained && beyond.every((count) => count >= 0) && unanswered === 0 && elb503 === 0;
  return {
    name: "the balancer's log agrees with k6, answer by answer",
    verdict: holds ? 'pass' : 'fail',
    expected: `the balancer logged ${theirs[0]} good answers, ${theirs[1]} of 4xx, ${theirs[2]} of 5xx, ${elb503} of its own, ${elb4xx} left by k6`,
    observed: `k6 counted ${ours[0]}, ${ours[1]}, ${ours[2]}, ${unanswered} without an answer, and ${load.totals.interrupted} cut off when it was stopped`,
  };
}

function failuresOf(failed: LoadRecord['bins'][number]['failed'], hundred: number): number {
  return Object.entries(failed).reduce(
    (sum, [kind, count]) => sum + (kind.startsWith(`http-${hundred}`) ? count : 0),
    0,
  );
}
