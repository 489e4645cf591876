/** The alarms that an SLO asks for: a burn rate over two windows, as metric math, and what is told when both are above. Pure. */
import type { MetricDataQuery, PutCompositeAlarmInput, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import type { Objective } from '../../../platform/model/objectives.ts';
import { formatCount, formatRatio } from '../../../report/format.ts';
import { type BurnWindow, burnWindows, highestBurnRate } from '../../../statistics/burn-rate.ts';
import { COUNTERS_NAMESPACE, type Terms, termsOf } from '../../common/slo/read-counts.ts';
import type { Source } from '../../common/slo/source.ts';
import { describeWindow } from '../../common/slo/windows.ts';

export const SEVERITIES = ['page', 'ticket'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Who is told, as ARNs; undefined: whoever is told now stays. */
export type Actions = Readonly<Partial<Record<Severity, readonly string[]>>>;

/** What its description begins with: an alarm of such a name that does not say so is somebody else's. */
export const MARK = 'Made by surefoot slo alarms.';
/** For IAM conditions and bills. */
const TAG = 'surefoot:slo';

type With<Input, Keys extends keyof Input> = Input & { readonly [Key in Keys]-?: NonNullable<Input[Key]> };
export type WantedMetricAlarm = With<PutMetricAlarmInput, 'AlarmName' | 'Metrics'>;
export type WantedCompositeAlarm = With<PutCompositeAlarmInput, 'AlarmName' | 'AlarmRule'> & {
  readonly severity: Severity;
};

export interface Wanted {
  readonly metric: readonly WantedMetricAlarm[];
  readonly composite: readonly WantedCompositeAlarm[];
  /** What is left out, and why, as sentences. */
  readonly notes: readonly string[];
}

/** AWS's limit for one alarm on metric math ("Using metric math", quotas of an alarm). */
const MOST_METRICS = 10;

/** Of which platform and environment. */
export interface Whose {
  readonly platform: string;
  readonly environment: string;
}

/** The names of all alarms of a service begin so. */
export function prefixOf({ platform, environment }: Whose, service: string): string {
  return `surefoot/slo/${platform}/${environment}/${service}/`;
}

/**
 * Two metric alarms for each pair of windows, and one composite alarm for each severity: somebody is paged when over one pair both are in
 * ALARM. A window without requests is INSUFFICIENT_DATA, which is not ALARM.
 * Source: "The Site Reliability Workbook", chapter 5, section 6; AWS: PutMetricAlarm, PutCompositeAlarm.
 */
export function wantedAlarms(objective: Objective, source: Source, whose: Whose): Wanted {
  const terms = termsOf(source, objective);
  const name = `"${objective.name}" of ${objective.service}`;
  if (terms.counters.length > MOST_METRICS) {
    const message = `${name} is counted from ${terms.counters.length} metrics, and an alarm of CloudWatch takes at most ${MOST_METRICS}: no alarms`;
    return { metric: [], composite: [], notes: [message] };
  }
  const windows = burnWindows(Math.round(objective.windowDays * 86_400));
  const highest = highestBurnRate(objective.budget);
  const notes: string[] = [];
  const metric: WantedMetricAlarm[] = [];
  const composite: WantedCompositeAlarm[] = [];
  for (const severity of SEVERITIES) {
    const pairs = windows.filter((window) => window.severity === severity && window.factor < highest);
    const never = windows.filter((window) => window.severity === severity && window.factor >= highest);
    notes.push(
      ...never.map(
        ({ longSeconds, factor }) =>
          `${name}: no error rate burns its budget ${shown(factor)} times too fast (at most ${shown(highest)}): no alarm over ${describeWindow(longSeconds, undefined)}`,
      ),
    );
    if (severity === 'page' && pairs.length > 0) {
      notes.push(lowTraffic(name, pairs, objective));
    }
    const made = pairs.map((window) => pairOf(window, objective, terms, whose));
    metric.push(...made.flat());
    if (made.length > 0) {
      composite.push(compositeOf(severity, pairs, made, objective, whose));
    }
  }
  return { metric, composite, notes };
}

/**
 * Below how many requests in the long window a single failure pages: one of n burns 1 / n / budget times too fast. The short window lies within
 * the long one and holds no more, so that it burns no slower. ("The Site Reliability Workbook", chapter 5, "Low-Traffic Services".)
 */
function lowTraffic(name: string, pairs: readonly BurnWindow[], { budget }: Objective): string {
  const least = pairs.map(({ exactFactor, longSeconds }) => {
    const numerator = budget.denominator * exactFactor.denominator;
    const denominator = budget.numerator * exactFactor.numerator;
    const requests = (numerator + denominator - 1n) / denominator;
    return `${formatCount(Number(requests))} requests in ${describeWindow(longSeconds, undefined)}`;
  });
  return `${name}: with fewer than ${least.join(', or ')}, a single failed one pages; where there are so few, send synthetic ones, sum several services, or lower the target`;
}

function pairOf(window: BurnWindow, objective: Objective, terms: Terms, whose: Whose): WantedMetricAlarm[] {
  return [window.longSeconds, window.shortSeconds].map((seconds, index) => {
    const over = describeWindow(seconds, undefined);
    const role = `${describeWindow(window.longSeconds, undefined)} ${index === 0 ? 'long' : 'short'}`;
    return {
      AlarmName: nameOf(objective, whose, `${window.severity} ${role}`),
      AlarmDescription: `${MARK} ${sentence(objective, whose)}: its error budget burns more than ${shown(window.factor)} times too fast over ${over}.`,
      Metrics: queriesOf(terms, objective, seconds),
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      Threshold: Number(window.factor.toPrecision(12)),
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'missing',
      Tags: tagsOf(whose),
    };
  });
}

function compositeOf(
  severity: Severity,
  windows: readonly BurnWindow[],
  pairs: readonly (readonly WantedMetricAlarm[])[],
  objective: Objective,
  whose: Whose,
): WantedCompositeAlarm {
  const rule = pairs
    .map((pair) => `(${pair.map(({ AlarmName }) => `ALARM("${AlarmName}")`).join(' AND ')})`)
    .join(' OR ');
  const spent = windows.map(
    ({ share, longSeconds }) =>
      `${formatRatio(Number(share.numerator) / Number(share.denominator))} of it in ${describeWindow(longSeconds, undefined)}`,
  );
  return {
    severity,
    AlarmName: nameOf(objective, whose, severity),
    AlarmDescription: `${MARK} ${sentence(objective, whose)}: its error budget goes too fast, at a rate that spends ${spent.join(', or ')}.`,
    AlarmRule: rule,
    Tags: tagsOf(whose),
  };
}

/** The objective is one or two names with a slash between: a name with an index goes on as `name/2`. */
function nameOf(objective: Objective, whose: Whose, what: string): string {
  return `${prefixOf(whose, objective.service)}${objective.name} ${what}`;
}

function sentence(objective: Objective, { environment }: Whose): string {
  const { indicator, name, service, target, thresholdSeconds, windowDays } = objective;
  const good = indicator === 'latency' ? `within ${thresholdSeconds} s` : 'good';
  const window = describeWindow(windowDays * 86_400, undefined);
  return `SLO "${name}" of ${service} in ${environment}, ${formatRatio(Number(target))} ${good} over ${window}`;
}

function tagsOf({ platform, environment }: Whose) {
  return [{ Key: TAG, Value: `${platform}/${environment}` }];
}

/**
 * Counters of the load balancer are sparse: a period without a 5XX has no datapoint. FILL makes that zero; where there was no request
 * either, the division by zero leaves no datapoint (AWS: "Using metric math").
 */
function queriesOf({ counters, total, bad }: Terms, { budget }: Objective, period: number): MetricDataQuery[] {
  const sumOf = (places: readonly number[]) => places.map((place) => `FILL(m${place},0)`).join('+');
  const { numerator, denominator } = budget;
  return [
    {
      Id: 'burn',
      Label: 'burn rate',
      Expression: `(${sumOf(bad)})/(${sumOf(total)})*${denominator}/${numerator}`,
      ReturnData: true,
    },
    ...counters.map((counter, place) => ({
      Id: `m${place}`,
      MetricStat: {
        Metric: {
          Namespace: COUNTERS_NAMESPACE,
          MetricName: counter.name,
          Dimensions: Object.entries(counter.dimensions)
            .map(([Name, Value]) => ({ Name, Value }))
            .sort((a, b) => (a.Name < b.Name ? -1 : 1)),
        },
        Period: period,
        Stat: counter.stat,
      },
      ReturnData: false,
    })),
  ];
}

function shown(factor: number): number {
  return Number(factor.toPrecision(3));
}
