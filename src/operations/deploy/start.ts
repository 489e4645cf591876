/** From an approved plan to a running deployment, each step remembered so that it can be undone. */
import { mayHaveActed } from '../../aws/errors.ts';
import { OutsideError } from '../../errors.ts';
import { RUNNING_STATUSES } from '../common/deployment-statuses.ts';
import { patiently } from '../common/patience.ts';
import { lookEveryMs } from '../common/polling.ts';
import type { Ports } from '../ports.ts';
import type { Recorder } from '../recorder.ts';
import { runBeforeTask } from './before-task.ts';
import type { DeployPlan } from './plan/plan.ts';
import type { RollbackCause } from './verdict.ts';
import { encodeRemembered, putBack, remember } from './way-back/restore.ts';
import { attempt, cutShort, portsForUndo, type WayBack } from './way-back/way-back.ts';

export type Started =
  | { readonly kind: 'running'; readonly arn: string; readonly taskDefinition: string }
  /** The task before the deployment did not end well: nothing was deployed. */
  | { readonly kind: 'not-started'; readonly cause: RollbackCause }
  /** An error or a cancellation; what was begun has been undone, as far as it could be. */
  | CutShort;

/** A deployment that could not be seen to its end, and how far its way back has come. */
export interface CutShort {
  readonly kind: 'cut-short';
  readonly error: unknown;
  readonly wayBack: WayBack;
}

/** Registers, runs the task before, updates. When that is cut short, what was begun is undone. */
export async function startDeployment(plan: DeployPlan, recorder: Recorder, ports: Ports): Promise<Started> {
  if (plan.resume !== undefined) {
    return resume(plan, plan.resume, recorder, ports);
  }
  const begun: Begun = { taskDefinition: undefined, update: 'none' };
  ports.journal?.updating(plan.target);
  try {
    await clearLeftover(plan, ports);
    await remember(plan.live.service, plan.remembered, ports.aws);
    const taskDefinition = await register(plan, recorder, ports);
    begun.taskDefinition = taskDefinition;
    const before =
      plan.target.deploy.before &&
      (await runBeforeTask(plan, plan.target.deploy.before, taskDefinition, recorder, ports));
    if (before !== undefined && before.cause !== undefined) {
      await undoStart(plan, begun, recorder, ports);
      return { kind: 'not-started', cause: before.cause };
    }
    return { kind: 'running', arn: await update(plan, taskDefinition, begun, recorder, ports), taskDefinition };
  } catch (error) {
    return { kind: 'cut-short', error, wayBack: await undoStart(plan, begun, recorder, ports) };
  }
}

interface Begun {
  taskDefinition: string | undefined;
  /** `unanswered`: ECS may have started the deployment, or may yet. */
  update: 'none' | 'unanswered' | 'accepted';
}

/** The tag has room for one memory: what a dead run left is put back first when this run's pause differs from its pause. */
async function clearLeftover({ leftover, remembered, live }: DeployPlan, ports: Ports): Promise<void> {
  if (leftover !== undefined && encodeRemembered(leftover) !== encodeRemembered(remembered)) {
    await putBack(live.service, leftover, ports.aws);
  }
}

async function resume(plan: DeployPlan, arn: string, recorder: Recorder, ports: Ports): Promise<Started> {
  const revisionArn = plan.live.running[0]?.targetServiceRevisionArn;
  const [revision] = revisionArn === undefined ? [] : await ports.aws.ecs.serviceRevisions([revisionArn]);
  recorder.event(
    'note',
    'resumed',
    `a deployment of the same thing is under way since ${plan.live.running[0]?.startedAt?.toISOString() ?? 'an unknown time'}`,
  );
  ports.reporter.info(`following the deployment that is under way: ${arn}`);
  return { kind: 'running', arn, taskDefinition: revision?.taskDefinition ?? '' };
}

async function register(plan: DeployPlan, recorder: Recorder, ports: Ports): Promise<string> {
  if (plan.candidate.kind === 'existing') {
    return plan.candidate.arn;
  }
  const tags = plan.live.tags.length > 0 ? { tags: [...plan.live.tags] } : {};
  const registered = await ports.aws.ecs.registerTaskDefinition({ ...plan.candidate.input, ...tags });
  const arn = registered.taskDefinitionArn ?? '';
  recorder.event('change', 'task definition registered', arn);
  return arn;
}

async function update(
  plan: DeployPlan,
  taskDefinition: string,
  begun: Begun,
  recorder: Recorder,
  ports: Ports,
): Promise<string> {
  const { cluster, ecsService } = plan.target;
  const { deploymentConfiguration } = plan;
  ports.journal?.updating(plan.target, taskDefinition);
  try {
    await ports.aws.ecs.updateService({ cluster, service: ecsService, taskDefinition, deploymentConfiguration });
  } catch (error) {
    if (!mayHaveActed(error)) {
      throw error;
    }
    begun.update = 'unanswered';
    ports.signal.throwIfAborted();
    const arn = await findDeployment(plan, taskDefinition, LISTED_WITHIN_MS.unanswered, ports).catch(() => undefined);
    if (arn === undefined) {
      throw error;
    }
    recorder.event('change', 'service updated', `${ecsService} to ${taskDefinition}; seen by its deployment: ${error}`);
    return arn;
  }
  begun.update = 'accepted';
  recorder.event('change', 'service updated', `${ecsService} to ${taskDefinition}`);
  const arn = await findDeployment(plan, taskDefinition, LISTED_WITHIN_MS.accepted, ports);
  if (arn === undefined) {
    const message = `ECS accepted the update of ${ecsService} but lists no deployment of ${taskDefinition}`;
    throw new OutsideError('no-deployment', message, 'ecs:ListServiceDeployments');
  }
  return arn;
}

/** How long a deployment may take to be listed after its update was accepted, or got no answer. */
const LISTED_WITHIN_MS = { accepted: 30_000, unanswered: 5000 } as const;

/** UpdateService may answer before the deployment exists: it is the running one whose revision has our task definition. */
async function findDeployment(
  plan: DeployPlan,
  taskDefinition: string,
  withinMs: number,
  ports: Ports,
): Promise<string | undefined> {
  const everyMs = lookEveryMs(plan.rehearsalSpeed);
  for (let waited = 0; waited <= withinMs; waited += everyMs) {
    const arn = await patiently(() => runningDeploymentOf(plan, taskDefinition, ports), ports);
    if (arn !== undefined) {
      return arn;
    }
    await ports.clock.sleep(everyMs, ports.signal);
  }
  return undefined;
}

/** ARN of the deployment under way whose revision runs that task definition. */
export async function runningDeploymentOf(
  plan: Pick<DeployPlan, 'target'>,
  taskDefinition: string,
  ports: Pick<Ports, 'aws'>,
): Promise<string | undefined> {
  const { ecs } = ports.aws;
  const running = await ecs.serviceDeployments(plan.target.cluster, plan.target.ecsService, [...RUNNING_STATUSES]);
  const revisions = await ecs.serviceRevisions(
    running.map((brief) => brief.targetServiceRevisionArn).filter((arn) => arn !== undefined),
  );
  const ours = revisions.find((revision) => revision.taskDefinition === taskDefinition)?.serviceRevisionArn;
  return ours && running.find((brief) => brief.targetServiceRevisionArn === ours)?.serviceDeploymentArn;
}

/** Best effort, with calls that a cancellation does not end; what it cannot do, the tag leaves to the next run or `status --repair`. */
async function undoStart(plan: DeployPlan, begun: Begun, recorder: Recorder, ports: Ports): Promise<WayBack> {
  const undo = portsForUndo(ports);
  const instead = '`surefoot status --repair` does it';
  let wayBack: WayBack = {
    reasons: [{ code: 'left-over', message: `what was begun could not be undone; ${instead}` }],
  };
  await attempt('undo the start', instead, recorder, ports, async () => {
    const arn =
      begun.update === 'none' || begun.taskDefinition === undefined
        ? undefined
        : await runningDeploymentOf(plan, begun.taskDefinition, undo);
    if (arn !== undefined) {
      wayBack = await cutShort(arn, plan, recorder, ports);
      return;
    }
    if (begun.update === 'unanswered') {
      // It may still come into effect; without the tag nobody would know whose strategy and pause that is.
      const message = `it is not known whether the service was changed: look with \`surefoot status\`; ${instead}`;
      ports.reporter.warn(message);
      wayBack = { reasons: [{ code: 'change-not-known', message }] };
      return;
    }
    const service = await undo.aws.ecs.service(plan.target.cluster, plan.target.ecsService);
    if (service !== undefined) {
      await putBack(service, plan.remembered, undo.aws);
    }
    wayBack = { reasons: [{ code: 'nothing-deployed', message: 'nothing was deployed; the service is as it was' }] };
  });
  return wayBack;
}
