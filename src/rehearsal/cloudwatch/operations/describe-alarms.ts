import {
  AlarmType,
  type CompositeAlarm,
  DescribeAlarms$,
  type DescribeAlarmsInput,
  type DescribeAlarmsOutput,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import { type Operation, operation } from '../../wire/operation.ts';
import type { CompositeRegistry } from '../alarms/composites.ts';
import type { AlarmRegistry } from '../alarms/registry.ts';
import { validationError } from '../errors.ts';
import { pageOf } from '../paging.ts';

const MOST_RECORDS = 100;
const DEFAULT_RECORDS = 50;

/** DescribeAlarms: the metric alarms in order of names, then the composite ones if they are asked for by their type. */
export function describeAlarms({
  alarms,
  composites,
}: {
  readonly alarms: AlarmRegistry;
  readonly composites: CompositeRegistry;
}): Operation {
  return operation<DescribeAlarmsInput, DescribeAlarmsOutput>({
    schema: DescribeAlarms$,
    supports: ['AlarmNames', 'AlarmNamePrefix', 'AlarmTypes', 'StateValue', 'ActionPrefix', 'MaxRecords', 'NextToken'],
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html',
    handle(input) {
      const { AlarmNames, AlarmNamePrefix, AlarmTypes } = input;
      const size = input.MaxRecords ?? DEFAULT_RECORDS;
      if (!Number.isInteger(size) || size < 1 || size > MOST_RECORDS) {
        throw validationError(`MaxRecords must be 1 to ${MOST_RECORDS}, got ${size}.`);
      }
      if (AlarmNames !== undefined && AlarmNamePrefix !== undefined) {
        throw validationError('AlarmNames and AlarmNamePrefix cannot be given together.');
      }
      if ((AlarmNames?.length ?? 0) > MOST_RECORDS) {
        throw validationError(`AlarmNames can hold at most ${MOST_RECORDS} names.`);
      }
      // AWS: "If you omit this parameter, only metric alarms are returned, even if composite alarms exist".
      const { MetricAlarm: metric, CompositeAlarm: composite } = AlarmType;
      const wanted = AlarmTypes ?? [metric];
      const found = [
        ...(wanted.includes(metric) ? alarms.list().map((alarm) => ({ alarm, type: metric })) : []),
        ...(wanted.includes(composite) ? composites.list().map((alarm) => ({ alarm, type: composite })) : []),
      ].filter(({ alarm }) => matches(alarm, input));
      const { items, ...next } = pageOf(found, input, size);
      const ofType = (type: AlarmType) => items.filter((item) => item.type === type).map(({ alarm }) => alarm);
      return { MetricAlarms: ofType(metric), CompositeAlarms: ofType(composite), ...next };
    },
  });
}

function matches(alarm: MetricAlarm | CompositeAlarm, input: DescribeAlarmsInput): boolean {
  const { AlarmNames, AlarmNamePrefix = '', StateValue, ActionPrefix } = input;
  const { AlarmName = '', OKActions = [], AlarmActions = [], InsufficientDataActions = [] } = alarm;
  const actions = [...OKActions, ...AlarmActions, ...InsufficientDataActions];
  return (
    (AlarmNames === undefined || AlarmNames.length === 0 || AlarmNames.includes(AlarmName)) &&
    AlarmName.startsWith(AlarmNamePrefix) &&
    (StateValue === undefined || alarm.StateValue === StateValue) &&
    (ActionPrefix === undefined || actions.some((action) => action.startsWith(ActionPrefix)))
  );
}
