/** What a service uses while a load is on it: its tasks, asked for again and again, and CloudWatch's metrics afterwards. */

import type { MetricPoints, MetricRequest } from '../../../aws/cloudwatch/cloudwatch.ts';
import { dimensionOf } from '../../../aws/elbv2/load-balancer-names.ts';
import { InputError } from '../../../errors.ts';
import type { ServiceInEnvironment } from '../../../platform/model.ts';
import { METRICS_LAG_SECONDS } from '../../../platform/schema/common.ts';
import type { Series } from '../../../report/evidence.ts';
import { sizeOf, type TaskSize } from '../../common/task-size.ts';
import type { Ports } from '../../ports.ts';
import type { Seen } from './judge.ts';

export type WatchPorts = Pick<Ports, 'aws' | 'clock' | 'reporter' | 'signal'>;

/** What is watched. */
export interface Watched {
  readonly target: ServiceInEnvironment;
  readonly size: TaskSize;
  /** Dimensions of its target groups. */
  readonly targetGroups: readonly string[];
}

interface Timing {
  readonly askEverySeconds: number;
  /** Of CloudWatch's periods, and how long after its end one is taken as complete. */
  readonly periodSeconds: number;
  readonly lagSeconds: number;
}

/** AWS has these metrics by the minute, some minutes late; the rehearsal platform by the second. */
export function timingOf(rehearsalSpeed: number | undefined): Timing {
  return rehearsalSpeed === undefined
    ? { askEverySeconds: 10, periodSeconds: 60, lagSeconds: METRICS_LAG_SECONDS }
    : { askEverySeconds: 1, periodSeconds: 1, lagSeconds: 2 };
}

/** @throws InputError `service-missing` */
export async function findWatched(target: ServiceInEnvironment, ports: WatchPorts): Promise<Watched> {
  const service = await ports.aws.ecs.service(target.cluster, target.ecsService);
  if (service === undefined) {
    throw new InputError(
      'service-missing',
      `the profile watches how ${target.ecsService} scales, and there is no such service in the cluster ${target.cluster}: deploy it first, or name another with --service`,
    );
  }
  const definition =
    service.taskDefinition === undefined
      ? {}
      : (await ports.aws.ecs.taskDefinition(service.taskDefinition)).taskDefinition;
  const arns = (service.loadBalancers ?? []).flatMap(({ targetGroupArn, advancedConfiguration }) => [
    targetGroupArn,
    advancedConfiguration?.alternateTargetGroupArn,
  ]);
  const targetGroups = [...new Set(arns.filter((arn) => arn !== undefined))].map(dimensionOf);
  return { target, size: sizeOf(definition, target), targetGroups };
}

/** Asks for the number of tasks until `ended`, which it waits for; tasks that are starting are paid for too. */
export async function watchTasks(
  { target }: Watched,
  timing: Timing,
  ports: WatchPorts,
  ended: AbortSignal,
): Promise<Series> {
  const points: Series['points'] = [];
  let warned = false;
  while (!ended.aborted) {
    const at = ports.clock.now().toISOString();
    try {
      const service = await ports.aws.ecs.service(target.cluster, target.ecsService);
      points.push([at, service === undefined ? null : (service.runningCount ?? 0) + (service.pendingCount ?? 0)]);
    } catch (error) {
      // A load goes on when AWS does not answer for a while; what is not known is not counted.
      points.push([at, null]);
      if (!warned && !ports.signal.aborted) {
        ports.reporter.warn(
          `the number of tasks is not known for now: ${error instanceof Error ? error.message : String(error)}`,
        );
        warned = true;
      }
    }
    await ports.clock.sleep(timing.askEverySeconds * 1000, ended).catch(() => undefined);
  }
  return { name: 'tasks', unit: 'tasks', source: 'ecs:DescribeServices, running and pending', points };
}

/** The metrics of a stretch of time, once CloudWatch has them. */
export async function readMetrics(
  watched: Watched,
  stretch: { readonly start: Date; readonly end: Date },
  timing: Timing,
  ports: WatchPorts,
): Promise<Omit<Seen, 'tasks' | 'periodSeconds'>> {
  const { periodSeconds, lagSeconds } = timing;
  const wait = stretch.end.getTime() + lagSeconds * 1000 - ports.clock.now().getTime();
  if (wait > 0) {
    ports.reporter.info(`waiting ${Math.ceil(wait / 1000)} s for CloudWatch to have the metrics of the load`);
    await ports.clock.sleep(wait, ports.signal);
  }
  const start = new Date(Math.floor(stretch.start.getTime() / 1000 / periodSeconds) * periodSeconds * 1000);
  const ofService = { ClusterName: watched.target.cluster, ServiceName: watched.target.ecsService };
  const requests: MetricRequest[] = [
    { id: 'cpu', namespace: 'AWS/ECS', name: 'CPUUtilization', dimensions: ofService, stat: 'Average' },
    { id: 'memory', namespace: 'AWS/ECS', name: 'MemoryUtilization', dimensions: ofService, stat: 'Average' },
    ...watched.targetGroups.map((TargetGroup, index) => ({
      id: `group${index}`,
      namespace: 'AWS/ApplicationELB',
      name: 'RequestCountPerTarget',
      dimensions: { TargetGroup },
      stat: 'Sum',
    })),
  ];
  const found = await ports.aws.cloudwatch.metrics(requests, { start, end: stretch.end, periodSeconds });
  const groups = watched.targetGroups.map((_, index) => found.get(`group${index}`) ?? new Map<number, number>());
  const source = (name: string) => `CloudWatch ${name}, periods of ${periodSeconds} s`;
  return {
    cpu: seriesOf('CPU used', 'share of what tasks reserve', source('CPUUtilization'), scaled(found.get('cpu'), 0.01)),
    memory: seriesOf(
      'memory used',
      'share of what tasks reserve',
      source('MemoryUtilization'),
      scaled(found.get('memory'), 0.01),
    ),
    requestsPerTarget: seriesOf(
      'requests of each target',
      'requests/s',
      source('RequestCountPerTarget'),
      scaled(summed(groups), 1 / periodSeconds),
    ),
  };
}

/** At most one of the groups has traffic but for the moment of a deployment. */
function summed(groups: readonly MetricPoints[]): MetricPoints {
  const sums = new Map<number, number>();
  for (const [at, value] of groups.flatMap((points) => [...points])) {
    sums.set(at, (sums.get(at) ?? 0) + value);
  }
  return sums;
}

function scaled(points: MetricPoints | undefined, factor: number): [number, number][] {
  return [...(points ?? [])].map(([at, value]): [number, number] => [at, value * factor]).sort(([a], [b]) => a - b);
}

function seriesOf(name: string, unit: string, source: string, points: readonly [number, number][]): Series {
  return { name, unit, source, points: points.map(([at, value]) => [new Date(at * 1000).toISOString(), value]) };
}
