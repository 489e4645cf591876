/** The one-off task before a deployment (a migration): run in the candidate's image, judged by one named container's exit code. */
import type { Task } from '@aws-sdk/client-ecs';
import type { BeforeTask } from '../../platform/model/deploy.ts';
import { runOneOff, startedByOf } from '../common/one-off-task.ts';
import type { Ports } from '../ports.ts';
import type { Recorder } from '../recorder.ts';
import { containersOf } from './plan/candidate.ts';
import type { DeployPlan } from './plan/plan.ts';
import type { RollbackCause } from './verdict.ts';

export interface BeforeResult {
  readonly task: Task | undefined;
  /** Why the deployment must not start; undefined when it may. */
  readonly cause: RollbackCause | undefined;
}

/** Runs the task in the service's network and waits for its end. Two migrations do not run at once, whoever started them. */
export async function runBeforeTask(
  plan: DeployPlan,
  before: BeforeTask,
  taskDefinition: string,
  recorder: Recorder,
  ports: Ports,
): Promise<BeforeResult> {
  ports.reporter.stage(`task before the deployment: ${before.command.join(' ')}`);
  const { task, succeeded, observed } = await runOneOff(
    {
      ...before,
      name: 'task before the deployment',
      cluster: plan.target.cluster,
      service: plan.live.service,
      taskDefinition,
      containers: containersOf(plan.candidate),
      startedBy: startedByOf('surefoot-before', plan.target.ecsService),
      rehearsalSpeed: plan.rehearsalSpeed,
    },
    recorder,
    ports,
  );
  const message = `the task before the deployment failed, nothing was deployed: ${observed}`;
  return {
    task,
    cause: succeeded ? undefined : { verdict: 'fail', reason: { code: 'before-task-failed', message } },
  };
}
