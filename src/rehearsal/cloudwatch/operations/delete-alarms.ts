import { DeleteAlarms$, type DeleteAlarmsInput } from '@aws-sdk/client-cloudwatch';
import { AwsError, type Operation, operation } from '../../wire/operation.ts';
import type { AlarmRegistry } from '../alarms/registry.ts';
import { validationError } from '../errors.ts';

const MOST_NAMES = 100;

/** DeleteAlarms: the alarms that exist are deleted even when another name is wrong, which is then reported. */
export function deleteAlarms({ alarms }: { readonly alarms: AlarmRegistry }): Operation {
  return operation<DeleteAlarmsInput, Record<string, never>>({
    schema: DeleteAlarms$,
    supports: ['AlarmNames'],
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html',
    handle({ AlarmNames = [] }) {
      if (AlarmNames.length > MOST_NAMES) {
        throw validationError(`AlarmNames can hold at most ${MOST_NAMES} names.`);
      }
      const unknown = AlarmNames.filter((name) => !alarms.remove(name));
      if (unknown.length > 0) {
        throw new AwsError('ResourceNotFound', `There is no alarm named ${unknown.join(', ')}.`, 404);
      }
      return {};
    },
  });
}
