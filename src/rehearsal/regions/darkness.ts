/**
 * A whole region that nobody can reach: its load balancer, its tasks and its database stand still in the middle of whatever they do
 * (SIGSTOP), so that connections hang as they do when a network is gone, and its AWS endpoint cuts every call. Disks keep what is on them.
 */
import type { ListTasksResponse } from '@aws-sdk/client-ecs';
import type { Rehearsal } from '../platform.ts';

export interface Darkness {
  /** Calls to the region's AWS endpoint since then. */
  calls(): number;
  /** Everything goes on where it stood still. */
  end(): void;
}

/** Resolves when nothing of the region moves any more. @param others processes of it that its platform does not know */
export async function goDark(region: Rehearsal, cluster: string, others: readonly number[]): Promise<Darkness> {
  const before = region.wire.unanswered();
  const { taskArns = [] } = await region.wire.call<ListTasksResponse>('ecs', 'ListTasks', { cluster });
  const groups = taskArns.flatMap((arn) => region.findTask(arn)?.containers.flatMap(({ pid }) => pid ?? []) ?? []);
  // A task is a process group; the others are processes.
  const targets = [region.balancerPid, ...others, ...groups.map((pid) => -pid)].filter((pid) => pid !== 0);
  region.wire.setReachable(false);
  signal(targets, 'SIGSTOP');
  let ended = false;
  return {
    calls: () => region.wire.unanswered() - before,
    end() {
      if (!ended) {
        ended = true;
        signal(targets, 'SIGCONT');
        region.wire.setReachable(true);
      }
    },
  };
}

function signal(targets: readonly number[], name: 'SIGSTOP' | 'SIGCONT'): void {
  for (const target of targets) {
    try {
      process.kill(target, name);
    } catch {
      // It ended meanwhile.
    }
  }
}
