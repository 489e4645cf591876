/** Where a deployment waits for surefoot, by its strategy. Pure. */
import type { DeploymentLifecycleHookStage } from '@aws-sdk/client-ecs';
import type { DeploySettings } from '../../../platform/model/deploy.ts';

/** The stages at which surefoot asks ECS to wait for its answer. */
export const SMOKE_STAGE = 'POST_TEST_TRAFFIC_SHIFT' satisfies DeploymentLifecycleHookStage;
export const WATCH_STAGE = 'POST_PRODUCTION_TRAFFIC_SHIFT' satisfies DeploymentLifecycleHookStage;
/** Comes before every step of a shift: before the first nothing of production is on the candidate, before the others some. */
export const SHIFT_STAGE = 'PRE_PRODUCTION_TRAFFIC_SHIFT' satisfies DeploymentLifecycleHookStage;

/** Whether both revisions have production traffic for a time, so that they can be compared. */
export function shiftsInSteps({ strategy }: Pick<DeploySettings, 'strategy'>): boolean {
  return strategy === 'CANARY' || strategy === 'LINEAR';
}

/** Where surefoot asks ECS to wait. */
export function pauseStages(
  deploy: Pick<DeploySettings, 'strategy' | 'smoke' | 'watch'>,
): readonly DeploymentLifecycleHookStage[] {
  const before: readonly DeploymentLifecycleHookStage[] = shiftsInSteps(deploy)
    ? [SHIFT_STAGE]
    : deploy.smoke === undefined
      ? []
      : [SMOKE_STAGE];
  return deploy.watch === undefined ? before : [...before, WATCH_STAGE];
}
