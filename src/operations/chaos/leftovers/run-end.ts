/** The end of what a run has started, where its id is not known: an answer was lost, or the process that knew it is gone. */
import { OutsideError } from '../../../errors.ts';
import type { Ports } from '../../ports.ts';
import { ownerOf } from './tags.ts';
import { hasEnded, stopUnlessEnded } from './templates.ts';

const LOOK_EVERY_MS = 1000;
/** A list of AWS's may lag behind a start: that nothing runs is believed when it was seen this often. */
const LEAST_LOOKS = 3;

/**
 * Stops every experiment of this run or preview, and looks until all have ended. Delete its templates first: a start that is still on its
 * way is then refused.
 * @throws OutsideError `fis-not-stopped` when that takes longer than `patienceMs`; of AWS, when it cannot be looked at
 */
export async function seeRunEnded(
  runId: string,
  patienceMs: number,
  { awsForUndo: { fis }, clock, signalForUndo }: Pick<Ports, 'awsForUndo' | 'clock' | 'signalForUndo'>,
): Promise<void> {
  const deadline = clock.now().getTime() + patienceMs;
  for (let quiet = 0; quiet < LEAST_LOOKS; ) {
    const going = (await fis.listExperiments()).filter(
      ({ tags = {}, state }) => ownerOf(tags) === runId && !hasEnded(state?.status),
    );
    quiet = going.length === 0 ? quiet + 1 : 0;
    for (const { id, state } of going) {
      await (id === undefined || state?.status === 'stopping' ? undefined : stopUnlessEnded(fis, id));
    }
    if (going.length > 0 && clock.now().getTime() > deadline) {
      const message = `a stop of ${going.map(({ id }) => id).join(', ')} was asked for, but FIS does not say that it has ended: look at it now, and engage the safety lever if it has to end`;
      throw new OutsideError('fis-not-stopped', message, 'fis:StopExperiment');
    }
    await (quiet < LEAST_LOOKS ? clock.sleep(LOOK_EVERY_MS, signalForUndo) : undefined);
  }
}
