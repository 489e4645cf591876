/** The way back: ends a running deployment in its old revision, or deploys the revision that served before this one. */
import { InputError } from '../../errors.ts';
import type { Evidence } from '../../report/evidence.ts';
import { lookEveryMs } from '../polling.ts';
import type { Ports } from '../ports.ts';
import { createRecorder } from '../recorder.ts';
import { deploy } from './deploy.ts';
import { followDeployment } from './follow.ts';
import { type LiveService, readLive } from './live.ts';
import { controllerRefusals } from './preflight.ts';
import { refused } from './refusal.ts';
import type { DeployRequest } from './request.ts';
import { endOf, putBackAfter, requestRollback } from './way-back.ts';

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
  const evidence = await deploy({ ...request, change: { kind: 'task-definition', reference } }, ports);
  return {
    ...evidence,
    operation: 'rollback',
    title: `Roll ${request.target.ecsService} back to ${reference.split('/').at(-1)}`,
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

/** The latest earlier success that ran another task definition than the live revision does. */
async function previousTaskDefinition(request: RollbackRequest, live: LiveService, ports: Ports): Promise<string> {
  const { cluster, ecsService } = request.target;
  const refusals = controllerRefusals(live);
  if (refusals.length > 0) {
    throw refused(refusals);
  }
  const ended = await ports.aws.ecs.serviceDeployments(cluster, ecsService, ['SUCCESSFUL']);
  const arns = ended.map((brief) => brief.targetServiceRevisionArn).filter((arn) => arn !== undefined);
  const current = live.taskDefinition.taskDefinitionArn;
  for (let from = 0; from < arns.length; from += 20) {
    const revisions = await ports.aws.ecs.serviceRevisions(arns.slice(from, from + 20));
    for (const arn of arns.slice(from, from + 20)) {
      const taskDefinition = revisions.find((revision) => revision.serviceRevisionArn === arn)?.taskDefinition;
      if (taskDefinition !== undefined && taskDefinition !== current) {
        return taskDefinition;
      }
    }
  }
  throw new InputError(
    'nothing-before',
    `no earlier deployment of ${ecsService} with another task definition is known (ECS keeps 90 days): name one with \`surefoot deploy --task-definition FAMILY:REVISION\``,
  );
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
