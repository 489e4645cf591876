/** What must be so in the account before anything is started. Reads only. */
import type { Ports } from '../../ports.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { hasEnded } from '../leftovers/templates.ts';
import { type Row, row } from '../plan/rows.ts';
import { stopAlarmsOf } from './refusals.ts';

/** The safety lever, other experiments, the alarms that would stop this one, and those that it waits for. */
export async function preconditions(experiment: Experiment, { aws }: Ports): Promise<Row[]> {
  const stopAlarms = stopAlarmsOf(experiment);
  const expected = experiment.expect.alarms.map(({ name }) => name);
  const [lever, others, alarms] = await Promise.all([
    aws.fis.getSafetyLever(),
    aws.fis.listExperiments(),
    aws.cloudwatch.alarms([...new Set([...stopAlarms, ...expected])]),
  ]);
  const states = new Map(alarms.map(({ AlarmName = '', StateValue = 'unknown' }) => [AlarmName, StateValue]));
  const active = others.filter(({ state }) => !hasEnded(state?.status)).map(({ id = '?' }) => id);
  const leverStatus = lever.state?.status ?? 'unknown';
  const why = leverStatus === 'disengaged' ? '' : `: ${lever.state?.reason ?? 'no reason given'}`;
  return [
    row(
      'safety-lever',
      'safety lever',
      leverStatus === 'disengaged' ? 'pass' : 'inconclusive',
      'disengaged',
      `${leverStatus}${why}`,
    ),
    row(
      'already-running',
      'other experiments in the account and region',
      active.length === 0 ? 'pass' : 'inconclusive',
      'none runs: two faults at once cannot be told apart',
      active.length === 0 ? 'none' : `${active.join(', ')}; wait, or end it with \`surefoot chaos stop\``,
    ),
    ...stopAlarms.map((name) => alarmRow('stop-alarm', `stop condition ${name}`, states.get(name))),
    ...expected.map((name) => alarmRow('expected-alarm', `alarm ${name}`, states.get(name))),
  ];
}

/** An alarm that is not there stops nothing, and one in ALARM stops it at once or has nothing left to say. */
function alarmRow(code: string, name: string, state: string | undefined): Row {
  const good = state === 'OK' || state === 'INSUFFICIENT_DATA';
  return row(
    code,
    name,
    good ? 'pass' : 'inconclusive',
    'is in the account, and not in ALARM',
    state ?? 'there is none of that name',
  );
}
