/** The watch over a candidate under production traffic, as a record keeps it. */
import * as z from 'zod';

const time = z.iso.datetime();

/** Whole numbers of any size, as JSON cannot hold them. */
const digits = z.string().regex(/^\d+$/);

/**
 * By what a candidate was watched under production traffic, and what was counted: enough to judge it again from the record. For each
 * period from `since` to `until`, the series named in `series` hold the target group's counters; a period without a point has none.
 * Failed are the server errors, and the requests that no target answered; where a request counts before its answer (`countsAtEnd` false),
 * as many as were under way at the busiest period are not held against it (its summed response times ÷ `periodSeconds`, rounded up).
 * `fail`: `logEAbove` reached ln(1 / `alpha`), at the pause or while ECS baked on; it is the evidence that the failed share is above the
 * budget, by the beta-binomial mixture (`statistics/confidence-sequence.ts`), tightest at `tightestAt` requests, and [`lower`, `upper`] is
 * its interval. `pass`: after `seconds`, within the budget, and with so many requests that it allows one to fail; surely so where `logEBelow`
 * reached ln(1 / `beta`). Undecided after `patience` × `seconds`: `inconclusive`. `superseded`: the deployment went on without an answer.
 */
export const watchSchema = z.object({
  objective: z.string(),
  /** The target as it was written, and the exact share of requests that it lets fail. */
  target: z.string(),
  budget: z.object({ numerator: digits, denominator: digits }),
  /** The most that the probability may be of rolling back a candidate exactly at its budget, and of calling one surely within that is not. */
  alpha: z.number().gt(0).lt(1),
  beta: z.number().gt(0).lt(1),
  tightestAt: z.number().positive(),
  /** What the watch was to cover, in seconds, and for how many times that it may wait. */
  seconds: z.number().positive(),
  patience: z.number().positive(),
  periodSeconds: z.number().positive(),
  countsAtEnd: z.boolean(),
  since: time,
  until: time,
  requests: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  logEAbove: z.number(),
  logEBelow: z.number(),
  lower: z.number(),
  upper: z.number(),
  confidence: z.number().gt(0).lt(1),
  decision: z.enum(['pass', 'fail', 'inconclusive', 'superseded']),
  /** Names of entries of the record's `series`. */
  series: z.object({
    requests: z.string(),
    answered: z.string(),
    serverErrors: z.string(),
    responseSeconds: z.string(),
  }),
});
export type WatchRecord = z.infer<typeof watchSchema>;
