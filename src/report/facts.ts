/** What a report says about a record: counts that add up, latency, the few numbers that matter. Pure; shared by all renderings. */
import { clopperPearson } from '../statistics/binomial.ts';
import { type Buckets, countOf, mergeBuckets, quantile } from '../statistics/log-histogram.ts';
import type { Check, Evidence, LoadRecord, Measurement, Verdict } from './evidence.ts';
import { formatBounds, formatCount, formatRatio, formatSeconds, formatValue, secondsBetween } from './format.ts';
import { countStates } from './scorecard/record.ts';

/** Requests by outcome. `planned = ok + failed + dropped + interrupted`, and `failed` is the sum of its kinds. */
export interface Counts {
  readonly planned: number;
  readonly ok: number;
  readonly failed: number;
  /** Largest first. */
  readonly failedByKind: readonly (readonly [kind: string, count: number])[];
  readonly dropped: number;
  readonly interrupted: number;
}

/** Adds up the bins that begin before `beforeSecond`; all bins when it is left out. */
export function countLoad(load: Pick<LoadRecord, 'bins'>, beforeSecond = Number.POSITIVE_INFINITY): Counts {
  const kinds = new Map<string, number>();
  const totals = { planned: 0, ok: 0, failed: 0, dropped: 0, interrupted: 0 };
  for (const bin of load.bins) {
    if (bin.second >= beforeSecond) {
      continue;
    }
    totals.planned += bin.planned;
    totals.ok += bin.ok;
    totals.dropped += bin.dropped;
    totals.interrupted += bin.interrupted;
    for (const [kind, count] of Object.entries(bin.failed)) {
      totals.failed += count;
      kinds.set(kind, (kinds.get(kind) ?? 0) + count);
    }
  }
  const failedByKind = [...kinds].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return { ...totals, failedByKind };
}

/** The judged window alone: what the numbers at the top speak of, since the end of a load cuts requests that had no time to end. */
export function countJudged(load: Pick<LoadRecord, 'bins' | 'judgedUntilSecond'>): Counts {
  return countLoad(load, load.judgedUntilSecond);
}

/** Planned requests that did not end well, whatever the reason. */
export function lostOf(counts: Counts): number {
  return counts.failed + counts.dropped + counts.interrupted;
}

/** The latency of all bins that begin before `beforeSecond`, merged by adding counts; values in seconds. */
export function latencyOf(load: Pick<LoadRecord, 'bins'>, beforeSecond = Number.POSITIVE_INFINITY): Buckets {
  const merged: Buckets = new Map();
  for (const bin of load.bins) {
    if (bin.second < beforeSecond) {
      mergeBuckets(merged, bin.latency);
    }
  }
  return merged;
}

/** How a verdict is written and drawn: a word and a shape, so that colour is never the only signal. */
export const VERDICTS: Readonly<Record<Verdict, { readonly word: string; readonly sign: string }>> = {
  pass: { word: 'Pass', sign: '✓' },
  fail: { word: 'Fail', sign: '✗' },
  inconclusive: { word: 'Inconclusive', sign: '?' },
};

/** The sentence that every rendering of a rehearsal shows near its verdict; undefined for the real thing. */
export function rehearsalNote(evidence: Pick<Evidence, 'rehearsal' | 'speed'>): string | undefined {
  return evidence.rehearsal
    ? `Rehearsal · speed ×${Number(evidence.speed.toPrecision(6))} · not evidence for production`
    : undefined;
}

/** The rows of the table at the top of a record: its checks, or its parts when it lists no checks. */
export function overviewOf(evidence: Evidence): readonly Check[] {
  if (evidence.checks.length > 0) {
    return evidence.checks;
  }
  return evidence.parts.map((part) => ({
    name: part.title,
    verdict: part.verdict,
    observed: part.reasons[0]?.message,
    seconds: Math.max(0, secondsBetween(part.startedAt, part.finishedAt)),
  }));
}

/** The part that a row of the overview stands for (see `checks` in the schema). */
export function partIndexOf(evidence: Evidence, row: number): number | undefined {
  return overviewOf(evidence).length === evidence.parts.length ? row : undefined;
}

/** Whether its parts have reports of their own: those of platforms, whose scenarios are not among them. */
export function hasPages({ checks }: Pick<Evidence, 'checks'>): boolean {
  return checks.some(({ page }) => page !== undefined);
}

/** One of the few numbers at the top of a report. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}

/** The numbers that matter, at most five, in the order of importance. */
export function headlineOf(evidence: Evidence): readonly Fact[] {
  const recovery = recoveryFacts(evidence);
  return [
    ...partFacts(evidence),
    ...(recovery.length > 0 ? recovery : loadFacts(evidence.load)),
    ...deploymentFacts(evidence),
    ...scorecardFacts(evidence),
  ].slice(0, 5);
}

function partFacts(evidence: Evidence): Fact[] {
  // Runs of a comparison are observations, not scenarios that could pass.
  if (evidence.parts.length === 0 || evidence.comparison !== undefined) {
    return [];
  }
  const passed = evidence.parts.filter((part) => part.verdict === 'pass').length;
  const loads = evidence.parts.flatMap((part) =>
    part.load === undefined ? [] : [{ title: part.title, counts: countJudged(part.load) }],
  );
  const facts: Fact[] = [
    {
      label: hasPages(evidence) ? 'Platforms passed' : 'Scenarios passed',
      value: `${formatCount(passed)} of ${formatCount(evidence.parts.length)}`,
    },
  ];
  if (loads.length > 0) {
    const planned = loads.reduce((total, { counts }) => total + counts.planned, 0);
    const lost = loads.reduce((total, { counts }) => total + lostOf(counts), 0);
    const most = loads.reduce((worst, load) => (lostOf(load.counts) > lostOf(worst.counts) ? load : worst));
    facts.push(
      { label: 'Requests judged', value: formatCount(planned), note: 'every one accounted for below' },
      {
        label: 'Requests lost',
        value: formatCount(lost),
        ...(lost > 0 ? { note: `${formatCount(lostOf(most.counts))} of them in ${most.title}` } : {}),
      },
    );
  }
  return facts;
}

/** Of a run of an experiment: how long, and at what cost. What the load did before the fault is not in these. */
function recoveryFacts({ experiment, measurements }: Evidence): Fact[] {
  const found = (name: string) => measurements.find(({ indicator }) => indicator === name);
  const [rto, lost, availability] = [found('rto'), found('lost-requests'), found('availability')];
  if (experiment === undefined || rto === undefined) {
    return [];
  }
  const [rpo, writes, detected] = [found('rpo'), found('lost-writes'), found('time-to-detect')];
  const note = (measurement: Measurement) => {
    const bounds = measurement.value === null ? undefined : formatBounds(measurement);
    return bounds === undefined ? {} : { note: bounds };
  };
  return [
    { label: 'Time to recovery', value: formatValue(rto), ...note(rto) },
    ...(rpo === undefined || writes === undefined
      ? []
      : [
          {
            label: 'Writes lost',
            value: writes.value === null ? 'not known' : formatCount(writes.value),
            ...(writes.n === undefined
              ? {}
              : { note: `of ${formatCount(writes.n)} acknowledged; recovery point ${formatValue(rpo)}` }),
          },
        ]),
    ...(lost?.value === undefined || lost.value === null || availability === undefined
      ? []
      : [
          {
            label: 'Requests lost',
            value: formatCount(lost.value),
            note: `of ${formatCount(lost.n ?? 0)} since the fault, availability ${formatValue(availability)}`,
          },
        ]),
    ...(detected === undefined ? [] : [{ label: 'Time to detect', value: formatValue(detected) }]),
  ];
}

function loadFacts(load: LoadRecord | undefined): Fact[] {
  if (load === undefined) {
    return [];
  }
  const counts = countJudged(load);
  const latency = latencyOf(load, load.judgedUntilSecond);
  const median = quantile(latency, 0.5);
  const p99 = quantile(latency, 0.99);
  const facts: Fact[] = [
    {
      label: 'Requests ok',
      value: formatCount(counts.ok),
      note: `of ${formatCount(counts.planned)} judged${counts.planned > 0 ? `, ${formatRatio(counts.ok / counts.planned)}` : ''}`,
    },
    {
      label: 'Requests lost',
      value: formatCount(lostOf(counts)),
      note: `${formatCount(counts.failed)} failed, ${formatCount(counts.dropped)} dropped, ${formatCount(counts.interrupted)} interrupted`,
    },
  ];
  if (median !== undefined && p99 !== undefined) {
    facts.push({ label: 'Median latency', value: formatSeconds(median), note: `p99 ${formatSeconds(p99)}` });
  }
  return facts;
}

function deploymentFacts({ deployment }: Evidence): Fact[] {
  const first = deployment?.stages[0];
  const last = deployment?.stages.at(-1);
  if (first === undefined || last?.finishedAt === undefined) {
    return [];
  }
  const stages = `${formatCount(deployment?.stages.length ?? 0)} stages`;
  return [
    { label: 'Deployment', value: formatSeconds(secondsBetween(first.startedAt, last.finishedAt)), note: stages },
  ];
}

function scorecardFacts({ scorecard, parts }: Evidence): Fact[] {
  if (scorecard === undefined) {
    return [];
  }
  const { met, missed, unknown } = countStates(scorecard);
  const changed = scorecard.previous?.changes.length;
  // Beside scenarios it must be said what is missed.
  const whose = (state: string) => (parts.length > 0 ? `Targets ${state.toLowerCase()}` : state);
  return [
    { label: whose('Missed'), value: formatCount(missed) },
    { label: whose('Unknown'), value: formatCount(unknown) },
    { label: 'Met', value: formatCount(met) },
    ...(changed === undefined ? [] : [{ label: 'Changed', value: formatCount(changed), note: 'since the last time' }]),
  ];
}

/**
 * A share of counted events with its exact two-sided bounds by Clopper and Pearson. `count` of `total`, whole numbers; null without events.
 * The bounds hold for events that are independent of each other: say so where they are not.
 */
export function measurementOfRatio(of: {
  readonly indicator: string;
  readonly count: number;
  readonly total: number;
  readonly confidence?: number;
}): Measurement {
  const { indicator, count, total, confidence = 0.95 } = of;
  const method = 'share of counted events, exact binomial bounds (Clopper–Pearson)';
  return total === 0
    ? { indicator, value: null, n: 0, unit: 'ratio', method }
    : {
        indicator,
        value: count / total,
        ...clopperPearson(count, total, confidence),
        confidence,
        n: total,
        unit: 'ratio',
        method,
      };
}

/**
 * A quantile of latency. `buckets` in seconds, `p` from 0 to 1; null without values. It has no bounds: they would suppose that
 * requests are independent, and those of one run share its queues.
 */
export function measurementOfQuantile(of: {
  readonly indicator: string;
  readonly buckets: Buckets;
  readonly p: number;
}): Measurement {
  return {
    indicator: of.indicator,
    value: quantile(of.buckets, of.p) ?? null,
    n: countOf(of.buckets),
    unit: 's',
    method: 'nearest rank in logarithmic buckets, ±1 %',
  };
}
