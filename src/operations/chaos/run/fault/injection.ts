/** Whether a fault was injected: by what FIS itself says of its actions and targets, and by what ECS says of the tasks. Pure. */
import type { Task } from '@aws-sdk/client-ecs';
import type { Experiment, ResolvedTarget } from '../../../../aws/fis/fis.ts';
import { SNAPSHOT } from '../../catalogue/catalogue.ts';

/** States of an action that has begun to act (AWS: "Action states"). A skipped, cancelled or pending one has done nothing; a failed one may have. */
const ACTED = new Set(['running', 'completed', 'stopping', 'stopped', 'failed']);

export interface ActedOn {
  readonly name: string;
  readonly actionId: string;
  readonly status: string;
  readonly reason: string;
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
  /** It breaks something: waiting and looking at alarms does not. */
  readonly isFault: boolean;
}

/** The actions of an experiment in the order in which they began. */
export function actionsOf({ actions = {} }: Pick<Experiment, 'actions'>): ActedOn[] {
  return Object.entries(actions)
    .map(([name, { actionId = '', state, startTime, endTime }]) => ({
      name,
      actionId,
      status: state?.status ?? 'unknown',
      reason: state?.reason ?? '',
      startedAt: startTime,
      endedAt: endTime,
      isFault: SNAPSHOT.actions.get(actionId)?.reverts !== 'nothing',
    }))
    .sort(
      (a, b) =>
        (a.startedAt?.getTime() ?? Number.POSITIVE_INFINITY) - (b.startedAt?.getTime() ?? Number.POSITIVE_INFINITY),
    );
}

/** The faults that were injected, by FIS's word. */
export function injectedOf(experiment: Pick<Experiment, 'actions'>): ActedOn[] {
  return actionsOf(experiment).filter((one) => one.isFault && one.startedAt !== undefined && ACTED.has(one.status));
}

/** The faults that did not begin: skipped for want of a resource, or never reached. */
export function idleOf(experiment: Pick<Experiment, 'actions'>): ActedOn[] {
  const begun = new Set(injectedOf(experiment).map(({ name }) => name));
  return actionsOf(experiment).filter(({ isFault, name }) => isFault && !begun.has(name));
}

/** When the first fault began, by FIS's clock; undefined: none has. */
export function faultStart(experiment: Pick<Experiment, 'actions'>): Date | undefined {
  return injectedOf(experiment)[0]?.startedAt;
}

/** ARNs of the tasks that `aws:ecs:stop-task` was to stop. */
export function tasksToStop(experiment: Pick<Experiment, 'actions'>, resolved: readonly ResolvedTarget[]): string[] {
  const targets = Object.values(experiment.actions ?? {})
    .filter(({ actionId, state }) => actionId === 'aws:ecs:stop-task' && ACTED.has(state?.status ?? ''))
    .flatMap(({ targets: named = {} }) => Object.values(named));
  return resolved
    .filter(({ targetName = '' }) => targets.includes(targetName))
    .flatMap(({ targetInformation = {} }) =>
      Object.values(targetInformation).filter((value) => value.startsWith('arn:')),
    );
}

/** Of these tasks, those that ECS says are stopped or being stopped. */
export function seenStopping(tasks: readonly Pick<Task, 'taskArn' | 'desiredStatus' | 'stoppingAt'>[]): string[] {
  return tasks.flatMap(({ taskArn, desiredStatus, stoppingAt }) =>
    taskArn !== undefined && (desiredStatus === 'STOPPED' || stoppingAt !== undefined) ? [taskArn] : [],
  );
}
