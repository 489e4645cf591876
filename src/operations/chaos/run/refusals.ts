/** Why a run is refused before anything is asked of AWS. Pure. */
import { InputError } from '../../../errors.ts';
import type { Environment } from '../../../platform/model.ts';
import type { Reason } from '../../../report/evidence.ts';
import { isOpen, windowText } from '../../common/open-windows.ts';
import { LEAST_PROBES_PER_SECOND } from '../../common/outage/recovery.ts';
import { SNAPSHOT } from '../catalogue/catalogue.ts';
import { irreversibleBecause, isIrreversible } from '../check/safety.ts';
import { type ActionView, viewOf } from '../check/view.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { guardRows } from '../plan/guards.ts';
import { steadyStateUnmeasurable } from './measure/baseline.ts';
import type { ChaosRunRequest } from './request.ts';

export function refusalsOf(request: ChaosRunRequest, now: Date): Reason[] {
  const { experiment, environment, objectives } = request;
  return [
    ...guardRefusals(experiment, environment),
    ...windowRefusal(experiment, now),
    ...templateRefusals(request),
    ...loadRefusals(request),
    ...steadyStateUnmeasurable(experiment.steadyState, objectives),
  ];
}

/** @throws InputError for an environment, a duration or a cost that the guards do not allow: before anything else is looked for */
export function requireGuards(experiment: Experiment, environment: Environment): void {
  const reasons = guardRefusals(experiment, environment);
  if (reasons.length > 0) {
    throw refused(experiment, reasons);
  }
}

function guardRefusals(experiment: Experiment, environment: Environment): Reason[] {
  return guardRows(experiment, environment)
    .filter(({ check }) => check.verdict !== 'pass')
    .map(({ code, check }) => ({ code, message: `${check.name}: ${check.observed}; allowed is ${check.expected}` }));
}

/** One error for all of them: the code of the first. */
export function refused(experiment: Experiment, reasons: readonly Reason[]): InputError {
  const message = reasons.map((one) => one.message).join('\n');
  return new InputError(reasons[0]?.code ?? 'no-load', `${experiment.name} was not started: ${message}`);
}

/** Where its own windows are closed. */
export function windowRefusal({ guards }: Experiment, now: Date): Reason[] {
  const message = `it may not start now (${now.toISOString()}); guards.windows allows ${guards.windows.map(windowText).join(', or ')}`;
  return isOpen(guards.windows, now) ? [] : [{ code: 'window-closed', message }];
}

function templateRefusals({ experiment, allowIrreversible }: ChaosRunRequest): Reason[] {
  const { stopConditions, experimentOptions } = experiment.template;
  const { actions } = viewOf(experiment.template, SNAPSHOT);
  const refusals: Reason[] = [];
  if (stopAlarmsOf(experiment).length === 0 || stopConditions.some(({ source }) => source === 'none')) {
    const message =
      'no alarm would stop it if surefoot died: name one under stopConditions, source aws:cloudwatch:alarm, value its ARN';
    refusals.push({ code: 'no-stop-condition', message });
  }
  if (experimentOptions?.accountTargeting === 'multi-account') {
    const message = 'it reaches into several accounts, which surefoot plans but does not run: start it with FIS itself';
    refusals.push({ code: 'several-accounts', message });
  }
  if (actions.every(({ fact }) => fact?.reverts === 'nothing')) {
    refusals.push({ code: 'no-fault', message: 'its actions break nothing: there is nothing to recover from' });
  }
  // An action from a newer catalogue: nobody here knows whether anything undoes it.
  const irreversible = actions.filter((action) => action.fact === undefined || isIrreversible(action));
  if (irreversible.length > 0 && !allowIrreversible) {
    const which = irreversible.map(whyIrreversible).join('; ');
    refusals.push({ code: 'irreversible-not-allowed', message: `${which}: say --allow-irreversible if that is meant` });
  }
  return refusals;
}

function whyIrreversible(action: ActionView): string {
  return action.fact === undefined
    ? `${action.name} is ${action.id ?? 'an action'}, of which surefoot does not know whether anything undoes it`
    : `${action.name} ${irreversibleBecause(action).what}`;
}

function loadRefusals({ experiment, load }: ChaosRunRequest): Reason[] {
  if (experiment.load === undefined || load === undefined) {
    const message = `${experiment.file} has no load, so that nothing could be measured: add load: { profile: failover } to an experiment file`;
    return [{ code: 'no-load', message }];
  }
  const events = load.rate + load.probeRate;
  const message = `${events} requests/s cannot tell when the service is back: at least ${LEAST_PROBES_PER_SECOND} a second are needed; write rate: ${LEAST_PROBES_PER_SECOND} under load, or choose a profile with a probe`;
  return events >= LEAST_PROBES_PER_SECOND ? [] : [{ code: 'too-few-probes', message }];
}

/** The names of the alarms that stop the experiment. */
export function stopAlarmsOf({ template }: Pick<Experiment, 'template'>): string[] {
  return template.stopConditions.flatMap(({ source, value = '' }) => {
    const name = /:alarm:(.+)$/.exec(value)?.[1];
    return source === 'aws:cloudwatch:alarm' && name !== undefined ? [name] : [];
  });
}
