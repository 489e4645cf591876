/** Faults on the processes of tasks. Source: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#ecs-actions-reference */
import type { TaskHost } from '../../world/tasks/client.ts';
import type { IoStress } from '../../world/tasks/io-stress.ts';
import { durationMs } from '../duration.ts';
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

const MIB = 1024 * 1024;
/** AWS's percentage is of the free space of the file system, which is a machine's whole disk here. */
const WHOLE_FILE_BYTES = 20 * MIB;
const MOST_BYTES = 1024 * MIB;
const MOST_BYTES_PER_SECOND = 32 * MIB;
/** As many as write at once: Node has four threads for files. */
const MOST_WORKERS = 4;

/**
 * `aws:ecs:task-io-stress`: beside each container's processes a process writes to the same disk and waits for it, block after block, with
 * `workers` (1) files of `percent` (80) of 20 MiB. What a worker writes is spread over the duration, so that it is at most 1 GiB.
 */
export function taskIoStress(taskHost: TaskHost, find: FindTask): FaultAction {
  return {
    async start(targets, parameters, context) {
      const tasks = hitTasks(find, targets);
      checkNeeds(tasks, {}, context);
      const groups = tasks.flatMap(groupsOf);
      const stress = ioStressOf(parameters, context.clock.scaled(durationMs(parameters['duration'] ?? '') ?? 0));
      for (const group of groups) {
        taskHost.stressIo(group, stress);
      }
      return lasting(parameters, context.clock, async () => {
        for (const group of groups) {
          taskHost.stressIo(group, null);
        }
      });
    },
  };
}

/** How hard `workers` and `percent` ask for, bounded, over so many real milliseconds. */
export function ioStressOf(parameters: Readonly<Record<string, string>>, realMs: number): IoStress {
  const percent = Number(parameters['percent'] ?? 80);
  return {
    workers: Math.min(Number(parameters['workers'] ?? 1) || 1, MOST_WORKERS),
    fileBytes: Math.max(1, Math.floor((WHOLE_FILE_BYTES * percent) / 100)),
    bytesPerSecond: Math.min(MOST_BYTES_PER_SECOND, MOST_BYTES / Math.max(1, realMs / 1000)),
    mostBytes: MOST_BYTES,
  };
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
