/** A load as a record keeps it: every second's requests by what became of them, and how the generator did. */
import * as z from 'zod';
import { reasonSchema } from '../verdict.ts';

const time = z.iso.datetime();

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

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
