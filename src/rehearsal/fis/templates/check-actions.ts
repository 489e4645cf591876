/** What AWS refuses in the actions of a template. */
import type {
  CreateExperimentTemplateActionInput,
  CreateExperimentTemplateTargetInput,
} from '../../../aws/fis/types.ts';
import type { ActionFact } from '../../../operations/chaos/catalogue/facts.ts';
import { actionFact, mismatch } from '../catalogue.ts';
import { errors } from '../errors.ts';
import { QUOTAS } from '../quotas.ts';
import { actionInCycle, mostParallel, timeline } from './timeline.ts';

type Actions = Readonly<Record<string, CreateExperimentTemplateActionInput>>;
type Targets = Readonly<Record<string, CreateExperimentTemplateTargetInput>>;

/** @throws AwsError ValidationException, ServiceQuotaExceededException */
export function checkActions(actions: Actions, targets: Targets): void {
  const names = Object.keys(actions);
  if (names.length === 0) {
    throw errors.invalid('The experiment template must have at least one action.');
  }
  if (names.length > QUOTAS.actions) {
    throw errors.quota(`The experiment template has ${names.length} actions; at most ${QUOTAS.actions} are allowed.`);
  }
  for (const [name, action] of Object.entries(actions)) {
    const entry = actionFact(action.actionId);
    if (entry === undefined) {
      throw errors.invalid(`Action "${name}" has the unknown actionId "${action.actionId}".`);
    }
    checkParameters(name, action.parameters ?? {}, entry);
    checkActionTargets(name, action.targets ?? {}, entry, targets);
    const stranger = action.startAfter?.find((other) => !Object.hasOwn(actions, other));
    if (stranger !== undefined) {
      throw errors.invalid(`Action "${name}" starts after "${stranger}", which is no action of the template.`);
    }
  }
  checkOrder(actions);
}

function checkOrder(actions: Actions): void {
  const cycle = actionInCycle(actions);
  if (cycle !== undefined) {
    throw errors.invalid(`Action "${cycle}" starts after itself: startAfter goes in a circle.`);
  }
  const spans = timeline(actions);
  const parallel = mostParallel(spans);
  if (parallel > QUOTAS.parallelActions) {
    throw errors.quota(`${parallel} actions would run in parallel; at most ${QUOTAS.parallelActions} are allowed.`);
  }
  if (Math.max(...spans.map(({ end }) => end)) > QUOTAS.hours * 3_600_000) {
    throw errors.invalid(`The experiment would last longer than ${QUOTAS.hours} hours.`);
  }
}

function checkParameters(name: string, given: Readonly<Record<string, string>>, { id, parameters }: ActionFact): void {
  const stranger = Object.keys(given).find((key) => !Object.hasOwn(parameters, key));
  if (stranger !== undefined) {
    throw errors.invalid(`Unexpected parameter "${stranger}" found in action "${name}" (${id}).`);
  }
  for (const [key, entry] of Object.entries(parameters)) {
    const value = given[key];
    if (value === undefined) {
      if (entry.required) {
        throw errors.invalid(`Required parameter "${key}" is missing in action "${name}" (${id}).`);
      }
      continue;
    }
    const wanted = mismatch(value, entry.form);
    if (wanted !== undefined) {
      throw errors.invalid(`Parameter "${key}" of action "${name}" is "${value}"; it must be ${wanted}.`);
    }
  }
}

function checkActionTargets(
  name: string,
  given: Readonly<Record<string, string>>,
  entry: ActionFact,
  targets: Targets,
): void {
  const stranger = Object.keys(given).find((key) => !Object.hasOwn(entry.targets, key));
  if (stranger !== undefined) {
    throw errors.unexpectedTarget(stranger, name);
  }
  for (const [key, resourceType] of Object.entries(entry.targets)) {
    const targetName = given[key];
    if (targetName === undefined) {
      throw errors.invalid(`Required target "${key}" is missing in action "${name}" (${entry.id}).`);
    }
    const target = Object.hasOwn(targets, targetName) ? targets[targetName] : undefined;
    if (target === undefined) {
      throw errors.invalid(`Action "${name}" has the target "${targetName}", which the template does not have.`);
    }
    if (target.resourceType !== resourceType) {
      throw errors.invalid(
        `Target "${targetName}" of action "${name}" has the resource type ${target.resourceType}; ${entry.id} takes ${resourceType}.`,
      );
    }
    checkSelection(name, entry, targetName, target);
  }
}

/** Some actions take their targets by ARN, or by tag, only. Source: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html */
function checkSelection(
  name: string,
  { id, selection }: ActionFact,
  targetName: string,
  { resourceArns = [], resourceTags = {}, filters = [] }: CreateExperimentTemplateTargetInput,
): void {
  const byTags = Object.keys(resourceTags).length > 0;
  const wanted = {
    any: undefined,
    arns: byTags || filters.length > 0 ? 'by their ARNs' : undefined,
    'one-arn': resourceArns.length === 1 ? undefined : 'by exactly one ARN',
    tags: byTags ? undefined : 'by their tags',
  }[selection];
  if (wanted !== undefined) {
    throw errors.invalid(`Target "${targetName}" of action "${name}" must name its resources ${wanted} for ${id}.`);
  }
}
