/** The deployment, whole: plan, refuse or register, update, follow with answers at the pauses, verdict, evidence. */
import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { InputError, OutsideError } from '../../errors.ts';
import type { DeploymentRecord, Evidence, Reason } from '../../report/evidence.ts';
import type { Ports } from '../ports.ts';
import { createRecorder, type Recorder } from '../recorder.ts';
import { type Followed, followDeployment } from './follow.ts';
import { RUNNING_STATUSES, readLive } from './live.ts';
import { decidePause } from './pauses.ts';
import { type DeployPlan, planDeployment } from './plan.ts';
import type { DeployRequest, PauseContext } from './request.ts';
import { judgeDeployment } from './verdict.ts';

/** Deploys and judges. @throws InputError when the preflight refuses (nothing was changed), OutsideError when AWS fails. */
export async function deploy(request: DeployRequest, ports: Ports): Promise<Evidence> {
  const recorder = createRecorder({
    operation: 'deploy',
    title: `Deploy ${request.image} to ${request.target.ecsService}`,
    subject: {
      platform: request.platform,
      environment: request.target.environment,
      service: request.target.ecsService,
      revision: request.image,
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
  if (plan.changes.length === 0) {
    return recorder.finish('pass', [
      {
        code: 'nothing-to-change',
        message: `${request.target.ecsService} already runs this task definition; nothing was changed`,
      },
    ]);
  }
  if (!(await request.approve(plan))) {
    throw new InputError('not-approved', 'the deployment was not approved; nothing was changed');
  }
  const arn = await start(plan, recorder, ports);
  const context: PauseContext = { request, plan, arn, recorder, productionSince: undefined, cause: undefined };
  const followed = await followOrUndo(context, ports);
  await putBack(plan, recorder, ports);
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

async function start(plan: DeployPlan, recorder: Recorder, ports: Ports): Promise<string> {
  const { target } = plan;
  for (const change of plan.changes) {
    ports.reporter.info(`${change.path}: ${change.before ?? '(none)'} → ${change.after ?? '(none)'}`);
  }
  ports.reporter.stage('register and update');
  const { cluster, ecsService } = target;
  const tags = plan.live.tags.length > 0 ? { tags: [...plan.live.tags] } : {};
  const registered = await ports.aws.ecs.registerTaskDefinition({ ...plan.candidate, ...tags });
  const taskDefinition = registered.taskDefinitionArn ?? '';
  recorder.event('change', 'task definition registered', taskDefinition);
  const service = await ports.aws.ecs.updateService({
    cluster,
    service: ecsService,
    taskDefinition,
    deploymentConfiguration: plan.deploymentConfiguration,
  });
  recorder.event('change', 'service updated', `${ecsService} to ${taskDefinition}`);
  return service.currentServiceDeployment ?? findDeployment(plan, taskDefinition, ports);
}

/** UpdateService has no token and may answer before the deployment exists: it is the running one whose revision has our task definition. */
async function findDeployment(plan: DeployPlan, taskDefinition: string, ports: Ports): Promise<string> {
  for (let attempt = 0; attempt < 30; attempt += 1) {
    const running = await ports.aws.ecs.serviceDeployments(plan.target.cluster, plan.target.ecsService, [
      ...RUNNING_STATUSES,
    ]);
    const revisions = await ports.aws.ecs.serviceRevisions(
      running.map((brief) => brief.targetServiceRevisionArn).filter((arn) => arn !== undefined),
    );
    const ours = revisions.find((revision) => revision.taskDefinition === taskDefinition)?.serviceRevisionArn;
    const arn = running.find(
      (brief) => brief.targetServiceRevisionArn === ours && ours !== undefined,
    )?.serviceDeploymentArn;
    if (arn !== undefined) {
      return arn;
    }
    await ports.clock.sleep(1000, ports.signal);
  }
  throw new OutsideError(
    'no-deployment',
    `ECS accepted the update of ${plan.target.ecsService} but lists no deployment of ${taskDefinition}`,
    'ecs:ListServiceDeployments',
  );
}

/** Follows to the end; when that is cut short, ECS is asked to roll back before the error goes on. */
async function followOrUndo(context: PauseContext, ports: Ports): Promise<Followed> {
  try {
    return await followDeployment(
      {
        arn: context.arn,
        recorder: context.recorder,
        onWeight: (weight, at) => {
          if (weight > 0) {
            context.productionSince ??= at;
          }
        },
        onPause: async (stage, stillWaiting) => decidePause(context, stage, stillWaiting, ports),
      },
      ports,
    );
  } catch (error) {
    ports.reporter.warn(
      'cut short: asking ECS to roll back; it does so by itself also when this fails, at the time-out of the pause',
    );
    await ports.awsForUndo.ecs.rollBack(context.arn).catch((failure: unknown) => {
      ports.reporter.warn(
        `the request to roll back failed too: ${failure instanceof Error ? failure.message : String(failure)}`,
      );
    });
    throw error;
  }
}

/** Strategy and hooks are stored on the service; nothing else may later wait for our pause. This update starts no deployment. */
async function putBack(plan: DeployPlan, recorder: Recorder, ports: Ports): Promise<void> {
  const before = plan.live.service.deploymentConfiguration;
  if (before === undefined) {
    return;
  }
  await ports.aws.ecs.updateService({
    cluster: plan.target.cluster,
    service: plan.target.ecsService,
    deploymentConfiguration: { ...before, lifecycleHooks: before.lifecycleHooks ?? [] },
  });
  recorder.event('change', 'deployment configuration put back');
}

async function conclude(context: PauseContext, followed: Followed, ports: Ports): Promise<Evidence> {
  const { recorder, plan } = context;
  const after = await readLive(plan.target, ports);
  const deployment = followed.deployment;
  const { verdict, reasons } = judgeDeployment({
    status: deployment.status ?? 'unknown',
    statusReason: deployment.rollback?.reason ?? deployment.statusReason,
    candidate: deployment.targetServiceRevision?.arn ?? '',
    live: after.revision?.serviceRevisionArn,
    cause: context.cause,
  });
  const record = await describeDeployment(context, followed, after.revision?.serviceRevisionArn, ports);
  const seconds =
    (ports.clock.now().getTime() - (deployment.startedAt ?? deployment.createdAt ?? ports.clock.now()).getTime()) /
    1000;
  recorder.measure({
    indicator: 'deployment duration',
    value: Math.round(seconds * 10) / 10,
    unit: 's',
    method: 'from ServiceDeployment.startedAt to the end of following',
  });
  return recorder.finish(verdict, reasons, { deployment: record });
}

async function describeDeployment(
  context: PauseContext,
  followed: Followed,
  live: string | undefined,
  ports: Ports,
): Promise<DeploymentRecord> {
  const { deployment, stages } = followed;
  const baselineArn = context.plan.live.revision?.serviceRevisionArn;
  const candidateArn = deployment.targetServiceRevision?.arn ?? '';
  const revisions = await ports.aws.ecs.serviceRevisions(
    [candidateArn, ...(baselineArn ? [baselineArn] : [])].filter((arn) => arn !== ''),
  );
  const describe = (arn: string) => {
    const revision = revisions.find((candidate) => candidate.serviceRevisionArn === arn);
    const images = (revision?.containerImages ?? []).map((image) =>
      image.imageDigest ? `${image.image}@${image.imageDigest}` : `${image.image}`,
    );
    return { revision: arn, taskDefinition: revision?.taskDefinition ?? 'unknown', images };
  };
  return {
    arn: context.arn,
    strategy: deployment.deploymentConfiguration?.strategy ?? 'BLUE_GREEN',
    status: deployment.status ?? 'unknown',
    ...statusReason(deployment),
    baseline: baselineArn === undefined ? null : describe(baselineArn),
    candidate: describe(candidateArn),
    live: live ?? null,
    stages: stages.map((span) => ({
      stage: span.stage,
      startedAt: span.startedAt.toISOString(),
      ...(span.finishedAt ? { finishedAt: span.finishedAt.toISOString() } : {}),
    })),
    changes: [...context.plan.changes],
  };
}

function statusReason(deployment: ServiceDeployment): { statusReason?: string } {
  const reason = deployment.rollback?.reason ?? deployment.statusReason;
  return reason === undefined ? {} : { statusReason: reason };
}
