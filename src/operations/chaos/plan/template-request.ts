/** An experiment's template as a request to FIS. */
import type { CreateExperimentTemplateRequest } from '../../../aws/fis/fis.ts';
import type { Template } from '../experiment/template.ts';
import { EXPERIMENT_TAG, EXPIRES_TAG, PREVIEW_TAG } from '../leftovers/tags.ts';

export interface PreviewMarks {
  /** The name of the experiment. */
  readonly experiment: string;
  /** The run of surefoot that the preview belongs to; its client token too, so that a repeated call makes no second one. */
  readonly runId: string;
  readonly expires: Date;
}

/** The tags of everything that a preview creates. */
export function previewTags({ experiment, runId, expires }: PreviewMarks): Record<string, string> {
  return { [EXPERIMENT_TAG]: experiment, [PREVIEW_TAG]: runId, [EXPIRES_TAG]: expires.toISOString() };
}

/**
 * The template for a dry run. A target without resources does not end the run, so that all targets are seen at once. FIS's own report is left
 * out: a dry run has none. The log stays: FIS then says whether it can write there.
 */
export function previewRequest(template: Template, marks: PreviewMarks): CreateExperimentTemplateRequest {
  const { targets, actions, stopConditions, roleArn, logConfiguration } = template;
  return {
    clientToken: marks.runId,
    description: `surefoot: dry run of ${marks.experiment}, nothing is injected`,
    actions: defined(actions),
    stopConditions: defined(stopConditions),
    roleArn,
    tags: previewTags(marks),
    experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'skip' },
    ...(targets === undefined ? {} : { targets: defined(targets) }),
    ...(logConfiguration === undefined ? {} : { logConfiguration: defined(logConfiguration) }),
  };
}

/** Without members that are undefined: the request's types have none. */
function defined<T>(value: T): Defined<T> {
  return JSON.parse(JSON.stringify(value));
}

type Defined<T> = T extends readonly (infer Item)[]
  ? Defined<Item>[]
  : T extends object
    ? { [Key in keyof T]: Defined<Exclude<T[Key], undefined>> }
    : T;
