/**
 * The stages of a service deployment in AWS's order, as data that the deployment walks through.
 * Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html and blue-green-deployment-how-it-works.html
 */
import type { DeploymentLifecycleHook, DeploymentLifecycleHookStage } from '@aws-sdk/client-ecs';
import type { WeightStep } from './weight-steps.ts';

/** AWS's lifecycle stages. The SDK's enum of what Describe returns lacks PRE_PRODUCTION_TRAFFIC_SHIFT, its text has it. */
export type Stage = DeploymentLifecycleHookStage | 'SCALE_UP' | 'BAKE_TIME' | 'CLEAN_UP';

/**
 * Where a step's bake time lies, seen from the pause before the next step. AWS documents both and not their order. `before-pause`: the
 * bake belongs to the PRODUCTION_TRAFFIC_SHIFT that moved the traffic, and the hooks of the next PRE_PRODUCTION_TRAFFIC_SHIFT fire after
 * it. `after-pause`: they fire as soon as the traffic has moved, and the next shift waits out the bake before it moves more.
 */
export type StepBake = 'before-pause' | 'after-pause';

export type StageAction =
  | { readonly do: 'nothing' }
  | { readonly do: 'reconcile' }
  | { readonly do: 'scale-up' }
  | { readonly do: 'shift-test'; readonly percent: number }
  /** Waits, gives the new revision its share, and watches it, in this order. */
  | {
      readonly do: 'shift-production';
      readonly waitMinutes: number;
      readonly percent: number;
      readonly bakeMinutes: number;
    }
  | { readonly do: 'bake'; readonly minutes: number }
  | { readonly do: 'clean-up' };

export interface StageStep {
  readonly stage: Stage;
  readonly action: StageAction;
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

/**
 * The stages of a deployment that shifts traffic from a running revision. "PRE_PRODUCTION_TRAFFIC_SHIFT" and "PRODUCTION_TRAFFIC_SHIFT"
 * come once for every step, with their hooks. `bakeMinutes`: after the last step. `reconcile`: it starts over an unfinished deployment.
 */
export function shiftingStages(
  steps: readonly WeightStep[],
  bakeMinutes: number,
  options: { readonly reconcile: boolean; readonly stepBake: StepBake },
): readonly StageStep[] {
  return [
    ...untilTested(options.reconcile),
    { stage: 'POST_TEST_TRAFFIC_SHIFT', action: NOTHING },
    ...productionShifts(steps, options.stepBake).flatMap((action): StageStep[] => [
      { stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', action: NOTHING },
      { stage: 'PRODUCTION_TRAFFIC_SHIFT', action },
    ]),
    { stage: 'POST_PRODUCTION_TRAFFIC_SHIFT', action: NOTHING },
    { stage: 'BAKE_TIME', action: { do: 'bake', minutes: bakeMinutes } },
    { stage: 'CLEAN_UP', action: { do: 'clean-up' } },
  ];
}

function productionShifts(steps: readonly WeightStep[], stepBake: StepBake): readonly StageAction[] {
  const bakes = stepBake === 'before-pause';
  return steps.map(({ percent, bakeMinutes }, index) => ({
    do: 'shift-production',
    waitMinutes: bakes ? 0 : (steps[index - 1]?.bakeMinutes ?? 0),
    percent,
    bakeMinutes: bakes ? bakeMinutes : 0,
  }));
}

/**
 * The stages of a service's first deployment: there is nothing to shift from, to compare with or to go back to, so the rules are only
 * pointed at the new group. AWS does not document whether hooks run here; nobody could answer them before the service exists, so they do not.
 */
export function firstStages(reconcile: boolean): readonly StageStep[] {
  return [
    ...untilTested(reconcile),
    {
      stage: 'PRODUCTION_TRAFFIC_SHIFT',
      action: { do: 'shift-production', waitMinutes: 0, percent: 100, bakeMinutes: 0 },
    },
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
