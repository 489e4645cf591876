/** The part of a record that says what a service used and cost at several levels of load. */
import * as z from 'zod';

/** A mean over periods of a metric, with Student's interval where there are three at least. */
const meanSchema = z.object({
  value: z.number(),
  lower: z.number().optional(),
  upper: z.number().optional(),
  n: z.int().positive(),
});
export type MeanOfPeriods = z.infer<typeof meanSchema>;

export const scalingLevelSchema = z.object({
  /** Seconds of the load, from its start; without what it took to settle. */
  from: z.number().nonnegative(),
  to: z.number().nonnegative(),
  /** Planned arrivals per second. */
  planned: z.number().positive(),
  /** Good answers per second: what was paid for. */
  answered: z.number().nonnegative(),
  /** Tasks that are paid for (pending and running), mean over time. null: not known. */
  tasks: z.number().nonnegative().nullable(),
  /** Of what the tasks reserve, ratio. null: CloudWatch had no data. */
  cpu: meanSchema.nullable(),
  memory: meanSchema.nullable(),
  /** Requests per second of each target, as the load balancer counted them. */
  requestsPerTarget: meanSchema.nullable(),
  /** Seconds of a task for each good answer. */
  taskSecondsPerRequest: z.number().positive().nullable(),
});
export type ScalingLevel = z.infer<typeof scalingLevelSchema>;

/**
 * Cost and use over levels of load. Elasticity: the slope of the logarithm of cost per second on that of good answers per second; 1 is
 * linear, below 1 each request gets cheaper. `verdict` as the checks have it: within `limit` when the whole interval is.
 */
export const scalingSchema = z.object({
  confidence: z.number().gt(0).lt(1),
  method: z.string().min(1),
  /** Left out of each level, so that scaling can follow. */
  settleSeconds: z.number().nonnegative(),
  taskSize: z.object({ vcpu: z.number().positive(), gigabytes: z.number().positive() }),
  /** For an hour, as the user gave them; no currency is known. */
  price: z.object({ vcpu: z.number().nonnegative(), gigabyte: z.number().nonnegative() }).optional(),
  levels: z.array(scalingLevelSchema),
  limit: z.number().positive(),
  elasticity: z
    .object({ value: z.number(), lower: z.number(), upper: z.number(), degreesOfFreedom: z.int().positive() })
    .nullable(),
  /** Why there is no elasticity. */
  note: z.string().optional(),
  /** What share of the reserved CPU or memory is to be used under load, give or take the margin. */
  utilisation: z
    .object({ of: z.enum(['cpu', 'memory']), target: z.number().positive(), margin: z.number().positive() })
    .optional(),
});
export type ScalingRecord = z.infer<typeof scalingSchema>;
