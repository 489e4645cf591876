/** Waiting for tasks to end and to become healthy, with what was seen on the way. */
import type { ServiceInEnvironment } from '../../platform/model.ts';
import { patiently } from '../common/patience.ts';
import { lookEveryMs } from '../common/polling.ts';
import { readinessOf } from '../common/readiness.ts';
import type { Ports } from '../ports.ts';
import { countsOf, readService } from './live.ts';

export interface WaitOptions {
  readonly limitSeconds: number;
  /** Undefined outside a rehearsal. */
  readonly rehearsalSpeed: number | undefined;
}

export interface Waited {
  readonly reached: boolean;
  /** What was seen last, for people. */
  readonly seen: string;
  readonly at: Date;
}

/** Waits until no task of the service is left, those that drain and stop included. */
export function untilGone(target: ServiceInEnvironment, options: WaitOptions, ports: Ports): Promise<Waited> {
  return until(options, ports, `${target.ecsService}: tasks end`, async () => {
    const { running, pending } = countsOf({ service: await readService(target, ports) });
    const leaving = await tasksLeaving(target, ports);
    return {
      reached: running + pending + leaving === 0,
      seen: running + pending + leaving === 0 ? 'no task is left' : `${running + pending + leaving} tasks still there`,
    };
  });
}

/** Tasks that are to stop and have not stopped. */
async function tasksLeaving({ cluster, ecsService }: ServiceInEnvironment, ports: Ports): Promise<number> {
  const tasks = await ports.aws.ecs.tasks(cluster, { serviceName: ecsService, desiredStatus: 'STOPPED' });
  return tasks.filter((task) => task.lastStatus !== 'STOPPED').length;
}

/** Waits until as many tasks as are wanted run and are healthy in every target group of the service. */
export function untilReady(target: ServiceInEnvironment, options: WaitOptions, ports: Ports): Promise<Waited> {
  return until(options, ports, `${target.ecsService}: becomes ready`, async () =>
    readinessOf({ target, service: await readService(target, ports) }, ports),
  );
}

async function until(
  { limitSeconds, rehearsalSpeed }: WaitOptions,
  ports: Ports,
  what: string,
  look: () => Promise<{ readonly reached: boolean; readonly seen: string }>,
): Promise<Waited> {
  const deadline = ports.clock.now().getTime() + limitSeconds * 1000;
  for (;;) {
    const { reached, seen } = await patiently(look, ports);
    const at = ports.clock.now();
    if (reached || at.getTime() > deadline) {
      return { reached, seen, at };
    }
    ports.reporter.progress(`${what}: ${seen}`);
    await ports.clock.sleep(lookEveryMs(rehearsalSpeed), ports.signal);
  }
}
