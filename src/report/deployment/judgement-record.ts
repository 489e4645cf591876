/** The comparison of a candidate with its baseline, as a record keeps it. */
import * as z from 'zod';

const time = z.iso.datetime();

/** Counts of one arm within a block, as `surefoot judge` reads them. */
const armCountsSchema = z.object({
  requests: z.int().nonnegative(),
  errors: z.int().nonnegative(),
  slow: z.int().nonnegative().optional(),
});

const judgedArmSchema = armCountsSchema.extend({
  targetGroup: z.string(),
  revision: z.string().nullable(),
  /** Of the share that failed; holds at all times at once. */
  lower: z.number(),
  upper: z.number(),
  confidence: z.number(),
});

/**
 * By what a candidate was compared with its baseline while both had traffic, and every block of it: each of `blocks` is a line that
 * `surefoot judge` reads, and with the same options it comes to the same verdict. Natural logarithms of evidence: rolled back when that
 * for a rollback reaches ln(1 / alpha), promoted when that of every metric reaches ln(1 / beta).
 */
export const judgementSchema = z.object({
  objective: z.string(),
  /** tolerance = burnRate × the objective's error budget; the boundary is (1 + margin) × baseline + tolerance. */
  burnRate: z.number(),
  margin: z.number(),
  tolerance: z.number(),
  alpha: z.number(),
  beta: z.number(),
  /** Slower is slow; without an objective the threshold is the judge's own. */
  latency: z.object({ objective: z.string().optional(), thresholdSeconds: z.number() }).optional(),
  /** Whose counts the blocks are; missing in records of before there was a choice. */
  source: z.string().optional(),
  /** Failures that named no revision, and are counted as the candidate's; where the source does not know revisions by itself. */
  unnamedErrors: z.int().nonnegative().optional(),
  /** The blocks as a file of lines for `surefoot judge`, written while they were judged; its SHA-256 in hex. */
  journal: z
    .object({ file: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/), lines: z.int().nonnegative() })
    .optional(),
  warmUpSeconds: z.number(),
  periodSeconds: z.number(),
  horizonSeconds: z.number(),
  /** From when until when the candidate was seen with which share of production traffic, in percent. */
  steps: z.array(z.object({ percent: z.number(), from: time, until: time })),
  blocks: z.array(
    z.object({
      at: time,
      baseline: armCountsSchema,
      candidate: armCountsSchema,
      /** The candidate's promised share of the requests; missing in records of before it was kept. */
      weight: z.number().gt(0).lt(1).optional(),
    }),
  ),
  /** Answers at the pauses, with the evidence of that moment. */
  decisions: z.array(
    z.object({
      at: time,
      percent: z.number(),
      decision: z.enum(['roll-back', 'promote', 'next-step', 'broken-split', 'burning', 'inconclusive', 'superseded']),
      blocks: z.int().nonnegative(),
      logERollback: z.number(),
      logEPromote: z.record(z.string(), z.number()),
      logESampleRatio: z.number().optional(),
    }),
  ),
  /** After how many blocks there was evidence for a promotion, or for a rollback; null: there was none. */
  provenAfterBlocks: z.int().nullable(),
  failedAfterBlocks: z.int().nullable(),
  arms: z.object({ baseline: judgedArmSchema, candidate: judgedArmSchema }),
});
export type JudgementRecord = z.infer<typeof judgementSchema>;
