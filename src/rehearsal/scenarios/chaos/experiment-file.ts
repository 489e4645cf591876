/** The experiments of the library, as a rehearsal runs them: the template is left as it is, the times of the load are cut short. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { shippedFile } from '../../../tools/package-root.ts';

/** What differs from the library's file: the value at a path, or undefined to take it out. */
export type Change = readonly [path: readonly string[], value: unknown];

/** Seconds of load before the fault and after the experiment: enough for a baseline in two halves, and for a recovery that lasts. */
export const SHORT_LOAD = { profile: 'failover', rate: '30', before: '6s', after: '10s' } as const;

/**
 * Writes the library's experiment `name` with the changes into the folder.
 * @returns its path
 */
export async function writeExperiment(name: string, folder: string, changes: readonly Change[]): Promise<string> {
  const document = parseDocument(await readFile(shippedFile(`chaos/${name}.yml`), 'utf8'));
  const always: readonly Change[] = [
    [['load'], SHORT_LOAD],
    // A rehearsal may run at any time.
    [['guards', 'windows'], undefined],
  ];
  for (const [at, value] of [...always, ...changes]) {
    if (value === undefined) {
      document.deleteIn(at);
    } else {
      document.setIn(at, document.createNode(value));
    }
  }
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${name}.yml`);
  await writeFile(file, document.toString());
  return file;
}
