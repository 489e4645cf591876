/** What the file itself and surefoot.yml say against a run in this environment. Pure. */
import type { Environment } from '../../../platform/model.ts';
import { formatSeconds } from '../../../report/format.ts';
import { isOpen, windowText } from '../../common/open-windows.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { SLACK_SECONDS } from '../leftovers/scheduled-stop.ts';
import { costOf, dollarsText } from './cost.ts';
import { type Row, row } from './rows.ts';
import { timingOf } from './timing.ts';

/** Environment, duration and cost: what holds at any time. */
export function guardRows(experiment: Experiment, environment: Environment): Row[] {
  const { guards, template } = experiment;
  const seconds = timingOf(experiment).experiment.to;
  const cost = costOf(template, environment.region);
  return [
    environmentRow(experiment, environment),
    row(
      'too-long',
      'duration',
      seconds <= guards.maximumDurationSeconds ? 'pass' : 'fail',
      `at most ${formatSeconds(guards.maximumDurationSeconds)} (guards.maximumDuration)`,
      formatSeconds(seconds),
    ),
    ...(guards.maximumCost === undefined
      ? []
      : [
          row(
            'too-expensive',
            'cost of a run',
            cost.dollars <= guards.maximumCost ? 'pass' : 'fail',
            `at most ${dollarsText(guards.maximumCost)} (guards.maximumCost)`,
            dollarsText(cost.dollars),
          ),
        ]),
  ];
}

function environmentRow({ guards }: Experiment, { name, protected: isProtected, lines }: Environment): Row {
  const allowed = guards.environments.length === 0 || guards.environments.includes(name);
  const where = guards.environments.length === 0 ? 'one that is not protected' : guards.environments.join(' or ');
  const observed = isProtected ? `${name}, which is protected (${lines.protected})` : name;
  return row('environment-not-allowed', 'environment', allowed && !isProtected ? 'pass' : 'fail', where, observed);
}

/** Said by the plan and by a run. */
export const NO_SCHEDULED_STOP =
  'none: guards.stopRole names no role for EventBridge Scheduler; should surefoot die, durations and alarms alone end the experiment';

/** What ends a run when surefoot is not there to do it. Without it a run may still be made, as capped durations and alarms remain. */
export function scheduledStopRow({ guards: { stopRole, maximumDurationSeconds } }: Experiment): Row {
  const after = formatSeconds(maximumDurationSeconds + SLACK_SECONDS);
  const observed =
    stopRole === undefined
      ? NO_SCHEDULED_STOP
      : `by EventBridge Scheduler as ${stopRole}, ${after} after the start; whether it may take that role is known when a run makes the schedule`;
  const verdict = stopRole === undefined ? 'inconclusive' : 'pass';
  return row('scheduled-stop', 'scheduled stop', verdict, 'made for each run by guards.stopRole', observed);
}

/** Whether it might start now; that is no reason against it at another time. No row where it may start at any. */
export function windowRows({ guards: { windows } }: Experiment, now: Date): Row[] {
  const open = isOpen(windows, now);
  const observed = `${open ? 'open' : 'closed'} now (${now.toISOString().slice(0, 16)}Z)`;
  const verdict = open ? 'pass' : 'inconclusive';
  return windows.length === 0
    ? []
    : [row('window-closed', 'window', verdict, `${windows.map(windowText).join(', or ')} (guards.windows)`, observed)];
}
