/**
 * The watch: production traffic is on the candidate, the baseline is still warm. Counts of the candidate's target group are held
 * against the objective's error budget until it is clearly broken, kept to the end, or nothing can be said; and on, for as long as ECS bakes.
 */
import { dimensionOf } from '../../../aws/elbv2/load-balancer-names.ts';
import type { Fraction } from '../../../platform/decimal.ts';
import type { Objective } from '../../../platform/model/objectives.ts';
import { WATCH_PATIENCE } from '../../../platform/schema/common.ts';
import type { Verdict } from '../../../report/evidence.ts';
import { logEvidenceAbove, logEvidenceBelow, rateSequence } from '../../../statistics/confidence-sequence.ts';
import type { Ports } from '../../ports.ts';
import type { WatchTiming } from './watch-timing.ts';

/** A candidate exactly at its budget is rolled back with at most this probability, however often and for however long it is looked at. */
export const WATCH_ALPHA = 0.01;
/** One that is at its budget or beyond is said to be surely within with at most this probability. */
export const WATCH_BETA = 0.05;
/** The evidence is tightest where the budget would allow so many failures: chosen before, as it must be, and good from 2 to 50 times the budget. */
const TIGHTEST_AT_ALLOWED = 3;
/** Of the interval that is shown; it holds at all times at once. */
export const WATCH_CONFIDENCE = 0.95;

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
  readonly onBlock: (at: Date, block: Block) => void;
}

/** What is known of the candidate after a look. */
export interface WatchStanding extends Counts {
  /** Natural logarithms of the evidence that it is beyond its budget, and within. */
  readonly logEAbove: number;
  readonly logEBelow: number;
  readonly lower: number;
  readonly upper: number;
  /** The end of the last period that was counted. */
  readonly until: Date;
  /** Share of the planned watch whose periods are closed and read. */
  readonly covered: number;
}

export interface WatchResult extends WatchStanding {
  readonly verdict: Verdict | 'superseded';
  readonly message: string;
}

/** The candidate's counts from a moment on, and what they say; one for a deployment, so that its promise is given once. */
export class Watch {
  readonly request: WatchRequest;
  /** Why it could not be looked at, as far as that was told. */
  readonly problems = new Set<string>();
  readonly #blocks = new Map<number, Block>();
  #end: number;

  constructor(request: WatchRequest) {
    this.request = request;
    this.#end = request.since.getTime() / 1000;
  }

  /** Reads what has closed since the last look. */
  async look(ports: Ports): Promise<WatchStanding> {
    this.#end = await readBlocks(this.request, this.#end, this.#blocks, ports);
    return this.standing();
  }

  standing(): WatchStanding {
    const { timing, objective, since } = this.request;
    const counts = countFailures(this.#blocks.values(), timing);
    return {
      ...counts,
      ...evidenceOf(counts, objective.budget),
      until: new Date(this.#end * 1000),
      covered: (this.#end - since.getTime() / 1000) / timing.seconds,
    };
  }
}

/** Follows the candidate's counts to a decision. Looks once a period, at most every second. */
export async function watchCandidate(
  watch: Watch,
  options: {
    /** False once the deployment no longer waits for us. */
    readonly stillWaiting: () => Promise<boolean>;
    readonly onProgress: (text: string) => void;
  },
  ports: Ports,
): Promise<WatchResult> {
  const { timing, objective } = watch.request;
  for (;;) {
    await ports.clock.sleep(Math.max(1, timing.periodSeconds) * 1000, ports.signal);
    const standing = await watch.look(ports);
    const decision = decideWatch(standing, objective.budget);
    options.onProgress(`${standing.errors} of ${standing.requests} requests failed on the candidate`);
    if (decision !== undefined) {
      return describeStanding(decision, standing, objective);
    }
    if (!(await options.stillWaiting())) {
      return { ...describeStanding('inconclusive', standing, objective), verdict: 'superseded' };
    }
  }
}

/**
 * The evidence for and against the budget, by the beta-binomial mixture (Howard, Ramdas, McAuliffe and Sekhon 2021): its promise holds
 * whenever one looks, so that nothing is lost by looking every second, or on while ECS bakes.
 */
export function evidenceOf(
  { requests, errors }: Counts,
  budget: Fraction,
): Pick<WatchStanding, 'logEAbove' | 'logEBelow' | 'lower' | 'upper'> {
  const limit = toNumber(budget);
  const expected = tightestAt(budget);
  return requests === 0
    ? { logEAbove: 0, logEBelow: 0, lower: 0, upper: 1 }
    : {
        logEAbove: finite(logEvidenceAbove(errors, requests, limit, expected, WATCH_ALPHA)),
        logEBelow: finite(logEvidenceBelow(errors, requests, limit, expected, WATCH_BETA)),
        ...rateSequence(errors, requests, 1 - WATCH_CONFIDENCE, expected),
      };
}

/** Against a million good requests no double holds the evidence that they are bad; a record has room for numbers only. */
const LEAST_EVIDENCE = -1000;

function finite(logE: number): number {
  return Math.max(LEAST_EVIDENCE, logE);
}

/** The number of requests at which the evidence is tightest. */
export function tightestAt(budget: Fraction): number {
  return TIGHTEST_AT_ALLOWED / toNumber(budget);
}

/** Whether the budget is surely broken. */
export function isBroken({ logEAbove }: Pick<WatchStanding, 'logEAbove'>): boolean {
  return logEAbove >= Math.log(1 / WATCH_ALPHA);
}

/** Whether it is surely kept: more than that nothing speaks against it. */
export function isProven({ logEBelow }: Pick<WatchStanding, 'logEBelow'>): boolean {
  return logEBelow >= Math.log(1 / WATCH_BETA);
}

/**
 * The decision after a look; undefined = look again. Failing needs evidence. Passing needs the whole watch covered, the budget kept, and so
 * many requests that it would allow one of them to fail: fewer could not show the difference. Too few are never a pass.
 */
export function decideWatch(
  standing: Pick<WatchStanding, 'requests' | 'errors' | 'logEAbove' | 'covered'>,
  budget: Fraction,
): Verdict | undefined {
  if (isBroken(standing)) {
    return 'fail';
  }
  if (standing.covered < 1) {
    return undefined;
  }
  if (enough(standing, budget) && withinBudget(standing, budget)) {
    return 'pass';
  }
  return standing.covered >= WATCH_PATIENCE ? 'inconclusive' : undefined;
}

/** Exact: requests × budget ≥ 1. */
function enough({ requests }: Counts, { numerator, denominator }: Fraction): boolean {
  return BigInt(requests) * numerator >= denominator;
}

/** Exact: errors ≤ requests × budget. */
function withinBudget({ requests, errors }: Counts, { numerator, denominator }: Fraction): boolean {
  return BigInt(errors) * denominator <= BigInt(requests) * numerator;
}

function toNumber({ numerator, denominator }: Fraction): number {
  return Number(numerator) / Number(denominator);
}

/** The standing with the verdict and a sentence that says what was seen and how sure it is. */
export function describeStanding(verdict: Verdict, standing: WatchStanding, objective: Objective): WatchResult {
  const { requests, errors, lower, upper } = standing;
  const allows = `"${objective.name}" allows ${percent(toNumber(objective.budget))}`;
  const ratio =
    requests === 0
      ? 'no request to it was counted'
      : `${errors} of ${requests} requests failed on it (${percent(lower)} to ${percent(upper)})`;
  const messages: Record<Verdict, string> = {
    pass: `${ratio}; ${allows}: ${isProven(standing) ? 'surely kept' : 'no sign of more'}`,
    fail: `${ratio}; ${allows}`,
    inconclusive: `${ratio}; ${allows}: neither kept nor clearly broken${enough(standing, objective.budget) ? '' : ', with too few requests to tell'}`,
  };
  return { ...standing, verdict, message: messages[verdict] };
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
async function readBlocks(
  request: WatchRequest,
  from: number,
  blocks: Map<number, Block>,
  ports: Ports,
): Promise<number> {
  const { periodSeconds: period, lagSeconds } = request.timing;
  const start = Math.ceil(from / period) * period;
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
    blocks.set(second, block);
    request.onBlock(new Date(second * 1000), block);
  }
  return end;
}
