import { DeleteAlarms$, type DeleteAlarmsInput } from '@aws-sdk/client-cloudwatch';
import { AwsError, type Operation, operation } from '../../wire/operation.ts';
import type { CompositeRegistry } from '../alarms/composites.ts';
import type { AlarmRegistry } from '../alarms/registry.ts';
import { validationError } from '../errors.ts';

const MOST_NAMES = 100;

/** DeleteAlarms: the alarms that exist are deleted even when another name is wrong, which is then reported. */
export function deleteAlarms({
  alarms,
  composites,
}: {
  readonly alarms: AlarmRegistry;
  readonly composites: CompositeRegistry;
}): Operation {
  return operation<DeleteAlarmsInput, Record<string, never>>({
    schema: DeleteAlarms$,
    supports: ['AlarmNames'],
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html',
    handle({ AlarmNames = [] }) {
      if (AlarmNames.length > MOST_NAMES) {
        throw validationError(`AlarmNames can hold at most ${MOST_NAMES} names.`);
      }
      if (AlarmNames.filter((name) => composites.has(name)).length > 1) {
        throw validationError('AlarmNames can hold no more than one composite alarm.');
      }
      for (const name of AlarmNames) {
        const users = composites.using(name).filter((user) => !AlarmNames.includes(user));
        if (users.length > 0) {
          throw validationError(
            `Cannot delete ${name} as there are composite alarm(s) depending on it: ${users.join(', ')}.`,
          );
        }
      }
      const unknown = AlarmNames.filter((name) => !(composites.remove(name) || alarms.remove(name)));
      if (unknown.length > 0) {
        throw new AwsError('ResourceNotFound', `There is no alarm named ${unknown.join(', ')}.`, 404);
      }
      return {};
    },
  });
}
