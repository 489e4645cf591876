/** The tags by which surefoot knows its own things in FIS. */

/** On templates and experiments: the experiment's name. */
export const EXPERIMENT_TAG = 'surefoot:experiment';
/** On what a preview creates: which run of surefoot it belongs to. */
export const PREVIEW_TAG = 'surefoot:preview';
/** On what a run creates: which run of surefoot it belongs to. */
export const RUN_TAG = 'surefoot:run';
/** On what a run in an environment creates: its name. */
export const ENVIRONMENT_TAG = 'surefoot:environment';
/** On what a preview or a run creates: from when on anybody may delete it, ISO 8601. */
export const EXPIRES_TAG = 'surefoot:expires';

/** The run or preview of surefoot that something was made for, and is deleted with; undefined for what stands. */
export function ownerOf(tags: Readonly<Record<string, string>>): string | undefined {
  return tags[RUN_TAG] ?? tags[PREVIEW_TAG];
}
