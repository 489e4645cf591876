import { DisableAlarmActions$, type DisableAlarmActionsInput } from '@aws-sdk/client-cloudwatch';
import { type Operation, operation } from '../../wire/operation.ts';
import type { CompositeRegistry } from '../alarms/composites.ts';
import type { AlarmRegistry } from '../alarms/registry.ts';

/** DisableAlarmActions: clears what DescribeAlarms shows as ActionsEnabled. */
export function disableAlarmActions({
  alarms,
  composites,
}: {
  readonly alarms: AlarmRegistry;
  readonly composites: CompositeRegistry;
}): Operation {
  return operation<DisableAlarmActionsInput, Record<string, never>>({
    schema: DisableAlarmActions$,
    supports: ['AlarmNames'],
    source:
      'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableAlarmActions.html ' +
      '(the switch is kept and shown; no action is carried out in a rehearsal)',
    handle({ AlarmNames = [] }) {
      alarms.enableActions(AlarmNames, false);
      composites.enableActions(AlarmNames, false);
      return {};
    },
  });
}
