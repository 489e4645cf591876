/** DORA's five numbers from what was replayed and judged; each with its bounds, or with why it is unknown. */
import type { DoraIndicator, DoraMetric } from '../../report/dora/record.ts';
import type { Reason } from '../../report/evidence.ts';
import { counted, formatSeconds } from '../../report/format.ts';
import { clopperPearson } from '../../statistics/binomial.ts';
import { medianInterval, sampleQuantile } from '../../statistics/median.ts';
import { poissonInterval } from '../../statistics/poisson.ts';
import type { Change } from './changes.ts';
import type { MeasureWindow } from './events.ts';
import type { Outcomes } from './outcomes.ts';
import type { Step } from './replay.ts';

export interface Measured {
  /** All that are known, and those of the window. */
  readonly everything: readonly Step[];
  readonly steps: readonly Step[];
  readonly changes: readonly Change[];
  readonly outcomes: Outcomes;
  readonly window: MeasureWindow;
  readonly now: number;
  readonly horizonMs: number;
  /** Why nothing of it can be told, or nothing that needs incidents. */
  readonly unknown: Reason | undefined;
  readonly incidentsUnknown: Reason | undefined;
  readonly confidence: number;
}

const DAY_MS = 86_400_000;

type Unit = { readonly indicator: DoraIndicator; readonly unit: string; readonly method: string };

const LEAD: Unit = {
  indicator: 'change-lead-time',
  unit: 's',
  method:
    'median over changes, from the first commit of a pull request (else the commit) being written to production; bounds: order statistics, for independent changes',
};
const FREQUENCY: Unit = {
  indicator: 'deployment-frequency',
  unit: 'per day',
  method: 'deployments that reached production ÷ days of the window; bounds: exact Poisson (Garwood)',
};
const RECOVERY: Unit = {
  indicator: 'failed-deployment-recovery-time',
  unit: 's',
  method:
    'median over failed deployments, from production to the end of their last incident or to the deployment that took them back; bounds: order statistics',
};
const FAIL: Unit = {
  indicator: 'change-fail-rate',
  unit: 'ratio',
  method:
    'deployments that needed repair ÷ deployments older than the failure horizon; bounds: exact binomial (Clopper–Pearson)',
};
const REWORK: Unit = {
  indicator: 'deployment-rework-rate',
  unit: 'ratio',
  method:
    'deployments made to repair production ÷ deployments older than the failure horizon; bounds: exact binomial (Clopper–Pearson)',
};

/** In the order of DORA_INDICATORS. */
export function metricsOf(measured: Measured): DoraMetric[] {
  return [leadTime(measured), frequency(measured), recovery(measured), ...rates(measured)];
}

/** Why no deployment of the window is there to be judged. */
function nothing({ unknown, everything, steps }: Measured): Reason | undefined {
  if (unknown !== undefined) {
    return unknown;
  }
  if (everything.length === 0) {
    return { code: 'no-deployments', message: 'no deployment to this environment was found, at any time' };
  }
  return steps.length === 0
    ? { code: 'no-deployments-in-window', message: 'nothing was deployed in this window' }
    : undefined;
}

function leadTime(measured: Measured): DoraMetric {
  const { steps, changes, confidence } = measured;
  const cut = steps.filter((step) => step.missing.length > 0 && !step.first);
  const reason =
    nothing(measured) ??
    (cut.length > 0
      ? {
          code: 'history-incomplete',
          message: `the commits of ${counted(cut.length, 'deployment')} could not all be read (${listed(cut.map((step) => step.event.id))})`,
        }
      : undefined) ??
    (steps.every((step) => step.first)
      ? {
          code: 'first-deployment-only',
          message:
            'only the first deployment is known, and what changed with it cannot be told from what was there before',
        }
      : undefined) ??
    (changes.length === 0
      ? { code: 'no-changes', message: 'no deployment of this window brought a change' }
      : undefined);
  return reason === undefined
    ? durations(
        LEAD,
        changes.map((change) => ({ id: change.id, seconds: change.leadSeconds })),
        confidence,
      )
    : unknownMetric(LEAD, reason);
}

/** No deployment in a window is a number, 0; none at all is more likely a wrong name. */
function frequency(measured: Measured): DoraMetric {
  const { steps, window, confidence } = measured;
  const reason = nothing(measured);
  if (reason !== undefined && reason.code !== 'no-deployments-in-window') {
    return unknownMetric(FREQUENCY, reason);
  }
  const finished = steps.filter((step) => step.finished);
  const days = (window.to - window.from) / DAY_MS;
  const { lower, upper } = poissonInterval(finished.length, confidence);
  return {
    ...FREQUENCY,
    value: finished.length / days,
    lower: lower / days,
    upper: upper / days,
    confidence,
    n: finished.length,
    count: finished.length,
    events: finished.map((step) => step.event.id),
  };
}

function rates(measured: Measured): DoraMetric[] {
  const { outcomes, confidence } = measured;
  const judged = settled(measured);
  const ratio = (of: Unit, events: ReadonlyMap<Step, unknown>, seen: string): DoraMetric => {
    const matching = judged.filter((step) => events.has(step));
    const reason = unjudged(measured, `${matching.length} of ${judged.length} were ${seen}`);
    return reason !== undefined
      ? unknownMetric(of, reason)
      : {
          ...of,
          value: matching.length / judged.length,
          ...clopperPearson(matching.length, judged.length, confidence),
          confidence,
          n: judged.length,
          count: matching.length,
          events: judged.map((step) => step.event.id),
        };
  };
  return [
    ratio(FAIL, outcomes.failures, 'rolled back, reverted or not finished'),
    ratio(REWORK, outcomes.rework, 'rollbacks, reverts or hotfixes'),
  ];
}

function recovery(measured: Measured): DoraMetric {
  const { outcomes, confidence, now } = measured;
  const failed = settled(measured).flatMap((step) => {
    const failure = outcomes.failures.get(step);
    return failure === undefined ? [] : [{ step, failure }];
  });
  const reason =
    unjudged(measured, `${failed.length} were rolled back, reverted or not finished`) ??
    (failed.length === 0
      ? { code: 'no-failures', message: 'no deployment of this window failed: there was nothing to recover from' }
      : undefined);
  if (reason !== undefined) {
    return unknownMetric(RECOVERY, reason);
  }
  const times = failed.map(({ step, failure }) => ({
    id: step.event.id,
    seconds: failure.recovered === null ? Number.POSITIVE_INFINITY : recoverySeconds(step, failure.recovered),
    atLeast: (now - step.at) / 1000,
  }));
  const open = times.filter(({ seconds }) => seconds === Number.POSITIVE_INFINITY);
  const middle = sampleQuantile(sorted(times.map(({ seconds }) => seconds)), 0.5);
  const least = sampleQuantile(sorted(times.map(({ seconds, atLeast }) => Math.min(seconds, atLeast))), 0.5);
  return middle === least
    ? { ...durations(RECOVERY, times, confidence) }
    : unknownMetric(RECOVERY, {
        code: 'not-recovered',
        message: `${open.length} of ${counted(failed.length, 'failed deployment')} ${open.length === 1 ? 'has' : 'have'} not recovered yet (${listed(open.map(({ id }) => id))}): the median is at least ${formatSeconds(Math.floor(least))}`,
      });
}

/** What did not finish was repaired when it ended: from its beginning. An incident that began before production did ends no earlier. */
function recoverySeconds(step: Step, recovered: number): number {
  return Math.max(0, recovered - (step.finished ? step.at : step.event.createdAt)) / 1000;
}

/** Deployments of the window of which it can be known whether they failed. */
function settled({ steps, now, horizonMs }: Measured): readonly Step[] {
  return steps.filter((step) => step.at <= now - horizonMs);
}

function unjudged(measured: Measured, seen: string): Reason | undefined {
  const none = nothing(measured);
  if (none !== undefined) {
    return none;
  }
  if (settled(measured).length === 0) {
    return {
      code: 'pending',
      message: `all ${counted(measured.steps.length, 'deployment')} of this window are younger than the failure horizon of ${formatSeconds(measured.horizonMs / 1000)}`,
    };
  }
  const { incidentsUnknown } = measured;
  return (
    incidentsUnknown && { ...incidentsUnknown, message: `${incidentsUnknown.message}; from the commits alone, ${seen}` }
  );
}

/** A median with its bounds; values that are not known yet are infinite, and a bound that would be is left out. */
function durations(
  of: Unit,
  values: readonly { readonly id: string; readonly seconds: number }[],
  confidence: number,
): DoraMetric {
  const ascending = sorted(values.map(({ seconds }) => seconds));
  const bounds = medianInterval(ascending, confidence);
  const p90 = sampleQuantile(ascending, 0.9);
  return {
    ...of,
    value: sampleQuantile(ascending, 0.5),
    ...(bounds === undefined ? {} : { lower: bounds.lower, confidence }),
    ...(bounds === undefined || !Number.isFinite(bounds.upper) ? {} : { upper: bounds.upper }),
    ...(Number.isFinite(p90) ? { p90 } : {}),
    n: values.length,
    events: values.map(({ id }) => id),
  };
}

function unknownMetric(of: Unit, unknown: Reason): DoraMetric {
  return { ...of, value: null, unknown, n: 0, events: [] };
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

const MOST_LISTED = 5;

function listed(ids: readonly string[]): string {
  const rest = ids.length - MOST_LISTED;
  return `${ids.slice(0, MOST_LISTED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
