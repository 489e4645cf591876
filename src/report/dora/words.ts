/** DORA's measures in words and cells, for all renderings. */

import type { Evidence, Measurement } from '../evidence.ts';
import { counted, formatBounds, formatCount, formatSeconds, formatTime, formatValue } from '../format.ts';
import type { DoraDeployment, DoraMetric, DoraRecord } from './record.ts';

const NAMES: Readonly<Record<DoraMetric['indicator'], string>> = {
  'change-lead-time': 'Change lead time',
  'deployment-frequency': 'Deployment frequency',
  'failed-deployment-recovery-time': 'Failed deployment recovery time',
  'change-fail-rate': 'Change fail rate',
  'deployment-rework-rate': 'Deployment rework rate',
};

export const METRIC_HEADS = ['Measure', 'Value', 'Bounds', 'Of', 'Statistic'] as const;
/** Between a value and what else is known of its distribution. */
export const AND_BEYOND = '; ';

/** What is known of a measure, or why nothing is. */
export function metricCells(metric: DoraMetric): string[] {
  const { unknown, unit, count, n, p90 } = metric;
  if (unknown !== undefined) {
    return [NAMES[metric.indicator], 'unknown', '–', '–', `${unknown.message} (${unknown.code})`];
  }
  const measurement = asMeasurement(metric);
  const slow =
    p90 === undefined ? '' : `${AND_BEYOND}90 % within ${formatValue(asMeasurement({ ...metric, value: p90 }))}`;
  const value = `${formatValue(measurement)}${slow}`;
  const of = unit === 'ratio' ? `${formatCount(count ?? 0)} of ${formatCount(n)}` : formatCount(n);
  return [NAMES[metric.indicator], value, formatBounds(measurement) ?? 'too few for bounds', of, metric.method];
}

export const DEPLOYMENT_HEADS = ['Deployment', 'In production', 'Commit', 'Changes', 'What became of it'] as const;

export function deploymentCells(deployment: DoraDeployment): string[] {
  const { id, at, sha, first, changes } = deployment;
  return [id, formatTime(at), sha.slice(0, 12), first ? 'not known' : formatCount(changes), fateOf(deployment)];
}

function fateOf({ failed, rework, pending, first }: DoraDeployment): string {
  const words = [
    ...(failed === undefined
      ? []
      : [`${FAILED[failed.because]} ${failed.because === 'did-not-finish' ? '' : failed.by}`.trim()]),
    ...(failed?.recoveredAt === null ? ['not recovered'] : []),
    ...(rework === undefined ? [] : [`${REWORK[rework.because]} ${rework.of ?? ''}`.trim()]),
    ...(pending ? ['too young to be judged'] : []),
    ...(first ? ['the first one known'] : []),
  ];
  return words.length === 0 ? '–' : words.join('; ');
}

const FAILED: Readonly<Record<NonNullable<DoraDeployment['failed']>['because'], string>> = {
  incident: 'failed: incident',
  'rolled-back': 'failed: rolled back by',
  reverted: 'failed: reverted by',
  'did-not-finish': 'failed: did not finish',
};

const REWORK: Readonly<Record<NonNullable<DoraDeployment['rework']>['because'], string>> = {
  rollback: 'rollback of',
  revert: 'revert of',
  hotfix: 'hotfix',
  'ended-incident': 'ended incident',
};

/** What was measured, as a sentence. */
export function doraIntroduction(dora: DoraRecord): string {
  const { window, environment, service, horizonSeconds, deployments, changes, incidents } = dora;
  const what = [
    counted(deployments.length, 'deployment'),
    counted(changes.length, 'change'),
    counted(incidents.length, 'incident'),
  ].join(', ');
  return `${formatTime(window.from)} to ${formatTime(window.to)}, ${service === undefined ? '' : `${service} in `}${environment}: ${what}. A deployment may turn out to have failed within ${formatSeconds(horizonSeconds)}. There are no tiers: what is good is for your own targets to say.`;
}

/** What was left out and what to know, as sentences. */
export function doraNotes(dora: DoraRecord): string[] {
  const excluded = dora.excluded.map(
    ({ message, count, ids }) =>
      `Left out, ${formatCount(count)}: ${message} (${ids.slice(0, 5).map(shortened).join(', ')}${count > 5 ? ', …' : ''}).`,
  );
  const requests = dora.requests === undefined ? [] : [`Read with ${counted(dora.requests, 'request')}.`];
  return [...dora.caveats, ...excluded, ...requests];
}

/** The measurements without DORA's own, which have a table that says more. */
export function notOfDora({ dora, measurements }: Pick<Evidence, 'dora' | 'measurements'>): readonly Measurement[] {
  const shown = new Set<string>(dora?.metrics.map(({ indicator }) => indicator));
  return measurements.filter(({ indicator }) => !shown.has(indicator));
}

const DAY_SECONDS = 86_400;

/** Long durations in days: hours by the thousand say little. */
function asMeasurement({ indicator, value, lower, upper, confidence, n, unit, method }: DoraMetric): Measurement {
  const long = unit === 's' && value !== null && value >= 2 * DAY_SECONDS;
  const scaled = (seconds: number) => (long ? seconds / DAY_SECONDS : seconds);
  return {
    indicator,
    value: value === null ? null : scaled(value),
    ...(lower === undefined ? {} : { lower: scaled(lower) }),
    ...(upper === undefined ? {} : { upper: scaled(upper) }),
    ...(confidence === undefined ? {} : { confidence }),
    n,
    unit: long ? 'days' : unit,
    method,
  };
}

/** Commits as people write them. */
function shortened(id: string): string {
  return /^[0-9a-f]{40,}$/.test(id) ? id.slice(0, 12) : id;
}
