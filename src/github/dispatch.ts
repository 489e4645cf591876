/** From typed inputs to the use cases that the terminal calls too. Each is loaded only when it is called. */
import type { Call, Environment } from './calls/call.ts';
import { chaosCall } from './calls/chaos.ts';
import { deployCall } from './calls/deploy.ts';
import { gateCall } from './calls/gate.ts';
import { loadCall } from './calls/load.ts';
import { manageCall } from './calls/manage.ts';
import { nightlyCall } from './calls/nightly.ts';
import { recoverCall } from './calls/recover.ts';
import { scorecardCall } from './calls/scorecard.ts';
import type { InputTable } from './inputs/kinds.ts';
import { rawInput, readInputs } from './inputs/read.ts';
import { OPERATION_NAMES, OPERATIONS, type OperationName, ROOT_INPUTS } from './inputs/tables.ts';

/** Reads the inputs of `action`, which is an operation's own or the root action. @throws InputError with everything that is wrong */
export function readCall(action: OperationName | 'root', environment: Environment): Call {
  const others = action === 'root' ? ROOT_INPUTS : {};
  const operation = action === 'root' ? operationFrom(environment) : action;
  switch (operation) {
    case 'deploy':
      return deployCall(environment, others);
    case 'ecs-manage':
      return manageCall(environment, others);
    case 'security-gate':
      return gateCall(environment, others);
    case 'load-test':
      return loadCall(environment, others);
    case 'chaos':
      return chaosCall(environment, others);
    case 'recover':
      return recoverCall(environment, others);
    case 'scorecard':
      return scorecardCall(environment, others);
    case 'nightly':
      return nightlyCall(environment, others);
  }
}

/** The inputs that may hold secrets: all that the action has. */
export function inputsOf(action: OperationName | 'root'): InputTable {
  return action === 'root' ? ROOT_INPUTS : OPERATIONS[action];
}

/** Without an operation all inputs are checked that can be, so that nothing else is found out one by one. */
function operationFrom(environment: Environment): OperationName {
  const given = rawInput('operation', environment);
  const operation =
    OPERATION_NAMES.find((name) => name === given) ?? readInputs('surefoot', ROOT_INPUTS, environment).operation;
  if (operation === undefined) {
    throw new Error('an unknown operation was read as if it were one');
  }
  return operation;
}
