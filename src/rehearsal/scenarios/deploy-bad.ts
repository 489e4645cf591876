/** deploy-bad: a revision that fails only under production traffic is rolled back, its cause named, what users felt counted. */
import { deploy } from '../../operations/deploy/deploy.ts';
import type { Check, LoadRecord } from '../../report/evidence.ts';
import { causeNamed, rolledBack } from './deployment-checks.ts';
import { countsAddUp, failedIn, generatorHealthy, judged, judgedBins, judgedTotals } from './load-checks.ts';
import { candidateImage, deployRequest } from './request.ts';
import type { Observation, OperationScenario } from './scenario.ts';

export const deployBad: OperationScenario = {
  name: 'deploy-bad',
  adverse: true,
  expects: 'a revision that fails under traffic is rolled back, with the cause named and the exposure counted',
  act: (stage) => deploy(deployRequest(stage, candidateImage(stage, 'deploy-bad')), stage.ports),
  judge: (observation) => [
    rolledBack(observation.operation, 'fail'),
    causeNamed(observation.operation, 'candidate-errors', 'smoke-failed'),
    exposure(observation),
    serviceRecovered(observation),
    countsAddUp(observation.load),
    generatorHealthy(observation.load),
  ],
  summarise: ({ operation, load }) => {
    const { failed, seconds } = exposureOf(load);
    return `rolled back: ${operation.reasons[0]?.message ?? 'no reason'}; users felt ${failed} failures of ${judgedTotals(load).planned} requests, within ${seconds} s`;
  },
};

interface Exposure {
  readonly kinds: ReadonlyMap<string, number>;
  readonly failed: number;
  /** From the first second with a failure to the last, both counted. */
  readonly seconds: number;
  /** The second in which the first failed request started; Infinity without one. */
  readonly first: number;
}

function exposureOf(load: LoadRecord): Exposure {
  const kinds = new Map<string, number>();
  const bins = judgedBins(load).filter((bin) => failedIn(bin) > 0);
  for (const bin of bins) {
    for (const [kind, count] of Object.entries(bin.failed)) {
      kinds.set(kind, (kinds.get(kind) ?? 0) + count);
    }
  }
  const first = bins[0]?.second ?? 0;
  const failed = bins.reduce((sum, bin) => sum + failedIn(bin), 0);
  return {
    kinds,
    failed,
    first: bins[0]?.second ?? Number.POSITIVE_INFINITY,
    seconds: bins.length === 0 ? 0 : (bins.at(-1)?.second ?? first) - first + 1,
  };
}

/**
 * What users felt. A revision that the smoke check catches costs no request; one that fails later costs some, all of them while it had
 * traffic, or was on its way out of it.
 */
function exposure({ operation, load }: Observation): Check {
  const { kinds, failed, seconds, first } = exposureOf(load);
  const caughtBefore = operation.reasons.some((reason) => reason.code === 'smoke-failed');
  const shift = operation.events.find((event) => event.kind === 'decision' && event.label === 'continue');
  const from =
    shift === undefined ? Number.POSITIVE_INFINITY : (Date.parse(shift.at) - Date.parse(load.startedAt)) / 1000;
  // A request that was under way at the shift was answered by the baseline: failures begin after it, by the clock of their start.
  const good = caughtBefore ? failed === 0 : failed > 0 && first >= Math.floor(from) - 1;
  return {
    name: 'exposure counted',
    verdict: good ? 'pass' : 'fail',
    expected: caughtBefore
      ? 'no failure: it was caught before any user'
      : 'failures, none before the candidate had traffic',
    observed: `${[...kinds].map(([kind, count]) => `${count} × ${kind}`).join(', ') || 'no failure'} within ${seconds} s`,
  };
}

/** After the way back every request is answered well again. */
function serviceRecovered({ operation, load }: Observation): Check {
  const start = Date.parse(load.startedAt);
  const cleanUp = operation.events.find((event) => event.kind === 'stage' && event.label === 'ROLLBACK_SUCCESSFUL');
  const from = cleanUp === undefined ? Number.POSITIVE_INFINITY : Math.ceil((Date.parse(cleanUp.at) - start) / 1000);
  const after = judgedBins(load).filter((bin) => bin.second >= from);
  const lost = after.reduce((sum, bin) => sum + bin.planned - bin.ok, 0);
  return {
    name: 'recovered',
    verdict: judged(after.length, lost === 0),
    expected: 'no request lost after the rollback',
    observed: `${lost} lost in the ${after.length} s judged after it`,
  };
}
