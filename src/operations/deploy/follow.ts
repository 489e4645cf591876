/** Follows a service deployment from stage to stage to its end, and answers the pauses that are surefoot's to answer. */
import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { OutsideError } from '../../errors.ts';
import { patiently } from '../common/patience.ts';
import type { Ports } from '../ports.ts';
import type { Recorder } from '../recorder.ts';

/** Statuses after which nothing changes any more. STOPPED: stopped, or failed with no way back. */
const TERMINAL: readonly string[] = ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'];

export interface StageSpan {
  readonly stage: string;
  readonly startedAt: Date;
  finishedAt?: Date;
}

export interface Followed {
  readonly deployment: ServiceDeployment;
  readonly stages: readonly StageSpan[];
}

export interface FollowOptions {
  readonly arn: string;
  readonly recorder: Recorder;
  /** Milliseconds between two looks; see `lookEveryMs`. */
  readonly everyMs: number;
  /** Decides a pause; undefined = not surefoot's to answer. `stillWaiting` is false once the deployment went on without us. */
  readonly onPause: (
    stage: string,
    stillWaiting: () => Promise<boolean>,
  ) => Promise<'CONTINUE' | 'ROLLBACK' | undefined>;
  /** Called at every look at an unfinished deployment. */
  readonly onLook: (deployment: ServiceDeployment) => Promise<void>;
}

/** Resolves when the deployment reached a terminal status. */
export async function followDeployment(options: FollowOptions, ports: Ports): Promise<Followed> {
  const stages: StageSpan[] = [];
  const answered = new Set<string>();
  let status = '';
  for (;;) {
    const deployment = await readDeployment(options.arn, ports);
    noteStage(deployment, stages, options, ports);
    noteWeight(deployment, options);
    if (deployment.status !== status) {
      status = deployment.status ?? '';
      options.recorder.event('stage', status, deployment.statusReason);
    }
    if (TERMINAL.includes(status)) {
      closeLast(stages, ports.clock.now());
      return { deployment, stages };
    }
    await options.onLook(deployment);
    await answerPauses(deployment, answered, options, ports);
    ports.reporter.progress(describeProgress(deployment));
    await ports.clock.sleep(options.everyMs, ports.signal);
  }
}

async function readDeployment(arn: string, ports: Ports): Promise<ServiceDeployment> {
  const deployment = await patiently(() => ports.aws.ecs.serviceDeployment(arn), ports);
  if (deployment === undefined) {
    throw new OutsideError(
      'deployment-vanished',
      `ECS no longer knows the service deployment ${arn}`,
      'ecs:DescribeServiceDeployments',
    );
  }
  return deployment;
}

function noteStage(deployment: ServiceDeployment, stages: StageSpan[], options: FollowOptions, ports: Ports): void {
  const stage = deployment.lifecycleStage;
  const rollingBack = deployment.status?.startsWith('ROLLBACK') ?? false;
  const name = stage === undefined ? undefined : rollingBack ? `${stage} (rollback)` : String(stage);
  if (name === undefined || stages.at(-1)?.stage === name) {
    return;
  }
  const now = ports.clock.now();
  closeLast(stages, now);
  stages.push({ stage: name, startedAt: now });
  options.recorder.event('stage', name);
  ports.reporter.stage(name);
}

function closeLast(stages: readonly StageSpan[], at: Date): void {
  const last = stages.at(-1);
  if (last !== undefined) {
    last.finishedAt ??= at;
  }
}

function noteWeight(deployment: ServiceDeployment, { recorder }: FollowOptions): void {
  const weight = deployment.targetServiceRevision?.requestedProductionTrafficWeight;
  if (weight !== undefined) {
    const source = 'ecs:DescribeServiceDeployments, requestedProductionTrafficWeight';
    recorder.point({ name: 'production weight of the candidate', unit: '%', source }, weight);
  }
}

async function answerPauses(
  deployment: ServiceDeployment,
  answered: Set<string>,
  options: FollowOptions,
  ports: Ports,
): Promise<void> {
  const waiting = awaitingHooks(deployment).filter((hookId) => !answered.has(hookId));
  for (const hookId of waiting) {
    const stage = deployment.lifecycleStage ?? '';
    const stillWaiting = async () => awaitingHooks(await readDeployment(options.arn, ports)).includes(hookId);
    const action = await options.onPause(stage, stillWaiting);
    answered.add(hookId);
    if (action === undefined) {
      if (await stillWaiting()) {
        ports.reporter.info(`${stage}: waiting for an answer that is not surefoot's to give`);
      }
      continue;
    }
    await answer(options.arn, hookId, action, stillWaiting, ports);
    options.recorder.event('decision', action === 'CONTINUE' ? 'continue' : 'roll back', stage);
  }
}

/**
 * A hook may have been resolved by its time-out or by a person meanwhile, or by a call whose answer was lost: an error counts only while
 * it still waits. A rollback has a second way.
 */
async function answer(
  arn: string,
  hookId: string,
  action: 'CONTINUE' | 'ROLLBACK',
  stillWaiting: () => Promise<boolean>,
  ports: Ports,
): Promise<void> {
  try {
    await ports.aws.ecs.answerHook(arn, hookId, action);
  } catch (error) {
    ports.signal.throwIfAborted();
    const said = error instanceof Error ? error.message : String(error);
    if (!(await stillWaiting())) {
      ports.reporter.warn(`the pause was over when it was answered with ${action}: ${said}`);
      return;
    }
    if (action === 'CONTINUE') {
      throw error;
    }
    await ports.aws.ecs.rollBack(arn).catch(() => {
      throw error;
    });
    ports.reporter.warn(`the rollback was asked for by StopServiceDeployment instead: ${said}`);
  }
}

function awaitingHooks(deployment: ServiceDeployment): string[] {
  return (deployment.lifecycleHookDetails ?? [])
    .filter((hook) => hook.status === 'AWAITING_ACTION')
    .map((hook) => hook.hookId)
    .filter((hookId) => hookId !== undefined);
}

function describeProgress(deployment: ServiceDeployment): string {
  const candidate = deployment.targetServiceRevision;
  const tasks = `${candidate?.runningTaskCount ?? 0}/${candidate?.requestedTaskCount ?? 0} tasks of the candidate run`;
  return `${deployment.status} ${deployment.lifecycleStage ?? ''}: ${tasks}, ${candidate?.requestedProductionTrafficWeight ?? 0} % of production traffic`;
}
