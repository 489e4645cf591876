/** Waiting for tasks to end and to become healthy, with what was seen on the way. */
import type { LoadBalancer, Task } from '@aws-sdk/client-ecs';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import { patiently } from '../common/patience.ts';
import { lookEveryMs } from '../common/polling.ts';
import type { Ports } from '../ports.ts';
import { countsOf, type Live, readService } from './live.ts';

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

export interface Readiness {
  readonly reached: boolean;
  /** At least one task can serve. */
  readonly serves: boolean;
  readonly seen: string;
}

/** Waits until as many tasks as are wanted run and are healthy in every target group of the service. */
export function untilReady(target: ServiceInEnvironment, options: WaitOptions, ports: Ports): Promise<Waited> {
  return until(options, ports, `${target.ecsService}: becomes ready`, async () =>
    readinessOf({ target, service: await readService(target, ports) }, ports),
  );
}

/** Whether the service has what it wants just now. Without a load balancer the tasks' own health checks count, where they have any. */
export async function readinessOf(live: Pick<Live, 'target' | 'service'>, ports: Ports): Promise<Readiness> {
  const { desired, running } = countsOf(live);
  const balancers = live.service.loadBalancers ?? [];
  const healthy = await Promise.all(
    balancers.length === 0
      ? [healthyTasks(live.target, ports)]
      : balancers.map((balancer) => healthyTargets(balancer, ports)),
  );
  const fewest = Math.min(...healthy);
  const where =
    balancers.length === 0
      ? 'healthy'
      : `healthy in ${balancers.length === 1 ? 'its target group' : 'each of its target groups'}`;
  return {
    reached: running >= desired && fewest >= desired,
    serves: fewest > 0,
    seen: `${running} of ${desired} tasks run, ${fewest} ${where}`,
  };
}

/** A blue-green service has its tasks in one of two target groups; which one is its own affair. */
async function healthyTargets(balancer: LoadBalancer, ports: Ports): Promise<number> {
  const groups = [balancer.targetGroupArn, balancer.advancedConfiguration?.alternateTargetGroupArn];
  const health = await Promise.all(
    groups.filter((arn) => arn !== undefined).map((arn) => ports.aws.elbv2.targetHealth(arn)),
  );
  return health.flat().filter((target) => target.TargetHealth?.State === 'healthy').length;
}

async function healthyTasks({ cluster, ecsService }: ServiceInEnvironment, ports: Ports): Promise<number> {
  const tasks = await ports.aws.ecs.tasks(cluster, { serviceName: ecsService, desiredStatus: 'RUNNING' });
  return tasks.filter(isHealthy).length;
}

/** UNKNOWN is what a task without a health check reports (AWS: Task, healthStatus). */
function isHealthy(task: Task): boolean {
  return task.lastStatus === 'RUNNING' && task.healthStatus !== 'UNHEALTHY';
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
