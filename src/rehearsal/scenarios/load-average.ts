/** load-average: a sound service under its average load, and a balancer that counted the same. */
import { cleanRequestsNeeded } from '../../operations/load/proof.ts';
import type { Check, Evidence } from '../../report/evidence.ts';
import { countsAddUp, generatorHealthy, judgedTotals, nothingLost } from './load-checks.ts';
import { planRehearsed, runningImage, runRehearsed, sizedFrom, timingOutAfter } from './load-run.ts';
import { answersReconcile } from './reconcile.ts';
import type { LoadScenario, LoadStage } from './scenario.ts';

/** The profile is shortened to what its targets need to be proven, with a little more; at least to this share of it. */
const SPARE = 1.05;
const MOST_COMPRESSED = 60;
/** Requests per second that it is sized from: the image has no limit, and what the targets need to be proven comes so much sooner. */
const CAPACITY = 150;
/** Twice the longest time of an analysis. */
const TIMEOUT_SECONDS = 10;

export const loadAverage: LoadScenario = {
  name: 'load-average',
  expects: 'a sound service meets its targets under the average load; the balancer logged what k6 counted',
  setUp: (target) => timingOutAfter(sizedFrom(runningImage(target, 'load-average'), CAPACITY), TIMEOUT_SECONDS),
  runLoad: async (stage) => {
    const profile = await stage.findProfile('average-load');
    const whole = planRehearsed(stage, profile, 1).plan.arrivals;
    const compress = Math.min(MOST_COMPRESSED, Math.max(1, whole / (requestsNeeded(stage) * SPARE)));
    return runRehearsed(stage, planRehearsed(stage, profile, compress));
  },
  judge: (observation) => [
    targetsMet(observation.operation),
    nothingLost(observation.load),
    answersReconcile(observation),
    countsAddUp(observation.load),
    generatorHealthy(observation.load),
  ],
  summarise: ({ load, balancer }) => {
    const { planned, ok } = judgedTotals(load);
    return `targets met: ${ok} of ${planned} requests answered well, ${balancer.target2xx + balancer.target3xx} by the balancer's log`;
  },
};

/** So many clean requests prove all objectives of the service. */
function requestsNeeded({ platform, target }: LoadStage): number {
  const own = platform.objectives.filter(({ service }) => service === target.service);
  return Math.max(1, ...own.map(({ budget }) => cleanRequestsNeeded(budget)).filter(Number.isFinite));
}

function targetsMet({ verdict, reasons }: Evidence): Check {
  return {
    name: 'targets met',
    verdict,
    expected: 'every SLO of the service supported at 95 %',
    observed: reasons.map(({ message }) => message).join('; '),
  };
}
