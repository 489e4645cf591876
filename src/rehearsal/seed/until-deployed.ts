/** Whether a seeded service comes up, and why not. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type {
  DescribeServiceDeploymentsResponse,
  DescribeTasksResponse,
  ListServiceDeploymentsResponse,
  ListTasksResponse,
  Task,
} from '@aws-sdk/client-ecs';
import { InputError } from '../../errors.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import { delay } from '../world/clock.ts';
import type { SeedContext } from './context.ts';

/** A service whose first tasks keep ending, or that is not healthy in this time, will not come up. */
const TOO_MANY_STOPPED = 3;
const UP_WITHIN_MS = 180_000;

/** Resolves when the first deployment has ended well. @throws InputError that says why the tasks end, with the end of their log */
export async function untilDeployed(
  target: ServiceInEnvironment,
  service: string,
  context: SeedContext,
): Promise<void> {
  const { call, signal } = context;
  const list = await call<ListServiceDeploymentsResponse>('ecs', 'ListServiceDeployments', {
    cluster: target.cluster,
    service,
  });
  const arn = list.serviceDeployments?.[0]?.serviceDeploymentArn;
  const deadline = Date.now() + UP_WITHIN_MS;
  for (;;) {
    const answer = await call<DescribeServiceDeploymentsResponse>('ecs', 'DescribeServiceDeployments', {
      serviceDeploymentArns: [arn],
    });
    const deployment = answer.serviceDeployments?.[0];
    if (deployment?.status === 'SUCCESSFUL') {
      return;
    }
    const stopped = await stoppedTasks(target, context);
    if (stopped.length >= TOO_MANY_STOPPED || Date.now() > deadline) {
      throw await doesNotStart(target, stopped, context);
    }
    await delay(100, signal);
  }
}

async function stoppedTasks(target: ServiceInEnvironment, { call }: SeedContext): Promise<Task[]> {
  const { cluster } = target;
  const query = { cluster, serviceName: target.ecsService, desiredStatus: 'STOPPED' };
  const { taskArns = [] } = await call<ListTasksResponse>('ecs', 'ListTasks', query);
  return taskArns.length === 0
    ? []
    : ((await call<DescribeTasksResponse>('ecs', 'DescribeTasks', { cluster, tasks: taskArns })).tasks ?? []);
}

/** What a person needs to mend their command: why the last task ended, and what it said. */
async function doesNotStart(
  target: ServiceInEnvironment,
  stopped: readonly Task[],
  { logDirectory }: SeedContext,
): Promise<InputError> {
  const last = stopped.at(-1);
  const container = last?.containers?.find((each) => each.name === target.container);
  const id = last?.taskArn?.split('/').at(-1);
  const log =
    id === undefined
      ? ''
      : await readFile(path.join(logDirectory, `${id}-${target.container}.log`), 'utf8').catch(() => '');
  const tail = log
    .trimEnd()
    .split('\n')
    .slice(-12)
    .filter((line) => line !== '')
    .map((line) => `\n  | ${line}`)
    .join('');
  const why =
    last === undefined
      ? `it was not healthy at ${target.healthPath} on port ${target.port} within ${UP_WITHIN_MS / 1000} s`
      : `${last.stoppedReason ?? 'a task stopped'}${container?.exitCode === undefined ? '' : `, exit code ${container.exitCode}`}${container?.reason === undefined ? '' : `, ${container.reason}`}`;
  return new InputError(
    'service-does-not-start',
    `"${target.ecsService}" does not start in the rehearsal: ${why}. Check command, directory and environment under rehearsal in surefoot.yml; the command must listen on HOST and PORT.${tail}`,
  );
}
