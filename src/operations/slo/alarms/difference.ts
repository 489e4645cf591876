/** What would have to change for the alarms that are there to be those that are wanted. Pure. */
import type {
  CompositeAlarm,
  MetricAlarm,
  MetricDataQuery,
  PutCompositeAlarmInput,
  PutMetricAlarmInput,
} from '@aws-sdk/client-cloudwatch';
import type { AlarmsUnder } from '../../../aws/cloudwatch/alarms.ts';
import { type Actions, MARK, type Wanted, type WantedCompositeAlarm, type WantedMetricAlarm } from './wanted.ts';

/** An alarm to put, with all that is to be said of it. */
export type Put = {
  /** What would be other than it is; undefined: it is not there. */
  readonly differences?: readonly string[];
  readonly name: string;
} & (
  | { readonly kind: 'metric'; readonly input: PutMetricAlarmInput }
  | { readonly kind: 'composite'; readonly input: PutCompositeAlarmInput }
);

export interface Difference {
  /** Metric alarms first: a composite alarm can only speak of alarms that are there. */
  readonly put: readonly Put[];
  /** Composite alarms first: what one of them speaks of cannot be deleted. */
  readonly remove: { readonly composite: readonly string[]; readonly metric: readonly string[] };
  /** How many are as they are to be. */
  readonly same: number;
  /** Alarms under our names that do not say that they are ours. */
  readonly foreign: readonly string[];
}

/**
 * Nobody's own settings are lost: who is told (unless `actions` says who), whether actions are on, and what suppresses them stay as they are.
 */
export function differenceOf(wanted: Wanted, there: AlarmsUnder, actions: Actions): Difference {
  const metric = new Map(there.metric.map((alarm) => [alarm.AlarmName ?? '', alarm]));
  const composite = new Map(there.composite.map((alarm) => [alarm.AlarmName ?? '', alarm]));
  const put = [
    ...wanted.metric.map((alarm) => putMetric(alarm, metric.get(alarm.AlarmName))),
    ...wanted.composite.map((alarm) => putComposite(alarm, composite.get(alarm.AlarmName), actions)),
  ];
  const names = new Set(put.map(({ name }) => name));
  const gone = (alarms: readonly (MetricAlarm | CompositeAlarm)[]) =>
    alarms.filter((alarm) => isOurs(alarm)).flatMap(({ AlarmName = '' }) => (names.has(AlarmName) ? [] : [AlarmName]));
  const different = put.filter(({ differences }) => differences === undefined || differences.length > 0);
  return {
    put: different,
    remove: { composite: gone(there.composite), metric: gone(there.metric) },
    same: put.length - different.length,
    foreign: [...there.metric, ...there.composite]
      .filter((alarm) => !isOurs(alarm))
      .map(({ AlarmName = '' }) => AlarmName),
  };
}

function isOurs({ AlarmDescription = '' }: MetricAlarm | CompositeAlarm): boolean {
  return AlarmDescription.startsWith(MARK);
}

function putMetric(alarm: WantedMetricAlarm, there: MetricAlarm | undefined): Put {
  const input = { ...alarm, ...kept(there) };
  const name = alarm.AlarmName;
  return there === undefined
    ? { kind: 'metric', name, input }
    : { kind: 'metric', name, input, differences: metricDifferences(alarm, there) };
}

function metricDifferences(alarm: WantedMetricAlarm, there: MetricAlarm): string[] {
  const [wanted, found] = [alarm.Metrics, there.Metrics ?? []].map(normalised);
  return [
    ...(wanted === found ? [] : ['what it counts']),
    ...changed('threshold', alarm.Threshold, there.Threshold),
    ...changed('evaluation periods', alarm.EvaluationPeriods, there.EvaluationPeriods),
    // It is the same as N out of N, which is what it means when it is left out.
    ...changed('datapoints to alarm', alarm.DatapointsToAlarm, there.DatapointsToAlarm ?? there.EvaluationPeriods),
    ...changed('comparison', alarm.ComparisonOperator, there.ComparisonOperator),
    ...changed('missing data', alarm.TreatMissingData, there.TreatMissingData ?? 'missing'),
    ...(alarm.AlarmDescription === there.AlarmDescription ? [] : ['its description']),
  ];
}

function changed(what: string, wanted: unknown, found: unknown): string[] {
  return wanted === found ? [] : [`${what} ${String(found)} → ${String(wanted)}`];
}

/** Queries in an order of their own, and nothing that AWS adds to them. */
function normalised(queries: readonly MetricDataQuery[]): string {
  const plain = queries.map(({ Id, Expression, ReturnData, MetricStat }) => ({
    Id,
    Expression: Expression?.replaceAll(' ', ''),
    ReturnData: ReturnData ?? true,
    metric: MetricStat && [
      MetricStat.Metric?.Namespace,
      MetricStat.Metric?.MetricName,
      MetricStat.Period,
      MetricStat.Stat,
      ...(MetricStat.Metric?.Dimensions ?? []).map(({ Name, Value }) => `${Name}=${Value}`).sort(),
    ],
  }));
  return JSON.stringify(plain.sort((a, b) => ((a.Id ?? '') < (b.Id ?? '') ? -1 : 1)));
}

function putComposite(
  { severity, ...alarm }: WantedCompositeAlarm,
  there: CompositeAlarm | undefined,
  actions: Actions,
): Put {
  const name = alarm.AlarmName;
  const told = actions[severity];
  const input = {
    ...alarm,
    ...kept(there),
    ...(there?.ActionsSuppressor === undefined
      ? {}
      : {
          ActionsSuppressor: there.ActionsSuppressor,
          ActionsSuppressorWaitPeriod: there.ActionsSuppressorWaitPeriod,
          ActionsSuppressorExtensionPeriod: there.ActionsSuppressorExtensionPeriod,
        }),
    ...(told === undefined ? {} : { AlarmActions: [...told] }),
  };
  if (there === undefined) {
    return { kind: 'composite', name, input };
  }
  const [wanted, found] = [told ?? there.AlarmActions ?? [], there.AlarmActions ?? []].map((arns) =>
    arns.toSorted().join(', '),
  );
  const differences = [
    ...(alarm.AlarmRule.trim() === there.AlarmRule?.trim() ? [] : ['its rule']),
    ...(wanted === found ? [] : [`told: ${found || 'nobody'} → ${wanted || 'nobody'}`]),
    ...(alarm.AlarmDescription === there.AlarmDescription ? [] : ['its description']),
  ];
  return { kind: 'composite', name, input, differences };
}

/** What whoever minds the alarm has set on it: a put replaces everything. */
function kept(there: MetricAlarm | CompositeAlarm | undefined) {
  return there === undefined
    ? {}
    : {
        ActionsEnabled: there.ActionsEnabled ?? true,
        AlarmActions: there.AlarmActions ?? [],
        OKActions: there.OKActions ?? [],
        InsufficientDataActions: there.InsufficientDataActions ?? [],
      };
}
