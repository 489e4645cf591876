import { PutMetricAlarm$, type PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { type Operation, operation } from '../../wire/operation.ts';
import { defineAlarm } from '../alarms/definition.ts';
import type { AlarmRegistry } from '../alarms/registry.ts';
import { PERIOD_NOTE } from '../periods.ts';

const NOT_CARRIED_OUT = 'kept and shown; no action is carried out in a rehearsal';

/** PutMetricAlarm: a new alarm starts in INSUFFICIENT_DATA, an updated one keeps its state. */
export function putMetricAlarm({ alarms }: { readonly alarms: AlarmRegistry }): Operation {
  return operation<PutMetricAlarmInput, Record<string, never>>({
    schema: PutMetricAlarm$,
    supports: [
      'AlarmName',
      'AlarmDescription',
      'MetricName',
      'Namespace',
      'Statistic',
      'ExtendedStatistic',
      'Dimensions[].*',
      'Period',
      'Unit',
      'EvaluationPeriods',
      'DatapointsToAlarm',
      'Threshold',
      'ComparisonOperator',
      'TreatMissingData',
      'EvaluateLowSampleCountPercentile',
      'Metrics[].Id',
      'Metrics[].MetricStat.*',
      'Metrics[].Expression',
      'Metrics[].Label',
      'Metrics[].ReturnData',
      'Metrics[].Period',
    ],
    inert: {
      ActionsEnabled: NOT_CARRIED_OUT,
      OKActions: NOT_CARRIED_OUT,
      AlarmActions: NOT_CARRIED_OUT,
      InsufficientDataActions: NOT_CARRIED_OUT,
      'Tags[].*': 'no operation here shows tags of alarms',
    },
    source:
      'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html ' +
      `(${PERIOD_NOTE}; the clock's speed shortens the period that is evaluated, to whole seconds and at least 1)`,
    handle(input) {
      alarms.put(defineAlarm(input));
      return {};
    },
  });
}
