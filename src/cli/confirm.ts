/** Asking a person before anything changes. */
import { createInterface } from 'node:readline/promises';
import { InputError } from '../errors.ts';

/** True with `--yes`; else asks at the terminal. @throws InputError where nobody can be asked */
export async function confirm(
  question: string,
  shown: string,
  options: { readonly yes?: boolean },
  signal: AbortSignal,
): Promise<boolean> {
  if (options.yes) {
    return true;
  }
  if (process.stdin.isTTY !== true) {
    throw new InputError(
      'nobody-to-ask',
      'this changes the service and nobody can be asked here: add --yes, or --dry-run to only see the plan',
    );
  }
  process.stderr.write(`${shown}\n`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    terminal.close();
  }
}
