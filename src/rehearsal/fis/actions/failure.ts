/** Why an action of the platform fails. */
import { AwsError } from '../../wire/operation.ts';
import { FaultFailure } from '../faults/fault-action.ts';

/** The failure for an error of another service's call; other errors are given back as they are. */
export function dependentFailure(error: unknown, actionName: string): unknown {
  return error instanceof AwsError ? new FaultFailure('DependentServiceFailure', actionName, error.message) : error;
}

/** What AWS would do and the platform does not: better no fault than another one than was asked for. */
export function notInjected(actionName: string, what: string): FaultFailure {
  return new FaultFailure(
    'ConfigurationFailure',
    actionName,
    `surefoot's rehearsal platform does not inject ${what}; AWS does.`,
  );
}
