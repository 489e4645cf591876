/**
 * `surefoot/evidence/v1`: the one record that every operation writes and every report, judge and scorecard reads.
 * All times are ISO 8601 in UTC, all durations seconds, all ratios 0 to 1 unless `unit` says otherwise.
 */
import * as z from 'zod';
import { type ComparisonRecord, comparisonSchema } from './comparison-record.ts';
import { type DoraRecord, doraRecordSchema } from './dora-record.ts';
import { type ExperimentRecord, experimentRecordSchema } from './experiment-record.ts';
import { type NightsRecord, nightsRecordSchema } from './nights-record.ts';
import { type ScalingRecord, scalingSchema } from './scaling-record.ts';
import { type ScorecardRecord, scorecardRecordSchema } from './scorecard-record.ts';
import { type BurnGuardRecord, burnGuardSchema, type SloRecord, sloRecordSchema } from './slo.ts';
import { EVIDENCE_VERSION } from './words.ts';

export type { Compared, ComparedState, ComparisonRecord } from './comparison-record.ts';
export type { ScalingLevel, ScalingRecord } from './scaling-record.ts';
export { EVIDENCE_VERSION };

export const verdictSchema = z.enum(['pass', 'fail', 'inconclusive']);
export type Verdict = z.infer<typeof verdictSchema>;

const time = z.iso.datetime();

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Why a verdict is what it is: a stable code to match on, a sentence to read. */
export const reasonSchema = z.object({ code: z.string().min(1), message: z.string().min(1) });
export type Reason = z.infer<typeof reasonSchema>;

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

/** Latency as mergeable counts: bucket index (see `statistics/log-histogram.ts`, values in seconds) and count. */
const bucketsSchema = z.array(z.tuple([z.int().nonnegative(), z.int().positive()]));

/** One second of load, binned by when the request *was to start*. `planned = ok + failed + dropped + interrupted`, always: the schema refuses anything else. */
export const loadBinSchema = z
  .object({
    second: z.int().nonnegative(),
    planned: z.int().nonnegative(),
    ok: z.int().nonnegative(),
    /** Count by kind of error, e.g. `{ "http-500": 3, "timeout": 1 }`. */
    failed: z.record(z.string(), z.int().positive()),
    dropped: z.int().nonnegative(),
    interrupted: z.int().nonnegative(),
    /** Requests that ended in this second, whenever they started, and those of them that ended well: what the service got done. */
    ended: z.int().nonnegative().optional(),
    answered: z.int().nonnegative().optional(),
    /** Of `ok` requests only: a refused connection takes no time and would make an outage look fast. */
    latency: bucketsSchema,
    /** How long the failed requests took, from their start to the error: a dial that times out counts with all of its time. */
    failedAfter: bucketsSchema.optional(),
    /** Only of `ok` requests whose answer named its revision (response header `x-surefoot-revision`). */
    byRevision: z.record(z.string(), z.int().positive()).optional(),
  })
  .refine((bin) => bin.planned === bin.ok + sum(Object.values(bin.failed)) + bin.dropped + bin.interrupted, {
    error: 'planned is not ok + failed + dropped + interrupted',
  });
export type LoadBin = z.infer<typeof loadBinSchema>;

const totalsSchema = z.object({
  planned: z.int().nonnegative(),
  ok: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  dropped: z.int().nonnegative(),
  interrupted: z.int().nonnegative(),
});

export const loadSchema = z
  .object({
    name: z.string(),
    url: z.string(),
    /** Arrivals per second that were planned; where the rate changes, the highest. */
    rate: z.number().positive(),
    /** How the rate was to change: in a straight line to `rate` within `seconds`, stage after stage. */
    shape: z
      .object({
        startRate: z.int().nonnegative(),
        stages: z.array(z.object({ seconds: z.int().nonnegative(), rate: z.int().nonnegative() })),
      })
      .optional(),
    timeoutSeconds: z.number().positive(),
    /** When it is but one of so many equal parts of a load; `index` from 0. Shape and rate are those of the whole. */
    segment: z.object({ index: z.int().nonnegative(), of: z.int().positive() }).optional(),
    /** When it was put together from parts: how each of them went. */
    segments: z
      .array(
        z.object({
          startedAt: time,
          totals: totalsSchema,
          cpu: z.number().nonnegative().nullable(),
          latenessMax: z.number().nonnegative().nullable(),
        }),
      )
      .optional(),
    /** SHA-256 of the user's own k6 script, when one ran. */
    script: z.string().optional(),
    startedAt: time,
    finishedAt: time,
    /** Bins at or after this second began too late to be sure that their requests could finish: counted, but not judged. */
    judgedUntilSecond: z.int().nonnegative(),
    /** The sums over all bins, judged or not. */
    totals: totalsSchema,
    /** In ascending order of `second`, each second at most once. A second without requests may be left out. */
    bins: z.array(loadBinSchema),
    generator: z.object({
      /** Share of all cores that k6 used, mean over the run, 0 to 1. */
      cpu: z.number().nonnegative().nullable(),
      /** Share of one core that surefoot used meanwhile, reading k6's output; 0 to 1. */
      readerCpu: z.number().nonnegative().optional(),
      /** Cores of the machine that it ran on. */
      cores: z.int().positive().optional(),
      /** Largest delay of a start against its planned moment, in seconds. */
      latenessMax: z.number().nonnegative().nullable(),
      exit: z.string(),
      problems: z.array(reasonSchema),
    }),
  })
  .superRefine((load, context) => {
    for (const [index, bin] of load.bins.entries()) {
      const before = load.bins[index - 1];
      if (before !== undefined && before.second >= bin.second) {
        context.addIssue({
          code: 'custom',
          path: ['bins', index, 'second'],
          message: `second ${bin.second} comes after second ${before.second}: bins must ascend, each second once`,
        });
      }
    }
    for (const [name, expected] of Object.entries(totalsOf(load.bins))) {
      const found = load.totals[name as keyof typeof load.totals];
      if (found !== expected) {
        context.addIssue({
          code: 'custom',
          path: ['totals', name],
          message: `is ${found}, but the bins sum to ${expected}`,
        });
      }
    }
  });
export type LoadRecord = z.infer<typeof loadSchema>;

/** The totals of a load record: each the sum over its bins. */
export function totalsOf(bins: readonly LoadBin[]): z.infer<typeof totalsSchema> {
  return {
    planned: sum(bins.map((bin) => bin.planned)),
    ok: sum(bins.map((bin) => bin.ok)),
    failed: sum(bins.map((bin) => sum(Object.values(bin.failed)))),
    dropped: sum(bins.map((bin) => bin.dropped)),
    interrupted: sum(bins.map((bin) => bin.interrupted)),
  };
}

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

/** What a deployment did, stage by stage, as read from the service deployment. */
export const deploymentSchema = z.object({
  arn: z.string(),
  strategy: z.string(),
  /** ECS's own word, e.g. `SUCCESSFUL` or `ROLLBACK_SUCCESSFUL`. */
  status: z.string(),
  statusReason: z.string().optional(),
  baseline: z.object({ revision: z.string(), taskDefinition: z.string(), images: z.array(z.string()) }).nullable(),
  candidate: z.object({ revision: z.string(), taskDefinition: z.string(), images: z.array(z.string()) }),
  /** The revision that serves at the end, as in `baseline.revision` or `candidate.revision`; null when it is not known. */
  live: z.string().nullable(),
  stages: z.array(z.object({ stage: z.string(), startedAt: time, finishedAt: time.optional() })),
  changes: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
});
export type DeploymentRecord = z.infer<typeof deploymentSchema>;

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

/** A row of a list of checks: a scenario of a rehearsal, a step of a procedure, a condition of a preflight. */
export const checkSchema = z.object({
  name: z.string().min(1),
  verdict: verdictSchema,
  expected: z.string().optional(),
  observed: z.string().optional(),
  seconds: z.number().nonnegative().optional(),
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
