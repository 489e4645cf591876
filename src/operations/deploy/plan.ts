/** What a deployment would change and whether it may: reads, renders, compares; changes nothing. */
import type {
  DeploymentConfiguration,
  DeploymentLifecycleHook,
  DeploymentLifecycleHookStage,
  RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { InputError } from '../../errors.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import type { Reason } from '../../report/evidence.ts';
import type { Ports } from '../ports.ts';
import { type LiveService, readLive } from './live.ts';
import { preflight } from './preflight.ts';
import { type Change, diffTaskDefinitions, withImages } from './task-definition.ts';

export interface PlanRequest {
  readonly target: ServiceInEnvironment;
  /** The new image of the service's container. */
  readonly image: string;
}

export interface DeployPlan {
  readonly target: ServiceInEnvironment;
  readonly live: LiveService;
  readonly candidate: RegisterTaskDefinitionCommandInput;
  readonly changes: readonly Change[];
  /** Why it may not start; empty when it may. */
  readonly refusals: readonly Reason[];
  readonly deploymentConfiguration: DeploymentConfiguration;
}

/** The stages at which surefoot asks ECS to wait for its answer. */
export const SMOKE_STAGE = 'POST_TEST_TRAFFIC_SHIFT' satisfies DeploymentLifecycleHookStage;
export const WATCH_STAGE = 'POST_PRODUCTION_TRAFFIC_SHIFT' satisfies DeploymentLifecycleHookStage;

/** Reads the live service and works out the whole change. @throws InputError when the request cannot be meant. */
export async function planDeployment(request: PlanRequest, ports: Ports): Promise<DeployPlan> {
  const { target } = request;
  if (target.deploy.strategy !== 'BLUE_GREEN') {
    throw new InputError(
      'strategy-not-supported',
      `the strategy ${target.deploy.strategy} of "${target.ecsService}" is not supported by deploy: write \`strategy: BLUE_GREEN\` under deploy`,
    );
  }
  const live = await readLive(target, ports);
  const candidate = withImages(live.taskDefinition, { [target.container]: request.image });
  return {
    target,
    live,
    candidate,
    changes: diffTaskDefinitions(live.taskDefinition, candidate),
    refusals: preflight(live),
    deploymentConfiguration: withPauses(live.service.deploymentConfiguration ?? {}, target),
  };
}

/**
 * The service's deployment configuration for the time of this deployment: its own settings, blue-green, and a PAUSE hook where surefoot
 * has something to decide. The time-out rolls back, so a dead runner ends in the old revision (AWS: "Pause lifecycle hooks").
 */
export function withPauses(current: DeploymentConfiguration, target: ServiceInEnvironment): DeploymentConfiguration {
  const { deploy } = target;
  const stages: DeploymentLifecycleHookStage[] = [];
  if (deploy.smoke !== undefined) {
    stages.push(SMOKE_STAGE);
  }
  if (deploy.watch !== undefined) {
    stages.push(WATCH_STAGE);
  }
  const pause: DeploymentLifecycleHook = {
    targetType: 'PAUSE',
    lifecycleStages: stages,
    timeoutConfiguration: { timeoutInMinutes: deploy.hookTimeoutMinutes, action: 'ROLLBACK' },
  };
  const others = (current.lifecycleHooks ?? []).filter((hook) => !isOurs(hook));
  return {
    ...current,
    strategy: 'BLUE_GREEN',
    bakeTimeInMinutes: deploy.bakeMinutes,
    lifecycleHooks: stages.length === 0 ? others : [...others, pause],
  };
}

/** PAUSE hooks at the stages that surefoot answers: its own, also those that a run which died left behind. */
function isOurs(hook: DeploymentLifecycleHook): boolean {
  return (
    hook.targetType === 'PAUSE' &&
    (hook.lifecycleStages ?? []).every((stage) => stage === SMOKE_STAGE || stage === WATCH_STAGE)
  );
}
