/** A task's place in the target groups, through the public ELBv2 operations only. */
import type {
  DeregisterTargetsCommandInput,
  DescribeTargetHealthCommandInput,
  DescribeTargetHealthCommandOutput,
  RegisterTargetsCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { InternalCall } from '../../wire/operation.ts';
import type { ResolvedTarget } from '../records/revision.ts';
import type { TaskRecord, TaskTarget } from '../records/task.ts';
import type { EcsWorld } from '../world.ts';
import { type PortPlan, portKey } from './task-network.ts';

/** How often a drain is looked at, in real ms. */
const DRAIN_POLL_MS = 100;

/** Registers the task in the target's group and notes it in `task.targets`. Rejects with the balancer's error. */
export async function registerTask(
  call: InternalCall,
  task: TaskRecord,
  target: ResolvedTarget,
  ports: PortPlan,
): Promise<void> {
  const address = ports.get(portKey(target.containerName, target.containerPort));
  if (address === undefined) {
    throw new Error(`container ${target.containerName} has no port ${target.containerPort}`);
  }
  const { host, port } = address;
  // Noted first: a stop that comes while the call is under way must deregister it.
  task.targets.push({ targetGroupArn: target.targetGroupArn, host, port, health: 'initial', reason: undefined });
  const input: RegisterTargetsCommandInput = {
    TargetGroupArn: target.targetGroupArn,
    Targets: [{ Id: host, Port: port }],
  };
  await call('elbv2', 'RegisterTargets', input);
}

/** Takes the target out of its group. A group that is gone needs nothing. */
export async function deregisterTask(call: InternalCall, target: TaskTarget): Promise<void> {
  const input: DeregisterTargetsCommandInput = {
    TargetGroupArn: target.targetGroupArn,
    Targets: [{ Id: target.host, Port: target.port }],
  };
  await call('elbv2', 'DeregisterTargets', input).catch(() => {});
}

/**
 * Resolves when none of the targets is draining any more, or when the signal aborts.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html (deregistration delay)
 */
export async function untilDrained(
  world: EcsWorld,
  targets: readonly TaskTarget[],
  signal: AbortSignal,
): Promise<void> {
  for (const target of targets) {
    while (!signal.aborted && (await isDraining(world.call, target))) {
      await world.clock.sleep(DRAIN_POLL_MS, signal).catch(() => {});
    }
  }
}

async function isDraining(call: InternalCall, target: TaskTarget): Promise<boolean> {
  const input: DescribeTargetHealthCommandInput = {
    TargetGroupArn: target.targetGroupArn,
    Targets: [{ Id: target.host, Port: target.port }],
  };
  try {
    const output = await call<DescribeTargetHealthCommandOutput>('elbv2', 'DescribeTargetHealth', input);
    return (output.TargetHealthDescriptions ?? []).some(({ TargetHealth }) => TargetHealth?.State === 'draining');
  } catch {
    // The group was deleted: there is nothing left to drain.
    return false;
  }
}
