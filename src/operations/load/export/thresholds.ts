/** The objectives of a service as k6's thresholds, for where k6 is alone. Pure. */
import type { Objective } from '../../../platform/model/objectives.ts';
import { abortLimit } from '../abort-rule.ts';
import type { PlannedLoad } from '../plan.ts';

/** Each event of an objective is a sample of its metric; see `load-tests/standalone.ts`. */
export interface ExportedObjective {
  readonly metric: string;
  readonly withinMs: number | null;
}

type Threshold = string | { readonly threshold: string; readonly abortOnFail: true; readonly delayAbortEval: string };

export interface ExportedThresholds {
  readonly objectives: readonly ExportedObjective[];
  /** As k6 takes them: by metric. */
  readonly thresholds: Readonly<Record<string, readonly Threshold[]>>;
}

/**
 * What k6 holds against the load. Each of `parallelism` processes judges its own part of the requests, and the point estimate, not its bound.
 * That enough requests have ended is a threshold too, for k6 passes what has no sample. What the profile aborts at within a window, k6 can
 * only hold since the start.
 */
export function thresholdsOf({ request, plan }: PlannedLoad, parallelism: number): ExportedThresholds {
  const { profile, objectives } = request;
  const named = objectives.map((objective, index) => ({ objective, metric: metricOf(objective, index) }));
  const answered: Threshold[] = profile.judge === 'every-request' ? ['rate==1'] : [];
  if (profile.abort !== undefined) {
    const limit = abortLimit(objectives, profile.abort.burnRate);
    const delayAbortEval = `${profile.abort.windowSeconds}s`;
    answered.push({ threshold: `rate>=${decimal(1 - limit)}`, abortOnFail: true, delayAbortEval });
  }
  return {
    objectives: named.map(({ objective, metric }) => ({
      metric,
      withinMs: objective.thresholdSeconds === undefined ? null : objective.thresholdSeconds * 1000,
    })),
    thresholds: {
      requests_ended: [`count>=${Math.floor(plan.arrivals / parallelism)}`],
      dropped_iterations: ['count==0'],
      ...(answered.length === 0 ? {} : { answered_well: answered }),
      ...Object.fromEntries(
        profile.judge === 'every-request'
          ? []
          : named.map(({ objective, metric }) => [metric, [`rate>=${objective.target}`]]),
      ),
    },
  };
}

/** k6's names of metrics have letters, digits and underscores; the number keeps two apart that differ by others only. */
function metricOf({ name }: Objective, index: number): string {
  return `objective_${index + 1}_${name.replace(/[^A-Za-z0-9_]/g, '_')}`.slice(0, 128);
}

/** Without an exponent and without the dust of binary fractions. */
function decimal(share: number): string {
  return String(Number(share.toFixed(6)));
}
