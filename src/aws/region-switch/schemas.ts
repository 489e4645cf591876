/** The four calls of ARC Region switch that surefoot makes, as types and as the SDK's own schemas. Members that are not used are left out. */

export type OperationName =
  | 'StartPlanExecution'
  | 'GetPlanExecution'
  | 'ListPlanExecutionEvents'
  | 'GetPlanEvaluationStatus';

export interface StepState {
  readonly name?: string;
  readonly status?: 'notStarted' | 'running' | 'failed' | 'completed' | 'canceled' | 'skipped' | 'pendingApproval';
  readonly startTime?: Date;
  readonly endTime?: Date;
}

export interface ExecutionEvent {
  readonly eventId: string;
  readonly timestamp?: Date;
  readonly type?: string;
  readonly stepName?: string;
  readonly error?: string;
  readonly description?: string;
}

export interface RegionSwitchInputs {
  StartPlanExecution: {
    readonly planArn: string;
    readonly targetRegion: string;
    readonly action: 'activate' | 'deactivate';
    readonly mode: 'graceful' | 'ungraceful';
    readonly comment: string;
    /** The same token starts no second execution. */
    readonly clientToken: string;
  };
  GetPlanExecution: { readonly planArn: string; readonly executionId: string; readonly nextToken?: string | undefined };
  ListPlanExecutionEvents: {
    readonly planArn: string;
    readonly executionId: string;
    readonly nextToken?: string | undefined;
  };
  GetPlanEvaluationStatus: { readonly planArn: string };
}

export interface RegionSwitchOutputs {
  StartPlanExecution: { readonly executionId?: string };
  GetPlanExecution: {
    readonly executionState: string;
    readonly startTime: Date;
    readonly endTime?: Date;
    readonly mode: string;
    readonly stepStates?: readonly StepState[];
    /** ISO 8601, such as `PT4M`. */
    readonly actualRecoveryTime?: string;
    readonly nextToken?: string;
  };
  ListPlanExecutionEvents: { readonly items?: readonly ExecutionEvent[]; readonly nextToken?: string };
  GetPlanEvaluationStatus: {
    readonly evaluationState?: 'passed' | 'actionRequired' | 'pendingEvaluation' | 'unknown';
    readonly lastEvaluationTime?: Date;
    readonly warnings?: readonly { readonly warningStatus: string; readonly warningMessage: string }[];
  };
}

export const NAMESPACE = 'com.amazonaws.arcregionswitch';

// The SDK's codes for kinds of schemas and for simple types (@smithy/core/schema).
const KIND = { list: 1, structure: 3, operation: 9 };
const STRING = 0;
const TIMESTAMP = 4;
const IDEMPOTENCY_TOKEN = 4;

type Schema = readonly unknown[];

const structure = (name: string, members: Readonly<Record<string, unknown>>): Schema => [
  KIND.structure,
  NAMESPACE,
  name,
  0,
  Object.keys(members),
  Object.values(members),
];
const listOf = (name: string, member: Schema): Schema => [KIND.list, NAMESPACE, name, 0, () => member];

const stepState = structure('StepState', { name: STRING, status: STRING, startTime: TIMESTAMP, endTime: TIMESTAMP });
const executionEvent = structure('ExecutionEvent', {
  eventId: STRING,
  timestamp: TIMESTAMP,
  type: STRING,
  stepName: STRING,
  error: STRING,
  description: STRING,
});
const warning = structure('ResourceWarning', { warningStatus: STRING, warningMessage: STRING });

const OPERATIONS: Readonly<Record<OperationName, Schema>> = {
  StartPlanExecution: operation(
    'StartPlanExecution',
    {
      planArn: STRING,
      targetRegion: STRING,
      action: STRING,
      mode: STRING,
      comment: STRING,
      clientToken: [STRING, IDEMPOTENCY_TOKEN],
    },
    { executionId: STRING },
  ),
  GetPlanExecution: operation(
    'GetPlanExecution',
    { planArn: STRING, executionId: STRING, nextToken: STRING },
    {
      executionState: STRING,
      startTime: TIMESTAMP,
      endTime: TIMESTAMP,
      mode: STRING,
      stepStates: () => listOf('StepStates', stepState),
      actualRecoveryTime: STRING,
      nextToken: STRING,
    },
  ),
  ListPlanExecutionEvents: operation(
    'ListPlanExecutionEvents',
    { planArn: STRING, executionId: STRING, nextToken: STRING },
    { items: () => listOf('ExecutionEventList', executionEvent), nextToken: STRING },
  ),
  GetPlanEvaluationStatus: operation(
    'GetPlanEvaluationStatus',
    { planArn: STRING },
    { evaluationState: STRING, lastEvaluationTime: TIMESTAMP, warnings: () => listOf('PlanWarnings', warning) },
  ),
};

function operation(
  name: OperationName,
  input: Readonly<Record<string, unknown>>,
  output: Readonly<Record<string, unknown>>,
): Schema {
  const asked = structure(`${name}Request`, input);
  const answered = structure(`${name}Response`, output);
  return [KIND.operation, NAMESPACE, name, 0, () => asked, () => answered];
}

/** The schema of one operation; the same one at every call. */
export function operationSchema(name: OperationName): Schema {
  return OPERATIONS[name];
}
