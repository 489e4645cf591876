/**
 * Strategy and pauses of a deployment are stored on the service, where a later restart or `terraform apply` would meet them. A tag on
 * the service, written before anything else, says what was there; whoever comes next (this run, the next one, `status --repair`) can
 * put it back, on any machine.
 */
import type {
  DeploymentConfiguration,
  DeploymentLifecycleHook,
  DeploymentLifecycleHookStage,
  Service,
} from '@aws-sdk/client-ecs';
import type { AwsGateways } from '../../../aws/gateways.ts';

export const RESTORE_TAG = 'surefoot:restore';

/** What a deployment changes on the service, as it was before, and the pause that it adds. Absent = was not set. */
export interface Remembered {
  readonly strategy: string | undefined;
  readonly bakeMinutes: number | undefined;
  /** The shares and waits of CANARY or LINEAR, whichever `strategy` was. */
  readonly shift?: { readonly percent: number; readonly bakeMinutes: number } | undefined;
  readonly pause: { readonly stages: readonly string[]; readonly timeoutMinutes: number } | undefined;
}

/** As a tag value: at most 256 of the characters that AWS allows there (letters, digits, space, `_ . : / = + - @`). */
export function encodeRemembered(remembered: Remembered): string {
  const { strategy, bakeMinutes, shift, pause } = remembered;
  const parts = [
    `v1 strategy=${strategy ?? '-'}`,
    `bake=${bakeMinutes ?? '-'}`,
    ...(shift === undefined ? [] : [`shift=${shift.percent}/${shift.bakeMinutes}`]),
  ];
  return pause === undefined
    ? parts.join(' ')
    : [...parts, `pause=${pause.stages.join('+')}/${pause.timeoutMinutes}`].join(' ');
}

/** Undefined when the value is not one of ours. */
export function decodeRemembered(value: string): Remembered | undefined {
  const match = /^v1 strategy=(\S+) bake=(-|\d+)(?: shift=(\d+(?:\.\d)?)\/(\d+))?(?: pause=([A-Z_+]+)\/(\d+))?$/.exec(
    value,
  );
  if (match === null) {
    return undefined;
  }
  const [, strategy, bake, percent, shiftBake, stages, timeout] = match;
  return {
    strategy: strategy === '-' ? undefined : strategy,
    bakeMinutes: bake === '-' ? undefined : Number(bake),
    ...(percent === undefined ? {} : { shift: { percent: Number(percent), bakeMinutes: Number(shiftBake) } }),
    pause: stages === undefined ? undefined : { stages: stages.split('+'), timeoutMinutes: Number(timeout) },
  };
}

/** What this service's tag remembers, if a deployment left one. */
export function rememberedOn(service: Service): Remembered | undefined {
  const value = service.tags?.find((tag) => tag.key === RESTORE_TAG)?.value;
  return value === undefined ? undefined : decodeRemembered(value);
}

/** The hook that `pause` stands for. */
export function pauseHook(pause: NonNullable<Remembered['pause']>): DeploymentLifecycleHook {
  return {
    targetType: 'PAUSE',
    lifecycleStages: pause.stages as DeploymentLifecycleHookStage[],
    timeoutConfiguration: { timeoutInMinutes: pause.timeoutMinutes, action: 'ROLLBACK' },
  };
}

/** The configuration as it was: strategy and bake time as remembered, without our pause, all else as it is now. */
export function restored(current: DeploymentConfiguration, remembered: Remembered): DeploymentConfiguration {
  const {
    strategy: _,
    bakeTimeInMinutes: __,
    canaryConfiguration: ___,
    linearConfiguration: ____,
    lifecycleHooks,
    ...rest
  } = current;
  return {
    ...rest,
    strategy: (remembered.strategy ?? 'ROLLING') as NonNullable<DeploymentConfiguration['strategy']>,
    ...(remembered.bakeMinutes === undefined ? {} : { bakeTimeInMinutes: remembered.bakeMinutes }),
    ...shiftConfiguration(remembered),
    lifecycleHooks: (lifecycleHooks ?? []).filter((hook) => !isPause(hook, remembered.pause)),
  };
}

/** What a service has of CANARY or LINEAR: ECS keeps only that of its own strategy. */
export function rememberedShift({
  canaryConfiguration: canary,
  linearConfiguration: linear,
}: Pick<DeploymentConfiguration, 'canaryConfiguration' | 'linearConfiguration'>): Remembered['shift'] {
  const percent = canary?.canaryPercent ?? linear?.stepPercent;
  const bakeMinutes = canary?.canaryBakeTimeInMinutes ?? linear?.stepBakeTimeInMinutes;
  return percent === undefined || bakeMinutes === undefined ? undefined : { percent, bakeMinutes };
}

function shiftConfiguration({ strategy, shift }: Remembered): DeploymentConfiguration {
  if (shift === undefined) {
    return {};
  }
  const { percent, bakeMinutes } = shift;
  return strategy === 'LINEAR'
    ? { linearConfiguration: { stepPercent: percent, stepBakeTimeInMinutes: bakeMinutes } }
    : { canaryConfiguration: { canaryPercent: percent, canaryBakeTimeInMinutes: bakeMinutes } };
}

/** Exactly our hook: a pause of the user's at other stages, or with another time-out, is left alone. */
function isPause(hook: DeploymentLifecycleHook, pause: Remembered['pause']): boolean {
  return (
    pause !== undefined &&
    hook.targetType === 'PAUSE' &&
    hook.timeoutConfiguration?.timeoutInMinutes === pause.timeoutMinutes &&
    [...(hook.lifecycleStages ?? [])].sort().join() === [...pause.stages].sort().join()
  );
}

/** Writes the tag. To be done before the service is changed. */
export async function remember(service: Service, remembered: Remembered, aws: AwsGateways): Promise<void> {
  await aws.ecs.tag(service.serviceArn ?? '', RESTORE_TAG, encodeRemembered(remembered));
}

/** Puts back what the tag remembers, where it differs, and takes the tag off. Starts no deployment. */
export async function putBack(service: Service, remembered: Remembered, aws: AwsGateways): Promise<void> {
  const current = service.deploymentConfiguration ?? {};
  const before = restored(current, remembered);
  if (differ(current, before)) {
    const { clusterArn: cluster, serviceName } = service;
    await aws.ecs.updateService({ cluster, service: serviceName, deploymentConfiguration: before });
  }
  await aws.ecs.untag(service.serviceArn ?? '', RESTORE_TAG);
}

/** In what a deployment changes. */
function differ(current: DeploymentConfiguration, before: DeploymentConfiguration): boolean {
  return (
    (current.strategy ?? 'ROLLING') !== before.strategy ||
    (before.bakeTimeInMinutes !== undefined && current.bakeTimeInMinutes !== before.bakeTimeInMinutes) ||
    encodeShift(current) !== encodeShift(before) ||
    (current.lifecycleHooks ?? []).length !== (before.lifecycleHooks ?? []).length
  );
}

function encodeShift(configuration: DeploymentConfiguration): string {
  const shift = rememberedShift(configuration);
  return shift === undefined ? '' : `${shift.percent}/${shift.bakeMinutes}`;
}
