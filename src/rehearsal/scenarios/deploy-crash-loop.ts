/** deploy-crash-loop: a revision whose tasks die at the start is given up within seconds, not at the end of a stage that lasts 24 hours. */
import { deploy } from '../../operations/deploy/deploy.ts';
import { causeNamed, rolledBack } from './deployment-checks.ts';
import { countsAddUp, generatorHealthy, judgedTotals, nothingLost } from './load-checks.ts';
import { candidateImage, deployRequest } from './request.ts';
import type { OperationScenario } from './scenario.ts';

export const deployCrashLoop: OperationScenario = {
  name: 'deploy-crash-loop',
  adverse: true,
  requestsPerSecond: 20,
  expects: 'a revision that crashes at the start is given up by the watchdog; users feel nothing',
  act: (stage) => deploy(deployRequest(stage, candidateImage(stage, 'deploy-crash-loop')), stage.ports),
  judge: ({ operation, load }) => [
    rolledBack(operation, 'fail'),
    causeNamed(operation, 'candidate-crashes'),
    nothingLost(load),
    countsAddUp(load),
    generatorHealthy(load),
  ],
  summarise: ({ operation, load }) => {
    const duration = operation.measurements.find(
      (measurement) => measurement.indicator === 'deployment duration',
    )?.value;
    const { planned, ok } = judgedTotals(load);
    return `given up and rolled back after ${duration ?? 'an unknown number of'} s: ${operation.reasons[0]?.message ?? 'no reason'}; ${planned - ok} of ${planned} requests lost`;
  },
};
