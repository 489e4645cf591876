/** Real k6, whose samples go to a file of their own beside what surefoot reads; one part of the load goes another way. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { segmentArguments } from '../../../measure/segments/segment.ts';

export interface WitnessedK6 {
  readonly program: string;
  /** Where each run leaves a file of JSON lines. */
  readonly folder: string;
}

/**
 * Writes a program that becomes k6: its process is k6's own. Names of files in it are quoted for the shell.
 * @param far the part (from 0) whose connections k6 leads elsewhere, by its option `hosts`
 */
export async function writeWitnessedK6(
  k6: string,
  workDirectory: string,
  far: { readonly part: number; readonly of: number; readonly hosts: Readonly<Record<string, string>> },
): Promise<WitnessedK6> {
  const folder = path.join(path.resolve(workDirectory), 'samples');
  await mkdir(folder, { recursive: true });
  const config = path.join(folder, 'far.config');
  await writeFile(config, JSON.stringify({ hosts: far.hosts }));
  const [, segment = ''] = segmentArguments({ index: far.part, of: far.of });
  const program = path.join(folder, 'k6');
  const text = [
    '#!/bin/sh',
    `k6=${quoted(k6)}`,
    '[ "$1" = run ] || exec "$k6" "$@"',
    `samples="json=${folder.replace(/["$`\\]/g, '\\$&')}/$$.json"`,
    'case " $* " in',
    `  *" --execution-segment ${segment} "*) exec "$k6" "$@" --out "$samples" --config ${quoted(config)};;`,
    '  *) exec "$k6" "$@" --out "$samples";;',
    'esac',
    '',
  ];
  await writeFile(program, text.join('\n'), { mode: 0o755 });
  return { program, folder };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
