/** The part of a load that one task makes: waits for the agreed moment, counts, and tells what it counted by its log. */
import { InputError } from '../../../errors.ts';
import type { StartLoad } from '../../../measure/types.ts';
import { fillHeaders, scrubber } from '../secrets.ts';
import type { PartJob } from './job.ts';
import { progressLine, resultLines } from './lines.ts';

export interface PartPorts {
  readonly k6: string;
  readonly workDirectory: string;
  readonly startLoad: StartLoad;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly write: (line: string) => void;
}

const PROGRESS_SECONDS = 5;

/**
 * Makes the part. A task that is stopped tells what it had counted until then.
 * @throws InputError `part-too-late` when the agreed moment is over; then nothing is sent
 */
export async function runPart(job: PartJob, ports: PartPorts): Promise<void> {
  const startAt = new Date(job.startAt);
  const late = (ports.now().getTime() - startAt.getTime()) / 1000;
  if (late > 0) {
    const message = `this task came up ${late.toFixed(1)} s after the moment that all parts begin; give them more time with --start-in`;
    throw new InputError('part-too-late', message);
  }
  const { headers, secrets } = fillHeaders(job.load.headers, ports.environment);
  const { virtualUsers, ...load } = job.load;
  let told = 0;
  const running = await ports.startLoad({
    k6: ports.k6,
    workDirectory: ports.workDirectory,
    segment: job.segment,
    startAt,
    load: { ...load, headers, ...(virtualUsers === undefined ? {} : { virtualUsers }) },
    onProgress: (progress) => {
      if (progress.second - told >= PROGRESS_SECONDS) {
        told = progress.second;
        ports.write(progressLine(progress));
      }
    },
  });
  const stop = () => running.abort();
  ports.signal.addEventListener('abort', stop, { once: true });
  try {
    const scrub = scrubber(secrets);
    for (const line of resultLines(JSON.parse(scrub(JSON.stringify(await running.done))))) {
      ports.write(line);
    }
  } finally {
    ports.signal.removeEventListener('abort', stop);
  }
}
