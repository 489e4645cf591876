/**
 * What FIS has: all of AWS's actions and target types, so that any template of AWS's can be kept and its targets be looked for. Which of
 * them act here is for the registries of faults and of resources. One thing is allowed that AWS refuses: errors for the calls of more
 * services than ec2 and kinesis, so that what deploys can be rehearsed under them.
 */
import { SNAPSHOT } from '../../operations/chaos/catalogue/catalogue.ts';
import type { ActionFact, Form, TargetTypeFact } from '../../operations/chaos/catalogue/facts.ts';
import { namespaceOf } from '../wire/api-faults.ts';
import { SERVICES } from '../wire/services.ts';
import { durationMs } from './duration.ts';

const BY_ID: ReadonlyMap<string, ActionFact> = new Map(
  [...SNAPSHOT.actions].map(([id, fact]) => [id, id.startsWith('aws:fis:inject-api-') ? forOwnServices(fact) : fact]),
);

export const ACTIONS: readonly ActionFact[] = [...BY_ID.values()];
export const RESOURCE_TYPES: readonly TargetTypeFact[] = [...SNAPSHOT.targetTypes.values()];

/** The action; undefined for one that AWS does not have. */
export function actionFact(id: string): ActionFact | undefined {
  return BY_ID.get(id);
}

function forOwnServices(fact: ActionFact): ActionFact {
  const { service, ...others } = fact.parameters;
  if (service?.form.kind !== 'choice') {
    return fact;
  }
  const form = { ...service.form, values: [...service.form.values, ...SERVICES.map(namespaceOf)] };
  return { ...fact, parameters: { service: { ...service, form }, ...others } };
}

/** The type of resources that targets may have. */
export function resourceTypeFact(resourceType: string): TargetTypeFact | undefined {
  return SNAPSHOT.targetTypes.get(resourceType);
}

/** What a parameter must be, when its value is not that. */
export function mismatch(value: string, form: Form): string | undefined {
  switch (form.kind) {
    case 'duration': {
      const seconds = (durationMs(value) ?? -1) / 1000;
      const fits = seconds >= form.minimumSeconds && seconds <= form.maximumSeconds;
      return fits ? undefined : `an ISO 8601 duration of ${form.minimumSeconds} to ${form.maximumSeconds} seconds`;
    }
    case 'number': {
      const wanted = form.whole ? /^\d+$/ : /^\d+(\.\d+)?$/;
      const fits = wanted.test(value) && Number(value) >= form.minimum && Number(value) <= form.maximum;
      return fits ? undefined : `a ${form.whole ? 'whole ' : ''}number between ${form.minimum} and ${form.maximum}`;
    }
    case 'boolean':
      return /^(true|false)$/i.test(value) ? undefined : 'true or false';
    case 'choice':
      return form.values.includes(value) ? undefined : `one of ${form.values.join(', ')}`;
    case 'list':
      return listMismatch(value.split(','), form.values, form.atMost);
    default:
      return undefined;
  }
}

function listMismatch(
  items: readonly string[],
  values: readonly string[] | undefined,
  atMost = items.length,
): string | undefined {
  if (items.length > atMost) {
    return `at most ${atMost} values with commas in between`;
  }
  const stranger = items.some((item) => values?.includes(item) === false);
  return stranger ? `of ${values?.join(', ')}, with commas in between` : undefined;
}
