/** The tags by which surefoot knows its own things in FIS. */

/** On templates and experiments: the experiment's name. */
export const EXPERIMENT_TAG = 'surefoot:experiment';
/** On what a preview creates: which run of surefoot it belongs to. */
export const PREVIEW_TAG = 'surefoot:preview';
/** On what a preview creates: from when on anybody may delete it, ISO 8601. */
export const EXPIRES_TAG = 'surefoot:expires';
