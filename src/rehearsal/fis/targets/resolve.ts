/** From the targets of a template to resources, once, when the experiment starts. Source: https://docs.aws.amazon.com/fis/latest/userguide/targets.html */
import { FaultFailure } from '../faults/fault-action.ts';
import { MOST_TARGETS } from '../quotas.ts';
import type { TemplateContent } from '../templates/template.ts';
import { hasAttribute, type Resource, type ResourceSources } from './resource.ts';
import { readSelection, select } from './selection.ts';

type Target = NonNullable<TemplateContent['targets']>[string];

export interface ResolveOptions {
  readonly sources: ResourceSources;
  /** What happens to a target by tags, filters or parameters that nothing fits. Named resources must be there in any case. */
  readonly whenEmpty: 'fail' | 'skip';
  readonly random?: () => number;
}

/**
 * The resources by target name. Rejects with a `FaultFailure`: a target that means nothing, or too much.
 */
export async function resolveTargets(
  { targets = {}, actions }: Pick<TemplateContent, 'targets' | 'actions'>,
  options: ResolveOptions,
): Promise<Map<string, readonly Resource[]>> {
  const resolved = new Map<string, readonly Resource[]>();
  for (const [name, target] of Object.entries(targets)) {
    const resources = await resolveTarget(name, target, options);
    checkNumber(name, resources.length, actions);
    resolved.set(name, resources);
  }
  return resolved;
}

async function resolveTarget(name: string, target: Target, options: ResolveOptions): Promise<readonly Resource[]> {
  const source = options.sources.get(target.resourceType);
  const selection = readSelection(target.selectionMode);
  if (source === undefined || selection === undefined) {
    throw new Error(`the target ${name} was not checked before the start`);
  }
  const found = await source.find(target.parameters ?? {}, target.resourceArns ?? []);
  const fitting = found.filter((resource) => fits(resource, target));
  const missing = target.resourceArns?.find((arn) => !fitting.some((resource) => resource.arn === arn));
  if (missing !== undefined) {
    throw new FaultFailure('InvalidTarget', name, `Target "${name}" names ${missing}, which does not exist.`);
  }
  const selected = select(fitting, selection, options.random);
  // A percentage of some that makes none is a mistake in any mode.
  if (selected.length === 0 && (fitting.length > 0 || options.whenEmpty === 'fail')) {
    throw new FaultFailure('InvalidTarget', name, 'Target resolution returned empty set.');
  }
  return selected;
}

function fits({ arn, tags, attributes }: Resource, target: Target): boolean {
  const { resourceArns = [], resourceTags = {}, filters = [] } = target;
  return (
    (resourceArns.length === 0 || resourceArns.includes(arn)) &&
    Object.entries(resourceTags).every(([key, value]) => tags[key] === value) &&
    filters.every(({ path, values }) => hasAttribute(attributes, path, values))
  );
}

function checkNumber(name: string, number: number, actions: TemplateContent['actions']): void {
  for (const { actionId, targets = {} } of Object.values(actions)) {
    const most = MOST_TARGETS.get(actionId) ?? Number.POSITIVE_INFINITY;
    if (Object.values(targets).includes(name) && number > most) {
      const text = `Target "${name}" resolved to ${number} resources; ${actionId} takes at most ${most}.`;
      throw new FaultFailure('QuotaExceededFailure', name, text);
    }
  }
}
