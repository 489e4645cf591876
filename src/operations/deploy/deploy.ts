/** The deployment, whole: plan, refuse or start, follow with answers at the pauses, verdict, evidence. */
import { InputError, OutsideError } from '../../errors.ts';
import type { Evidence, Reason } from '../../report/evidence.ts';
import type { Ports } from '../ports.ts';
import { createRecorder, type Recorder } from '../recorder.ts';
import { type Followed, followDeployment } from './follow.ts';
import { readLive } from './live.ts';
import { createObserver } from './observer.ts';
import { decidePause } from './pauses.ts';
import { type DeployPlan, planDeployment } from './plan.ts';
import { describeDeployment } from './record.ts';
import { type DeployContext, type DeployRequest, describeChange } from './request.ts';
import { putBack } from './restore.ts';
import { startDeployment } from './start.ts';
import { judgeDeployment, type RollbackCause } from './verdict.ts';
import { verifyImages } from './verify-images.ts';
import { cutShort, putBackAfter, requestRollback } from './way-back.ts';

/** Deploys and judges. @throws InputError when the preflight refuses (nothing was changed), OutsideError when AWS fails. */
export async function deploy(request: DeployRequest, ports: Ports): Promise<Evidence> {
  const { target } = request;
  const recorder = createRecorder({
    operation: 'deploy',
    title: `Deploy ${describeChange(request.change)} to ${target.ecsService}`,
    subject: {
      platform: request.platform,
      environment: target.environment,
      service: target.ecsService,
      revision: describeChange(request.change),
    },
    rehearsalSpeed: request.rehearsalSpeed,
    tools: [],
    clock: ports.clock,
  });
  ports.reporter.stage('plan');
  const plan = await planDeployment(request, ports);
  if (plan.refusals.length > 0) {
    throw refused(plan.refusals);
  }
  tellFindings(plan, recorder, ports);
  if (plan.resume === undefined && plan.changes.length === 0) {
    return recorder.finish('pass', await nothingToChange(plan, recorder, ports));
  }
  if (!(await request.approve(plan))) {
    throw new InputError('not-approved', 'the deployment was not approved; nothing was changed');
  }
  ports.reporter.stage('register and update');
  const started = await startDeployment(plan, recorder, ports);
  if (started.kind === 'not-started') {
    return recorder.finish(started.cause.verdict, [started.cause.reason]);
  }
  const { arn, taskDefinition } = started;
  ports.journal?.deploying(target, arn);
  const context: DeployContext = {
    request,
    plan,
    arn,
    taskDefinition,
    recorder,
    productionSince: undefined,
    cause: undefined,
  };
  const followed = await followOrUndo(context, ports);
  await putBackAfter(plan, recorder, ports);
  return conclude(context, followed, ports);
}

/** All refusals as one error. */
export function refused(refusals: readonly Reason[]): InputError {
  const list = refusals.map((reason) => `  - ${reason.message} [${reason.code}]`).join('\n');
  return new InputError(
    refusals[0]?.code ?? 'refused',
    `the deployment was refused before anything was changed:\n${list}`,
  );
}

function tellFindings(plan: DeployPlan, recorder: Recorder, ports: Ports): void {
  for (const finding of plan.findings) {
    ports.reporter.warn(finding.message);
    recorder.event('note', finding.code, finding.message);
  }
  for (const change of plan.changes) {
    ports.reporter.info(`${change.path}: ${change.before ?? '(none)'} → ${change.after ?? '(none)'}`);
  }
}

/** Leftovers of a run that died are put back also when there is nothing to deploy. */
async function nothingToChange(plan: DeployPlan, recorder: Recorder, ports: Ports): Promise<Reason[]> {
  const reasons = [
    { code: 'nothing-to-change', message: `${plan.target.ecsService} already runs this; nothing was deployed` },
  ];
  if (plan.leftover === undefined || plan.live.running.length > 0) {
    return reasons;
  }
  await putBack(plan.live.service, plan.leftover, ports.aws);
  recorder.event('change', 'deployment configuration put back', 'an earlier run had left it');
  return [
    ...reasons,
    { code: 'repaired', message: 'put back the deployment configuration that an earlier run had left' },
  ];
}

/** Follows to the end; when that is cut short, ECS is asked to roll back before the error goes on. */
async function followOrUndo(context: DeployContext, ports: Ports): Promise<Followed> {
  const observer = createObserver(context, ports);
  try {
    return await followDeployment(
      {
        arn: context.arn,
        recorder: context.recorder,
        onLook: async (deployment) => {
          if ((deployment.targetServiceRevision?.requestedProductionTrafficWeight ?? 0) > 0) {
            context.productionSince ??= ports.clock.now();
          }
          const cause = await observer.look(deployment);
          if (cause !== undefined && context.cause === undefined) {
            context.cause = cause;
            context.recorder.event('problem', cause.reason.code, cause.reason.message);
            await giveUp(context.arn, cause, ports);
          }
        },
        onPause: (stage, stillWaiting) => decidePause(context, stage, stillWaiting, ports),
      },
      ports,
    );
  } catch (error) {
    await cutShort(context.arn, context.plan, context.recorder, ports);
    throw error;
  }
}

/** Should ECS refuse, the error still says why the candidate was given up. */
async function giveUp(arn: string, cause: RollbackCause, ports: Ports): Promise<void> {
  try {
    await requestRollback(arn, ports.aws.ecs);
  } catch (error) {
    if (!(error instanceof OutsideError)) {
      throw error;
    }
    const message = `${cause.reason.message}; it could not be rolled back: ${error.message}`;
    throw new OutsideError(error.code, message, error.where, { cause: error });
  }
}

async function conclude(context: DeployContext, followed: Followed, ports: Ports): Promise<Evidence> {
  try {
    return await judge(context, followed, ports);
  } catch (error) {
    if (!(error instanceof OutsideError)) {
      throw error;
    }
    const message = `the deployment ended ${followed.deployment.status}, but what runs now could not be checked: ${error.message}`;
    throw new OutsideError(error.code, message, error.where, { cause: error });
  }
}

async function judge(context: DeployContext, followed: Followed, ports: Ports): Promise<Evidence> {
  const { recorder, plan } = context;
  const { deployment } = followed;
  const after = await readLive(plan.target, ports);
  const live = after.revision?.serviceRevisionArn;
  const judged = judgeDeployment({
    status: deployment.status ?? 'unknown',
    statusReason: deployment.rollback?.reason ?? deployment.statusReason,
    candidate: deployment.targetServiceRevision?.arn ?? '',
    live,
    cause: context.cause,
    pauseTimedOut: deployment.lifecycleHookDetails?.some((hook) => hook.status === 'TIMED_OUT') ?? false,
  });
  const wrongImages = judged.verdict === 'pass' ? await verifyImages(context, ports) : [];
  const begun = deployment.startedAt ?? deployment.createdAt ?? ports.clock.now();
  recorder.measure({
    indicator: 'deployment duration',
    value: Math.round((ports.clock.now().getTime() - begun.getTime()) / 100) / 10,
    unit: 's',
    method: 'from ServiceDeployment.startedAt to the end of following',
  });
  const record = await describeDeployment(
    { arn: context.arn, baseline: plan.live.revision?.serviceRevisionArn, changes: plan.changes },
    followed,
    live,
    ports,
  );
  return wrongImages.length > 0
    ? recorder.finish('fail', wrongImages, { deployment: record })
    : recorder.finish(judged.verdict, judged.reasons, { deployment: record });
}
