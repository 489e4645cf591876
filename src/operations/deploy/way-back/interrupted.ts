/** A deployment whose run was cut off: ended in its old revision by whoever comes after, as far as there is time. */
import type { ServiceInEnvironment } from '../../../platform/model.ts';
import type { Reason } from '../../../report/evidence.ts';
import { lookEveryMs } from '../../common/polling.ts';
import type { Ports } from '../../ports.ts';
import { createRecorder } from '../../recorder.ts';
import { type Followed, followDeployment } from '../follow.ts';
import { runningDeploymentOf } from '../start.ts';
import { repair } from '../status.ts';
import { endOf, putBackAfter, requestRollback } from './way-back.ts';

/** What the run had written down before it was cut off. */
export interface Interrupted {
  readonly target: ServiceInEnvironment;
  /** Undefined where the service was about to be updated, or just had been. */
  readonly arn: string | undefined;
  /** What the candidate was to run, as far as that was known. */
  readonly taskDefinition: string | undefined;
  readonly rehearsalSpeed: number | undefined;
}

export interface InterruptedEnd {
  /** False: the candidate may go on, and nobody decides about it. */
  readonly safe: boolean;
  readonly reasons: readonly Reason[];
}

/**
 * Asks ECS to roll back the run's own deployment if it still goes forward, sees that through until `ports.signal` aborts, and puts the
 * service's configuration back. May be repeated. @throws OutsideError when AWS cannot be asked at all
 */
export async function endInterrupted(interrupted: Interrupted, ports: Ports): Promise<InterruptedEnd> {
  const arn = interrupted.arn ?? (await findOwn(interrupted, ports));
  if (arn === undefined) {
    const done = await repair(interrupted.target, ports);
    return { safe: true, reasons: [{ code: 'nothing-started', message: `no deployment was started; ${done}` }] };
  }
  const before = await ports.aws.ecs.serviceDeployment(arn);
  const status = before?.status ?? 'unknown';
  if (status === 'PENDING' || status === 'IN_PROGRESS') {
    ports.reporter.warn(`the step was cut off while ${arn} was ${status}: asking ECS to roll back`);
    await requestRollback(arn, ports.aws.ecs);
  }
  const followed = await seeThrough(arn, interrupted, ports);
  if (followed === undefined) {
    return {
      safe: true,
      reasons: [
        {
          code: 'rolling-back',
          message: `ECS rolls back ${arn}; it will end without anybody's help. Then \`surefoot status --repair\` puts the deployment configuration back, as the next deployment does`,
        },
      ],
    };
  }
  const end = followed.deployment.status === 'SUCCESSFUL' ? tooLate(arn) : endOf(followed);
  return { safe: followed.deployment.status !== 'ROLLBACK_FAILED', reasons: [end] };
}

async function findOwn({ target, taskDefinition }: Interrupted, ports: Ports): Promise<string | undefined> {
  return taskDefinition === undefined ? undefined : runningDeploymentOf({ target }, taskDefinition, ports);
}

/** Undefined when the time was over before ECS was done. */
async function seeThrough(
  arn: string,
  { target, rehearsalSpeed }: Interrupted,
  ports: Ports,
): Promise<Followed | undefined> {
  const recorder = createRecorder({
    operation: 'rollback',
    title: `End ${arn}`,
    subject: {},
    rehearsalSpeed,
    tools: [],
    clock: ports.clock,
  });
  try {
    const everyMs = lookEveryMs(rehearsalSpeed);
    const nothing = async () => undefined;
    const followed = await followDeployment({ arn, recorder, everyMs, onLook: nothing, onPause: nothing }, ports);
    await putBackAfter({ target }, recorder, ports);
    return followed;
  } catch (error) {
    if (!ports.signal.aborted) {
      throw error;
    }
    return undefined;
  }
}

function tooLate(arn: string): Reason {
  return {
    code: 'deployed',
    message: `${arn} had ended SUCCESSFUL before the step was cut off: the new revision serves. \`surefoot rollback\` returns to the one before`,
  };
}
