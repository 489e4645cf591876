import { EnableAlarmActions$, type EnableAlarmActionsInput } from '@aws-sdk/client-cloudwatch';
import { type Operation, operation } from '../../wire/operation.ts';
import type { CompositeRegistry } from '../alarms/composites.ts';
import type { AlarmRegistry } from '../alarms/registry.ts';

/** EnableAlarmActions: sets what DescribeAlarms shows as ActionsEnabled. */
export function enableAlarmActions({
  alarms,
  composites,
}: {
  readonly alarms: AlarmRegistry;
  readonly composites: CompositeRegistry;
}): Operation {
  return operation<EnableAlarmActionsInput, Record<string, never>>({
    schema: EnableAlarmActions$,
    supports: ['AlarmNames'],
    source:
      'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_EnableAlarmActions.html ' +
      '(the switch is kept and shown; no action is carried out in a rehearsal)',
    handle({ AlarmNames = [] }) {
      alarms.enableActions(AlarmNames, true);
      composites.enableActions(AlarmNames, true);
      return {};
    },
  });
}
