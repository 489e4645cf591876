/** The way back of a deployment that is cut short, and what is put right on the service at the end. Nothing here hides the error or the verdict that led to it. */
import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import type { EcsGateway } from '../../../aws/ecs.ts';
import type { ServiceInEnvironment } from '../../../platform/model.ts';
import type { Reason } from '../../../report/evidence.ts';
import { lookEveryMs } from '../../common/polling.ts';
import type { Ports } from '../../ports.ts';
import type { Recorder } from '../../recorder.ts';
import { type Followed, followDeployment } from '../follow.ts';
import type { DeployPlan } from '../plan/plan.ts';
import { putBack, type Remembered, rememberedOn } from './restore.ts';

const FORWARD: readonly (string | undefined)[] = ['PENDING', 'IN_PROGRESS'] satisfies NonNullable<
  ServiceDeployment['status']
>[];
const REPAIR = '`surefoot status --repair` does it once no deployment runs';

/** Asks ECS to roll back. An error counts only while the deployment still goes forward: the call may have been heard all the same. */
export async function requestRollback(arn: string, ecs: EcsGateway): Promise<void> {
  try {
    await ecs.rollBack(arn);
  } catch (error) {
    const deployment = await ecs.serviceDeployment(arn).catch(() => undefined);
    if (deployment === undefined || FORWARD.includes(deployment.status)) {
      throw error;
    }
  }
}

/** How far the way back has come. */
export interface WayBack {
  readonly reasons: readonly Reason[];
  /** Set when the deployment was seen to its end. */
  readonly followed?: Followed;
}

/** With calls and waits that a cancellation does not end. */
export function portsForUndo(ports: Ports): Ports {
  return { ...ports, aws: ports.awsForUndo, signal: ports.signalForUndo ?? new AbortController().signal };
}

/**
 * Ends a running deployment in its old revision, sees that through and puts the configuration back. When there is no time for that, it
 * has at least asked: what it cannot do, the pause's time-out and the next run do.
 */
export async function cutShort(
  arn: string,
  plan: Pick<DeployPlan, 'target' | 'remembered' | 'rehearsalSpeed'>,
  recorder: Recorder,
  ports: Ports,
): Promise<WayBack> {
  const undo = portsForUndo(ports);
  ports.reporter.warn(
    'cut short: asking ECS to roll back, and seeing it through (cancelled again, ECS does it alone; the time-out of a pause would do it too)',
  );
  const asked = await attempt('ask for a rollback', '`surefoot rollback` does it', recorder, ports, async () => {
    await requestRollback(arn, undo.aws.ecs);
    recorder.event('decision', 'roll back', 'cut short');
  });
  if (!asked) {
    return back('rollback-not-requested', 'ECS could not be asked to roll back: `surefoot rollback` does it');
  }
  let followed: Followed | undefined;
  await attempt('see the rollback through', REPAIR, recorder, ports, async () => {
    followed = await followDeployment(
      {
        arn,
        recorder,
        everyMs: lookEveryMs(plan.rehearsalSpeed),
        onLook: async () => undefined,
        onPause: async () => undefined,
      },
      undo,
    );
    ports.reporter.warn(`the deployment that was cut short ended ${followed.deployment.status}`);
  });
  if (followed === undefined) {
    return back('rollback-requested', `ECS was asked to roll back; its end was not awaited. ${REPAIR}`);
  }
  const clean = await putBackAfter(plan, recorder, ports);
  return { reasons: [endOf(followed), ...(clean ? [] : [LEFT_OVER])], followed };
}

function back(code: string, message: string): WayBack {
  return { reasons: [{ code, message }] };
}

const LEFT_OVER: Reason = {
  code: 'left-over',
  message: `the deployment configuration could not be put back; ${REPAIR}`,
};

/** How a deployment that was to be rolled back has ended. */
export function endOf({ deployment }: Followed): Reason {
  const { status = 'unknown' } = deployment;
  return status === 'ROLLBACK_SUCCESSFUL'
    ? { code: 'rolled-back', message: 'ECS rolled back; the previous revision has all production traffic' }
    : {
        code: 'not-rolled-back',
        message: `the deployment ended ${status}: ${deployment.statusReason ?? 'no reason given'}`,
      };
}

/**
 * Puts the service's own configuration back after the end: as `remembered`, or as its tag says. A failure is reported, with what to do;
 * it changes no verdict. Resolves with whether nothing is left.
 */
export function putBackAfter(
  { target, remembered }: { readonly target: ServiceInEnvironment; readonly remembered?: Remembered },
  recorder: Recorder,
  ports: Ports,
): Promise<boolean> {
  return attempt('put the deployment configuration back', REPAIR, recorder, ports, async () => {
    const service = await ports.awsForUndo.ecs.service(target.cluster, target.ecsService);
    const before = remembered ?? (service && rememberedOn(service));
    if (service !== undefined && before !== undefined) {
      await putBack(service, before, ports.awsForUndo);
      recorder.event('change', 'deployment configuration put back');
    }
  });
}

/** Resolves with whether `work` could be done. A failure is told, together with what does it instead. */
export async function attempt(
  what: string,
  instead: string,
  recorder: Recorder,
  ports: Ports,
  work: () => Promise<void>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const message = `could not ${what}: ${error instanceof Error ? error.message : String(error)}; ${instead}`;
    recorder.event('problem', `could not ${what}`, message);
    ports.reporter.warn(message);
    return false;
  }
}
