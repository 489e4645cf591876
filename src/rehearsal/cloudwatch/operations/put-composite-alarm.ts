import { PutCompositeAlarm$, type PutCompositeAlarmInput } from '@aws-sdk/client-cloudwatch';
import { type Operation, operation } from '../../wire/operation.ts';
import type { CompositeRegistry } from '../alarms/composites.ts';

const NOT_CARRIED_OUT = 'kept and shown; no action is carried out in a rehearsal';

/** PutCompositeAlarm: its rule is evaluated at once, and whenever an alarm that it speaks of changes. */
export function putCompositeAlarm({ composites }: { readonly composites: CompositeRegistry }): Operation {
  return operation<PutCompositeAlarmInput, Record<string, never>>({
    schema: PutCompositeAlarm$,
    supports: ['AlarmName', 'AlarmDescription', 'AlarmRule'],
    inert: {
      ActionsEnabled: NOT_CARRIED_OUT,
      OKActions: NOT_CARRIED_OUT,
      AlarmActions: NOT_CARRIED_OUT,
      InsufficientDataActions: NOT_CARRIED_OUT,
      ActionsSuppressor: NOT_CARRIED_OUT,
      ActionsSuppressorWaitPeriod: NOT_CARRIED_OUT,
      ActionsSuppressorExtensionPeriod: NOT_CARRIED_OUT,
      'Tags[].*': 'no operation here shows tags of alarms',
    },
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html',
    handle(input) {
      composites.put(input);
      return {};
    },
  });
}
