/**
 * A dry run in FIS: the targets are resolved, every action is skipped (`actionsMode: skip-all`), and nothing stays behind. FIS is believed only
 * in what it answers: a server that runs the actions all the same, or does not say that it skips them, is stopped at once.
 */
import { mayHaveActed } from '../../../aws/errors.ts';
import type { Experiment, ResolvedTarget } from '../../../aws/fis/fis.ts';
import { OutsideError } from '../../../errors.ts';
import { patiently } from '../../common/patience.ts';
import type { Ports } from '../../ports.ts';
import type { Template } from '../experiment/template.ts';
import { PREVIEW_TAG } from '../leftovers/tags.ts';
import { hasEnded, removePreviewOf, removeTemplate } from '../leftovers/templates.ts';
import { type PreviewMarks, previewRequest, previewTags } from './template-request.ts';

export type Preview =
  | { readonly kind: 'resolved'; readonly experiment: string; readonly targets: readonly ResolvedTarget[] }
  /** It was no dry run: what was noticed, and whether the stop was seen through. */
  | { readonly kind: 'not-dry'; readonly experiment: string; readonly noticed: string; readonly stopped: boolean }
  /** FIS ended it without resolving the targets, in its own words. */
  | { readonly kind: 'ended'; readonly experiment: string; readonly status: string; readonly reason: string };

/** Resolving takes seconds; AWS gives no bound. */
const PATIENCE_MS = 180_000;
const STOP_PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 1000;

/** Nothing but an action that FIS has begun is in these; a skipped one never is. */
const BEGUN = new Set(['running', 'completed', 'stopping', 'stopped']);

/** What a dry run came to. `leftover` says what could not be cleared away, when there is such a thing. */
export interface PreviewResult {
  readonly preview: Preview;
  readonly leftover: string | undefined;
}

/** Creates a template, runs it dry and deletes it again, also when it fails or is cancelled meanwhile. @throws OutsideError of AWS */
export async function preview(template: Template, marks: PreviewMarks, ports: Ports): Promise<PreviewResult> {
  ports.journal?.previewing(marks.runId);
  const templateId = await createTemplate(template, marks, ports);
  let found: Preview;
  try {
    found = await dryRun(templateId, marks, ports);
  } catch (error) {
    await clear(templateId, marks, ports);
    throw error;
  }
  return { preview: found, leftover: await clear(templateId, marks, ports) };
}

async function createTemplate(template: Template, marks: PreviewMarks, ports: Ports): Promise<string> {
  try {
    const { id } = await ports.aws.fis.createTemplate(previewRequest(template, marks));
    if (id !== undefined) {
      return id;
    }
    throw new OutsideError('fis-no-template', 'FIS created a template without an id', 'fis:CreateExperimentTemplate');
  } catch (error) {
    if (mayHaveActed(error)) {
      // The answer was lost on its way, or nobody waited for it: there may be a template all the same.
      await clear(undefined, marks, ports);
    } else {
      ports.journal?.previewed();
    }
    throw error;
  }
}

/** Undefined when nothing is left; else what to do about it, which is told but does not hide what the dry run came to. */
async function clear(templateId: string | undefined, marks: PreviewMarks, ports: Ports): Promise<string | undefined> {
  try {
    await (templateId === undefined
      ? removePreviewOf(marks.runId, ports.awsForUndo.fis)
      : removeTemplate(ports.awsForUndo.fis, templateId));
    ports.journal?.previewed();
    return undefined;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    const what = templateId ?? `a template tagged ${PREVIEW_TAG}=${marks.runId}`;
    const leftover = `${what} may be left in FIS (${cause}); any later \`surefoot chaos plan\` deletes it after ${marks.expires.toISOString()}`;
    ports.reporter.warn(leftover);
    return leftover;
  }
}

async function dryRun(templateId: string, marks: PreviewMarks, ports: Ports): Promise<Preview> {
  const started = await ports.aws.fis.startExperiment({
    experimentTemplateId: templateId,
    clientToken: marks.runId,
    experimentOptions: { actionsMode: 'skip-all' },
    tags: previewTags(marks),
  });
  const { id } = started;
  if (id === undefined) {
    throw new OutsideError('fis-no-experiment', 'FIS started an experiment without an id', 'fis:StartExperiment');
  }
  let experiment = started;
  const deadline = ports.clock.now().getTime() + PATIENCE_MS;
  for (;;) {
    const noticed = signOfInjection(experiment);
    if (noticed !== undefined) {
      return { kind: 'not-dry', experiment: id, noticed, stopped: await stopAtOnce(id, ports) };
    }
    if (hasEnded(experiment.state?.status)) {
      return ending(id, experiment, ports);
    }
    if (ports.clock.now().getTime() > deadline) {
      throw new OutsideError(
        'dry-run-too-long',
        `the dry run ${id} is still ${experiment.state?.status ?? 'without a state'} after ${PATIENCE_MS / 60_000} min: it was stopped`,
        'fis:GetExperiment',
      );
    }
    await ports.clock.sleep(LOOK_EVERY_MS, ports.signal);
    experiment = (await patiently(() => ports.aws.fis.getExperiment(id), ports)) ?? experiment;
  }
}

/** What shows that this is no dry run; undefined for one that may be. */
function signOfInjection({ experimentOptions, actions = {}, state: { status } = {} }: Experiment): string | undefined {
  const mode = experimentOptions?.actionsMode;
  if (mode !== 'skip-all') {
    return `it answered with actionsMode ${mode === undefined ? 'left out' : JSON.stringify(mode)} instead of "skip-all"`;
  }
  const isOver = status === 'completed';
  const begun = Object.entries(actions).find(([, action]) => {
    const reached = action.state?.status ?? '';
    return BEGUN.has(reached) || (isOver && reached !== 'skipped');
  });
  return begun === undefined
    ? undefined
    : `it said skip-all, but the action ${begun[0]} is ${begun[1].state?.status ?? 'without a state'}`;
}

async function ending(id: string, { state }: Experiment, ports: Ports): Promise<Preview> {
  const { status = '', reason = '', error } = state ?? {};
  if (status === 'completed') {
    const targets = await patiently(() => ports.aws.fis.listExperimentResolvedTargets(id), ports);
    return { kind: 'resolved', experiment: id, targets };
  }
  const cause =
    error?.code === undefined ? reason : `${reason} [${error.code}${error.location ? ` at ${error.location}` : ''}]`;
  return { kind: 'ended', experiment: id, status, reason: cause };
}

/** True when FIS was seen to have ended it. Uses what is left for undoing, so that a cancellation does not keep a fault going. */
async function stopAtOnce(id: string, ports: Ports): Promise<boolean> {
  const { fis } = ports.awsForUndo;
  try {
    await fis.stopExperiment(id);
  } catch (error) {
    // One that has ended by now cannot be stopped; the state below tells that apart from a stop that failed.
    ports.reporter.warn(`stopping ${id}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const deadline = ports.clock.now().getTime() + STOP_PATIENCE_MS;
  while (ports.clock.now().getTime() <= deadline) {
    const experiment = await fis.getExperiment(id).catch(() => undefined);
    if (hasEnded(experiment?.state?.status)) {
      return true;
    }
    await ports.clock.sleep(LOOK_EVERY_MS, ports.signalForUndo);
  }
  return false;
}
