/** task-kill: one task of several is stopped. */
import type { ChaosScenario } from '../scenario.ts';
import { putQuietStopAlarm } from './alarms.ts';
import { chaosRun } from './chaos-run.ts';
import { agreesWithTheBalancer, deviations, outcomeText, ownCheck, verdictIs } from './checks.ts';
import { writeExperiment } from './experiment-file.ts';
import { allTasksRun, observed } from './observe.ts';
import { requireTasks } from './requirements.ts';

export const taskKill: ChaosScenario = {
  name: 'task-kill',
  expects: 'one task is stopped under load; the others carry on, and the experiment passes with proof of the fault',
  example: 'splurge-art',
  requires: (target) => requireTasks('task-kill', target, 2),
  async inject(stage) {
    await putQuietStopAlarm(stage);
    const file = await writeExperiment('ecs-task-kill', stage.workDirectory, [
      [['expect'], { rto: '30s', availability: 99, felt: 'not-expected', evidence: { targets: 1, requests: 200 } }],
    ]);
    const run = await chaosRun(stage, file);
    return observed(stage, run, [await allTasksRun(stage)]);
  },
  judge: (observation) => [
    verdictIs(observation, 'pass', 'survived'),
    ownCheck(observation, 'a fault was injected', 'pass'),
    ownCheck(observation, 'tasks stopped', 'pass'),
    ...agreesWithTheBalancer(observation),
    ...observation.seen,
  ],
  measure: deviations,
  summarise: (observation) => `one task stopped: ${outcomeText(observation)}`,
};
