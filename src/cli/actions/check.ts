/** `surefoot check`: validates the files that users write; offline. */

import type { Outcome } from '../../entry/outcome.ts';
import { InputError } from '../../errors.ts';
import { checkFiles } from '../../platform/load.ts';

/** @throws InputError with every problem of every file */
export async function checkAction(files: readonly string[]): Promise<Outcome> {
  const { problems } = await checkFiles(files);
  if (problems.length > 0) {
    throw new InputError(
      'invalid-file',
      `${problems.length} problem${problems.length === 1 ? '' : 's'} found`,
      problems,
    );
  }
  const text = `${files.join(', ')}: no problem found`;
  return { operation: 'check', verdict: 'pass', reasons: [{ code: 'valid', message: text }], text };
}
