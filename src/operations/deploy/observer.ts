/**
 * While a deployment is awaited: says what the service says (events), why tasks of the candidate stopped, and what they logged last;
 * and gives up on a candidate that never becomes healthy. Without its circuit breaker, which a service may or may not have enabled, ECS
 * itself would go on for hours: a stage may last 24 h. With it, whoever counts to its number first asks for the rollback.
 */
import type { ServiceDeployment, Task } from '@aws-sdk/client-ecs';
import { OutsideError } from '../../errors.ts';
import { logTail } from '../common/log-tail.ts';
import { LOOKS_FOR_TASKS } from '../common/polling.ts';
import type { Ports } from '../ports.ts';
import { containersOf } from './plan/candidate.ts';
import type { DeployContext } from './request.ts';
import type { RollbackCause } from './verdict.ts';

/** Until here the candidate has had no traffic of users. */
const STARTING_STAGES: readonly string[] = ['RECONCILE_SERVICE', 'PRE_SCALE_UP', 'SCALE_UP', 'POST_SCALE_UP'];

export interface Observer {
  /** To be called at every look; resolves with a cause once the candidate is given up. */
  look(deployment: ServiceDeployment): Promise<RollbackCause | undefined>;
}

/** How many tasks of the candidate may stop before it is given up: as ECS's circuit breaker counts, half of the desired count, at least 3. */
export function failuresAllowed(desired: number): number {
  return Math.max(3, Math.ceil(desired / 2));
}

/** An observer that starts now. */
export function createObserver(context: DeployContext, ports: Ports): Observer {
  const startedAt = ports.clock.now().getTime();
  const told = new Set<string>();
  const failed = new Map<string, string>();
  let looks = 0;
  return {
    async look(deployment) {
      looks += 1;
      if (looks % LOOKS_FOR_TASKS !== 1) {
        return undefined;
      }
      await helpfully(told, ports, async () => {
        await tellEvents(context, startedAt, told, ports);
        await tellStoppedTasks(context, deployment, failed, ports);
      });
      if (deployment.status !== 'IN_PROGRESS' || !isStarting(deployment)) {
        return undefined;
      }
      return giveUp(context, { failed, seconds: (ports.clock.now().getTime() - startedAt) / 1000 });
    },
  };
}

/** AWS documents no stages of rolling deployments: where none is named, the candidate is being started. */
function isStarting({ lifecycleStage }: ServiceDeployment): boolean {
  return lifecycleStage === undefined || STARTING_STAGES.includes(lifecycleStage);
}

/** What is only told is no reason to end a deployment: an AWS call that fails here is told itself, once. */
async function helpfully(told: Set<string>, ports: Ports, tell: () => Promise<void>): Promise<void> {
  try {
    await tell();
  } catch (error) {
    if (!(error instanceof OutsideError)) {
      throw error;
    }
    if (!told.has(error.message)) {
      told.add(error.message);
      ports.reporter.warn(`cannot tell what the tasks do: ${error.message}`);
    }
  }
}

async function tellEvents(context: DeployContext, since: number, told: Set<string>, ports: Ports): Promise<void> {
  const { cluster, ecsService } = context.plan.target;
  const service = await ports.aws.ecs.service(cluster, ecsService);
  const events = (service?.events ?? []).filter(
    (event) => (event.createdAt?.getTime() ?? 0) >= since && !told.has(event.id ?? ''),
  );
  for (const event of events.reverse()) {
    told.add(event.id ?? '');
    ports.reporter.info(event.message ?? '');
    context.recorder.event('note', 'service event', event.message);
  }
}

async function tellStoppedTasks(
  context: DeployContext,
  deployment: ServiceDeployment,
  failed: Map<string, string>,
  ports: Ports,
): Promise<void> {
  const { cluster, ecsService } = context.plan.target;
  const begun = (deployment.createdAt ?? new Date(0)).getTime();
  const stopped = await ports.aws.ecs.tasks(cluster, { serviceName: ecsService, desiredStatus: 'STOPPED' });
  for (const task of stopped) {
    const ours = task.taskDefinitionArn === context.taskDefinition && (task.createdAt?.getTime() ?? 0) >= begun;
    // Tasks that ECS itself scaled away did not fail.
    if (
      !ours ||
      task.stopCode === 'ServiceSchedulerInitiated' ||
      task.stopCode === 'UserInitiated' ||
      failed.has(task.taskArn ?? '')
    ) {
      continue;
    }
    const reason = stopReason(task);
    failed.set(task.taskArn ?? '', reason);
    const tail = await logTail(containersOf(context.plan.candidate), context.plan.target.container, task, ports);
    ports.reporter.warn(`a task of the candidate stopped: ${reason}`);
    for (const line of tail) {
      ports.reporter.info(`  | ${line}`);
    }
    context.recorder.event('problem', 'task stopped', [reason, ...tail].join('\n'));
  }
}

/** What ECS says of the task, and of each container that has something to say. */
export function stopReason(task: Task): string {
  const containers = (task.containers ?? [])
    .map((container) =>
      [container.exitCode === undefined ? undefined : `exit code ${container.exitCode}`, container.reason]
        .filter((part) => part !== undefined)
        .join(', '),
    )
    .map((text, index) => (text === '' ? undefined : `${task.containers?.[index]?.name}: ${text}`))
    .filter((text) => text !== undefined);
  return [task.stoppedReason ?? task.stopCode ?? 'no reason given', ...containers].join('; ');
}

/** The last lines of the service's container. Logs are a help, not a need: without permission or log group there are none. */
function giveUp(
  context: DeployContext,
  seen: { failed: ReadonlyMap<string, string>; seconds: number },
): RollbackCause | undefined {
  const { deploy } = context.plan.target;
  const allowed = failuresAllowed(context.plan.live.service.desiredCount ?? 1);
  if (seen.failed.size >= allowed) {
    const last = [...seen.failed.values()].at(-1);
    return cause(
      'candidate-crashes',
      `${seen.failed.size} tasks of the candidate stopped before it was healthy, the last one: ${last}`,
    );
  }
  if (seen.seconds > deploy.healthyWithinSeconds) {
    return cause(
      'candidate-not-healthy',
      `the candidate was not healthy within ${deploy.healthyWithinSeconds} s (healthyWithin in surefoot.yml)`,
    );
  }
  return undefined;
}

function cause(code: string, message: string): RollbackCause {
  return { verdict: 'fail', reason: { code, message } };
}
