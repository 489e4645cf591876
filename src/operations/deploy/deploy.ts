/** The deployment, whole: plan, refuse or start, follow with answers at the pauses, verdict, evidence. */
import { InputError, OutsideError } from '../../errors.ts';
import type { DeploymentRecord, Evidence, Reason } from '../../report/evidence.ts';
import { CANCELLED } from '../../report/words.ts';
import { lookEveryMs } from '../common/polling.ts';
import { budgetLeft } from '../common/slo/describe.ts';
import type { Ports } from '../ports.ts';
import { createRecorder, type Recorder } from '../recorder.ts';
import { type Followed, followDeployment } from './follow.ts';
import { readLive } from './live.ts';
import { createObserver } from './observer.ts';
import { decidePause } from './pauses/pauses.ts';
import { type DeployPlan, planDeployment } from './plan/plan.ts';
import { refused } from './plan/refusal.ts';
import { describeChange } from './plan/request.ts';
import { describeDeployment } from './record.ts';
import type { DeployContext, DeployRequest } from './request.ts';
import {
  createBurnGuard,
  createShiftJudge,
  lookAtShift,
  measureShift,
  requireBlocks,
  withoutEvidence,
} from './shift/shift.ts';
import { type CutShort, startDeployment } from './start.ts';
import { judgeDeployment, type RollbackCause } from './verdict.ts';
import { verifyImages } from './verify-images.ts';
import { keptUndecided, lookAtBake, measureWatch } from './watch/watching.ts';
import { putBack } from './way-back/restore.ts';
import { cutShort, portsForUndo, putBackAfter, requestRollback } from './way-back/way-back.ts';

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
  return withErrorBudgets(await carryOut(request, plan, recorder, ports), plan);
}

/** What the error budgets were before it began, and why it was deployed all the same, if so. */
function withErrorBudgets(evidence: Evidence, { errorBudgets: { slos, overridden } }: DeployPlan): Evidence {
  return {
    ...evidence,
    ...(slos.length === 0 ? {} : { slos: [...slos] }),
    measurements: [...evidence.measurements, ...slos.filter(({ left }) => left !== null).map(budgetLeft)],
    reasons: overridden === undefined ? evidence.reasons : [...evidence.reasons, overridden],
  };
}

async function carryOut(request: DeployRequest, plan: DeployPlan, recorder: Recorder, ports: Ports): Promise<Evidence> {
  const { target } = request;
  if (plan.resume === undefined && plan.changes.length === 0) {
    return recorder.finish('pass', await nothingToChange(plan, recorder, ports));
  }
  await requireBlocks(request, plan, ports);
  if (!(await request.approve(plan))) {
    throw new InputError('not-approved', 'the deployment was not approved; nothing was changed');
  }
  ports.reporter.stage('register and update');
  const started = await startDeployment(plan, recorder, ports);
  if (started.kind === 'not-started') {
    return recorder.finish(started.cause.verdict, [started.cause.reason]);
  }
  if (started.kind === 'cut-short') {
    return concludeCutShort(started, plan, recorder, ports);
  }
  const { arn, taskDefinition } = started;
  ports.journal?.deploying(target, arn);
  const context: DeployContext = {
    request,
    plan,
    arn,
    taskDefinition,
    recorder,
    shift: createShiftJudge(request, plan, taskDefinition, recorder),
    guard: createBurnGuard(request, plan, recorder),
    shiftPauses: 0,
    percent: 0,
    withoutEvidence: false,
    productionSince: undefined,
    cause: undefined,
    watching: undefined,
    watch: undefined,
  };
  const followed = await followOrUndo(context, ports);
  if ('wayBack' in followed) {
    return concludeCutShort(followed, plan, recorder, ports);
  }
  await putBackAfter(plan, recorder, ports);
  // A cancellation comes too late now: what has happened is judged all the same.
  return conclude(context, followed, portsForUndo(ports));
}

function tellFindings(plan: DeployPlan, recorder: Recorder, ports: Ports): void {
  for (const finding of plan.findings) {
    ports.reporter.warn(finding.message);
    recorder.event('note', finding.code, finding.message);
  }
  const { overridden } = plan.errorBudgets;
  if (overridden !== undefined) {
    recorder.event('decision', 'error budget overridden', overridden.message);
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

/** Follows to the end; when that is cut short, ECS is asked to roll back. */
async function followOrUndo(context: DeployContext, ports: Ports): Promise<Followed | CutShort> {
  const observer = createObserver(context, ports);
  try {
    return await followDeployment(
      {
        arn: context.arn,
        recorder: context.recorder,
        everyMs: lookEveryMs(context.request.rehearsalSpeed),
        onLook: async (deployment) => {
          context.percent = deployment.targetServiceRevision?.requestedProductionTrafficWeight ?? 0;
          if (context.percent >= 100) {
            context.productionSince ??= ports.clock.now();
          }
          const cause =
            (await observer.look(deployment)) ??
            (await lookAtShift(context, deployment, ports)) ??
            (await lookAtBake(context, deployment, ports));
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
    return {
      kind: 'cut-short',
      error,
      wayBack: await cutShort(context.arn, context.plan, context.recorder, ports),
    };
  }
}

/** A cancellation leaves a record of what was undone; an error is no verdict and goes on. */
async function concludeCutShort(
  { error, wayBack }: CutShort,
  plan: DeployPlan,
  recorder: Recorder,
  ports: Ports,
): Promise<Evidence> {
  if (!ports.signal.aborted) {
    throw error;
  }
  const { reason } = ports.signal;
  const message = `${reason instanceof Error ? reason.message : 'cancelled'} before the deployment was decided`;
  const deployment = wayBack.followed && (await describeUndone(plan, wayBack.followed, portsForUndo(ports)));
  return recorder.finish(
    'inconclusive',
    [{ code: CANCELLED, message }, ...wayBack.reasons],
    deployment === undefined ? {} : { deployment },
  );
}

/** Undefined where AWS cannot be asked: the record is then the poorer for it, and no less true. */
async function describeUndone(
  plan: DeployPlan,
  followed: Followed,
  ports: Ports,
): Promise<DeploymentRecord | undefined> {
  try {
    const { revision } = await readLive(plan.target, ports);
    const subject = {
      arn: followed.deployment.serviceDeploymentArn ?? '',
      baseline: plan.live.revision?.serviceRevisionArn,
      changes: plan.changes,
    };
    return await describeDeployment(subject, followed, revision?.serviceRevisionArn, ports);
  } catch (error) {
    ports.reporter.warn(`what runs now could not be read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
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
  const judgement = context.shift?.record({
    baseline: record.baseline?.revision,
    candidate: record.candidate.revision,
  });
  const burnGuard = context.guard?.record();
  const rest = {
    deployment: record,
    ...(context.watch === undefined ? {} : { watch: context.watch }),
    ...(judgement === undefined ? {} : { judgement }),
    ...(burnGuard === undefined ? {} : { burnGuard }),
  };
  measureShift(context, judgement);
  measureWatch(context);
  return wrongImages.length > 0
    ? recorder.finish('fail', wrongImages, rest)
    : recorder.finish(
        judged.verdict,
        [...judged.reasons, ...withoutEvidence(context), ...keptUndecided(context, judged.verdict === 'pass')],
        rest,
      );
}
