/**
 * The watch: production traffic is on the candidate, the baseline is still warm. Counts of the candidate's target group are held
 * against the objective's error budget until it is clearly broken, kept to the end, or nothing can be said.
 */
import { dimensionOf } from '../../aws/load-balancer-names.ts';
import type { Fraction } from '../../platform/decimal.ts';
import type { Objective } from '../../platform/model.ts';
import { WATCH_PATIENCE } from '../../platform/schema/common.ts';
import type { Verdict } from '../../report/evidence.ts';
import { clopperPearson } from '../../statistics/binomial.ts';
import type { Ports } from '../ports.ts';
import type { WatchTiming } from './watch-timing.ts';

/** False alarms of the whole watch: a candidate exactly at its budget is rolled back with at most this probability. */
export const WATCH_ALPHA = 0.01;

export interface Counts {
  readonly requests: number;
  readonly errors: number;
}

/** One period of the target group's counters. */
export interface Block {
  readonly requests: number;
  /** Answers of targets by class of status. */
  readonly answered: number;
  readonly serverErrors: number;
  /** Seconds that targets took for their answers, summed. */
  readonly responseSeconds: number;
}

export interface WatchRequest {
  readonly loadBalancer: string;
  readonly targetGroup: string;
  readonly objective: Objective;
  readonly since: Date;
  readonly timing: WatchTiming;
  /** False once the deployment no longer waits for us. */
  readonly stillWaiting: () => Promise<boolean>;
  readonly onBlock: (at: Date, block: Block) => void;
  readonly onProgress: (text: string) => void;
}

export interface WatchResult extends Counts {
  readonly verdict: Verdict | 'superseded';
  readonly lower: number;
  readonly upper: number;
  readonly looks: number;
  /** The end of the last period that was counted. */
  readonly until: Date;
  readonly message: string;
}

/** Follows the candidate's counts to a decision. Looks once a period, at most every second. */
export async function watchCandidate(request: WatchRequest, ports: Ports): Promise<WatchResult> {
  const { timing, objective } = request;
  const looks = plannedLooks(timing);
  const blocks = new Map<number, Block>();
  for (;;) {
    await ports.clock.sleep(Math.max(1, timing.periodSeconds) * 1000, ports.signal);
    const end = await readBlocks(request, blocks, ports);
    const total = countFailures(blocks.values(), timing);
    const covered = (end - request.since.getTime() / 1000) / timing.seconds;
    const decision = decideWatch(total, { budget: objective.budget, looks, covered });
    request.onProgress(`${total.errors} of ${total.requests} requests failed on the candidate`);
    const until = new Date(end * 1000);
    if (decision !== undefined) {
      return { ...describe(decision, total, looks, objective), until };
    }
    if (!(await request.stillWaiting())) {
      return { ...describe('inconclusive', total, looks, objective), verdict: 'superseded', until };
    }
  }
}

/** How often a watch of this timing may look before its patience ends. */
export function plannedLooks(timing: WatchTiming): number {
  return Math.ceil((timing.seconds * WATCH_PATIENCE + timing.lagSeconds) / Math.max(1, timing.periodSeconds)) + 1;
}

/**
 * The decision after a look; undefined = look again. `covered` is the share of the planned watch whose periods are closed and read.
 * Failing needs the exact binomial lower bound (Clopper and Pearson 1934) above the budget, at α shared out over all planned looks
 * (Bonferroni), so that looking often does not raise false alarms. Passing needs so many requests that the budget would allow one of
 * them to fail: fewer could not show the difference. Too few are never a pass.
 */
export function decideWatch(
  counts: Counts,
  plan: { readonly budget: Fraction; readonly looks: number; readonly covered: number },
): Verdict | undefined {
  if (boundsOf(counts, plan.looks).lower > toNumber(plan.budget)) {
    return 'fail';
  }
  if (plan.covered < 1) {
    return undefined;
  }
  if (enough(counts, plan.budget) && withinBudget(counts, plan.budget)) {
    return 'pass';
  }
  return plan.covered >= WATCH_PATIENCE ? 'inconclusive' : undefined;
}

/** Exact: requests × budget ≥ 1. */
function enough({ requests }: Counts, { numerator, denominator }: Fraction): boolean {
  return BigInt(requests) * numerator >= denominator;
}

/** Exact: errors ≤ requests × budget. */
function withinBudget({ requests, errors }: Counts, { numerator, denominator }: Fraction): boolean {
  return BigInt(errors) * denominator <= BigInt(requests) * numerator;
}

/** Two-sided bounds whose lower side alone carries α / looks. */
function boundsOf(counts: Counts, looks: number): { lower: number; upper: number } {
  return counts.requests === 0
    ? { lower: 0, upper: 1 }
    : clopperPearson(counts.errors, counts.requests, 1 - (2 * WATCH_ALPHA) / looks);
}

function toNumber({ numerator, denominator }: Fraction): number {
  return Number(numerator) / Number(denominator);
}

function describe(verdict: Verdict, counts: Counts, looks: number, objective: Objective): Omit<WatchResult, 'until'> {
  const { lower, upper } = boundsOf(counts, looks);
  const allows = `"${objective.name}" allows ${percent(toNumber(objective.budget))}`;
  const ratio =
    counts.requests === 0
      ? 'no request to it was counted'
      : `${counts.errors} of ${counts.requests} requests failed on it (${percent(lower)} to ${percent(upper)})`;
  const messages: Record<Verdict, string> = {
    pass: `${ratio}; ${allows}: no sign of more`,
    fail: `${ratio}; ${allows}`,
    inconclusive: `${ratio}; ${allows}: neither kept nor clearly broken${enough(counts, objective.budget) ? '' : ', with too few requests to tell'}`,
  };
  return { verdict, ...counts, lower, upper, looks, message: messages[verdict] };
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

/**
 * Requests and failures so far. What a target did not answer failed too, however it did not: a broken connection, a time-out and a
 * client that gave up leave no answer of the target (AWS: ALB metrics; their 502, 504 and 460 have no target group dimension). Where a
 * request may count before its answer does, as many as were under way at the busiest time are not held against the candidate: by
 * Little's law (Little 1961) their mean number is arrival rate × mean response time.
 */
function countFailures(blocks: Iterable<Block>, timing: WatchTiming): Counts {
  let requests = 0;
  let answered = 0;
  let serverErrors = 0;
  let underWay = 0;
  for (const block of blocks) {
    requests += block.requests;
    answered += block.answered;
    serverErrors += block.serverErrors;
    underWay = Math.max(underWay, Math.ceil(block.responseSeconds / timing.periodSeconds));
  }
  const unanswered = requests - answered - (timing.countsAtEnd ? 0 : underWay);
  return { requests, errors: Math.min(requests, serverErrors + Math.max(0, unanswered)) };
}

/** Adds the periods that closed since the last look; resolves with the end of the last closed one, in epoch seconds. */
async function readBlocks(request: WatchRequest, blocks: Map<number, Block>, ports: Ports): Promise<number> {
  const { periodSeconds: period, lagSeconds } = request.timing;
  const start = Math.ceil(request.since.getTime() / 1000 / period) * period;
  const end = Math.floor((ports.clock.now().getTime() / 1000 - lagSeconds) / period) * period;
  if (end <= start) {
    return start;
  }
  const dimensions = { LoadBalancer: dimensionOf(request.loadBalancer), TargetGroup: dimensionOf(request.targetGroup) };
  const sumOf = (name: string) => ({
    id: name.toLowerCase(),
    namespace: 'AWS/ApplicationELB',
    name,
    dimensions,
    stat: 'Sum',
  });
  const answers = [2, 3, 4, 5].map((status) => `HTTPCode_Target_${status}XX_Count`);
  const points = await ports.aws.cloudwatch.metrics(['RequestCount', 'TargetResponseTime', ...answers].map(sumOf), {
    start: new Date(start * 1000),
    end: new Date(end * 1000),
    periodSeconds: period,
  });
  for (let second = start; second < end; second += period) {
    // The counters are sparse: a period without a datapoint is zero, and a whole watch of zeros is no data, never a pass.
    const at = (name: string) => points.get(name.toLowerCase())?.get(second) ?? 0;
    const block = {
      requests: at('RequestCount'),
      answered: answers.reduce((sum, name) => sum + at(name), 0),
      serverErrors: at('HTTPCode_Target_5XX_Count'),
      responseSeconds: at('TargetResponseTime'),
    };
    if (!blocks.has(second)) {
      blocks.set(second, block);
      request.onBlock(new Date(second * 1000), block);
    }
  }
  return end;
}
