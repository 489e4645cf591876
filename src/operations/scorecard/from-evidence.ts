/** Evidence as observations: measurements by the names of indicators, SLOs by their objectives, DORA's measures with their counts. */
import { type Fraction, parseDecimal, toFraction } from '../../platform/decimal.ts';
import type { Platform } from '../../platform/model.ts';
import { type IndicatorKind, indicatorOf } from '../../platform/schema/indicators.ts';
import type { DoraMetric, DoraRecord } from '../../report/dora/record.ts';
import type { Evidence, Measurement } from '../../report/evidence.ts';
import { formatCount } from '../../report/format.ts';
import type { SloRecord } from '../../report/slo/record.ts';
import { experimentOf } from './derived.ts';
import { exactOf, scaled } from './exact.ts';
import type { Observation, Reading, Source } from './observation.ts';

/** A record that was read from a file. */
export interface EvidenceFile {
  readonly source: Source;
  readonly evidence: Evidence;
}

/** The name under which the counts of an SLO are found: of objectives and indicators alike, and never of both. */
export function objectiveIndicator(objective: string): string {
  return `objective "${objective}"`;
}

/** Names of measurements that are an indicator under another name. */
const ALIASES: Readonly<Record<string, string>> = {
  'latency p50': 'latency-p50',
  'latency p95': 'latency-p95',
  'latency p99': 'latency-p99',
};

/** Kinds of what happens once, and may happen again. */
const SINGLE_EVENTS: ReadonlySet<IndicatorKind> = new Set(['duration', 'count', 'loss']);

/** Operations that look back over a window, or at all that is there. */
const SNAPSHOTS: ReadonlySet<string> = new Set(['slo', 'dora', 'gate', 'load']);

interface Subject {
  readonly platform: string | undefined;
  readonly environment: string | undefined;
  readonly service: string | undefined;
}

/**
 * All that is in a record and its parts. A part that does not say what it is about is about what the whole is. Scorecards are no
 * observations, and other platforms none of this one.
 */
export function observationsOf({ evidence, source }: EvidenceFile, platform: Platform): Observation[] {
  return readRecord(evidence, source, platform, { platform: undefined, environment: undefined, service: undefined });
}

function readRecord(evidence: Evidence, source: Source, platform: Platform, around: Subject): Observation[] {
  const subject: Subject = {
    platform: evidence.subject.platform ?? around.platform,
    environment: evidence.subject.environment ?? around.environment,
    service: evidence.subject.service ?? around.service,
  };
  if (evidence.operation === 'scorecard' || (subject.platform !== undefined && subject.platform !== platform.name)) {
    return [];
  }
  const service = subject.service === undefined ? undefined : serviceKey(platform, subject.service);
  const about = {
    environment: subject.environment,
    rehearsal: evidence.rehearsal,
    snapshot: SNAPSHOTS.has(evidence.operation),
    from: Date.parse(evidence.startedAt),
    to: Date.parse(evidence.finishedAt),
    knownAt: Date.parse(evidence.finishedAt),
    source,
  };
  return [
    ...provenOf(evidence).flatMap((measurement) => readMeasurement(measurement, evidence, { ...about, service })),
    ...experimentOf(evidence, { ...about, service }),
    ...(evidence.slos ?? []).flatMap((slo) => readSlo(slo, { ...about, service: slo.service })),
    ...readDora(evidence.dora, { ...about, service }),
    ...readIncidents(evidence, { ...about, service, environment: about.environment ?? evidence.dora?.environment }),
    ...evidence.parts.flatMap((part) => readRecord(part, source, platform, subject)),
  ];
}

/** The five, over the window that was asked for: not of when they were computed. */
function readDora(dora: DoraRecord | undefined, about: About): Observation[] {
  if (dora === undefined) {
    return [];
  }
  const { environment, metrics, window } = dora;
  return metrics.map((metric) => ({
    ...about,
    from: Date.parse(window.from),
    to: Date.parse(window.to),
    ...knownBy(dora, metric),
    lookedBack: true as const,
    caveats: doraCaveats(dora),
    environment: about.environment ?? environment,
    indicator: metric.indicator,
    reading: readMetric(metric),
  }));
}

/** The incidents that DORA's numbers were computed with, each for itself: what they have in common with deployments or not, they are restored from. */
function readIncidents(evidence: Evidence, about: About): Observation[] {
  const { dora, finishedAt } = evidence;
  const knownAt = Date.parse(finishedAt);
  return (dora?.incidents ?? []).map(({ id, openedAt, closedAt }) => {
    const from = Date.parse(openedAt);
    const to = closedAt === null ? knownAt : Date.parse(closedAt);
    const reading: Reading =
      closedAt === null
        ? { kind: 'open', atLeast: undefined }
        : { kind: 'amount', value: exactOf((to - from) / 1000), of: undefined };
    return {
      ...about,
      snapshot: false,
      from,
      to,
      indicator: 'mttr',
      reading,
      event: `${id} ${openedAt}`,
      caveats: dora === undefined ? [] : doraCaveats(dora),
    };
  });
}

/**
 * A run of an experiment that is inconclusive has proven no fault: there was nothing to recover from that anybody knows of. In one that was
 * ended early the fault was taken away and not withstood: it would have taken longer than until the last failure, and nobody knows how long.
 */
function provenOf({ measurements, operation, reasons, verdict }: Evidence): readonly Measurement[] {
  if (operation !== 'chaos-run') {
    return measurements;
  }
  if (verdict === 'inconclusive') {
    return [];
  }
  return reasons.some(({ code }) => code === 'aborted') ? measurements.map(unended) : measurements;
}

/** A time to recovery without its upper end. */
function unended(measurement: Measurement): Measurement {
  const { upper: _, ...rest } = measurement;
  return measurement.indicator === 'rto' ? { ...rest, value: null, lower: measurement.lower ?? 0 } : measurement;
}

/** What DORA says of its reading, and what it left out: counts, so that nobody takes a part for the whole. */
function doraCaveats({ caveats, excluded }: DoraRecord): string[] {
  return [...caveats, ...excluded.map(({ count, message }) => `left out, ${formatCount(count)}: ${message}`)];
}

/** Nothing can be said of what was delivered before the first deployment on record; how often is counted over the whole window all the same. */
function knownBy({ deployments }: DoraRecord, { indicator }: DoraMetric): Pick<Observation, 'knownFrom'> {
  const first = deployments.find((one) => one.first);
  return first === undefined || indicator === 'deployment-frequency' ? {} : { knownFrom: Date.parse(first.at) };
}

type About = Omit<Observation, 'indicator' | 'reading'>;

function readMeasurement(measurement: Measurement, evidence: Evidence, about: About): Observation[] {
  const { indicator: given, n, unit, value } = measurement;
  const objective = /^good events of (.+)$/.exec(given)?.[1];
  if (objective !== undefined) {
    // What a load test asked for is no users' traffic: it says something of a rehearsal only.
    return evidence.rehearsal && value !== null && n !== undefined && n > 0
      ? [
          {
            ...about,
            indicator: objectiveIndicator(objective),
            reading: { kind: 'share', count: Math.round(value * n), total: n },
          },
        ]
      : [];
  }
  const indicator = ALIASES[given] ?? given;
  const known = indicatorOf(indicator);
  const inUnit = known?.kind === 'duration' ? unit === 's' : true;
  const doubled = evidence.dora?.metrics.some((metric) => metric.indicator === indicator) === true;
  // Nor are the requests that an experiment sends: how many of users' own were answered is for SLOs to say.
  const asked = indicator === 'availability' && !evidence.rehearsal;
  return known === undefined || !inUnit || doubled || asked
    ? []
    : [{ ...about, indicator, reading: readingOf(measurement, known.kind) }];
}

/**
 * A share becomes its counts; a single duration, loss or count an event; everything else stays as it was measured. What one event is known of
 * within bounds, and not by a confidence, counts with its value, which is the worse end; what has a lower bound and no value was not seen to end.
 */
function readingOf(measurement: Measurement, kind: IndicatorKind): Reading {
  const { confidence, lower, method, n, upper, value } = measurement;
  if (kind === 'share' && value !== null && n !== undefined && n > 0) {
    return { kind: 'share', count: Math.round(value * n), total: n };
  }
  const single = kind === 'loss' || n === undefined || n === 1;
  const event = SINGLE_EVENTS.has(kind) && single && confidence === undefined;
  if (event && value !== null) {
    return { kind: 'amount', value: exactOf(value), of: undefined };
  }
  if (event && kind === 'duration' && lower !== undefined) {
    return { kind: 'open', atLeast: exactOf(lower) };
  }
  return { kind: 'measured', value, lower, upper, confidence, n, method, unknown: undefined };
}

function readMetric({ count, lower, method, n, unit, unknown, upper, value, confidence }: DoraMetric): Reading {
  if (unit === 'ratio' && value !== null && count !== undefined && n > 0) {
    return { kind: 'share', count, total: n };
  }
  return { kind: 'measured', value, lower, upper, confidence, n, method, unknown };
}

/** As an objective by its name, and for targets on availability as that. It sums up its window whoever read it: a deployment does, too. */
function readSlo(slo: SloRecord, about: About): Observation[] {
  const window = {
    from: slo.from === undefined ? about.from : Date.parse(slo.from),
    to: slo.until === undefined ? about.to : Date.parse(slo.until),
  };
  const reading: Reading =
    slo.requests > 0
      ? { kind: 'share', count: slo.requests - slo.bad, total: slo.requests }
      : {
          kind: 'measured',
          value: slo.reported?.attainment ?? null,
          exactly: exactAttainment(slo.reported),
          lower: undefined,
          upper: undefined,
          confidence: undefined,
          n: slo.reported === undefined ? 0 : undefined,
          method: slo.reported === undefined ? 'requests that CloudWatch counts' : 'attainment by Application Signals',
          unknown: slo.unknown ?? { code: 'no-data', message: 'no request was counted' },
        };
  const own: Observation = {
    ...about,
    ...window,
    ...(slo.firstRequestAt === undefined ? {} : { knownFrom: Date.parse(slo.firstRequestAt) }),
    snapshot: true,
    lookedBack: true,
    caveats: slo.caveats,
    indicator: objectiveIndicator(slo.objective),
    reading,
  };
  return slo.indicator === 'availability' ? [own, { ...own, indicator: 'availability' }] : [own];
}

/** Of AWS's own decimal, a hundredth: a binary number next to the goal would be taken for the goal. */
function exactAttainment(reported: SloRecord['reported']): Fraction | undefined {
  const percent = reported?.percent === undefined ? undefined : parseDecimal(reported.percent);
  return percent === undefined ? undefined : scaled(toFraction(percent), 'percent');
}

/** The key of a service that evidence names by its key or by its name in ECS. */
function serviceKey(platform: Platform, name: string): string {
  const found = Object.values(platform.services).find(
    ({ inEnvironment, key }) =>
      key === name || Object.values(inEnvironment).some(({ ecsService }) => ecsService === name),
  );
  return found?.key ?? name;
}
