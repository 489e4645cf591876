/** The way back of a deployment that is cut short, and what is put right on the service at the end. Nothing here hides the error or the verdict that led to it. */
import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import type { EcsGateway } from '../../aws/ecs.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import type { Ports } from '../ports.ts';
import type { Recorder } from '../recorder.ts';
import { followDeployment } from './follow.ts';
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

/**
 * Ends a running deployment in its old revision, sees that through and puts the configuration back. After a cancellation it only asks:
 * a runner that is told to stop has seconds left. What it cannot do, the pause's time-out and the next run do.
 */
export async function cutShort(
  arn: string,
  subject: { readonly target: ServiceInEnvironment; readonly remembered: Remembered },
  recorder: Recorder,
  ports: Ports,
): Promise<void> {
  ports.reporter.warn('cut short: asking ECS to roll back (the time-out of a pause would do it too)');
  const asked = await attempt('ask for a rollback', '`surefoot rollback` does it', recorder, ports, async () => {
    await requestRollback(arn, ports.awsForUndo.ecs);
    recorder.event('decision', 'roll back', 'cut short');
  });
  if (!asked || ports.signal.aborted) {
    return;
  }
  const ended = await attempt('see the rollback through', REPAIR, recorder, ports, async () => {
    const { deployment } = await followDeployment(
      { arn, recorder, onLook: async () => undefined, onPause: async () => undefined },
      ports,
    );
    ports.reporter.warn(`the deployment that was cut short ended ${deployment.status}`);
  });
  if (ended) {
    await putBackAfter(subject, recorder, ports);
  }
}

/**
 * Puts the service's own configuration back after the end: as `remembered`, or as its tag says. A failure is reported, with what to do;
 * it changes no verdict.
 */
export async function putBackAfter(
  { target, remembered }: { readonly target: ServiceInEnvironment; readonly remembered?: Remembered },
  recorder: Recorder,
  ports: Ports,
): Promise<void> {
  await attempt('put the deployment configuration back', REPAIR, recorder, ports, async () => {
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
