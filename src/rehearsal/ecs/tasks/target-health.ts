/** Reads the health of registered tasks from the load balancer, a few times a second, and wakes the services it changed for. */
import type {
  DescribeTargetHealthCommandInput,
  DescribeTargetHealthCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ServiceRecord } from '../records/service.ts';
import type { EcsWorld } from '../world.ts';

/** Real ms between two looks. */
const HEALTH_POLL_MS = 200;

/** Runs until the platform stops. `changed` is called with each service that has a task whose health is another than before. */
export async function watchTargetHealth(world: EcsWorld, changed: (service: ServiceRecord) => void): Promise<void> {
  while (!world.ended.aborted) {
    await world.clock.sleep(HEALTH_POLL_MS, world.ended).catch(() => {});
    for (const service of world.state.services()) {
      if (await refresh(world, service)) {
        changed(service);
      }
    }
  }
}

async function refresh(world: EcsWorld, service: ServiceRecord): Promise<boolean> {
  const targets = [...service.tasks].flatMap((task) => task.targets);
  let changed = false;
  for (const group of new Set(targets.map((target) => target.targetGroupArn))) {
    const states = await readGroup(world, group);
    for (const target of targets) {
      const state = states?.get(`${target.host}:${target.port}`);
      if (target.targetGroupArn === group && state !== undefined && state.state !== target.health) {
        target.health = state.state;
        target.reason = state.reason;
        changed = true;
      }
    }
  }
  return changed;
}

async function readGroup(
  world: EcsWorld,
  targetGroupArn: string,
): Promise<Map<string, { state: string; reason: string | undefined }> | undefined> {
  if (world.ended.aborted) {
    return undefined;
  }
  const input: DescribeTargetHealthCommandInput = { TargetGroupArn: targetGroupArn };
  try {
    const output = await world.call<DescribeTargetHealthCommandOutput>('elbv2', 'DescribeTargetHealth', input);
    return new Map(
      (output.TargetHealthDescriptions ?? []).map(({ Target, TargetHealth }) => [
        `${Target?.Id}:${Target?.Port}`,
        { state: TargetHealth?.State ?? 'initial', reason: TargetHealth?.Description ?? TargetHealth?.Reason },
      ]),
    );
  } catch {
    // A deleted group says nothing; what was known last stays.
    return undefined;
  }
}
