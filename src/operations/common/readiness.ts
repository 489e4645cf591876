/** Whether a service has the tasks that it wants, and they are healthy. */
import type { LoadBalancer, Service, Task } from '@aws-sdk/client-ecs';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import type { Ports } from '../ports.ts';

export interface Readiness {
  readonly reached: boolean;
  /** At least one task can serve. */
  readonly serves: boolean;
  readonly seen: string;
}

type Place = Pick<ServiceInEnvironment, 'cluster' | 'ecsService'>;

/** As of now. Without a load balancer the tasks' own health checks count, where they have any. */
export async function readinessOf(
  { target, service }: { readonly target: Place; readonly service: Service },
  ports: Pick<Ports, 'aws'>,
): Promise<Readiness> {
  const desired = service.desiredCount ?? 0;
  const running = service.runningCount ?? 0;
  const balancers = service.loadBalancers ?? [];
  const healthy = await Promise.all(
    balancers.length === 0
      ? [healthyTasks(target, ports)]
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
async function healthyTargets(balancer: LoadBalancer, ports: Pick<Ports, 'aws'>): Promise<number> {
  const groups = [balancer.targetGroupArn, balancer.advancedConfiguration?.alternateTargetGroupArn];
  const health = await Promise.all(
    groups.filter((arn) => arn !== undefined).map((arn) => ports.aws.elbv2.targetHealth(arn)),
  );
  return health.flat().filter((target) => target.TargetHealth?.State === 'healthy').length;
}

async function healthyTasks({ cluster, ecsService }: Place, ports: Pick<Ports, 'aws'>): Promise<number> {
  const tasks = await ports.aws.ecs.tasks(cluster, { serviceName: ecsService, desiredStatus: 'RUNNING' });
  return tasks.filter(isHealthy).length;
}

/** UNKNOWN is what a task without a health check reports (AWS: Task, healthStatus). */
function isHealthy(task: Task): boolean {
  return task.lastStatus === 'RUNNING' && task.healthStatus !== 'UNHEALTHY';
}
