/**
 * The judge of a candidate beside its baseline: two e-processes for each metric, one that it must be rolled back and one that it may be
 * promoted, looked at after every block. Pure: from a state and a block to the next state.
 *
 * Rolled back when the mean of the metrics' evidence reaches 1/alpha: a mean of e-processes is one, whatever hangs together between the
 * metrics. Promoted only when every metric's own evidence reaches 1/beta: a candidate that is wrong in one metric is promoted with a
 * probability of at most beta.
 */
import { type Direction, type EProcessState, observeBlock, startEProcess } from './block-e-process.ts';
import type { BlockCounts, Boundary } from './boundary.ts';
import { logSampleRatio } from './sample-ratio.ts';

export interface JudgeOptions {
  /** The highest probability of rolling back a candidate within the boundary. */
  readonly alpha: number;
  /** The highest probability of promoting one beyond it. */
  readonly beta: number;
  readonly boundary: Boundary;
  /** The candidate's promised share of the requests, when the split is to be checked and the blocks do not tell theirs. */
  readonly weight: number | undefined;
}

/** What one arm did within a block. */
export interface ArmCounts {
  readonly requests: number;
  readonly errors: number;
  /** Requests slower than a threshold; judged as a metric of its own where it is counted. */
  readonly slow?: number;
}

export interface Block {
  readonly baseline: ArmCounts;
  readonly candidate: ArmCounts;
  /** The candidate's promised share of the requests of this block, above 0 and below 1; told by all blocks of a stream or by none. */
  readonly weight?: number;
}

export type Metric = 'errors' | 'slow';
export type MetricState = Readonly<Record<Direction, EProcessState>>;

/** Everything the judge remembers; plain data. */
export interface JudgeState {
  readonly blocks: number;
  readonly metrics: Readonly<Partial<Record<Metric, MetricState>>>;
  readonly requests: { readonly baseline: number; readonly candidate: number };
  /** The share that the newest block promised, where blocks tell it. */
  readonly weight?: number;
  /** The steps that have ended, each with a promised share of its own: the evidence of their splits, and the requests until then. */
  readonly ended?: EndedSteps;
}

export interface EndedSteps {
  /** Natural logarithm of the product of their sample-ratio processes. */
  readonly logE: number;
  readonly baseline: number;
  readonly candidate: number;
}

export interface Standing {
  /** `pass` promotes, `fail` rolls back; undefined while there is too little evidence either way. */
  readonly decision: 'pass' | 'fail' | undefined;
  /** Natural logarithm of the evidence, by metric. */
  readonly metrics: Readonly<Partial<Record<Metric, { readonly logERollback: number; readonly logEPromote: number }>>>;
  /** Of the mean over the metrics. */
  readonly logERollback: number;
  /** undefined when no share was promised. */
  readonly sampleRatio: { readonly logE: number; readonly mismatch: boolean } | undefined;
}

/** At this probability of a false alarm a split is called broken; a practice among those who run many experiments (Fabijan et al., KDD 2019). */
const SAMPLE_RATIO_ALPHA = 0.001;

/** No single block may bring more than half of the way to a decision, so that no burst within one decides alone. */
const LARGEST_STEP = 0.5;

/** Before any block. */
export function startJudge(metrics: readonly Metric[]): JudgeState {
  return {
    blocks: 0,
    metrics: Object.fromEntries(
      metrics.map((metric) => [metric, { rollback: startEProcess('rollback'), promote: startEProcess('promote') }]),
    ),
    requests: { baseline: 0, candidate: 0 },
  };
}

/**
 * After one more block. A metric that the state follows must be counted in the block. Where the block promises another share than the one
 * before, the split is checked afresh from here on; what was seen of it so far keeps its evidence, as the product of e-processes that run
 * one after the other is one. The metrics go on over all steps.
 */
export function judgeBlock(state: JudgeState, block: Block, options: JudgeOptions): JudgeState {
  const { errors, slow } = state.metrics;
  const ended = endedBefore(state, block);
  return {
    blocks: state.blocks + 1,
    metrics: {
      ...(errors === undefined ? {} : { errors: observeMetric(errors, countsOf(block, 'errors'), options) }),
      ...(slow === undefined ? {} : { slow: observeMetric(slow, countsOf(block, 'slow'), options) }),
    },
    requests: {
      baseline: state.requests.baseline + block.baseline.requests,
      candidate: state.requests.candidate + block.candidate.requests,
    },
    ...(block.weight === undefined ? {} : { weight: block.weight }),
    ...(ended === undefined ? {} : { ended }),
  };
}

function endedBefore(state: JudgeState, { weight }: Block): EndedSteps | undefined {
  return state.weight === undefined || state.weight === weight
    ? state.ended
    : { ...state.requests, logE: logSplit(state, state.weight) };
}

function countsOf({ baseline, candidate }: Block, metric: Metric): BlockCounts {
  return {
    baseline: { requests: baseline.requests, bad: baseline[metric] ?? 0 },
    candidate: { requests: candidate.requests, bad: candidate[metric] ?? 0 },
  };
}

function observeMetric(state: MetricState, counts: BlockCounts, options: JudgeOptions): MetricState {
  const { boundary, alpha, beta } = options;
  return {
    rollback: observeBlock(state.rollback, counts, {
      direction: 'rollback',
      boundary,
      cap: LARGEST_STEP * Math.log(1 / alpha),
    }),
    promote: observeBlock(state.promote, counts, {
      direction: 'promote',
      boundary,
      cap: LARGEST_STEP * Math.log(1 / beta),
    }),
  };
}

/** Promote, roll back, or not yet. With a broken split nothing is promoted. */
export function decide(state: JudgeState, options: JudgeOptions): 'pass' | 'fail' | undefined {
  const processes = Object.values(state.metrics);
  if (logMeanRollback(processes) >= Math.log(1 / options.alpha)) {
    return 'fail';
  }
  const proven = Math.log(1 / options.beta);
  return processes.every((metric) => metric.promote.logE >= proven) && checkSplit(state, options)?.mismatch !== true
    ? 'pass'
    : undefined;
}

/** Where the judge stands: the decision, and the evidence it rests on. */
export function standing(state: JudgeState, options: JudgeOptions): Standing {
  return {
    decision: decide(state, options),
    metrics: Object.fromEntries(
      Object.entries(state.metrics).map(([name, metric]) => [
        name,
        { logERollback: metric.rollback.logE, logEPromote: metric.promote.logE },
      ]),
    ),
    logERollback: logMeanRollback(Object.values(state.metrics)),
    sampleRatio: checkSplit(state, options),
  };
}

function checkSplit(state: JudgeState, options: JudgeOptions): Standing['sampleRatio'] {
  const weight = state.weight ?? options.weight;
  if (weight === undefined) {
    return undefined;
  }
  const logE = logSplit(state, weight);
  return { logE, mismatch: logE >= Math.log(1 / SAMPLE_RATIO_ALPHA) };
}

function logSplit({ requests, ended = NO_STEPS }: JudgeState, weight: number): number {
  const { baseline, candidate } = requests;
  return ended.logE + logSampleRatio(baseline - ended.baseline, candidate - ended.candidate, weight);
}

const NO_STEPS: EndedSteps = { logE: 0, baseline: 0, candidate: 0 };

function logMeanRollback(processes: readonly MetricState[]): number {
  return logMean(processes.map((metric) => metric.rollback.logE));
}

/** ln of the mean of exponentials, without overflow. */
function logMean(logs: readonly number[]): number {
  const largest = Math.max(...logs);
  let sum = 0;
  for (const value of logs) {
    sum += Math.exp(value - largest);
  }
  return largest + Math.log(sum / logs.length);
}
