/** The past of a database: what a backup of it holds, and a log that a restored one begins with. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Database } from './database.ts';
import type { Entry } from './protocol.ts';

/** Every write that was acknowledged, up to that moment where one is given, read from the log that the primary keeps on disk. */
export async function historyOf(database: Database, until?: Date): Promise<Entry[]> {
  const { acknowledged, primary } = database;
  const text = await readFile(primary.logFile, 'utf8');
  // A line that is being written has no end yet; it is not acknowledged either.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry)
    .filter(({ position, at }) => position <= acknowledged && (until === undefined || at <= until.getTime()));
}

/** Writes a log from which a node starts. Epoch 0 comes before every epoch that a control plane gives out. */
export async function writeLog(file: string, entries: readonly Entry[]): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const lines = entries.map((entry) => `${JSON.stringify({ ...entry, epoch: 0 })}\n`);
  await writeFile(file, lines.join(''));
}
