/** deploy-good: a sound revision goes live and no request is lost on the way. */
import { deploy } from '../../operations/deploy/deploy.ts';
import type { Check } from '../../report/evidence.ts';
import { countsAddUp, generatorHealthy, judged, judgedBins, judgedTotals, nothingLost } from './load-checks.ts';
import { candidateImage, deployRequest } from './request.ts';
import type { Observation, OperationScenario } from './scenario.ts';

export const deployGood: OperationScenario = {
  name: 'deploy-good',
  expects: 'a sound revision goes live; no request is lost',
  act: (stage) => deploy(deployRequest(stage, candidateImage(stage, 'deploy-good')), stage.ports),
  judge: (observation) => [
    wentLive(observation),
    trafficMoved(observation),
    nothingLost(observation.load),
    countsAddUp(observation.load),
    generatorHealthy(observation.load),
  ],
  summarise: ({ operation, load }) => {
    const { planned, ok } = judgedTotals(load);
    return `${revisionName(operation.deployment?.candidate.taskDefinition)} is live; ${ok} of ${planned} requests answered well, ${planned - ok} lost`;
  },
};

function wentLive({ operation }: Observation): Check {
  return {
    name: 'candidate went live',
    verdict: operation.deployment === undefined ? 'fail' : operation.verdict,
    expected: 'deployment SUCCESSFUL, candidate serves',
    observed: `${operation.deployment?.status ?? 'no deployment'}: ${operation.reasons.map((reason) => reason.message).join('; ')}`,
  };
}

/** By the revision that each answer names: the candidate served, and at the end it alone. */
function trafficMoved({ operation, load }: Observation): Check {
  const bins = judgedBins(load).filter((bin) => bin.byRevision !== undefined);
  const candidate = revisionName(operation.deployment?.candidate.taskDefinition);
  const served = bins.reduce((sum, bin) => sum + (bin.byRevision?.[candidate] ?? 0), 0);
  const last = bins.at(-1)?.byRevision ?? {};
  const alone = Object.keys(last).length === 1 && last[candidate] !== undefined;
  return {
    name: 'traffic moved to the candidate',
    verdict: judged(bins.length, served > 0 && alone),
    expected: `${candidate} answers, at the end alone`,
    observed:
      bins.length === 0
        ? 'no answer names its revision: let the service send SUREFOOT_REVISION from its environment as the header x-surefoot-revision'
        : `${served} answers from it; in the last judged second: ${Object.keys(last).join(', ') || 'none'}`,
  };
}

/** `arn:…:task-definition/family:3` → `family:3`. */
export function revisionName(taskDefinition: string | undefined): string {
  return taskDefinition?.split('/').at(-1) ?? 'unknown';
}
