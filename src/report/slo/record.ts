/** An SLO as a record keeps it: what was counted, what that makes of its error budget, and how fast that goes. */
import * as z from 'zod';

const time = z.iso.datetime();
/** Whole numbers of any size, as JSON cannot hold them. */
const digits = z.string().regex(/^\d+$/);
const count = z.int().nonnegative();

const countsSchema = z.object({ requests: count, bad: count });

/** Two windows, and the burn rate that both must be above for it to be `burning`; see `statistics/burn-rate.ts`. */
const burnSchema = z.object({
  severity: z.enum(['page', 'ticket']),
  /** What of the budget is gone when it burns at `factor` for as long as the long window. */
  share: z.number(),
  factor: z.number(),
  /** As they are for the SLO's period; a rehearsal divides them by its speed. */
  longSeconds: z.number().positive(),
  shortSeconds: z.number().positive(),
  long: countsSchema,
  short: countsSchema,
  /** Error rate over the one that is allowed; null without requests. */
  longRate: z.number().nullable(),
  shortRate: z.number().nullable(),
  state: z.enum(['burning', 'recovering', 'rising', 'calm', 'unknown']),
  /** So few requests that a single bad one decides. */
  oneDecides: z.boolean(),
});
export type BurnRecord = z.infer<typeof burnSchema>;

/** A budget report of Application Signals, whose goal and interval are those of the objective. */
const reportedSchema = z.object({
  arn: z.string(),
  /** What the attainment is a share of. */
  of: z.enum(['requests', 'time-slices']),
  status: z.enum(['OK', 'WARNING', 'BREACHED']),
  /** The share that was good, 0 to 1. */
  attainment: z.number().min(0).max(1),
  /** The same as AWS said it, in percent: the decimal that is compared, since a hundredth of a number may not be exact. */
  percent: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .optional(),
  /** Requests, or seconds, that may be bad over the interval; below 0 remaining is overspent. */
  budget: z.object({ total: count, remaining: z.int() }),
});

export const sloRecordSchema = z.object({
  objective: z.string().min(1),
  service: z.string().min(1),
  indicator: z.enum(['availability', 'latency']).optional(),
  /** As it was written. */
  target: z.string().optional(),
  /** 1 − target, exactly. */
  budget: z.object({ numerator: digits, denominator: digits }).optional(),
  thresholdSeconds: z.number().optional(),
  windowDays: z.number().optional(),
  /** `met`: at most as many requests were bad as the target allows, compared as whole numbers. */
  state: z.enum(['met', 'missed', 'unknown']),
  /** Why it is unknown. */
  unknown: z.object({ code: z.string().min(1), message: z.string().min(1) }).optional(),
  /** Whose counters were read: the load balancer's where it serves nobody else, else those of the service's target groups; or Prometheus's; or AWS's own SLO. */
  counted: z.enum(['load-balancer', 'target-groups', 'prometheus', 'application-signals']).optional(),
  /** What was read, and when the first request in it was. */
  from: time.optional(),
  until: time.optional(),
  firstRequestAt: time.optional(),
  /** 0 where there were none, and where Application Signals judged: its reports do not say how many there were. */
  requests: count,
  bad: count,
  /** What Application Signals said of its own SLO. */
  reported: reportedSchema.optional(),
  /** Of the share that is bad: exact binomial bounds (Clopper–Pearson), which hold for requests that fail independently. */
  lower: z.number().optional(),
  upper: z.number().optional(),
  confidence: z.number().gt(0).lt(1).optional(),
  /** How many of these requests may be bad, and what share of that is left: 0 spent, below 0 overspent. */
  allowed: z.number().nullable(),
  left: z.number().nullable(),
  spent: z.boolean().nullable(),
  burn: z.array(burnSchema),
  /** What to know before believing it, as sentences. */
  caveats: z.array(z.string()),
});
export type SloRecord = z.infer<typeof sloRecordSchema>;

/** The burn rate of the whole service while a shift was under way, held against a pair of windows at every look. */
export const burnGuardSchema = z.object({
  objective: z.string(),
  factor: z.number(),
  longSeconds: z.number().positive(),
  shortSeconds: z.number().positive(),
  samples: z.array(
    z.object({
      at: time,
      long: countsSchema,
      short: countsSchema,
      state: burnSchema.shape.state,
      /** So few requests that a single bad one decides: nothing is given up for that. */
      oneDecides: z.boolean(),
      /** False while it burns since before the shift: then it guards nothing. */
      armed: z.boolean(),
    }),
  ),
});
export type BurnGuardRecord = z.infer<typeof burnGuardSchema>;
