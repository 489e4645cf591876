/**
 * The watch: production traffic is on the candidate, the baseline is still warm. Counts of the candidate's target group are held
 * against the objective's error budget until it is clearly broken, kept to the end, or nothing can be said.
 */
import { dimensionOf } from '../../aws/elbv2.ts';
import { WATCH_PATIENCE } from '../../platform/common-schema.ts';
import type { Objective } from '../../platform/model.ts';
import type { Verdict } from '../../report/evidence.ts';
import { clopperPearson } from '../../statistics/binomial.ts';
import type { Ports } from '../ports.ts';

/** False alarms of the whole watch: a candidate exactly at its budget is rolled back with at most this probability. */
export const WATCH_ALPHA = 0.01;

export interface Counts {
  readonly requests: number;
  readonly errors: number;
}

export interface WatchRequest {
  readonly loadBalancer: string;
  readonly targetGroup: string;
  readonly objective: Objective;
  readonly since: Date;
  readonly seconds: number;
  /** Length of CloudWatch periods, and how long after its end a period is taken as complete. */
  readonly periodSeconds: number;
  readonly lagSeconds: number;
  /** False once the deployment no longer waits for us. */
  readonly stillWaiting: () => Promise<boolean>;
  readonly onBlock: (at: Date, counts: Counts) => void;
  readonly onProgress: (text: string) => void;
}

export interface WatchResult extends Counts {
  readonly verdict: Verdict | 'superseded';
  readonly lower: number;
  readonly upper: number;
  readonly message: string;
}

/** Follows the candidate's counts to a decision. Polls once a period, at most every second. */
export async function watchCandidate(request: WatchRequest, ports: Ports): Promise<WatchResult> {
  const pollSeconds = Math.max(1, request.periodSeconds);
  const looks = Math.ceil((request.seconds * WATCH_PATIENCE) / pollSeconds) + 1;
  const seen = new Map<number, Counts>();
  const startedAt = ports.clock.now().getTime();
  for (;;) {
    await ports.clock.sleep(pollSeconds * 1000, ports.signal);
    const elapsed = (ports.clock.now().getTime() - startedAt) / 1000;
    for (const [second, counts] of await readBlocks(request, ports)) {
      if (!seen.has(second)) {
        seen.set(second, counts);
        request.onBlock(new Date(second * 1000), counts);
      }
    }
    const total = sum(seen.values());
    const decision = decideWatch(total, {
      budget: budgetOf(request.objective),
      looks,
      ended: elapsed / request.seconds,
    });
    request.onProgress(
      `${total.errors} of ${total.requests} requests failed on the candidate after ${Math.round(elapsed)} s`,
    );
    if (decision !== undefined) {
      return describe(decision, total, looks, request.objective);
    }
    if (!(await request.stillWaiting())) {
      return { ...describe('inconclusive', total, looks, request.objective), verdict: 'superseded' };
    }
  }
}

/**
 * The decision after a look; undefined = look again. `ended` is the elapsed share of the planned watch.
 * Failing needs the exact binomial lower bound (Clopper and Pearson 1934) above the budget, at α shared out over all planned looks
 * (Bonferroni), so that looking often does not raise false alarms. No request at all is never a pass.
 */
export function decideWatch(
  counts: Counts,
  plan: { budget: number; looks: number; ended: number },
): Verdict | undefined {
  const { lower } = boundsOf(counts, plan.looks);
  if (lower > plan.budget) {
    return 'fail';
  }
  if (plan.ended < 1) {
    return undefined;
  }
  if (counts.requests > 0 && counts.errors / counts.requests <= plan.budget) {
    return 'pass';
  }
  return plan.ended >= WATCH_PATIENCE ? 'inconclusive' : undefined;
}

/** Two-sided bounds whose lower side alone carries α / looks. */
function boundsOf(counts: Counts, looks: number): { lower: number; upper: number } {
  return counts.requests === 0
    ? { lower: 0, upper: 1 }
    : clopperPearson(counts.errors, counts.requests, 1 - (2 * WATCH_ALPHA) / looks);
}

function budgetOf(objective: Objective): number {
  return Number(objective.budget.numerator) / Number(objective.budget.denominator);
}

function describe(verdict: Verdict, counts: Counts, looks: number, objective: Objective): WatchResult {
  const { lower, upper } = boundsOf(counts, looks);
  const budget = percent(budgetOf(objective));
  const ratio =
    counts.requests === 0
      ? 'no request reached it'
      : `${counts.errors} of ${counts.requests} requests failed on it (${percent(lower)} to ${percent(upper)})`;
  const messages: Record<Verdict, string> = {
    pass: `${ratio}; "${objective.name}" allows ${budget}: kept, as far as ${counts.requests} requests can show`,
    fail: `${ratio}; "${objective.name}" allows ${budget}`,
    inconclusive: `${ratio}; "${objective.name}" allows ${budget}: neither kept nor clearly broken`,
  };
  return { verdict, ...counts, lower, upper, message: messages[verdict] };
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

function sum(blocks: Iterable<Counts>): Counts {
  let requests = 0;
  let errors = 0;
  for (const block of blocks) {
    requests += block.requests;
    errors += block.errors;
  }
  return { requests, errors };
}

/**
 * Closed periods since the watch's beginning. The counters are sparse: no errors datapoint means 0 only where the requests of that
 * period are known; a period without requests is no data. Dropped connections are errors that HTTPCode_Target_5XX_Count does not hold.
 */
async function readBlocks(request: WatchRequest, ports: Ports): Promise<Map<number, Counts>> {
  const period = request.periodSeconds;
  const start = Math.ceil(request.since.getTime() / 1000 / period) * period;
  const end = Math.floor((ports.clock.now().getTime() / 1000 - request.lagSeconds) / period) * period;
  const blocks = new Map<number, Counts>();
  if (end <= start) {
    return blocks;
  }
  const dimensions = { LoadBalancer: dimensionOf(request.loadBalancer), TargetGroup: dimensionOf(request.targetGroup) };
  const counter = (id: string, name: string) => ({
    id,
    namespace: 'AWS/ApplicationELB',
    name,
    dimensions,
    stat: 'Sum',
  });
  const points = await ports.aws.cloudwatch.metrics(
    [
      counter('requests', 'RequestCount'),
      counter('errors', 'HTTPCode_Target_5XX_Count'),
      counter('broken', 'TargetConnectionErrorCount'),
    ],
    { start: new Date(start * 1000), end: new Date(end * 1000), periodSeconds: period },
  );
  for (const [second, requests] of points.get('requests') ?? []) {
    const errors = (points.get('errors')?.get(second) ?? 0) + (points.get('broken')?.get(second) ?? 0);
    blocks.set(second, { requests, errors: Math.min(errors, requests) });
  }
  return blocks;
}
