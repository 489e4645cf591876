/** What a deployment would change and whether it may: reads, renders, compares; changes nothing. */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { DeploySettings } from '../../../platform/model/deploy.ts';
import type { ServiceInEnvironment } from '../../../platform/model.ts';
import type { Reason } from '../../../report/evidence.ts';
import type { Ports } from '../../ports.ts';
import { type LiveService, readLive } from '../live.ts';
import { pauseStages } from '../pauses/stages.ts';
import { pauseHook, type Remembered, rememberedOn, rememberedShift, restored } from '../way-back/restore.ts';
import { type Candidate, fromExisting, fromImages } from './candidate.ts';
import { type BudgetGate, checkErrorBudgets } from './error-budget.ts';
import { type PinnedImage, type PinResult, pinImages } from './images.ts';
import { preflight } from './preflight.ts';
import { resumedWeights } from './preflight-traffic.ts';
import type { PlanRequest } from './request.ts';
import { type Change, diffTaskDefinitions } from './task-definition.ts';

export interface DeployPlan {
  readonly target: ServiceInEnvironment;
  readonly live: LiveService;
  readonly candidate: Candidate;
  readonly images: readonly PinnedImage[];
  readonly changes: readonly Change[];
  /** Why it may not start; empty when it may. */
  readonly refusals: readonly Reason[];
  /** What does not stop it but is worth knowing. */
  readonly findings: readonly Reason[];
  /** What is left of the service's error budgets; what they refuse or let pass is among the others. */
  readonly errorBudgets: BudgetGate;
  /** A deployment of the very same thing that is under way: it is followed instead of starting another. */
  readonly resume: string | undefined;
  /** What a run that died left on the service. */
  readonly leftover: Remembered | undefined;
  /** The service's deployment configuration for the time of this deployment, and what to put back after it. */
  readonly deploymentConfiguration: DeploymentConfiguration;
  readonly remembered: Remembered;
  /** Undefined outside a rehearsal. */
  readonly rehearsalSpeed: number | undefined;
}

/** Reads the live service and works out the whole change. @throws InputError when the request cannot be meant. */
export async function planDeployment(request: PlanRequest, ports: Ports): Promise<DeployPlan> {
  const { target, change } = request;
  const live = await readLive(target, ports);
  const pins: PinResult =
    change.kind === 'images' ? await pinImages(change.byContainer, ports) : { images: [], refusals: [], findings: [] };
  const proposal =
    change.kind === 'images' ? fromImages(live, pins) : await fromExisting(live, change.reference, ports);
  const resume = await findResumable(live, proposal.candidate, ports);
  const starts = resume === undefined && proposal.changes.length > 0;
  const errorBudgets = await checkErrorBudgets(request, live.service, starts, ports);
  const leftover = rememberedOn(live.service);
  const before =
    leftover === undefined
      ? (live.service.deploymentConfiguration ?? {})
      : restored(live.service.deploymentConfiguration ?? {}, leftover);
  return {
    target,
    live,
    candidate: proposal.candidate,
    changes: proposal.changes,
    images: pins.images,
    rehearsalSpeed: request.rehearsalSpeed,
    refusals: [
      ...pins.refusals,
      ...proposal.refusals,
      ...preflight(live, {
        ...(await accounts(request, ports)),
        deploy: target.deploy,
        rehearsalSpeed: request.rehearsalSpeed,
        before,
        resume,
      }),
      ...(resume === undefined ? [] : await takenOver(live, resume, ports)),
      ...errorBudgets.refusals,
    ],
    findings: [...pins.findings, ...errorBudgets.findings],
    errorBudgets,
    resume,
    leftover,
    ...configurationFor(before, target),
    // What a resumed deployment put on the service is what its own run remembered, whatever surefoot.yml says by now.
    ...(resume === undefined || leftover === undefined ? {} : { remembered: leftover }),
  };
}

async function accounts(
  request: PlanRequest,
  ports: Ports,
): Promise<{ account: string | undefined; expectedAccount: string | undefined }> {
  const asked = request.account !== undefined && request.rehearsalSpeed === undefined;
  return {
    account: asked ? await ports.aws.account() : undefined,
    expectedAccount: asked ? request.account : undefined,
  };
}

/** UpdateService has no idempotency token: the running deployment is ours when what it brings is what we would bring. */
async function findResumable(live: LiveService, candidate: Candidate, ports: Ports): Promise<string | undefined> {
  const [running, ...others] = live.running;
  const resumable = running?.status === 'PENDING' || running?.status === 'IN_PROGRESS';
  if (
    running?.targetServiceRevisionArn === undefined ||
    others.length > 0 ||
    !resumable ||
    rememberedOn(live.service) === undefined
  ) {
    return undefined;
  }
  const [revision] = await ports.aws.ecs.serviceRevisions([running.targetServiceRevisionArn]);
  if (revision?.taskDefinition === undefined) {
    return undefined;
  }
  if (candidate.kind === 'existing') {
    return revision.taskDefinition === candidate.arn ? running.serviceDeploymentArn : undefined;
  }
  const { taskDefinition } = await ports.aws.ecs.taskDefinition(revision.taskDefinition);
  return diffTaskDefinitions(taskDefinition, candidate.input).length === 0 ? running.serviceDeploymentArn : undefined;
}

/** While ECS moves traffic its word and the rule may differ; at a pause nothing moves. */
async function takenOver(live: LiveService, arn: string, ports: Ports): Promise<Reason[]> {
  const deployment = await ports.aws.ecs.serviceDeployment(arn);
  const waits = deployment?.lifecycleHookDetails?.some(({ status }) => status === 'AWAITING_ACTION') ?? false;
  const percent = deployment?.targetServiceRevision?.requestedProductionTrafficWeight;
  return waits && percent !== undefined && live.productionRule !== undefined ? resumedWeights(live, percent) : [];
}

/**
 * The service's own configuration with the strategy, the bake time and a PAUSE hook where surefoot has something to decide. The hook's
 * time-out rolls back, so a dead runner ends in the old revision (AWS: "Pause lifecycle hooks for Amazon ECS service deployments").
 */
export function configurationFor(
  before: DeploymentConfiguration,
  target: ServiceInEnvironment,
): Pick<DeployPlan, 'deploymentConfiguration' | 'remembered'> {
  const { deploy } = target;
  const stages = pauseStages(deploy);
  const { canaryConfiguration, linearConfiguration, ...rest } = before;
  const pause = stages.length === 0 ? undefined : { stages, timeoutMinutes: deploy.hookTimeoutMinutes };
  const lifecycleHooks = [...(before.lifecycleHooks ?? []), ...(pause === undefined ? [] : [pauseHook(pause)])];
  return {
    deploymentConfiguration: {
      ...rest,
      strategy: deploy.strategy,
      ...(deploy.strategy === 'ROLLING' ? {} : { bakeTimeInMinutes: deploy.bakeMinutes }),
      ...shiftOf(deploy),
      lifecycleHooks,
    },
    remembered: {
      strategy: before.strategy,
      bakeMinutes: before.bakeTimeInMinutes,
      shift: rememberedShift({ canaryConfiguration, linearConfiguration }),
      pause,
    },
  };
}

function shiftOf({ canary, linear }: DeploySettings): DeploymentConfiguration {
  return {
    ...(canary === undefined
      ? {}
      : { canaryConfiguration: { canaryPercent: canary.percent, canaryBakeTimeInMinutes: canary.bakeMinutes } }),
    ...(linear === undefined
      ? {}
      : { linearConfiguration: { stepPercent: linear.stepPercent, stepBakeTimeInMinutes: linear.bakeMinutes } }),
  };
}
