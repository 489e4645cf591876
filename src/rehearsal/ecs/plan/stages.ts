/**
 * The stages of a service deployment in AWS's order, as data that the deployment walks through.
 * Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html and blue-green-deployment-how-it-works.html
 */
import type {
  DeploymentConfiguration,
  DeploymentLifecycleHook,
  DeploymentLifecycleHookStage,
} from '@aws-sdk/client-ecs';

/** AWS's lifecycle stages. The SDK's enum of what Describe returns lacks PRE_PRODUCTION_TRAFFIC_SHIFT, its text has it. */
export type Stage = DeploymentLifecycleHookStage | 'SCALE_UP' | 'BAKE_TIME' | 'CLEAN_UP';

/** One move of production traffic: the share of the new revision in percent, and how long to watch it before the next. */
export interface WeightStep {
  readonly percent: number;
  readonly bakeMinutes: number;
}

export type StageAction =
  | { readonly do: 'nothing' }
  | { readonly do: 'reconcile' }
  | { readonly do: 'scale-up' }
  | { readonly do: 'shift-test'; readonly percent: number }
  | { readonly do: 'shift-production'; readonly percent: number; readonly bakeMinutes: number }
  | { readonly do: 'bake'; readonly minutes: number }
  | { readonly do: 'clean-up' };

export interface StageStep {
  readonly stage: Stage;
  readonly action: StageAction;
}

/** How production traffic moves: at once for BLUE_GREEN; CANARY and LINEAR will be longer lists. */
export function weightSteps(_configuration: DeploymentConfiguration): readonly WeightStep[] {
  return [{ percent: 100, bakeMinutes: 0 }];
}

const NOTHING: StageAction = { do: 'nothing' };

/** How a deployment with a new target group begins. `reconcile`: it starts over an unfinished one. */
function untilTested(reconcile: boolean): readonly StageStep[] {
  return [
    ...(reconcile ? [{ stage: 'RECONCILE_SERVICE', action: { do: 'reconcile' } } as const] : []),
    { stage: 'PRE_SCALE_UP', action: NOTHING },
    { stage: 'SCALE_UP', action: { do: 'scale-up' } },
    { stage: 'POST_SCALE_UP', action: NOTHING },
    { stage: 'TEST_TRAFFIC_SHIFT', action: { do: 'shift-test', percent: 100 } },
  ];
}

/** The stages of a deployment that shifts traffic from a running revision. `reconcile`: it starts over an unfinished one. */
export function shiftingStages(
  steps: readonly WeightStep[],
  bakeMinutes: number,
  reconcile: boolean,
): readonly StageStep[] {
  return [
    ...untilTested(reconcile),
    { stage: 'POST_TEST_TRAFFIC_SHIFT', action: NOTHING },
    ...steps.flatMap((step): StageStep[] => [
      { stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', action: NOTHING },
      { stage: 'PRODUCTION_TRAFFIC_SHIFT', action: { do: 'shift-production', ...step } },
    ]),
    { stage: 'POST_PRODUCTION_TRAFFIC_SHIFT', action: NOTHING },
    { stage: 'BAKE_TIME', action: { do: 'bake', minutes: bakeMinutes } },
    { stage: 'CLEAN_UP', action: { do: 'clean-up' } },
  ];
}

/**
 * The stages of a service's first deployment: there is nothing to shift from, to compare with or to go back to, so the rules are only
 * pointed at the new group. AWS does not document whether hooks run here; nobody could answer them before the service exists, so they do not.
 */
export function firstStages(reconcile: boolean): readonly StageStep[] {
  return [
    ...untilTested(reconcile),
    { stage: 'PRODUCTION_TRAFFIC_SHIFT', action: { do: 'shift-production', percent: 100, bakeMinutes: 0 } },
    { stage: 'CLEAN_UP', action: { do: 'clean-up' } },
  ];
}

/** The stages of a rolling update: tasks are replaced in SCALE_UP, and no traffic is shifted. AWS documents PAUSE hooks here, not the stage list. */
export const ROLLING_STAGES: readonly Stage[] = ['PRE_SCALE_UP', 'SCALE_UP', 'POST_SCALE_UP'];

/** Stages at which a PAUSE hook may be configured. */
export const PAUSE_STAGES: readonly DeploymentLifecycleHookStage[] = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
];

/** The PAUSE hooks that stop a deployment at `stage`. */
export function pausesAt(stage: Stage, hooks: readonly DeploymentLifecycleHook[]): readonly DeploymentLifecycleHook[] {
  return hooks.filter((hook) => hook.targetType === 'PAUSE' && (hook.lifecycleStages ?? []).some((at) => at === stage));
}

/**
 * Integer rule weights (0 to 999 in ELBv2) for a share of `percent` on the new group; shares are multiples of 0.1, so fractions are
 * sent per mille.
 */
export function ruleWeights(percent: number): { readonly next: number; readonly previous: number } {
  const scale = Number.isInteger(percent) ? 1 : 10;
  const next = Math.round(percent * scale);
  return { next, previous: 100 * scale - next };
}
