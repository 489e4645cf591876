/** The tasks that an action hits, and what AWS asks of them before it does. */
import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { FaultContext, FaultTargets } from '../faults/fault-action.ts';
import { FaultFailure } from '../faults/fault-action.ts';

/** What faults need to know of a task. */
export interface HitTask {
  readonly id: string;
  readonly enableExecuteCommand: boolean;
  readonly definition: { readonly definition: TaskDefinition };
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  readonly containers: readonly { readonly name: string; readonly status: string }[];
}

/** A task by its ARN; undefined when it is gone. */
export type FindTask = (arn: string) => HitTask | undefined;

/** Those of the action's targets that still run; a task may have ended since the targets were resolved. */
export function hitTasks(find: FindTask, targets: FaultTargets): HitTask[] {
  return (targets.get('Tasks') ?? []).flatMap(({ arn }) => find(arn) ?? []);
}

export interface Needs {
  readonly pidMode?: true;
  /** The action goes through ECS's fault injection endpoints, as it must on Fargate. */
  readonly endpoints?: { readonly asked: boolean };
}

/**
 * Checks what the user guide says tasks must have.
 * Source: https://docs.aws.amazon.com/fis/latest/userguide/ecs-task-actions.html
 * @throws FaultFailure ConfigurationFailure
 */
export function checkNeeds(tasks: readonly HitTask[], { pidMode, endpoints }: Needs, context: FaultContext): void {
  for (const task of tasks) {
    const { enableFaultInjection, pidMode: mode, family } = task.definition.definition;
    const missing = [
      ...(pidMode && mode !== 'task' ? [`pidMode of its task definition ${family} must be task`] : []),
      ...(task.enableExecuteCommand ? ['ECS Exec (enableExecuteCommand) must be off'] : []),
      ...(endpoints?.asked === false ? ['on Fargate the action must have useEcsFaultInjectionEndpoints true'] : []),
      ...(endpoints && enableFaultInjection !== true
        ? [`enableFaultInjection of its task definition ${family} must be true`]
        : []),
    ];
    if (missing.length > 0) {
      const text = `Task ${task.id} cannot take the fault: ${missing.join('; ')}.`;
      throw new FaultFailure('ConfigurationFailure', context.actionName, text);
    }
  }
}
