/** A row of a plan: a check, and the code under which it becomes a reason. */
import type { Check, Verdict } from '../../../report/evidence.ts';

export interface Row {
  readonly code: string;
  readonly check: Check;
}

export function row(code: string, name: string, verdict: Verdict, expected: string, observed: string): Row {
  return { code, check: { name, verdict, expected, observed } };
}
