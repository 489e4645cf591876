/** What every record says of its end: a verdict, and why. */
import * as z from 'zod';

export const verdictSchema = z.enum(['pass', 'fail', 'inconclusive']);
export type Verdict = z.infer<typeof verdictSchema>;

/** Why a verdict is what it is: a stable code to match on, a sentence to read. */
export const reasonSchema = z.object({ code: z.string().min(1), message: z.string().min(1) });
export type Reason = z.infer<typeof reasonSchema>;
