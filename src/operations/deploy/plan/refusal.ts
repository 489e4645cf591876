/** Why something may not start: a stable code, and a sentence that says what is wrong and what to do. */
import { InputError } from '../../../errors.ts';
import type { Reason } from '../../../report/evidence.ts';

export function refusal(code: string, message: string): Reason {
  return { code, message };
}

/** All refusals as one error. */
export function refused(refusals: readonly Reason[]): InputError {
  const list = refusals.map((reason) => `  - ${reason.message} [${reason.code}]`).join('\n');
  return new InputError(refusals[0]?.code ?? 'refused', `refused before anything was changed:\n${list}`);
}
