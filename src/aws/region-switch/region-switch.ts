/**
 * Plan executions of ARC Region switch: started, and followed with the state of each step. The calls go to the data plane, to be made in
 * the region that is activated. Source: https://docs.aws.amazon.com/r53recovery/latest/dg/region-switch.html
 */
import { awsCall } from '../errors.ts';
import type { RegionSwitchClient } from './client.ts';
import type { ExecutionEvent, RegionSwitchInputs, StepState } from './schemas.ts';

export { RegionSwitchClient } from './client.ts';
export type { ExecutionEvent, StepState } from './schemas.ts';

export interface Execution {
  /** AWS's word, such as `inProgress`, `pendingManualApproval` or `completed`. */
  readonly state: string;
  readonly startTime: Date;
  readonly endTime: Date | undefined;
  readonly steps: readonly StepState[];
  /** As AWS measures it: the plan and the time until the health alarms it watches are well again. ISO 8601. */
  readonly actualRecoveryTime: string | undefined;
}

export interface RegionSwitchGateway {
  /** Resolves with the id of the execution; the same `clientToken` gives the same one. */
  start(input: RegionSwitchInputs['StartPlanExecution']): Promise<string>;
  execution(planArn: string, executionId: string): Promise<Execution>;
  /** What happened in it, with AWS's words on errors. */
  events(planArn: string, executionId: string): Promise<ExecutionEvent[]>;
  /** What AWS's own evaluation, each half hour, says of the plan; the active warnings. */
  evaluation(planArn: string): Promise<{ readonly state: string; readonly warnings: readonly string[] }>;
}

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createRegionSwitchGateway(client: RegionSwitchClient, signal?: AbortSignal): RegionSwitchGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return {
    async start(input) {
      const { executionId } = await awsCall('arc-region-switch:StartPlanExecution', () =>
        client.send('StartPlanExecution', input, options),
      );
      if (executionId === undefined) {
        throw new Error('AWS answered without the id of the execution');
      }
      return executionId;
    },
    async execution(planArn, executionId) {
      const ask = (nextToken: string | undefined) =>
        awsCall('arc-region-switch:GetPlanExecution', () =>
          client.send('GetPlanExecution', { planArn, executionId, nextToken }, options),
        );
      const first = await ask(undefined);
      const steps = [...(first.stepStates ?? [])];
      for (let next = first.nextToken; next !== undefined; ) {
        const page = await ask(next);
        steps.push(...(page.stepStates ?? []));
        next = page.nextToken;
      }
      const { executionState: state, startTime, endTime, actualRecoveryTime } = first;
      return { state, startTime, endTime, steps, actualRecoveryTime };
    },
    async events(planArn, executionId) {
      const found: ExecutionEvent[] = [];
      let nextToken: string | undefined;
      do {
        const page = await awsCall('arc-region-switch:ListPlanExecutionEvents', () =>
          client.send('ListPlanExecutionEvents', { planArn, executionId, nextToken }, options),
        );
        found.push(...(page.items ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return found;
    },
    async evaluation(planArn) {
      const { evaluationState = 'unknown', warnings = [] } = await awsCall(
        'arc-region-switch:GetPlanEvaluationStatus',
        () => client.send('GetPlanEvaluationStatus', { planArn }, options),
      );
      const active = warnings.filter(({ warningStatus }) => warningStatus === 'active');
      return { state: evaluationState, warnings: active.map(({ warningMessage }) => warningMessage) };
    },
  };
}
