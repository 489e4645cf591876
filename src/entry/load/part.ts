/** `load-part`: what a task of `load --tasks` runs. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startLoad } from '../../measure/start-load.ts';
import { PART_VARIABLE, parseJob } from '../../operations/load/parts/job.ts';
import { runPart } from '../../operations/load/parts/run-part.ts';
import { findK6 } from '../../tools/k6.ts';
import type { Outcome } from '../outcome.ts';
import type { Session } from '../session.ts';

/** Makes the part that the environment asks for, and writes what it counted to the log. */
export async function loadPartAction(session: Session): Promise<Outcome> {
  const job = parseJob(process.env[PART_VARIABLE]);
  const k6 = await findK6({ reporter: session.reporter, signal: session.signal });
  const workDirectory = await mkdtemp(path.join(os.tmpdir(), 'surefoot-part-'));
  try {
    await runPart(job, {
      k6: k6.path,
      workDirectory,
      startLoad,
      environment: process.env,
      now: () => new Date(),
      signal: session.signal,
      write: (line) => process.stdout.write(`${line}\n`),
    });
  } finally {
    await rm(workDirectory, { recursive: true, force: true });
  }
  return {
    operation: 'load-part',
    verdict: 'pass',
    reasons: [{ code: 'counted', message: 'the part was made and counted; the whole is judged where all parts are' }],
    text: 'the part was made and counted',
  };
}
