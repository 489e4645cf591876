/** What previews and runs leave when they are cut off: found by tag, stopped and deleted. */
import { isAwsError } from '../../../aws/errors.ts';
import type { FisGateway } from '../../../aws/fis/fis.ts';
import type { Clock } from '../../ports.ts';
import { EXPIRES_TAG, ownerOf } from './tags.ts';

/** States from which an experiment does not go on (AWS: "Experiment states"). */
const ENDED = new Set(['completed', 'stopped', 'failed', 'cancelled']);

export function hasEnded(status: string | undefined): boolean {
  return status !== undefined && ENDED.has(status);
}

/** Ends what still runs of a template, then deletes it. Whatever fails is thrown after everything was tried. */
export async function removeTemplate(fis: FisGateway, templateId: string): Promise<void> {
  const failures: unknown[] = [];
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      failures.push(error);
    }
  };
  await attempt(async () => {
    const running = (await fis.listExperiments(templateId)).filter(({ state }) => !hasEnded(state?.status));
    for (const { id } of running) {
      await (id === undefined ? undefined : attempt(() => stopUnlessEnded(fis, id)));
    }
  });
  await attempt(() => deleteUnlessGone(fis, templateId));
  if (failures.length > 0) {
    throw failures[0];
  }
}

/** Somebody else may have cleared it away by now. */
async function deleteUnlessGone(fis: FisGateway, templateId: string): Promise<void> {
  try {
    await fis.deleteTemplate(templateId);
  } catch (error) {
    if (!isAwsError(error, 'ResourceNotFoundException')) {
      throw error;
    }
  }
}

/** One that has ended by itself meanwhile cannot be stopped, and need not be. */
export async function stopUnlessEnded(fis: FisGateway, id: string): Promise<void> {
  try {
    await fis.stopExperiment(id);
  } catch (error) {
    const experiment = await fis.getExperiment(id);
    if (experiment !== undefined && !hasEnded(experiment.state?.status)) {
      throw error;
    }
  }
}

/** Stops and removes everything that one preview or run has made, without knowing what that is. @returns ids of templates */
export async function removePreviewOf(runId: string, fis: FisGateway): Promise<string[]> {
  return removeAll(fis, (tags) => ownerOf(tags) === runId);
}

/** Removes what earlier previews and runs have left and nobody needs any more. @returns ids of templates */
export async function removeExpired(fis: FisGateway, clock: Clock): Promise<string[]> {
  const now = clock.now();
  return removeAll(fis, (tags) => ownerOf(tags) !== undefined && isPast(tags[EXPIRES_TAG], now));
}

/** A time that cannot be read is none that protects anything. */
export function isPast(time: string | undefined, now: Date): boolean {
  const expires = Date.parse(time ?? '');
  return Number.isNaN(expires) || expires <= now.getTime();
}

async function removeAll(
  fis: FisGateway,
  wanted: (tags: Readonly<Record<string, string>>) => boolean,
): Promise<string[]> {
  const ids = (await fis.listTemplates()).flatMap(({ id, tags = {} }) =>
    id !== undefined && wanted(tags) ? [id] : [],
  );
  for (const id of ids) {
    await removeTemplate(fis, id);
  }
  return ids;
}
