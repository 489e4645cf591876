/** `run-task`: a one-off job in the service's image and network, judged by the exit code of the container that runs it. */
import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { Job } from '../../platform/model/deploy.ts';
import type { Evidence, Reason } from '../../report/evidence.ts';
import { runOneOff, startedByOf } from '../common/one-off-task.ts';
import type { Ports } from '../ports.ts';
import type { Recorder } from '../recorder.ts';
import { type Live, readLive } from './live.ts';
import { recorded } from './recording.ts';
import type { ManageRequest, Plan } from './request.ts';

/** What to run. */
export interface RunTask extends Job {
  /** The job's name in surefoot.yml; undefined for a command given by hand. */
  readonly job: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
}

export interface RunTaskPlan extends Plan {
  readonly taskDefinition: TaskDefinition;
}

/** Reads and works out the task; changes nothing. */
export async function planRunTask(request: ManageRequest, run: RunTask, ports: Ports): Promise<RunTaskPlan> {
  const live = await readLive(request.target, ports);
  const reference = await servingTaskDefinition(live, ports);
  if (reference === undefined) {
    const message = `${request.target.ecsService} has no task definition yet: deploy it first`;
    return { live, taskDefinition: {}, refusals: [{ code: 'no-task-definition', message }], steps: [], notes: [] };
  }
  const { taskDefinition } = await ports.aws.ecs.taskDefinition(reference);
  return {
    live,
    taskDefinition,
    refusals: containerRefusals(taskDefinition, run),
    steps: [
      `run one task of ${taskDefinition.family}:${taskDefinition.revision}: ${run.command.join(' ')}`,
      `its container "${run.container}" must exit with 0 within ${run.timeoutSeconds} s, or it is stopped`,
    ],
    notes:
      live.running.length === 0
        ? []
        : ['a deployment is under way: the task runs what serves, not what is being deployed'],
  };
}

/** While a deployment runs, the service already names the new task definition; what serves is the old revision's. */
async function servingTaskDefinition({ service, running }: Live, ports: Ports): Promise<string | undefined> {
  const arn = running[0]?.serviceDeploymentArn;
  const deployment = arn === undefined ? undefined : await ports.aws.ecs.serviceDeployment(arn);
  const source = deployment?.sourceServiceRevisions?.[0]?.arn;
  const [revision] = source === undefined ? [] : await ports.aws.ecs.serviceRevisions([source]);
  const primary = service.taskSets?.find((set) => set.status === 'PRIMARY');
  return revision?.taskDefinition ?? service.taskDefinition ?? primary?.taskDefinition;
}

function containerRefusals({ family, revision, containerDefinitions = [] }: TaskDefinition, run: RunTask): Reason[] {
  const names = containerDefinitions.map(({ name }) => name);
  return names.includes(run.container)
    ? []
    : [
        {
          code: 'unknown-container',
          message: `${family}:${revision} has no container "${run.container}"; it has ${names.map((name) => `"${name}"`).join(', ')}`,
        },
      ];
}

/** Runs the task to its end. When that is cut short the task is stopped. */
export function runTask(request: ManageRequest, plan: RunTaskPlan, run: RunTask, ports: Ports): Promise<Evidence> {
  const title = `Run ${run.job ?? 'task'} of ${request.target.ecsService}`;
  return recorded('run-task', title, request, ports, (recorder) => carryOut(request, plan, run, recorder, ports));
}

async function carryOut(
  request: ManageRequest,
  plan: RunTaskPlan,
  run: RunTask,
  recorder: Recorder,
  ports: Ports,
): Promise<Evidence> {
  const { target, rehearsalSpeed } = request;
  const name = run.job ?? 'task';
  const { live, taskDefinition } = plan;
  const { task, succeeded, observed, seconds, arn } = await runOneOff(
    {
      ...run,
      name: run.job === undefined ? 'task' : `job ${run.job}`,
      cluster: target.cluster,
      service: live.service,
      taskDefinition: taskDefinition.taskDefinitionArn ?? '',
      containers: taskDefinition.containerDefinitions,
      startedBy: startedByOf('surefoot-job', target.ecsService, name),
      rehearsalSpeed,
    },
    recorder,
    ports,
  );
  recorder.measure({
    indicator: 'job duration',
    value: seconds,
    unit: 's',
    method: 'from RunTask until the task was seen STOPPED',
  });
  const code = succeeded ? 'job-succeeded' : task === undefined ? 'job-timed-out' : 'job-failed';
  return recorder.finish(succeeded ? 'pass' : 'fail', [
    { code, message: `${name} of ${target.ecsService}: ${observed} after ${seconds} s (${arn})` },
  ]);
}
