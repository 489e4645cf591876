/** Faults on the processes of tasks. Source: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#ecs-actions-reference */
import type { TaskHost } from '../../world/tasks/client.ts';
import { DONE, type FaultAction, FaultFailure, lasting } from '../faults/fault-action.ts';
import { checkNeeds, type FindTask, type HitTask, hitTasks } from './tasks.ts';

/**
 * `aws:ecs:task-cpu-stress`: the task's processes get less CPU. A stressor that wants `percent` (100) of each CPU leaves what it does not
 * want, and never less than half of it, since Linux's scheduler shares a CPU evenly between two that want all of it.
 */
export function taskCpuStress(taskHost: TaskHost, find: FindTask): FaultAction {
  return {
    async start(targets, parameters, context) {
      const tasks = hitTasks(find, targets);
      checkNeeds(tasks, {}, context);
      const groups = tasks.flatMap(groupsOf);
      const share = leftOfCpu(Number(parameters['percent'] ?? 100));
      for (const group of groups) {
        taskHost.throttle(group, share);
      }
      return lasting(parameters, context.clock, async () => {
        for (const group of groups) {
          taskHost.throttle(group, 1);
        }
      });
    },
  };
}

/** The share of a CPU, 0.5 to 1, that a stressor of `percent` leaves to who wants all of it. */
export function leftOfCpu(percent: number): number {
  return Math.max(0.5, 1 - percent / 100);
}

/** `aws:ecs:task-kill-process`: signals the processes of that name in every container of the task. */
export function taskKillProcess(taskHost: TaskHost, find: FindTask): FaultAction {
  return {
    async start(targets, { processName = '', signal = 'SIGTERM' }, context) {
      const tasks = hitTasks(find, targets);
      checkNeeds(tasks, { pidMode: true }, context);
      for (const task of tasks) {
        const counts = await Promise.all(
          groupsOf(task).map((group) =>
            taskHost.signalProcesses(group, processName, signal === 'SIGKILL' ? 'SIGKILL' : 'SIGTERM'),
          ),
        );
        if (counts.every((count) => count === 0)) {
          const text = `Task ${task.id} has no process named ${processName}.`;
          throw new FaultFailure('DependentServiceFailure', context.actionName, text);
        }
      }
      return DONE;
    },
  };
}

/** The names under which the task host has the containers' process groups. */
function groupsOf({ id, containers }: HitTask): string[] {
  return containers.filter(({ status }) => status === 'RUNNING').map(({ name }) => `${id}/${name}`);
}
