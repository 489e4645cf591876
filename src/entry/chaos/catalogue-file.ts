/** What `aws fis list-actions` has answered, from a file: it goes before the snapshot of AWS's actions. */
import { readFile, stat } from 'node:fs/promises';
import * as z from 'zod';
import { InputError } from '../../errors.ts';
import { SNAPSHOT, withAnswers } from '../../operations/chaos/catalogue/catalogue.ts';
import type { Catalogue } from '../../operations/chaos/catalogue/facts.ts';

const parameters = z.record(z.string(), z.object({ required: z.boolean().optional() })).optional();
const targets = z.record(z.string(), z.object({ resourceType: z.string().optional() })).optional();
/** The answer of ListActions; entries may be those of GetAction, which have parameters too. */
const answer = z.object({ actions: z.array(z.object({ id: z.string(), parameters, targets })).min(1) });

/**
 * The catalogue by such a file, dated by it; the snapshot without one.
 * @throws InputError `bad-catalogue` for a file that cannot be read or holds no such answer
 */
export async function readCatalogue(file: string | undefined): Promise<Catalogue> {
  if (file === undefined) {
    return SNAPSHOT;
  }
  try {
    const { actions } = answer.parse(JSON.parse(await readFile(file, 'utf8')));
    return withAnswers(SNAPSHOT, { date: (await stat(file)).mtime.toISOString().slice(0, 10), actions });
  } catch {
    throw new InputError(
      'bad-catalogue',
      `--catalogue ${file}: write what \`aws fis list-actions\` prints to it, as JSON`,
    );
  }
}
