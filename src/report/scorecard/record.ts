/** Targets against evidence, as a record keeps them: of every row what was promised, what was measured, and what that is worth. */
import * as z from 'zod';

const time = z.iso.datetime();

export const STATES = ['missed', 'unknown', 'met'] as const;
export const stateSchema = z.enum(STATES);
export type TargetState = z.infer<typeof stateSchema>;

/** A stable code to match on, a sentence to read. */
const reasonSchema = z.object({ code: z.string().min(1), message: z.string().min(1) });

export const judgedSchema = z.object({
  state: stateSchema,
  reason: reasonSchema,
  /** null: unknown. In the row's `unit`. */
  value: z.number().nullable(),
  /** An interval for what the value is an estimate of. */
  lower: z.number().optional(),
  upper: z.number().optional(),
  confidence: z.number().gt(0).lt(1).optional(),
  /** How many observations; of a share, of how many. */
  n: z.int().nonnegative().optional(),
  /** Of a share, how many of them. */
  count: z.int().nonnegative().optional(),
  /** What statistic it is, and how its interval was found. */
  method: z.string().optional(),
  /**
   * The inference beside the fact, at 95 %. `supported`: also what was not observed is likely to keep the promise; `refuted`: it is likely to
   * break it; `open`: too little was observed to say; `none`: there is nothing to infer, as with a complete count.
   */
  support: z.object({ state: z.enum(['supported', 'open', 'refuted', 'none']), message: z.string() }).optional(),
  window: z.object({ from: time, to: time }).optional(),
  /** What the evidence itself says to know before believing it: low traffic, a late first request, what was left out. */
  caveats: z.array(z.string().min(1)).optional(),
  /** The files it comes from, at most 20 of `sourceCount`. */
  sources: z.array(z.object({ file: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/), operation: z.string() })),
  sourceCount: z.int().nonnegative(),
});
export type Judged = z.infer<typeof judgedSchema>;

export const scorecardRowSchema = z.object({
  /** The same from run to run: the target's name and, where a target has a row for each service, the service. */
  id: z.string().min(1),
  target: z.string().min(1),
  description: z.string().optional(),
  kind: z.enum(['target', 'objective']),
  indicator: z.string().min(1),
  service: z.string().optional(),
  /** What was promised, in words: `at most 30 min (mean) over 30 d`. */
  promise: z.string().min(1),
  /** The number promised, in `unit`. */
  bound: z.number(),
  better: z.enum(['higher', 'lower']),
  /** `ratio`, `s`, `per day`, or nothing for a plain number. */
  unit: z.string(),
  production: judgedSchema,
  /** By evidence of rehearsals, which never counts for production; missing where there is none. */
  rehearsal: judgedSchema.optional(),
});
export type ScorecardRow = z.infer<typeof scorecardRowSchema>;

export const scorecardRecordSchema = z.object({
  environment: z.string().min(1),
  /** The SHA-256 of the platform file. */
  targets: z.object({ file: z.string(), sha256: z.string() }).optional(),
  /** Missed first, then unknown, then met. */
  rows: z.array(scorecardRowSchema),
  /** Targets that cannot both be kept, or not in this platform; `rows` names them. */
  conflicts: z.array(z.object({ code: z.string().min(1), message: z.string().min(1), rows: z.array(z.string()) })),
  /** Against an earlier scorecard. */
  previous: z
    .object({
      file: z.string(),
      sha256: z.string(),
      finishedAt: time,
      changes: z.array(
        z.object({
          id: z.string(),
          before: stateSchema.nullable(),
          after: stateSchema.nullable(),
          /** Of the target then, where it was another one. */
          promiseBefore: z.string().optional(),
        }),
      ),
    })
    .optional(),
  /** What to know before believing it, as sentences. */
  caveats: z.array(z.string()),
});
export type ScorecardRecord = z.infer<typeof scorecardRecordSchema>;

/** How many rows are in each state, by production's evidence. */
export function countStates({
  rows,
}: {
  readonly rows: readonly ScorecardRow[];
}): Readonly<Record<TargetState, number>> {
  const count = (state: TargetState) => rows.filter(({ production }) => production.state === state).length;
  return { missed: count('missed'), unknown: count('unknown'), met: count('met') };
}
