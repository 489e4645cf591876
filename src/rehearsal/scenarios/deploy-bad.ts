/** deploy-bad: a revision that fails only under production traffic is rolled back, its cause named, what users felt counted. */
import { deploy } from '../../operations/deploy/deploy.ts';
import type { Check } from '../../report/evidence.ts';
import { countsAddUp, failedIn, generatorHealthy, judged, judgedBins } from './load-checks.ts';
import { candidateImage, deployRequest } from './request.ts';
import type { Observation, Scenario } from './scenario.ts';

export const deployBad: Scenario = {
  name: 'deploy-bad',
  expects: 'a revision that fails under traffic is rolled back, with the cause named and the exposure counted',
  act: (stage) => deploy(deployRequest(stage, candidateImage(stage, 'bad')), stage.ports),
  judge: (observation) => [
    rolledBack(observation),
    causeNamed(observation),
    exposure(observation),
    serviceRecovered(observation),
    countsAddUp(observation.load),
    generatorHealthy(observation.load),
  ],
};

function rolledBack({ operation }: Observation): Check {
  const { deployment } = operation;
  const back =
    deployment?.status === 'ROLLBACK_SUCCESSFUL' &&
    deployment.live !== null &&
    deployment.live === deployment.baseline?.revision;
  return {
    name: 'rolled back',
    verdict: back && operation.verdict === 'fail' ? 'pass' : 'fail',
    expected: 'verdict fail, ROLLBACK_SUCCESSFUL, the previous revision serves',
    observed: `verdict ${operation.verdict}, ${deployment?.status ?? 'no deployment'}, ${deployment?.live ?? 'nothing'} serves`,
  };
}

function causeNamed({ operation }: Observation): Check {
  const cause = operation.reasons.find(
    (reason) => reason.code === 'candidate-errors' || reason.code === 'smoke-failed',
  );
  return {
    name: 'cause named',
    verdict: cause === undefined ? 'fail' : 'pass',
    expected: 'a reason that says what the candidate did wrong',
    observed: cause?.message ?? operation.reasons.map((reason) => reason.code).join(', '),
  };
}

/** What users felt: failures there were, all of the candidate's own kind, and all while it had traffic. */
function exposure({ load }: Observation): Check {
  const kinds = new Map<string, number>();
  for (const bin of judgedBins(load)) {
    for (const [kind, count] of Object.entries(bin.failed)) {
      kinds.set(kind, (kinds.get(kind) ?? 0) + count);
    }
  }
  const failed = [...kinds.values()].reduce((sum, count) => sum + count, 0);
  const seconds = judgedBins(load).filter((bin) => failedIn(bin) > 0);
  const span = seconds.length === 0 ? 0 : (seconds.at(-1)?.second ?? 0) - (seconds[0]?.second ?? 0) + 1;
  const onlyItsOwn = [...kinds.keys()].every((kind) => kind === 'http-500');
  return {
    name: 'exposure counted',
    verdict: failed > 0 && onlyItsOwn ? 'pass' : 'fail',
    expected: 'the failures are the 500s of the candidate, nothing else',
    observed: `${[...kinds].map(([kind, count]) => `${count} × ${kind}`).join(', ') || 'no failure'} within ${span} s`,
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
