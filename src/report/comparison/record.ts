/** The part of a record that says how a load differed from its baseline. */
import * as z from 'zod';

/** A change with its bounds; on the scale of its indicator. */
const changeSchema = z.object({ value: z.number(), lower: z.number(), upper: z.number() });

/**
 * `better` and `worse`: the interval of the change lies wholly on one side of no change. `no-difference-shown`: it does not, and it either stays
 * within the tolerance, or a change as large as that would have been shown in four of five such samples. `too-small-to-tell`: neither
 * is so, or there is no interval.
 */
export const comparedStateSchema = z.enum(['better', 'worse', 'no-difference-shown', 'too-small-to-tell']);
export type ComparedState = z.infer<typeof comparedStateSchema>;

export const comparedSchema = z.object({
  indicator: z.string().min(1),
  /** Of `baseline` and `candidate`: `ratio`, `s` or `requests/s`. */
  unit: z.string(),
  better: z.enum(['lower', 'higher']),
  /** `absolute`: a change is candidate - baseline, in `unit`. `relative`: candidate ÷ baseline - 1. */
  scale: z.enum(['absolute', 'relative']),
  /** null: there was no data. With several runs of a side, their mean, of the logarithm where the scale is relative. */
  baseline: z.number().nullable(),
  candidate: z.number().nullable(),
  change: changeSchema.nullable(),
  /** The change for the worse that is put up with, on the same scale, not negative. */
  tolerance: z.number().nonnegative(),
  /** The smallest change that four of five such samples would have shown, on the same scale. */
  smallestShown: z.number().nonnegative().nullable(),
  state: comparedStateSchema,
  /** The interval lies wholly beyond the tolerance, for the worse. */
  beyondTolerance: z.boolean(),
  /** Why there is no interval, or that more is needed. */
  note: z.string().optional(),
  /** The value of each run, in order; runs of a pair have the same index. */
  runs: z.object({ baseline: z.array(z.number().nullable()), candidate: z.array(z.number().nullable()) }).optional(),
});
export type Compared = z.infer<typeof comparedSchema>;

/**
 * A load against its baseline. `two-runs`: seconds are resampled in blocks, the same ones in both runs; what differs from one run to the next
 * is not in the interval. `earlier-runs`: a run against the scatter of earlier ones. `pairs`: runs in turn, compared pair by pair.
 */
export const comparisonSchema = z.object({
  kind: z.enum(['two-runs', 'earlier-runs', 'pairs']),
  /** How the intervals were found, as a sentence. */
  method: z.string().min(1),
  confidence: z.number().gt(0).lt(1),
  /** What the numbers cannot say. */
  caveats: z.array(z.string().min(1)),
  /** What differed between the runs, or was not known of one: by name, as text. */
  conditions: z.array(z.object({ name: z.string(), baseline: z.string(), candidate: z.string() })),
  /** The first so many seconds of each run are compared: those that all of them were judged in. */
  seconds: z.int().nonnegative(),
  /** Enough to draw again what was drawn. */
  bootstrap: z
    .object({
      blockSeconds: z.int().positive(),
      replicates: z.int().positive(),
      seed: z.int().nonnegative(),
    })
    .optional(),
  /** The evidence that it was compared with; runs of pairs are in `parts`. */
  sources: z.array(z.object({ file: z.string(), sha256: z.string(), startedAt: z.iso.datetime() })),
  indicators: z.array(comparedSchema),
});
export type ComparisonRecord = z.infer<typeof comparisonSchema>;
