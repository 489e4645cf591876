/** What nights have tried out, and what came of it: part of `surefoot/evidence/v1`. Tonight is the last. */
import * as z from 'zod';

const seconds = z.number().nonnegative();

/** One thing that was tried, or was to be. */
export const nightStepSchema = z.object({
  kind: z.enum(['load', 'experiment', 'drill']),
  name: z.string().min(1),
  /** null: it ended in an error, or did not begin. */
  verdict: z.enum(['pass', 'fail', 'inconclusive']).nullable(),
  code: z.string(),
  message: z.string(),
  seconds,
  /** Recovery time as an interval; `upper` null: it did not recover while it was watched. Missing: there was nothing to recover from. */
  rto: z.object({ lower: seconds, upper: seconds.nullable() }).optional(),
  /** Share of the requests that were answered well, 0 to 1. */
  availability: z.number().min(0).max(1).optional(),
});
export type NightStep = z.infer<typeof nightStepSchema>;

export const nightSchema = z.object({
  at: z.iso.datetime(),
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  /** The run on GitHub, by its address. */
  run: z
    .string()
    .regex(/^https?:\/\//)
    .optional(),
  steps: z.array(nightStepSchema),
});
export type Night = z.infer<typeof nightSchema>;

/** In the order of time. */
export const nightsRecordSchema = z.object({ nights: z.array(nightSchema).min(1) });
export type NightsRecord = z.infer<typeof nightsRecordSchema>;
