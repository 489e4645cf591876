/** What an SLO counts: OpenSLO's rules for indicators, and whether it is something that surefoot counts itself. */
import type { z } from 'zod';
import { parseDuration } from '../duration.ts';
import type { Findings } from '../findings.ts';
import type { PrometheusObjective } from '../model/objectives.ts';
import { shown } from '../schema/fields.ts';
import { countedSchema, METRIC_SOURCE, type SloDocument, totalSchema } from '../schema/openslo.ts';
import type { Path } from '../source/spots.ts';
import { didYouMean } from '../suggest.ts';
import { readBySignals } from './application-signals.ts';

type Spec = SloDocument['spec'];
type RatioMetric = NonNullable<NonNullable<Spec['indicator']>['spec']['ratioMetric']>;
type Metric = NonNullable<RatioMetric['good']>;

/** What is counted, when surefoot counts it; else the reason why an objective cannot be judged here. */
type Counted = { readonly indicator: 'availability' | 'latency'; readonly thresholdSeconds: number | undefined };
export type Judgeable =
  | Counted
  | { readonly reason: string; readonly prometheus?: Ratio; readonly applicationSignals?: { readonly slo: string } };
/** Queries of counters. */
export type Ratio = Pick<PrometheusObjective, 'part' | 'total'>;

/** Types of metric sources as OpenSLO's own examples and CloudWatch's users write them, in lower case. */
const PROMETHEUS = 'prometheus';

const INDICATOR: Path = ['spec', 'indicator', 'spec'];
const RATIO: Path = [...INDICATOR, 'ratioMetric'];

/** Checks the indicator of an SLO (OpenSLO v1: SLI) and says what is counted, or why surefoot cannot judge it. */
export function resolveIndicator(findings: Findings, spec: Spec): Judgeable {
  if (spec.indicatorRef !== undefined) {
    if (spec.indicator !== undefined) {
      findings.report({
        path: ['spec', 'indicatorRef'],
        part: 'key',
        what: 'cannot stand beside indicator',
        write: 'no indicatorRef, or no indicator',
      });
    }
    return { reason: 'its indicator is in another document (indicatorRef)' };
  }
  if (spec.indicator === undefined) {
    if (
      spec.objectives.some((objective) => objective.indicator !== undefined || objective.indicatorRef !== undefined)
    ) {
      return { reason: 'it is a composite of several indicators' };
    }
    findings.report({ path: ['spec', 'indicator'], what: 'is missing', write: '{ spec: { ratioMetric: … } }' });
    return { reason: 'it has no indicator' };
  }
  const { ratioMetric, thresholdMetric } = spec.indicator.spec;
  if ((ratioMetric === undefined) === (thresholdMetric === undefined)) {
    findings.report({
      path: INDICATOR,
      part: 'key',
      what: 'must have exactly one of ratioMetric and thresholdMetric',
      write: 'spec: { ratioMetric: … }',
    });
  }
  if (ratioMetric === undefined) {
    checkThresholds(findings, spec);
    return { reason: 'it is a threshold metric, not a ratio of requests' };
  }
  checkNoThresholds(findings, spec);
  return resolveRatio(findings, ratioMetric);
}

function checkThresholds(findings: Findings, spec: Spec): void {
  for (const [index, objective] of spec.objectives.entries()) {
    for (const key of ['op', 'value'] as const) {
      if (objective[key] === undefined) {
        const path = ['spec', 'objectives', index];
        findings.report({
          path: [...path, key],
          what: 'is missing for a threshold metric',
          write: key === 'op' ? 'lte' : '1',
          needs: [path, INDICATOR],
        });
      }
    }
  }
}

/** A lone `op` is let through: OpenSLO's own examples have it there, and it means nothing. */
function checkNoThresholds(findings: Findings, spec: Spec): void {
  for (const [index, objective] of spec.objectives.entries()) {
    if (objective.value !== undefined) {
      findings.report({
        path: ['spec', 'objectives', index, 'value'],
        part: 'key',
        what: 'is for threshold metrics, and this is a ratio',
        write: 'no value here; the threshold of a latency goes into metricSource.spec.threshold',
        needs: [INDICATOR],
      });
    }
  }
}

function resolveRatio(findings: Findings, ratio: RatioMetric): Judgeable {
  const { good, bad, total, raw, rawType } = ratio;
  if (raw !== undefined || rawType !== undefined) {
    if (raw === undefined || rawType === undefined || good !== undefined || bad !== undefined || total !== undefined) {
      findings.report({
        path: RATIO,
        part: 'key',
        what: 'must have raw and rawType together and nothing else',
        write: 'ratioMetric: { rawType: success, raw: … }',
      });
    }
    const signals = rawType === 'success' && raw !== undefined ? readBySignals([raw]) : undefined;
    return signals ?? { reason: 'its source gives a finished ratio (raw), not counts' };
  }
  const part = good ?? bad;
  if (part === undefined || (good !== undefined && bad !== undefined) || total === undefined) {
    findings.report({
      path: RATIO,
      part: 'key',
      what: 'must have total and exactly one of good and bad',
      write: 'ratioMetric: { good: …, total: … }',
    });
    return { reason: 'its ratio is incomplete' };
  }
  const partPath = [...RATIO, good === undefined ? 'bad' : 'good'];
  const ours = [isOurs(findings, part, partPath), isOurs(findings, total, [...RATIO, 'total'])];
  if (!ours.includes(true)) {
    return countedElsewhere(ratio, part, total);
  }
  if (ours.includes(false)) {
    const other = ours[0] === true ? [...RATIO, 'total'] : partPath;
    findings.report({
      path: [...other, 'metricSource', 'type'],
      what: `must be ${METRIC_SOURCE} too: a ratio is of events from one source`,
      write: METRIC_SOURCE,
      needs: [[...other, 'metricSource']],
    });
    return { reason: 'its two counts come from different sources' };
  }
  readSpec(findings, total, [...RATIO, 'total'], totalSchema);
  return resolveCounted(findings, part, partPath);
}

/** What Prometheus counts can be asked for; of any other source only its name is known. */
function countedElsewhere(ratio: RatioMetric, part: Metric, total: Metric): Judgeable {
  const [one, other] = [part, total].map(({ metricSource: { type, metricSourceRef } }) => type ?? metricSourceRef);
  const reason = `its events are counted by ${one ?? 'another source'}`;
  const signals = ratio.good === undefined ? undefined : readBySignals([part, total]);
  if (signals !== undefined) {
    return signals;
  }
  if (one?.toLowerCase() !== PROMETHEUS || other?.toLowerCase() !== PROMETHEUS) {
    return { reason };
  }
  const [query, all] = [part, total].map(({ metricSource }) => metricSource.spec?.['query']);
  if (typeof query !== 'string' || typeof all !== 'string' || query.trim() === '' || all.trim() === '') {
    return {
      reason: `${reason}, and its metric sources have no query: write spec: { query: 'http_requests_total{…}' }`,
    };
  }
  if (ratio.counter !== true) {
    return {
      reason: `${reason}, which surefoot reads where they are counters: write counter: true and queries of counters`,
    };
  }
  return { reason, prometheus: { part: { of: ratio.good === undefined ? 'bad' : 'good', query }, total: all } };
}

function isOurs(findings: Findings, metric: Metric, path: Path): boolean {
  const { type } = metric.metricSource;
  if (type !== undefined && type !== METRIC_SOURCE && didYouMean(type, [METRIC_SOURCE]) !== undefined) {
    findings.report({ path: [...path, 'metricSource', 'type'], what: `is ${shown(type)}`, write: METRIC_SOURCE });
    return true;
  }
  return type === METRIC_SOURCE;
}

function resolveCounted(findings: Findings, metric: Metric, path: Path): Judgeable {
  const read = readSpec(findings, metric, path, countedSchema);
  if (read === undefined) {
    return { reason: 'its metric source cannot be read' };
  }
  const threshold: Path = [...path, 'metricSource', 'spec', 'threshold'];
  const needs: Path[] = [[...path, 'metricSource', 'spec', 'indicator']];
  if (read.indicator === 'availability' && read.threshold !== undefined) {
    findings.report({
      path: threshold,
      part: 'key',
      what: 'is for latency, and this is availability',
      write: 'no threshold, or indicator: latency',
      needs,
    });
  }
  if (read.indicator === 'latency' && read.threshold === undefined) {
    findings.report({ path: threshold, what: 'is missing for latency', write: '8s', needs });
  }
  return {
    indicator: read.indicator,
    thresholdSeconds: read.threshold === undefined ? undefined : parseDuration(read.threshold),
  };
}

function readSpec<Schema extends z.ZodType>(
  findings: Findings,
  metric: Metric,
  path: Path,
  schema: Schema,
): z.output<Schema> | undefined {
  const at = [...path, 'metricSource', 'spec'];
  const read = schema.safeParse(metric.metricSource.spec);
  if (!read.success) {
    findings.refused(read.error.issues.map((issue) => ({ ...issue, path: [...at, ...issue.path] })));
  }
  return read.data;
}
