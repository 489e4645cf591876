/** What the file itself and surefoot.yml say against a run in this environment. Pure. */
import type { Environment } from '../../../platform/model.ts';
import { formatSeconds } from '../../../report/format.ts';
import type { Experiment } from '../experiment.ts';
import { costOf, dollarsText } from './cost.ts';
import { type Row, row } from './rows.ts';
import { timingOf } from './timing.ts';

/** Environment, duration and cost. When it may start is for the run to keep. */
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
