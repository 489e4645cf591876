/** The template of the file against the one in the account: pure. */
import type { ExperimentTemplate } from '../../../aws/fis/fis.ts';
import type { Template } from '../experiment/template.ts';

/** A difference, by path; null: not there. `before` is the account's, `after` the file's. */
export interface TemplateChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What FIS fills in where a template says nothing (AWS: CreateExperimentTemplate). */
const OPTIONS = { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' } as const;

/** In the order of paths. Tags are left out: surefoot's own are always there, and others hit nothing. */
export function diffTemplates(account: ExperimentTemplate, file: Template): TemplateChange[] {
  const before = flatten(comparable(account));
  const after = flatten(comparable(file));
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort()
    .map((path) => ({ path, before: before.get(path) ?? null, after: after.get(path) ?? null }));
}

/** Without what AWS alone says, empty lists as if they were left out, and alarms in order: theirs means nothing. */
function comparable(template: Template | ExperimentTemplate): object {
  const { description, targets, actions, roleArn, logConfiguration, experimentReportConfiguration } = template;
  return {
    description,
    roleArn,
    targets,
    actions,
    logConfiguration,
    experimentReportConfiguration,
    experimentOptions: { ...OPTIONS, ...template.experimentOptions },
    stopConditions: [...(template.stopConditions ?? [])].sort((a, b) =>
      JSON.stringify([a.source, a.value]).localeCompare(JSON.stringify([b.source, b.value])),
    ),
  };
}

function flatten(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) {
      flatten(each, `${path}[${index}]`, found);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      flatten(each, path === '' ? key : `${path}.${key}`, found);
    }
  } else if (value !== undefined && value !== null) {
    found.set(path, String(value));
  }
  return found;
}
