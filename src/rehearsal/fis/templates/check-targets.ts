/** What AWS refuses in the targets of a template. Source: https://docs.aws.amazon.com/fis/latest/userguide/targets.html */
import type { CreateExperimentTemplateTargetInput } from '../../../aws/fis/types.ts';
import { resourceTypeFact } from '../catalogue.ts';
import { errors } from '../errors.ts';
import { readSelection } from '../targets/selection.ts';

/** @throws AwsError ValidationException */
export function checkTargets(targets: Readonly<Record<string, CreateExperimentTemplateTargetInput>>): void {
  for (const [name, target] of Object.entries(targets)) {
    checkTarget(name, target);
  }
}

function checkTarget(name: string, target: CreateExperimentTemplateTargetInput): void {
  const { resourceType, resourceArns = [], resourceTags = {}, filters = [], parameters = {}, selectionMode } = target;
  const entry = resourceTypeFact(resourceType);
  if (entry === undefined) {
    throw errors.invalid(`Target "${name}" has the unknown resource type "${resourceType}".`);
  }
  const stranger = Object.keys(parameters).find((key) => !Object.hasOwn(entry.parameters, key));
  if (stranger !== undefined) {
    throw errors.invalid(`Unexpected parameter "${stranger}" found in target "${name}" (${resourceType}).`);
  }
  const missing = Object.keys(entry.parameters).find(
    (key) => entry.parameters[key]?.required === true && parameters[key] === undefined,
  );
  if (missing !== undefined) {
    throw errors.invalid(`Required parameter "${missing}" is missing in target "${name}" (${resourceType}).`);
  }
  const [byArns, byTags] = [resourceArns.length > 0, Object.keys(resourceTags).length > 0];
  if (byArns && byTags) {
    throw errors.invalid(`Target "${name}" has both resource ARNs and resource tags; use one of them.`);
  }
  if (byArns && filters.length > 0) {
    throw errors.invalid(`Target "${name}" has both resource ARNs and filters; filters go with tags or parameters.`);
  }
  if (!byArns && !byTags && Object.keys(parameters).length === 0 && filters.length === 0) {
    throw errors.invalid(`Target "${name}" must have resource ARNs, resource tags, filters or parameters.`);
  }
  if (readSelection(selectionMode) === undefined) {
    throw errors.invalid(
      `Target "${name}" has the selection mode "${selectionMode}"; it must be ALL, COUNT(n) with n from 1, or PERCENT(n) with n up to 100.`,
    );
  }
}
