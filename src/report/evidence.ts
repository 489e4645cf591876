/**
 * `surefoot/evidence/v1`: the one record that every operation writes and every report, judge and scorecard reads.
 * All times are ISO 8601 in UTC, all durations seconds, all ratios 0 to 1 unless `unit` says otherwise.
 */
import * as z from 'zod';
import { type ComparisonRecord, comparisonSchema } from './comparison/record.ts';
import { type JudgementRecord, judgementSchema } from './deployment/judgement-record.ts';
import { type DeploymentRecord, deploymentSchema } from './deployment/record.ts';
import { type WatchRecord, watchSchema } from './deployment/watch-record.ts';
import { type DoraRecord, doraRecordSchema } from './dora/record.ts';
import { type ExperimentRecord, experimentRecordSchema } from './experiment/record.ts';
import { type LoadRecord, loadSchema } from './load/record.ts';
import { type NightsRecord, nightsRecordSchema } from './nights/record.ts';
import { type ScalingRecord, scalingSchema } from './scaling/record.ts';
import { type ScorecardRecord, scorecardRecordSchema } from './scorecard/record.ts';
import { type BurnGuardRecord, burnGuardSchema, type SloRecord, sloRecordSchema } from './slo/record.ts';
import { type Reason, reasonSchema, type Verdict, verdictSchema } from './verdict.ts';
import { EVIDENCE_VERSION } from './words.ts';

export type { Compared, ComparedState, ComparisonRecord } from './comparison/record.ts';
export type { JudgementRecord } from './deployment/judgement-record.ts';
export type { DeploymentRecord } from './deployment/record.ts';
export type { WatchRecord } from './deployment/watch-record.ts';
export { type LoadBin, type LoadRecord, loadBinSchema, loadSchema, totalsOf } from './load/record.ts';
export type { ScalingLevel, ScalingRecord } from './scaling/record.ts';
export { type Reason, reasonSchema, type Verdict, verdictSchema } from './verdict.ts';
export { EVIDENCE_VERSION };

const time = z.iso.datetime();

/** A number with what is needed to weigh it: how many observations, what bounds, how it was obtained. */
export const measurementSchema = z.object({
  indicator: z.string().min(1),
  /** null: it was looked for and there was no data. */
  value: z.number().nullable(),
  lower: z.number().optional(),
  upper: z.number().optional(),
  /** Confidence of [lower, upper], e.g. 0.95. */
  confidence: z.number().gt(0).lt(1).optional(),
  n: z.int().nonnegative().optional(),
  /** `ratio` (0 to 1, shown in per cent), `s`, or any word that reads well after the number. */
  unit: z.string(),
  method: z.string().min(1),
});
export type Measurement = z.infer<typeof measurementSchema>;

/** Something that happened at a moment: a stage reached, a decision taken, a fault injected. Drawn as marks on the charts. */
export const eventSchema = z.object({
  at: time,
  kind: z.enum(['stage', 'decision', 'change', 'fault', 'alarm', 'note', 'problem']),
  label: z.string().min(1),
  detail: z.string().optional(),
});
export type EvidenceEvent = z.infer<typeof eventSchema>;

/**
 * Raw numbers that the verdict can be recomputed from: a named series of [time, value] points, in ascending order of time.
 * A value holds until the next point; null means that nothing is known from there on, and is drawn as a gap.
 */
export const seriesSchema = z.object({
  name: z.string().min(1),
  unit: z.string(),
  source: z.string(),
  points: z.array(z.tuple([time, z.number().nullable()])),
});
export type Series = z.infer<typeof seriesSchema>;

/** A row of a list of checks: a scenario of a rehearsal, a step of a procedure, a condition of a preflight. */
export const checkSchema = z.object({
  name: z.string().min(1),
  verdict: verdictSchema,
  expected: z.string().optional(),
  observed: z.string().optional(),
  seconds: z.number().nonnegative().optional(),
  /** A report beside this one that tells all of it. */
  page: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*\.html$/)
    .optional(),
});
export type Check = z.infer<typeof checkSchema>;

export const evidenceSchema = z.object({
  version: z.literal(EVIDENCE_VERSION),
  operation: z.string().min(1),
  title: z.string().min(1),
  subject: z.object({
    platform: z.string().optional(),
    environment: z.string().optional(),
    service: z.string().optional(),
    revision: z.string().optional(),
  }),
  rehearsal: z.boolean(),
  speed: z.number().positive(),
  startedAt: time,
  finishedAt: time,
  verdict: verdictSchema,
  reasons: z.array(reasonSchema).min(1),
  measurements: z.array(measurementSchema),
  events: z.array(eventSchema),
  /** Of a record with parts: `checks[i]` is the row of `parts[i]`, in the same order. */
  checks: z.array(checkSchema),
  deployment: deploymentSchema.optional(),
  watch: watchSchema.optional(),
  judgement: judgementSchema.optional(),
  load: loadSchema.optional(),
  comparison: comparisonSchema.optional(),
  /** What an experiment is to do. */
  experiment: experimentRecordSchema.optional(),
  scaling: scalingSchema.optional(),
  /** The SLOs of the subject: of a deployment, as they were before it began. */
  slos: z.array(sloRecordSchema).optional(),
  burnGuard: burnGuardSchema.optional(),
  /** DORA's measures of software delivery. */
  dora: doraRecordSchema.optional(),
  /** Targets against evidence. */
  scorecard: scorecardRecordSchema.optional(),
  /** What nights have tried out. */
  nights: nightsRecordSchema.optional(),
  series: z.array(seriesSchema),
  /** Parts of a larger run (the scenarios of a rehearsal), each a record of its own. */
  parts: z.array(z.lazy((): z.ZodType<Evidence> => evidenceSchema)).default([]),
  tools: z.array(z.object({ name: z.string(), version: z.string() })),
});

export interface Evidence {
  version: typeof EVIDENCE_VERSION;
  operation: string;
  title: string;
  subject: {
    platform?: string | undefined;
    environment?: string | undefined;
    service?: string | undefined;
    revision?: string | undefined;
  };
  rehearsal: boolean;
  speed: number;
  startedAt: string;
  finishedAt: string;
  verdict: Verdict;
  reasons: Reason[];
  measurements: Measurement[];
  events: EvidenceEvent[];
  checks: Check[];
  deployment?: DeploymentRecord | undefined;
  watch?: WatchRecord | undefined;
  judgement?: JudgementRecord | undefined;
  load?: LoadRecord | undefined;
  comparison?: ComparisonRecord | undefined;
  experiment?: ExperimentRecord | undefined;
  scaling?: ScalingRecord | undefined;
  slos?: SloRecord[] | undefined;
  burnGuard?: BurnGuardRecord | undefined;
  dora?: DoraRecord | undefined;
  scorecard?: ScorecardRecord | undefined;
  nights?: NightsRecord | undefined;
  series: Series[];
  parts: Evidence[];
  tools: { name: string; version: string }[];
}
