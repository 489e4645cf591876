/**
 * DORA's five measures as a record keeps them: each number with the events that it was counted from. Definitions: dora.dev, "DORA's software
 * delivery performance metrics". There are no tiers in it: what is good is for the team's own target to say.
 */
import * as z from 'zod';

const time = z.iso.datetime();
const count = z.int().nonnegative();

/** Stable names: of these measures, and of the measurements in the same evidence. */
export const DORA_INDICATORS = [
  'change-lead-time',
  'deployment-frequency',
  'failed-deployment-recovery-time',
  'change-fail-rate',
  'deployment-rework-rate',
] as const;
export type DoraIndicator = (typeof DORA_INDICATORS)[number];

export const doraMetricSchema = z.object({
  indicator: z.enum(DORA_INDICATORS),
  /** null: unknown, and `unknown` says why. 0 is always something that was counted. */
  value: z.number().nullable(),
  unknown: z.object({ code: z.string().min(1), message: z.string().min(1) }).optional(),
  /** `s`, `ratio`, or `per day`. */
  unit: z.string(),
  lower: z.number().optional(),
  upper: z.number().optional(),
  confidence: z.number().gt(0).lt(1).optional(),
  /** Events that the value was computed from; of a ratio, the denominator. */
  n: count,
  /** Of a ratio, the numerator; of the frequency, the deployments. */
  count: count.optional(),
  /** The 90th percentile, by linear interpolation; of durations only. */
  p90: z.number().optional(),
  /** What statistic it is, of what, and how its bounds were found. */
  method: z.string().min(1),
  /** Ids of the changes or deployments that `n` counts. */
  events: z.array(z.string()),
});
export type DoraMetric = z.infer<typeof doraMetricSchema>;

export const FAILED_BECAUSE = ['incident', 'rolled-back', 'reverted', 'did-not-finish'] as const;
export const REWORK_BECAUSE = ['rollback', 'revert', 'hotfix', 'ended-incident'] as const;

const doraDeploymentSchema = z.object({
  id: z.string().min(1),
  sha: z.string(),
  createdAt: time,
  /** When it was in production; of one that did not finish, when that was known. */
  at: time,
  url: z.string().optional(),
  /** True: younger than the failure horizon, so that nobody can know yet whether it failed. */
  pending: z.boolean(),
  /** True: the first one known. What changed with it cannot be told from what was there before. */
  first: z.boolean(),
  /** Changes that reached production with it. */
  changes: count,
  failed: z
    .object({
      because: z.enum(FAILED_BECAUSE),
      /** The incident, or the deployment that took it back. */
      by: z.string(),
      recoveredAt: time.nullable(),
    })
    .optional(),
  rework: z.object({ because: z.enum(REWORK_BECAUSE), of: z.string().optional() }).optional(),
});
export type DoraDeployment = z.infer<typeof doraDeploymentSchema>;

const doraChangeSchema = z.object({
  /** `#12` for a pull request, else the commit. */
  id: z.string().min(1),
  commits: z.int().positive(),
  startedAt: time,
  deployment: z.string(),
  leadSeconds: z.number().nonnegative(),
});
export type DoraChange = z.infer<typeof doraChangeSchema>;

const doraIncidentSchema = z.object({
  id: z.string().min(1),
  openedAt: time,
  closedAt: time.nullable(),
  url: z.string().optional(),
  /** The deployment that it is put down to, and by what: it names it, or it was opened soon after it. */
  deployment: z.string().optional(),
  linkedBy: z.enum(['named', 'time']).optional(),
});
export type DoraIncident = z.infer<typeof doraIncidentSchema>;

export const doraRecordSchema = z.object({
  source: z.object({ kind: z.enum(['git', 'github']), name: z.string().min(1) }),
  environment: z.string().min(1),
  service: z.string().optional(),
  window: z.object({ from: time, to: time }),
  /** Within which a deployment fails, or an incident is put down to it. */
  horizonSeconds: z.number().positive(),
  /** In the order of DORA_INDICATORS. */
  metrics: z.array(doraMetricSchema).length(DORA_INDICATORS.length),
  /** Of the window, oldest first; changes and incidents as well. */
  deployments: z.array(doraDeploymentSchema),
  changes: z.array(doraChangeSchema),
  incidents: z.array(doraIncidentSchema),
  /** What was found and left out, by reason: how many, and the first of them. */
  excluded: z.array(z.object({ code: z.string().min(1), message: z.string().min(1), count, ids: z.array(z.string()) })),
  /** What to know before believing it, as sentences. */
  caveats: z.array(z.string()),
  /** What reading it took. */
  requests: count.optional(),
});
export type DoraRecord = z.infer<typeof doraRecordSchema>;
