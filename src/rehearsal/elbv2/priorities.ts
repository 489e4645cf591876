/** Rule priorities: 1 to 50000, each once in a listener. */
import { AwsError } from '../wire/operation.ts';
import { validationError } from './errors.ts';
import { type ElbState, rulesOf } from './state.ts';

const HIGHEST = 50_000;

/** @throws AwsError ValidationError */
export function checkPriority(priority: number | undefined): number {
  if (priority === undefined || !Number.isInteger(priority) || priority < 1 || priority > HIGHEST) {
    throw validationError(`Rule priority '${priority ?? ''}' must be between 1 and ${HIGHEST}`);
  }
  return priority;
}

/** @throws AwsError PriorityInUseException */
export function refuseTakenPriority(state: ElbState, listenerArn: string, priority: number): void {
  if (rulesOf(state, listenerArn).some((rule) => rule.priority === priority)) {
    throw new AwsError('PriorityInUseException', `Priority '${priority}' is currently in use`);
  }
}
