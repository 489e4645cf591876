/** What must be so in the account before anything is started. Reads only. */
import type { ExperimentSummary } from '../../../aws/fis/fis.ts';
import type { Reason } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { type LeftByFis, leftByFis, residueCheck, residueText } from '../leftovers/of-fis.ts';
import { ENVIRONMENT_TAG, EXPERIMENT_TAG, ownerOf } from '../leftovers/tags.ts';
import { hasEnded } from '../leftovers/templates.ts';
import { type Row, row } from '../plan/rows.ts';
import { stopAlarmsOf, windowRefusal } from './refusals.ts';

/** Code of a reason: another experiment acts, or is about to. */
export const ALREADY_RUNNING = 'already-running';

/** The safety lever, other experiments, the alarms that would stop this one, and those that it waits for. */
export async function preconditions(experiment: Experiment, ports: Ports): Promise<Row[]> {
  const { aws } = ports;
  const stopAlarms = stopAlarmsOf(experiment);
  const expected = experiment.expect.alarms.map(({ name }) => name);
  const [lever, others, residue, alarms] = await Promise.all([
    aws.fis.getSafetyLever(),
    aws.fis.listExperiments(),
    leftByFis(ports),
    aws.cloudwatch.alarms([...new Set([...stopAlarms, ...expected])]),
  ]);
  const states = new Map(alarms.map(({ AlarmName = '', StateValue = 'unknown' }) => [AlarmName, StateValue]));
  const active = others.filter(isActing);
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
    othersRow(active),
    ...(active.length === 0 ? [residueRow(residue)] : []),
    ...stopAlarms.map((name) => alarmRow('stop-alarm', `stop condition ${name}`, states.get(name))),
    ...expected.map((name) => alarmRow('expected-alarm', `alarm ${name}`, states.get(name))),
  ];
}

/** What speaks against a start now, after dry run and baseline: they take minutes, in which a window closes or another fault begins. */
export async function lateReasons(
  experiment: Experiment,
  { aws, clock }: Pick<Ports, 'aws' | 'clock'>,
): Promise<Reason[]> {
  return [...windowRefusal(experiment, clock.now()), ...actingBeside(await aws.fis.listExperiments())];
}

/** Of what runs in the account and region, the reason not to begin. Pure. */
export function actingBeside(experiments: readonly ExperimentSummary[]): Reason[] {
  return reasonsAgainst([othersRow(experiments.filter(isActing))]);
}

/** Of those that have not passed. */
export function reasonsAgainst(rows: readonly Row[]): Reason[] {
  return rows
    .filter(({ check }) => check.verdict !== 'pass')
    .map(({ code, check }) => ({ code, message: `${check.name}: ${check.observed ?? ''}` }));
}

function othersRow(active: readonly ExperimentSummary[]): Row {
  return row(
    ALREADY_RUNNING,
    'other experiments in the account and region',
    active.length === 0 ? 'pass' : 'inconclusive',
    'none runs: two faults at once cannot be told apart',
    active.length === 0 ? 'none' : active.map(whoseText).join('; '),
  );
}

/** A fault that FIS has not taken back would be measured with the new one. Where nobody may look for it, that is said and stops nothing. */
function residueRow(found: LeftByFis): Row {
  const check = residueCheck(found);
  return { code: 'left-by-fis', check: { ...check, verdict: residueText(found) === '' ? 'pass' : 'inconclusive' } };
}

/** A dry run breaks nothing, whoever has started it. */
export function isActing({ state, experimentOptions }: ExperimentSummary): boolean {
  return !hasEnded(state?.status) && experimentOptions?.actionsMode !== 'skip-all';
}

/** Which it is, whose, and what to do. */
export function whoseText({ id = '?', tags = {} }: ExperimentSummary): string {
  const environment = tags[ENVIRONMENT_TAG];
  return ownerOf(tags) === undefined || environment === undefined
    ? `${id}, which is not surefoot's: wait for its end, or \`aws fis stop-experiment --id ${id}\``
    : `${id}, ${tags[EXPERIMENT_TAG] ?? 'an experiment'} of surefoot in ${environment}: wait for its end, or \`surefoot chaos stop --environment ${environment}\``;
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
