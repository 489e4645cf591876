/** What an experiment is to do, before it does it: part of `surefoot/evidence/v1`. Seconds count from the start of the experiment. */
import * as z from 'zod';

/** A stretch of the run. `exact` false: AWS says no length, or only the longest; the end is an assumption. */
export const experimentSpanSchema = z.object({
  name: z.string().min(1),
  kind: z.enum(['load', 'baseline', 'fault', 'wait', 'observation']),
  /** FIS's id of the action, for faults and waits. */
  action: z.string().optional(),
  from: z.number(),
  to: z.number(),
  exact: z.boolean(),
});
export type ExperimentSpan = z.infer<typeof experimentSpanSchema>;

/** What a target means. `source`: FIS resolved it in a dry run, AWS's lists were read, or the file says so. */
export const experimentTargetSchema = z.object({
  name: z.string().min(1),
  resourceType: z.string(),
  selectionMode: z.string(),
  /** null: not known. */
  count: z.int().nonnegative().nullable(),
  /** How many there are to choose from; null: not known. */
  of: z.int().nonnegative().nullable(),
  zones: z.record(z.string(), z.int().positive()),
  resources: z.array(z.string()),
  source: z.enum(['dry-run', 'reads', 'file']),
});
export type ExperimentTarget = z.infer<typeof experimentTargetSchema>;

/** A run of the experiment that has a verdict. Recovery in seconds from the fault; `upper` null: it was not seen to recover. */
export const experimentRunSchema = z.object({
  at: z.iso.datetime(),
  verdict: z.enum(['pass', 'fail']),
  rto: z.object({ lower: z.number().nonnegative(), upper: z.number().nonnegative().nullable() }),
  /** The fault was taken away before its time: what came back then had not recovered from it. */
  endedEarly: z.boolean().optional(),
  /** Acknowledged writes that were gone; null: they could not be counted; missing: it did not write. */
  lostWrites: z.int().nonnegative().nullable().optional(),
});
export type ExperimentRun = z.infer<typeof experimentRunSchema>;

export const experimentRecordSchema = z.object({
  name: z.string().min(1),
  file: z.string(),
  hypothesis: z.string().optional(),
  spans: z.array(experimentSpanSchema),
  targets: z.array(experimentTargetSchema),
  /** Id of the experiment by which FIS resolved the targets without injecting anything. */
  dryRun: z.string().optional(),
  cost: z.object({
    dollars: z.number().nonnegative(),
    actionMinutes: z.number().nonnegative(),
    dollarsPerMinute: z.number().positive(),
    accounts: z.int().positive(),
    /** Some lengths are assumed, or the longest possible. */
    estimated: z.boolean(),
    /** The day of the price. */
    asOf: z.string(),
    /** FIS's own report is charged besides, and not in the sum. */
    reportBesides: z.literal(true).optional(),
  }),
  /** The template in the account that was compared with the file; missing: there is none, or it was not looked for. */
  template: z
    .object({
      id: z.string(),
      changes: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
    })
    .optional(),
  /** This run and earlier ones of the same experiment in the same environment, the oldest first. */
  runs: z.array(experimentRunSchema).optional(),
  /** IAM policies as JSON. */
  policies: z.array(z.object({ title: z.string().min(1), json: z.string() })),
});
export type ExperimentRecord = z.infer<typeof experimentRecordSchema>;
