/** What a Target of surefoot.yml can be about: each indicator with what is measured, the units that make sense of it, and the direction. */
import type { Target } from '../model/objectives.ts';
import { GATE_INDICATORS, isGateIndicator, MORE_IS_BETTER } from './gate-indicators.ts';

export type Unit = Target['unit'];

/**
 * How an indicator is measured. `share`: so many of so many. `duration`: how long each of several things took. `census`: a complete count,
 * as a scanner makes it. `count`: events in a time. `loss`: what each of several things took away, as a whole number. `level`: a mean
 * over time. `change`: against a baseline. `elasticity`: the relative
 * change of one thing over that of another. `rate`: events in a day.
 */
export type IndicatorKind =
  | 'share'
  | 'duration'
  | 'census'
  | 'count'
  | 'loss'
  | 'level'
  | 'change'
  | 'elasticity'
  | 'rate';

export const STATISTICS = ['mean', 'median', 'maximum'] as const;
export type Statistic = (typeof STATISTICS)[number];

export interface Indicator {
  readonly kind: IndicatorKind;
  readonly better: 'higher' | 'lower';
  /** What is measured, to be read after "it is". */
  readonly means: string;
  readonly units: readonly Unit[];
  /** Of durations and losses: what a target is about that does not say it. */
  readonly statistic?: Statistic;
  /** Of shares: all that there are were counted, so that nothing is inferred. */
  readonly complete?: true;
}

const DURATIONS = ['minutes', 'seconds', 'hours', 'days'] as const satisfies readonly Unit[];

const UNITS = {
  share: ['percent', 'ratio'],
  duration: DURATIONS,
  census: ['count'],
  count: ['count'],
  loss: ['count'],
  level: ['percent', 'ratio'],
  change: ['percent', 'ratio'],
  elasticity: ['ratio'],
  rate: ['per-day', 'per-week'],
} as const satisfies Readonly<Record<IndicatorKind, readonly Unit[]>>;

const more = (kind: IndicatorKind, means: string): Indicator => ({ kind, better: 'higher', means, units: UNITS[kind] });
const less = (kind: IndicatorKind, means: string): Indicator => ({ kind, better: 'lower', means, units: UNITS[kind] });
const all = (means: string): Indicator => ({ ...more('share', means), complete: true });
const atMost = (means: string): Indicator => ({ ...less('loss', means), statistic: 'maximum' });
const within = (statistic: Statistic, means: string): Indicator => ({ ...less('duration', means), statistic });

const OWN = {
  availability: more('share', 'the share of requests that are answered well'),
  'latency-p50': within('median', 'the median latency of good answers'),
  'latency-p95': within('median', 'the 95th percentile of the latency of good answers'),
  'latency-p99': within('median', 'the 99th percentile of the latency of good answers'),
  mttr: within('mean', 'the time from the start of an incident until the service is restored, of all incidents'),
  'time-to-detect': within('median', 'the time from the start of an incident until an alert tells of it'),
  rto: within('maximum', 'the time from a disaster, or a drill of one, until the service is restored'),
  rpo: within('maximum', 'how far back the data is that is there after a disaster, or a drill of one'),
  'lost-requests': atMost('the number of requests that a fault, or a drill of one, left without a good answer'),
  'lost-writes': atMost('the number of acknowledged writes that are gone after a disaster, or a drill of one'),
  'resume-time': within('maximum', 'the time from resuming a paused environment until its services are ready'),
  'failover-success': more('share', 'the share of failovers and failover tests that succeed'),
  'spikes-handled': more('share', 'the share of simulated spikes that are handled within the SLOs'),
  'backups-verified': more('share', 'the share of backups that were restored and verified'),
  zones: { ...more('level', 'the number of availability zones in use'), units: ['count'] },
  'secrets-in-manager': all('the share of secrets that are in Secrets Manager'),
  'images-pinned': all('the share of images at a specific version'),
  'dependencies-scanned': all('the share of dependency manifests that are scanned in CI'),
  'audit-reports': more('count', 'the number of dependency audit reports'),
  'security-incidents': less('count', 'the number of security incidents of the infrastructure'),
  utilisation: more('level', 'the mean utilisation of what is paid for'),
  'utilisation-improvement': more('change', 'how much higher the utilisation is than in the baseline, relative to it'),
  'cost-reduction': more('change', 'how much lower the cost of a day is than in the baseline, relative to it'),
  'cost-elasticity': less('elasticity', 'the relative growth of the cost over that of the load: 1 is linear'),
  'cost-allocated': all('the share of the cost that a team and a service are known for'),
  'alert-precision': more('share', 'the share of alerts that told of something to act on'),
  'incidents-found-by-monitoring': more(
    'share',
    'the share of incidents that monitoring found before users reported them',
  ),
  'routine-work-automated': more('share', 'the share of routine tasks that run without a person'),
  'slo-coverage': all('the share of critical services that have an SLO'),
  'runbook-coverage': all('the share of critical alerts that have a runbook'),
  'synthetic-coverage': all('the share of critical paths that a synthetic check covers'),
  'changes-tested-first': more('share', 'the share of changes that ran outside production first'),
  'chaos-experiments': more('count', 'the number of chaos experiments that were run'),
  'change-lead-time': within('median', 'the time from a commit until it is in production (DORA)'),
  'deployment-frequency': more('rate', 'how often production is deployed to (DORA)'),
  'failed-deployment-recovery-time': within(
    'median',
    'the time from a failed deployment until it is recovered from (DORA)',
  ),
  'change-fail-rate': less('share', 'the share of deployments that fail in production (DORA)'),
  'deployment-rework-rate': less(
    'share',
    'the share of deployments that were not planned, but mended something (DORA)',
  ),
} as const satisfies Record<string, Indicator>;

const OF_THE_GATE: Readonly<Record<string, Indicator>> = Object.fromEntries(
  Object.entries(GATE_INDICATORS).map(([name, units]): [string, Indicator] => [
    name,
    {
      kind: 'census',
      better: isGateIndicator(name) && MORE_IS_BETTER.has(name) ? 'higher' : 'lower',
      means: `${name.replaceAll('-', ' ')}, as the security gate counts them`,
      units,
    },
  ]),
);

/** All of them by name. */
export const INDICATORS: Readonly<Record<string, Indicator>> = { ...OWN, ...OF_THE_GATE };

/** The indicator of that name; undefined where there is none. */
export function indicatorOf(name: string): Indicator | undefined {
  return Object.hasOwn(INDICATORS, name) ? INDICATORS[name] : undefined;
}
