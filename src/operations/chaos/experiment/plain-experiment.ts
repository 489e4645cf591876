/** A plain FIS template as an experiment: without load, expectations or guards of its own. */
import type { Subject } from '../accept/subject.ts';
import { EXPERIMENT_DEFAULTS, type Experiment } from './experiment.ts';
import { templateSchema } from './template.ts';

const LONGEST_SECONDS = 12 * 3600;

/** Undefined where the template is not one, which the check has told. The experiment is named after the file. */
export function plainExperiment({ file, template }: Pick<Subject, 'file' | 'template'>): Experiment | undefined {
  const parsed = templateSchema.safeParse(template);
  if (!parsed.success) {
    return undefined;
  }
  return {
    name: nameOf(file),
    description: undefined,
    file,
    variables: {},
    template: parsed.data,
    steadyState: [],
    load: undefined,
    expect: {
      rtoSeconds: undefined,
      rpoSeconds: undefined,
      availability: undefined,
      maximumLostRequests: undefined,
      alarms: [],
      felt: EXPERIMENT_DEFAULTS.felt,
      evidence: { targets: EXPERIMENT_DEFAULTS.evidenceTargets, requests: EXPERIMENT_DEFAULTS.evidenceRequests },
    },
    guards: {
      windows: [],
      environments: [],
      maximumDurationSeconds: LONGEST_SECONDS,
      maximumCost: undefined,
      stopRole: undefined,
    },
    irreversible: false,
  };
}

function nameOf(file: string): string {
  const base =
    file
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/\.[^.]*$/, '') ?? '';
  const name = base
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '');
  return name === '' ? 'template' : name.slice(0, 63);
}
