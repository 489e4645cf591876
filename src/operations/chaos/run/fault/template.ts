/** The template that a run makes for itself, and takes away with it. */
import type { CreateExperimentTemplateRequest } from '../../../../aws/fis/fis.ts';
import type { Template } from '../../experiment/template.ts';
import { ENVIRONMENT_TAG, EXPERIMENT_TAG, EXPIRES_TAG, RUN_TAG } from '../../leftovers/tags.ts';
import { previewRequest } from '../../plan/template-request.ts';

export interface RunMarks {
  readonly experiment: string;
  readonly environment: string;
  /** The run of surefoot that it belongs to; its client token too. */
  readonly runId: string;
  /** When it has surely ended, so that anybody may delete what is left of it. */
  readonly expires: Date;
}

export function runTags({ experiment, environment, runId, expires }: RunMarks): Record<string, string> {
  return {
    [EXPERIMENT_TAG]: experiment,
    [ENVIRONMENT_TAG]: environment,
    [RUN_TAG]: runId,
    [EXPIRES_TAG]: expires.toISOString(),
  };
}

/** The template as the file says it; without a word of it, a target without resources ends the run instead of being passed over. */
export function runRequest(template: Template, marks: RunMarks): CreateExperimentTemplateRequest {
  return {
    ...previewRequest(template, marks),
    description: template.description,
    tags: { ...template.tags, ...runTags(marks) },
    experimentOptions: {
      accountTargeting: 'single-account',
      emptyTargetResolutionMode: template.experimentOptions?.emptyTargetResolutionMode ?? 'fail',
    },
  };
}
