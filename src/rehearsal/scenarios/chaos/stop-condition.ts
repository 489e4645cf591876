/** stop-condition: a fault that would last an hour is ended by an alarm on what users feel. */
import type { Check } from '../../../report/evidence.ts';
import type { AccessLogLine } from '../../world/balancer/access-log.ts';
import type { ChaosObservation, ChaosScenario } from '../scenario.ts';
import { putAlarm, stopAlarmOf } from './alarms.ts';
import { chaosRun } from './chaos-run.ts';
import { agreesWithTheBalancer, deviations, outcomeText, ownCheck, verdictIs } from './checks.ts';
import { writeExperiment } from './experiment-file.ts';
import { observed } from './observe.ts';

/** Seconds that a request may take on average before the alarm stops the experiment, and how late the fault makes them. */
const SLOW = { alarm: 0.4, fault: 0.3 } as const;
/** An order waits for what the task sends twice: to the database, and back to who ordered. */
const WAITS = 2;
/** A timer may fire so much early. */
const TIMER_MS = 5;

export const stopCondition: ChaosScenario = {
  name: 'stop-condition',
  adverse: true,
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
      [['template', 'actions', 'slow-network', 'parameters', 'jitterMilliseconds'], 0],
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

/** The fault went with the experiment: after answers that were as late as it makes them there were some that were not, to the end. */
function fastAgain({ log, faultAt }: ChaosObservation): Check {
  const from = faultAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const isLate = ({ received, ended }: AccessLogLine) => ended - received >= WAITS * (SLOW.fault * 1000 - TIMER_MS);
  const touched = log.filter(({ ended }) => ended > from);
  const last = touched.findLastIndex(isLate);
  const late = touched.filter(isLate).length;
  const after = touched.length - 1 - last;
  return {
    name: 'answers were late, and in time again',
    verdict: late > 0 && after > late ? 'pass' : 'fail',
    expected: `some ${WAITS * SLOW.fault} s late after the fault, then none to the end`,
    observed: `${late} late, then ${after} that were not`,
  };
}
