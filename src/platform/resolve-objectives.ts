/** From OpenSLO documents to objectives: the rules between fields, the exact budget, and which of them surefoot can judge. */
import Big from 'big.js';
import { parseDecimal, toFraction } from './decimal.ts';
import { parseDuration, parseShorthand } from './duration.ts';
import { explain, shown } from './fields.ts';
import type { Findings } from './findings.ts';
import type { Objective, UnjudgedObjective } from './model.ts';
import { METRIC_SOURCE, type SloDocument, surefootMetricSchema } from './openslo.ts';
import type { Path } from './source.ts';
import { didYouMean } from './suggest.ts';

export interface ResolvedSlo {
  readonly objectives: readonly Objective[];
  readonly unjudged: readonly UnjudgedObjective[];
}

type Spec = SloDocument['spec'];
type Metric = NonNullable<RatioMetric['good']>;
type RatioMetric = NonNullable<NonNullable<Spec['indicator']>['spec']['ratioMetric']>;

/** What is counted, when surefoot counts it; else the reason why an objective cannot be judged here. */
type Counted = { readonly indicator: 'availability' | 'latency'; readonly thresholdSeconds: number | undefined };
type Judgeable = Counted | { readonly reason: string };

/** Checks one SLO document and gives its objectives. Rules: OpenSLO v1 specification; `services` undefined = not known, not checked. */
export function resolveSlo(findings: Findings, slo: SloDocument, services: readonly string[] | undefined): ResolvedSlo {
  checkService(findings, ['spec', 'service'], slo.spec.service, services);
  const windowDays = resolveWindow(findings, slo.spec);
  checkTimeslices(findings, slo.spec);
  const judgeable = resolveIndicator(findings, slo.spec);
  const objectives: Objective[] = [];
  const unjudged: UnjudgedObjective[] = [];
  for (const [index] of slo.spec.objectives.entries()) {
    const name = slo.spec.objectives.length === 1 ? slo.metadata.name : `${slo.metadata.name}/${index + 1}`;
    const target = resolveShare(findings, slo.spec, index);
    const service = slo.spec.service;
    const reason = 'reason' in judgeable ? judgeable.reason : whyNotCounted(slo.spec, windowDays);
    if (reason !== undefined || 'reason' in judgeable || target === undefined || windowDays === undefined) {
      unjudged.push({ name, service, target: target?.toFixed(), reason: reason ?? 'its target cannot be read' });
    } else {
      const budget = toFraction(new Big(1).minus(target));
      objectives.push({ name, service, ...judgeable, target: writtenShare(findings, index), budget, windowDays });
    }
  }
  return { objectives, unjudged };
}

/** Reports a reference to a service that is not there. */
export function checkService(
  findings: Findings,
  path: Path,
  service: string,
  services: readonly string[] | undefined,
): void {
  if (services !== undefined && !services.includes(service)) {
    findings.report({
      path,
      what: `is ${shown(service)}, but the services here are ${services.join(', ')}`,
      write: didYouMean(service, services) ?? services.join(' or '),
    });
  }
}

function whyNotCounted(spec: Spec, windowDays: number | undefined): string | undefined {
  if (spec.budgetingMethod !== 'Occurrences') {
    return `surefoot counts requests (Occurrences), not ${spec.budgetingMethod}`;
  }
  return windowDays === undefined ? 'surefoot counts over rolling windows, not over calendar ones' : undefined;
}

/** Days of a rolling window; undefined for a calendar one. */
function resolveWindow(findings: Findings, spec: Spec): number | undefined {
  const window = spec.timeWindow[0];
  if (window === undefined) {
    return undefined;
  }
  const path = ['spec', 'timeWindow', 0];
  const days = parseShorthand(window.duration);
  if (days !== undefined && days < 1 / 24) {
    // `m` is minutes and `M` months; OpenSLO's own examples got it wrong once.
    findings.report({
      path: [...path, 'duration'],
      what: `is ${shown(window.duration)}, less than an hour: m is minutes, M is months`,
      write: window.duration.replace('m', 'M'),
    });
  }
  if (window.isRolling === true && window.calendar !== undefined) {
    findings.report({
      path: [...path, 'calendar'],
      part: 'key',
      what: 'cannot stand beside isRolling: true',
      write: 'no calendar, or isRolling: false',
      needs: [[...path, 'isRolling']],
    });
  }
  if (window.isRolling !== true && window.calendar === undefined) {
    findings.report({
      path: [...path, 'isRolling'],
      what: 'must be true, or the window needs a calendar',
      write: 'true',
      needs: [[...path, 'calendar'], path],
    });
  }
  return window.isRolling === true ? days : undefined;
}

function checkTimeslices(findings: Findings, spec: Spec): void {
  const sliced = spec.budgetingMethod !== 'Occurrences';
  for (const [index, objective] of spec.objectives.entries()) {
    const path = ['spec', 'objectives', index];
    const needs: Path[] = [['spec', 'budgetingMethod'], path];
    if (sliced && objective.timeSliceWindow === undefined) {
      findings.report({
        path: [...path, 'timeSliceWindow'],
        what: `is missing for ${spec.budgetingMethod}`,
        write: '5m',
        needs,
      });
    }
    if (spec.budgetingMethod === 'Timeslices' && objective.timeSliceTarget === undefined) {
      findings.report({ path: [...path, 'timeSliceTarget'], what: 'is missing for Timeslices', write: '0.99', needs });
    }
  }
}

const INDICATOR: Path = ['spec', 'indicator', 'spec'];
const RATIO: Path = [...INDICATOR, 'ratioMetric'];

function resolveIndicator(findings: Findings, spec: Spec): Judgeable {
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
      write: '{ ratioMetric: … }',
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
        write: '{ rawType: success, raw: … }',
      });
    }
    return { reason: 'its source gives a finished ratio (raw), not counts' };
  }
  const part = good ?? bad;
  if (part === undefined || (good !== undefined && bad !== undefined) || total === undefined) {
    findings.report({
      path: RATIO,
      part: 'key',
      what: 'must have total and exactly one of good and bad',
      write: '{ good: …, total: … }',
    });
    return { reason: 'its ratio is incomplete' };
  }
  const partPath = [...RATIO, good === undefined ? 'bad' : 'good'];
  const ours = [isOurs(findings, part, partPath), isOurs(findings, total, [...RATIO, 'total'])];
  if (!ours.includes(true)) {
    return {
      reason: `its events are counted by ${part.metricSource.type ?? part.metricSource.metricSourceRef ?? 'another source'}`,
    };
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
  const counted = resolveCounted(findings, part, partPath);
  resolveMetric(findings, total, [...RATIO, 'total'], ['requests']);
  return counted;
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
  const read = resolveMetric(findings, metric, path, ['availability', 'latency']);
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
    indicator: read.indicator === 'latency' ? 'latency' : 'availability',
    thresholdSeconds: read.threshold === undefined ? undefined : parseDuration(read.threshold),
  };
}

function resolveMetric(findings: Findings, metric: Metric, path: Path, allowed: readonly string[]) {
  const specPath = [...path, 'metricSource', 'spec'];
  const example = `{ indicator: ${allowed[0]} }`;
  if (metric.metricSource.spec === undefined) {
    findings.report({ path: specPath, what: 'is missing', write: example, needs: [[...path, 'metricSource']] });
    return undefined;
  }
  const read = surefootMetricSchema.safeParse(metric.metricSource.spec);
  if (!read.success) {
    findings.refused(read.error.issues.map((issue) => ({ ...issue, path: [...specPath, ...issue.path] })));
    return undefined;
  }
  if (!allowed.includes(read.data.indicator)) {
    findings.report({
      path: [...specPath, 'indicator'],
      what: `is ${read.data.indicator}, but here it must be ${allowed.join(' or ')}`,
      write: allowed.join(' or '),
    });
    return undefined;
  }
  return read.data;
}

/** The share that must be good, 0 to 1, exactly. */
function resolveShare(findings: Findings, spec: Spec, index: number): Big | undefined {
  const objective = spec.objectives[index];
  const path = ['spec', 'objectives', index];
  if (objective?.target !== undefined && objective.targetPercent !== undefined) {
    findings.report({
      path: [...path, 'targetPercent'],
      part: 'key',
      what: 'cannot stand beside target',
      write: 'no targetPercent, or no target',
      needs: [[...path, 'target']],
    });
    return undefined;
  }
  if (objective?.target === undefined && objective?.targetPercent === undefined) {
    findings.report({ path: [...path, 'target'], what: 'is missing', write: '0.999', needs: [path] });
    return undefined;
  }
  const percent = objective.target === undefined;
  const key = percent ? 'targetPercent' : 'target';
  const written = findings.document.textAt([...path, key]) ?? '';
  const value = parseDecimal(written);
  const advice =
    value === undefined ? explain('must be a plain decimal', percent ? '99.9' : '0.999') : outOfRange(value, percent);
  if (value === undefined || advice !== undefined) {
    const [what = '', write = ''] = (advice ?? '').split('\n');
    findings.report({ path: [...path, key], what: `${what}, not ${written === '' ? 'empty' : written}`, write });
    return undefined;
  }
  return percent ? value.div(100) : value;
}

/** What to say of a share outside (0, 1), or a percentage outside (1, 100): at 0 anything goes, at 1 there is no budget to judge with. */
function outOfRange(value: Big, percent: boolean): string | undefined {
  if (percent) {
    if (value.gt(1) && value.lt(100)) {
      return undefined;
    }
    const meant = value.gt(0) && value.lt(1) ? `${value.times(100).toFixed()} (or target: ${value.toFixed()})` : '99.9';
    return explain('must be a percentage between 1 and 100, both excluded', meant);
  }
  if (value.gt(0) && value.lt(1)) {
    return undefined;
  }
  const meant =
    value.gt(1) && value.lt(100) ? `${value.div(100).toFixed()} (or targetPercent: ${value.toFixed()})` : '0.999';
  return explain('must be a ratio between 0 and 1, both excluded', meant);
}

function writtenShare(findings: Findings, index: number): string {
  const path = ['spec', 'objectives', index];
  const percent = parseDecimal(findings.document.textAt([...path, 'targetPercent']) ?? '');
  return percent === undefined ? (findings.document.textAt([...path, 'target']) ?? '') : percent.div(100).toFixed();
}
