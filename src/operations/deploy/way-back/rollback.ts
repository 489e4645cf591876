/** The way back: ends a running deployment in its old revision, or deploys the revision that served before this one. */
import { InputError } from '../../../errors.ts';
import type { ServiceInEnvironment } from '../../../platform/model.ts';
import type { Evidence } from '../../../report/evidence.ts';
import { lookEveryMs } from '../../common/polling.ts';
import type { Ports } from '../../ports.ts';
import { createRecorder } from '../../recorder.ts';
import { deploy } from '../deploy.ts';
import { followDeployment } from '../follow.ts';
import { type LiveService, readLive } from '../live.ts';
import { shiftsInSteps } from '../pauses/stages.ts';
import { controllerRefusals } from '../plan/preflight.ts';
import { refused } from '../plan/refusal.ts';
import type { DeployRequest } from '../request.ts';
import { endOf, putBackAfter, requestRollback } from './way-back.ts';

/** "You can specify up to 20 ARNs" (AWS: DescribeServiceRevisions). */
const MOST_REVISIONS = 20;

export interface RollbackRequest extends Omit<DeployRequest, 'change'> {
  /** Asked before a running deployment is ended; `approve` is asked before an earlier revision is deployed. */
  readonly approveStop: (deployment: string) => Promise<boolean>;
}

/** Rolls back. @throws InputError when there is nothing to go back to. */
export async function rollback(request: RollbackRequest, ports: Ports): Promise<Evidence> {
  ports.reporter.stage('read what runs');
  const live = await readLive(request.target, ports);
  const running = live.running[0]?.serviceDeploymentArn;
  if (running !== undefined) {
    return endRunning(request, running, ports);
  }
  const reference = await previousTaskDefinition(request, live, ports);
  ports.reporter.info(`the revision before this one ran ${reference}`);
  const change = { kind: 'task-definition', reference } as const;
  const evidence = await deploy({ ...request, target: atOnce(request.target), change }, ports);
  return {
    ...evidence,
    operation: 'rollback',
    title: `Roll ${request.target.ecsService} back to ${reference.split('/').at(-1)}`,
  };
}

/**
 * What served before is known: to give it its traffic step by step, on evidence that may never come, would leave users with what they are
 * to be spared. Nor may an error budget that the present revision has spent keep users from the one before.
 */
function atOnce(target: ServiceInEnvironment): ServiceInEnvironment {
  const inSteps = shiftsInSteps(target.deploy);
  const deploy = { ...target.deploy, errorBudget: 'off' } as const;
  return {
    ...target,
    deploy: inSteps
      ? { ...deploy, strategy: 'BLUE_GREEN', canary: undefined, linear: undefined, judge: undefined }
      : deploy,
  };
}

/** What a rollback would do, as a sentence. Changes nothing. */
export async function rollbackPlan(request: RollbackRequest, ports: Ports): Promise<string> {
  const live = await readLive(request.target, ports);
  const running = live.running[0]?.serviceDeploymentArn;
  return running === undefined
    ? `would deploy ${await previousTaskDefinition(request, live, ports)}; nothing was changed`
    : `would end the running deployment ${running} in its old revision; nothing was changed`;
}

/** What ran before the live task definition did. */
async function previousTaskDefinition(request: RollbackRequest, live: LiveService, ports: Ports): Promise<string> {
  const { cluster, ecsService } = request.target;
  const refusals = controllerRefusals(live);
  if (refusals.length > 0) {
    throw refused(refusals);
  }
  const ended = await ports.aws.ecs.serviceDeployments(cluster, ecsService, ['SUCCESSFUL']);
  const arns = ended.map((brief) => brief.targetServiceRevisionArn).filter((arn) => arn !== undefined);
  const byRevision = await taskDefinitionsOf(arns, ports);
  const history = arns.map((arn) => byRevision.get(arn)).filter((reference) => reference !== undefined);
  const before = returnsTo(history, live.taskDefinition.taskDefinitionArn ?? '');
  if (before === undefined) {
    throw new InputError(
      'nothing-before',
      `no earlier deployment of ${ecsService} with another task definition is known (ECS keeps 90 days): name one with \`surefoot deploy --task-definition FAMILY:REVISION\``,
    );
  }
  return before;
}

/**
 * What a rollback from `current` returns to: the success right before it was first deployed, so that rolling back twice goes back two
 * revisions and never forward to one that was left. `history` are the task definitions of successful deployments, newest first.
 */
export function returnsTo(history: readonly string[], current: string): string | undefined {
  const first = history.lastIndexOf(current);
  return history.slice(first + 1).find((reference) => reference !== current);
}

/** By service revision. */
async function taskDefinitionsOf(arns: readonly string[], ports: Ports): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (let from = 0; from < arns.length; from += MOST_REVISIONS) {
    for (const revision of await ports.aws.ecs.serviceRevisions(arns.slice(from, from + MOST_REVISIONS))) {
      if (revision.serviceRevisionArn !== undefined && revision.taskDefinition !== undefined) {
        found.set(revision.serviceRevisionArn, revision.taskDefinition);
      }
    }
  }
  return found;
}

async function endRunning(request: RollbackRequest, arn: string, ports: Ports): Promise<Evidence> {
  const { target } = request;
  if (!(await request.approveStop(arn))) {
    throw new InputError('not-approved', 'the rollback was not approved; nothing was changed');
  }
  const recorder = createRecorder({
    operation: 'rollback',
    title: `Roll back the running deployment of ${target.ecsService}`,
    subject: { platform: request.platform, environment: target.environment, service: target.ecsService },
    rehearsalSpeed: request.rehearsalSpeed,
    tools: [],
    clock: ports.clock,
  });
  await requestRollback(arn, ports.aws.ecs);
  recorder.event('decision', 'roll back', arn);
  const followed = await followDeployment(
    {
      arn,
      recorder,
      everyMs: lookEveryMs(request.rehearsalSpeed),
      onLook: async () => undefined,
      onPause: async () => undefined,
    },
    ports,
  );
  await putBackAfter({ target }, recorder, ports);
  const reason = endOf(followed);
  return recorder.finish(reason.code === 'rolled-back' ? 'pass' : 'fail', [reason]);
}
