/** One experiment asked to stop, until FIS says that it has ended. */
import type { ExperimentSummary } from '../../../aws/fis/fis.ts';
import type { Ports } from '../../ports.ts';
import { EXPERIMENT_TAG } from '../leftovers/tags.ts';
import { hasEnded } from '../leftovers/templates.ts';

/** Post actions take their time after a stop; AWS gives no bound. */
const PATIENCE_MS = 300_000;
const LOOK_EVERY_MS = 1000;

export interface Ending {
  readonly name: string;
  /** In FIS's word, or `gone`; with its refusal where it refuses to stop. */
  readonly status: string;
  readonly ended: boolean;
}

/** Asks again for as long as FIS neither stops nor ends it. @throws OutsideError of AWS when it cannot be looked at */
export async function endOf({ id = '', tags = {} }: ExperimentSummary, ports: Ports): Promise<Ending> {
  const { clock, signal, aws } = ports;
  const name = `${tags[EXPERIMENT_TAG] ?? 'experiment'} (${id})`;
  const deadline = clock.now().getTime() + PATIENCE_MS;
  let status = 'unknown';
  let refused = '';
  while (clock.now().getTime() <= deadline) {
    if (status !== 'stopping') {
      // One that has just ended by itself cannot be stopped: its state tells.
      refused = await aws.fis.stopExperiment(id).then(() => '', messageOf);
    }
    status = (await aws.fis.getExperiment(id))?.state?.status ?? 'gone';
    if (hasEnded(status) || status === 'gone') {
      return { name, status, ended: true };
    }
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
  return { name, status: refused === '' ? status : `${status}; ${refused}`, ended: false };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
