/** stop-condition: a fault that would last an hour is ended by an alarm on what users feel. */
import type { Check } from '../../../report/evidence.ts';
import type { ChaosObservation, ChaosScenario } from '../scenario.ts';
import { putAlarm, stopAlarmOf } from './alarms.ts';
import { chaosRun } from './chaos-run.ts';
import { agreesWithTheBalancer, deviations, outcomeText, ownCheck, verdictIs } from './checks.ts';
import { writeExperiment } from './experiment-file.ts';
import { observed } from './observe.ts';

/** Seconds that a request may take on average before the alarm stops the experiment, and how late the fault makes them. */
const SLOW = { alarm: 0.5, fault: 1 } as const;

export const stopCondition: ChaosScenario = {
  name: 'stop-condition',
  expects:
    'every answer late for an hour: an alarm on the latency that users have ends it, and the run fails as aborted',
  example: 'splurge-art',
  async inject(stage) {
    await putAlarm(stage, stopAlarmOf(stage), {
      metric: 'TargetResponseTime',
      statistic: 'Average',
      above: SLOW.alarm,
    });
    const file = await writeExperiment('ecs-task-network-latency', stage.workDirectory, [
      [['template', 'targets', 'tasks', 'selectionMode'], 'ALL'],
      [['template', 'actions', 'slow-network', 'parameters', 'duration'], 'PT1H'],
      [['template', 'actions', 'slow-network', 'parameters', 'delayMilliseconds'], SLOW.fault * 1000],
      [['guards', 'maximumDuration'], '2h'],
      [['guards', 'maximumCost'], 100],
      [['expect'], { availability: 90, evidence: { targets: 2, requests: 200 } }],
    ]);
    return observed(stage, await chaosRun(stage, file));
  },
  judge: (observation) => [
    verdictIs(observation, 'fail', 'aborted'),
    stoppedByTheAlarm(observation),
    ownCheck(observation, 'a fault was injected', 'pass'),
    ownCheck(observation, 'the fault was felt', 'pass'),
    fastAgain(observation),
    ...agreesWithTheBalancer(observation),
    ...observation.seen,
  ],
  measure: deviations,
  summarise: (observation) => `an alarm ended the experiment: ${outcomeText(observation)}`,
};

function stoppedByTheAlarm({ operation }: ChaosObservation): Check {
  const said = operation.reasons[0]?.message ?? '';
  return {
    name: 'stopped by the alarm',
    verdict: /stopped in FIS: .*stop condition/i.test(said) ? 'pass' : 'fail',
    expected: 'stopped in FIS by its stop condition',
    observed: said,
  };
}

/** The fault went with the experiment: after slow requests there were fast ones, and nothing but those. */
function fastAgain({ log }: ChaosObservation): Check {
  const slow = log.map(({ received, ended }) => ended - received > SLOW.alarm * 1000);
  const [first, last] = [slow.indexOf(true), slow.lastIndexOf(true)];
  const after = slow.length - 1 - last;
  return {
    name: 'requests were slow, and fast again',
    verdict: first > 0 && after > 0 ? 'pass' : 'fail',
    expected: 'fast, then slow, then fast to the end',
    observed: `${Math.max(0, first)} fast, slow ones among ${last - first + 1}, ${after} fast`,
  };
}
