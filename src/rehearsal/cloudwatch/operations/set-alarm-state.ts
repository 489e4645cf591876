import { SetAlarmState$, type SetAlarmStateInput, StateValue } from '@aws-sdk/client-cloudwatch';
import { AwsError, type Operation, operation } from '../../wire/operation.ts';
import type { AlarmRegistry } from '../alarms/registry.ts';
import { validationError } from '../errors.ts';

/** SetAlarmState: holds until the next evaluation that finds another state. */
export function setAlarmState({ alarms }: { readonly alarms: AlarmRegistry }): Operation {
  return operation<SetAlarmStateInput, Record<string, never>>({
    schema: SetAlarmState$,
    supports: ['AlarmName', 'StateValue', 'StateReason', 'StateReasonData'],
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html',
    handle({ AlarmName = '', StateValue: wanted, StateReason = '', StateReasonData }) {
      const state = Object.values(StateValue).find((value) => value === wanted);
      if (state === undefined) {
        throw validationError(`StateValue must be one of ${Object.values(StateValue).join(', ')}, got ${wanted}.`);
      }
      if (StateReasonData !== undefined && !isJson(StateReasonData)) {
        throw new AwsError('InvalidFormatFault', 'StateReasonData must be JSON.');
      }
      alarms.override(AlarmName, { state, reason: StateReason, reasonData: StateReasonData });
      return {};
    },
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
