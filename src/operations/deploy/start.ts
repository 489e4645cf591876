/** From an approved plan to a running deployment, each step remembered so that it can be undone; and the way back when it is cut short. */
import type { Service, Task } from '@aws-sdk/client-ecs';
import { OutsideError } from '../../errors.ts';
import type { Ports } from '../ports.ts';
import type { Recorder } from '../recorder.ts';
import { runBeforeTask } from './before-task.ts';
import { RUNNING_STATUSES } from './live.ts';
import type { DeployPlan } from './plan.ts';
import { putBack, remember } from './restore.ts';
import type { RollbackCause } from './verdict.ts';

export type Started =
  | { readonly kind: 'running'; readonly arn: string; readonly taskDefinition: string }
  /** The task before the deployment did not end well: nothing was deployed. */
  | { readonly kind: 'not-started'; readonly cause: RollbackCause; readonly task: Task | undefined };

/** Registers, runs the task before, updates. When that is cut short, what was begun is undone before the error goes on. */
export async function startDeployment(plan: DeployPlan, recorder: Recorder, ports: Ports): Promise<Started> {
  if (plan.resume !== undefined) {
    return resume(plan, plan.resume, recorder, ports);
  }
  const begun: Begun = { taskDefinition: undefined, updating: false };
  try {
    await remember(plan.live.service, plan.remembered, ports.aws);
    const taskDefinition = await register(plan, recorder, ports);
    begun.taskDefinition = taskDefinition;
    const before =
      plan.target.deploy.before &&
      (await runBeforeTask(plan, plan.target.deploy.before, taskDefinition, recorder, ports));
    if (before !== undefined && before.cause !== undefined) {
      await undoStart(plan, begun, recorder, ports);
      return { kind: 'not-started', cause: before.cause, task: before.task };
    }
    begun.updating = true;
    return { kind: 'running', arn: await update(plan, taskDefinition, recorder, ports), taskDefinition };
  } catch (error) {
    await undoStart(plan, begun, recorder, ports);
    throw error;
  }
}

interface Begun {
  taskDefinition: string | undefined;
  /** From here on ECS may have started the deployment, whatever the answer was. */
  updating: boolean;
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

async function update(plan: DeployPlan, taskDefinition: string, recorder: Recorder, ports: Ports): Promise<string> {
  const { cluster, ecsService } = plan.target;
  const { deploymentConfiguration } = plan;
  await ports.aws.ecs.updateService({ cluster, service: ecsService, taskDefinition, deploymentConfiguration });
  recorder.event('change', 'service updated', `${ecsService} to ${taskDefinition}`);
  return findDeployment(plan, taskDefinition, ports);
}

/** UpdateService may answer before the deployment exists: it is the running one whose revision has our task definition. */
async function findDeployment(plan: DeployPlan, taskDefinition: string, ports: Ports): Promise<string> {
  for (let attempt = 0; attempt < 30; attempt += 1) {
    const arn = await runningDeploymentOf(plan, taskDefinition, ports);
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

async function runningDeploymentOf(
  plan: DeployPlan,
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
async function undoStart(plan: DeployPlan, begun: Begun, recorder: Recorder, ports: Ports): Promise<void> {
  const undo = { ...ports, aws: ports.awsForUndo };
  await attempt('undo the start', recorder, ports, async () => {
    const arn =
      begun.updating && begun.taskDefinition !== undefined
        ? await runningDeploymentOf(plan, begun.taskDefinition, undo)
        : undefined;
    if (arn !== undefined) {
      await askForRollback(arn, recorder, ports);
      return;
    }
    const service = await undo.aws.ecs.service(plan.target.cluster, plan.target.ecsService);
    if (service !== undefined) {
      await putBack(service, plan.remembered, undo.aws);
    }
  });
}

/** Asks ECS to roll back, also after a cancellation. Should this fail, the pause's time-out does it. */
export async function askForRollback(arn: string, recorder: Recorder, ports: Ports): Promise<void> {
  ports.reporter.warn('cut short: asking ECS to roll back (the time-out of the pause would do it too)');
  await attempt('ask for a rollback', recorder, ports, async () => {
    await ports.awsForUndo.ecs.rollBack(arn);
    recorder.event('decision', 'roll back', 'cut short');
  });
}

/** Puts the service's own configuration back after the end. A failure is reported, with what to do; it changes no verdict. */
export async function putBackAfter(plan: DeployPlan, recorder: Recorder, ports: Ports): Promise<void> {
  await attempt('put the deployment configuration back', recorder, ports, async () => {
    const service: Service | undefined = await ports.awsForUndo.ecs.service(
      plan.target.cluster,
      plan.target.ecsService,
    );
    if (service !== undefined) {
      await putBack(service, plan.remembered, ports.awsForUndo);
      recorder.event('change', 'deployment configuration put back');
    }
  });
}

async function attempt(what: string, recorder: Recorder, ports: Ports, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const message = `could not ${what}: ${error instanceof Error ? error.message : String(error)}; \`surefoot status --repair\` does it later`;
    recorder.event('problem', `could not ${what}`, message);
    ports.reporter.warn(message);
  }
}
