/**
 * load-spike: twice what the service can do comes all at once. What is beyond its capacity is turned away, nothing else is, and it is
 * well again as soon as the spike is over. How much is beyond it can be computed from the shape.
 */
import { rateAt } from '../../measure/shape-plan.ts';
import type { Check, LoadRecord, Verdict } from '../../report/evidence.ts';
import { countsAddUp, failedIn, generatorHealthy, judgedBins } from './load-checks.ts';
import {
  knownCapacity,
  measured,
  planRehearsed,
  runningImage,
  runRehearsed,
  sizedFrom,
  withTruth,
} from './load-run.ts';
import { answersReconcile } from './reconcile.ts';
import type { LoadScenario, Observation } from './scenario.ts';

const COMPRESS = 8;
const TRUTH = 'capacity of the service (truth)';
/** Of what is computed: the queue before the workers takes in some, and they are not filled to the last millisecond. */
const TOLERANCE = 0.15;
/** How long after the rate is below the capacity the last request may be turned away: a queue empties, bins are a second wide. */
const EMPTY_SECONDS = 2;

export const loadSpike: LoadScenario = {
  name: 'load-spike',
  adverse: true,
  expects: 'a spike beyond the capacity costs what is beyond it and nothing else; the service is well again after it',
  setUp: (target) => {
    const running = runningImage(target, 'load-spike');
    return sizedFrom(running, knownCapacity(running));
  },
  runLoad: async (stage) => {
    const planned = planRehearsed(stage, await stage.findProfile('spike'), COMPRESS);
    const evidence = await runRehearsed(stage, planned);
    return withTruth(evidence, TRUTH, knownCapacity(stage.target), 'tasks × workers ÷ time of a request');
  },
  judge: (observation) => [
    missed(observation),
    costOfSpike(observation),
    wellOutside(observation),
    answersReconcile(observation),
    countsAddUp(observation.load),
    generatorHealthy(observation.load),
  ],
  summarise: (observation) => {
    const { lost, computed } = beyondCapacity(observation);
    return `${lost} requests turned away in the spike (computed from the capacity: about ${Math.round(computed)}; balancer's log: ${observation.balancer.target5xx}), none before or after it`;
  },
};

function missed({ operation }: Observation): Check {
  return {
    name: 'the load says that the targets were missed',
    verdict: operation.verdict === 'fail' ? 'pass' : 'fail',
    expected: 'fail: far more is turned away than the error budget allows',
    observed: `${operation.verdict}: ${operation.reasons.map(({ message }) => message).join('; ')}`,
  };
}

interface Beyond {
  readonly lost: number;
  /** Area between the planned rate and the capacity. */
  readonly computed: number;
  /** The first second with more than the capacity, and the first after it. */
  readonly from: number;
  readonly to: number;
}

function beyondCapacity({ operation, load }: Observation): Beyond {
  const capacity = measured(operation, TRUTH) ?? Number.POSITIVE_INFINITY;
  const excess = load.bins.map(({ second }) => Math.max(0, rateIn(load, second) - capacity));
  const from = excess.findIndex((rate) => rate > 0);
  const to = excess.findLastIndex((rate) => rate > 0) + 1;
  const lost = load.totals.planned - load.totals.ok;
  return { lost, computed: excess.reduce((sum, rate) => sum + rate, 0), from, to };
}

/** The planned rate in the middle of a second. */
function rateIn({ shape }: LoadRecord, second: number): number {
  return shape === undefined ? 0 : rateAt(shape, second + 0.5);
}

function costOfSpike(observation: Observation): Check {
  const { lost, computed } = beyondCapacity(observation);
  const near = computed > 0 && Math.abs(lost / computed - 1) <= TOLERANCE;
  return {
    name: 'the spike cost what was beyond the capacity',
    verdict: near ? 'pass' : 'fail',
    expected: `about ${Math.round(computed)} requests turned away, within ${TOLERANCE * 100} %`,
    observed: `${lost}`,
  };
}

function wellOutside(observation: Observation): Check {
  const { from, to } = beyondCapacity(observation);
  const outside = judgedBins(observation.load).filter(({ second }) => second < from || second >= to + EMPTY_SECONDS);
  const failed = outside.reduce((sum, bin) => sum + failedIn(bin), 0);
  const after = outside.filter(({ second }) => second >= to).length;
  const verdict: Verdict = after === 0 ? 'inconclusive' : failed === 0 ? 'pass' : 'fail';
  return {
    name: 'well before the spike, and again after it',
    verdict,
    expected: `no failure but in seconds ${from} to ${to + EMPTY_SECONDS - 1}`,
    observed: `${failed} in the other ${outside.length} s, ${after} of them after the spike`,
  };
}
