/** Restarts one service until each of its tasks was started after the secret had changed: a task keeps what it got when it started. */
import type { Task } from '@aws-sdk/client-ecs';
import type { ServiceInEnvironment } from '../../../platform/model.ts';
import type { Check } from '../../../report/evidence.ts';
import { lookEveryMs } from '../../common/polling.ts';
import type { Ports } from '../../ports.ts';
import type { Recorder } from '../../recorder.ts';
import { type RecoverRequest, type Step, StepFailed } from '../request.ts';
import { keep, type ServiceRestart } from '../service/restart-service.ts';

/** A service that takes the secret's value, and what restarts it. */
export interface SecretUser {
  readonly target: ServiceInEnvironment;
  readonly restart: ServiceRestart;
}

/** Whether a task was started when the secret had the wanted value; known once it has it. */
export type HasValue = () => Promise<(task: Task) => boolean>;

interface Seen {
  /** All tasks have the value, and as many as are wanted are healthy. */
  readonly good: boolean;
  readonly text: string;
}

/** The step, and the check of it. */
export interface RestartStep {
  readonly step: Step;
  check(): Promise<Check>;
}

export function restartStep(
  { target, restart }: SecretUser,
  hasValue: HasValue,
  request: RecoverRequest,
  undo: string,
  ports: Ports,
): RestartStep {
  const id = `restart-${target.ecsService}`;
  const begun = request.run.begun.has(id);
  const look = () => lookAt(target, restart, hasValue, begun, ports);
  return {
    step: {
      id,
      title: `restart ${target.ecsService}, so that its tasks start with that value`,
      undo,
      async done() {
        const { good, text } = await look();
        return good ? text : undefined;
      },
      async carryOut(recorder) {
        await settle(restart, begun, request, ports);
        if (!(await look()).good) {
          await restartNow(restart, recorder, ports);
        }
        const { good, text } = await look();
        if (!good) {
          const message = `${target.ecsService} did not come up with the new value: ${text}. Services after it were not restarted, and nothing was revoked: with --undo the former value is put back`;
          throw new StepFailed('not-with-new-value', message);
        }
        return text;
      },
    },
    async check() {
      const { good, text } = await look();
      return {
        name: `tasks of ${target.ecsService}`,
        verdict: good ? 'pass' : 'fail',
        expected: 'all were started after the secret had changed, and are healthy',
        observed: text,
      };
    },
  };
}

async function restartNow(restart: ServiceRestart, recorder: Recorder, ports: Ports): Promise<void> {
  const evidence = await restart.restart();
  ports.signal.throwIfAborted();
  keep(evidence, recorder);
}

/** Lets end, or brings back, what a run that was cut off had begun. */
async function settle(
  restart: ServiceRestart,
  begun: boolean,
  { rehearsalSpeed }: RecoverRequest,
  ports: Ports,
): Promise<void> {
  let seen = await restart.look();
  if (begun && seen.takenDown) {
    await restart.bringBack();
    return;
  }
  const deadline = ports.clock.now().getTime() + restart.deploymentSeconds * 1000;
  while (seen.deploying && ports.clock.now().getTime() < deadline) {
    ports.reporter.progress(`a deployment is under way: ${seen.seen}`);
    await ports.clock.sleep(lookEveryMs(rehearsalSpeed), ports.signal);
    seen = await restart.look();
  }
}

async function lookAt(
  { cluster, ecsService }: ServiceInEnvironment,
  restart: ServiceRestart,
  hasValue: HasValue,
  begun: boolean,
  ports: Ports,
): Promise<Seen> {
  const has = await hasValue();
  const { healthy, deploying, takenDown, seen } = await restart.look();
  const tasks = await ports.aws.ecs.tasks(cluster, { serviceName: ecsService, desiredStatus: 'RUNNING' });
  if (tasks.length === 0 && !deploying && !(begun && takenDown) && (await wantsNone(cluster, ecsService, ports))) {
    return { good: true, text: 'no tasks are wanted; the next ones start with the value that the secret has then' };
  }
  const former = tasks.filter((task) => !has(task)).length;
  const text = `${tasks.length - former} of ${tasks.length} tasks were started with it; ${seen}`;
  return { good: former === 0 && healthy && !deploying, text };
}

async function wantsNone(cluster: string, name: string, ports: Ports): Promise<boolean> {
  return ((await ports.aws.ecs.service(cluster, name))?.desiredCount ?? 0) === 0;
}
