/** What an experiment would hit: as FIS itself resolved it, as ECS's own lists say, or as far as the file alone can tell. Pure. */
import type { ResolvedTarget } from '../../../aws/fis/fis.ts';
import type { ExperimentTarget } from '../../../report/experiment/record.ts';
import type { Template, TemplateTarget } from '../experiment/template.ts';
import type { EcsFacts, ServiceFacts } from './ecs-facts.ts';

/** By FIS's own answer to a dry run. The sample of a COUNT or PERCENT may be another one next time (AWS: "Preview targets"). */
export function resolvedRadius(
  template: Template,
  resolved: readonly ResolvedTarget[],
  facts: EcsFacts,
): ExperimentTarget[] {
  return targetsOf(template).map(([name, target]) => {
    const resources = resolved.filter(({ targetName }) => targetName === name).map(identityOf);
    const service = facts.get(name);
    return {
      ...common(name, target),
      count: resources.length,
      of: service?.tasks.length ?? null,
      resources,
      zones: zonesOf(resources, service),
      source: 'dry-run',
    };
  });
}

/** By what ECS lists now, without FIS: tasks of named services only, and not those chosen by tags. */
export function estimatedRadius(template: Template, facts: EcsFacts | undefined): ExperimentTarget[] {
  return targetsOf(template).map(([name, target]) => {
    const service = facts?.get(name);
    const arns = target.resourceArns ?? [];
    if (arns.length > 0) {
      return {
        ...unknown(name, target),
        count: selected(target.selectionMode, arns.length),
        of: arns.length,
        resources: arns,
      };
    }
    if (service === undefined || Object.keys(target.resourceTags ?? {}).length > 0) {
      return { ...unknown(name, target), count: countAtMost(target.selectionMode), of: service?.tasks.length ?? null };
    }
    const candidates = filtered(target, service);
    if (candidates === undefined) {
      return { ...unknown(name, target), of: service.tasks.length, source: 'reads' };
    }
    const arnsOf = candidates.map(({ taskArn = '?' }) => taskArn);
    const count = selected(target.selectionMode, candidates.length);
    const all = count === candidates.length;
    return {
      ...common(name, target),
      count,
      of: service.tasks.length,
      resources: all ? arnsOf : [],
      zones: all ? zonesOf(arnsOf, service) : {},
      source: 'reads',
    };
  });
}

function targetsOf({ targets = {} }: Template): [string, TemplateTarget][] {
  return Object.entries(targets);
}

function common(name: string, { resourceType, selectionMode }: TemplateTarget) {
  return { name, resourceType, selectionMode };
}

function unknown(name: string, target: TemplateTarget): ExperimentTarget {
  return { ...common(name, target), count: null, of: null, resources: [], zones: {}, source: 'file' };
}

/** FIS gives what identifies a resource under keys that differ by its type; an ARN where there is one. */
function identityOf({ targetInformation = {} }: ResolvedTarget): string {
  const arn = Object.entries(targetInformation).find(([key, value]) => /arn$/i.test(key) || value.startsWith('arn:'));
  return arn?.[1] ?? Object.values(targetInformation).join('/');
}

function zonesOf(resources: readonly string[], service: ServiceFacts | undefined): Record<string, number> {
  const zones: Record<string, number> = {};
  for (const { taskArn, availabilityZone } of service?.tasks ?? []) {
    if (taskArn !== undefined && availabilityZone !== undefined && resources.includes(taskArn)) {
      zones[availabilityZone] = (zones[availabilityZone] ?? 0) + 1;
    }
  }
  return zones;
}

/** The tasks that pass the filters; undefined for a filter on something that is not looked at here. */
function filtered({ filters = [] }: TemplateTarget, { tasks }: ServiceFacts) {
  return filters.every(({ path }) => path === 'AvailabilityZone')
    ? tasks.filter(({ availabilityZone }) => filters.every(({ values }) => values.includes(availabilityZone ?? '')))
    : undefined;
}

/** AWS: "Targets", selection mode: PERCENT rounds down, COUNT takes no more than there are. */
function selected(mode: string, candidates: number): number | null {
  const [, kind, number] = /^(COUNT|PERCENT)\((\d+)\)$/.exec(mode) ?? [];
  if (mode === 'ALL') {
    return candidates;
  }
  if (kind === 'COUNT') {
    return Math.min(Number(number), candidates);
  }
  return kind === 'PERCENT' ? Math.floor((candidates * Number(number)) / 100) : null;
}

/** COUNT(n) hits at most n, whatever there is: the one thing that a file alone can promise. */
function countAtMost(mode: string): number | null {
  const number = /^COUNT\((\d+)\)$/.exec(mode)?.[1];
  return number === undefined ? null : Number(number);
}
