/**
 * AWS/ECS CPUUtilization and MemoryUtilization of each service, once a real second, from what its processes really use.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html (percent of what the tasks reserve)
 */
import type { MetricSink, Sample } from '../../cloudwatch/metric-store.ts';
import type { ServiceRecord } from '../records/service.ts';
import type { TaskRecord } from '../records/task.ts';
import type { EcsWorld } from '../world.ts';
import { type ProcessUsage, processUsage } from './process-usage.ts';

const EVERY_MS = 1000;
/** "1024 CPU units = 1 vCPU." */
const UNITS_PER_CORE = 1024;

export interface Reservation {
  /** CPU units; 0 when nothing is reserved. */
  readonly cpu: number;
  /** MiB; 0 when nothing is reserved. */
  readonly memory: number;
}

/** Runs until the platform stops. */
export async function recordServiceMetrics(world: EcsWorld, sink: MetricSink): Promise<void> {
  const before = new Map<TaskRecord, { readonly at: number; readonly cpuSeconds: number }>();
  while (!world.ended.aborted) {
    await world.clock.sleep(EVERY_MS, world.ended).catch(() => {});
    for (const service of world.state.services()) {
      await recordService(world, sink, service, before);
    }
    for (const task of before.keys()) {
      if (task.lastStatus === 'STOPPED') {
        before.delete(task);
      }
    }
  }
}

async function recordService(
  world: EcsWorld,
  sink: MetricSink,
  service: ServiceRecord,
  before: Map<TaskRecord, { readonly at: number; readonly cpuSeconds: number }>,
): Promise<void> {
  const cpu: number[] = [];
  const memory: number[] = [];
  for (const task of service.tasks) {
    const usage = await taskUsage(task);
    const at = performance.now();
    const last = before.get(task);
    if (usage === undefined) {
      continue;
    }
    before.set(task, { at, cpuSeconds: usage.cpuSeconds });
    const reserved = reservationOf(task);
    if (reserved.memory > 0) {
      memory.push((usage.memoryMib / reserved.memory) * 100);
    }
    if (reserved.cpu > 0 && last !== undefined && at > last.at) {
      // A descendant that ended takes its CPU time with it.
      const used = Math.max(0, usage.cpuSeconds - last.cpuSeconds) / ((at - last.at) / 1000);
      cpu.push((used / (reserved.cpu / UNITS_PER_CORE)) * 100);
    }
  }
  const dimensions = { ClusterName: service.cluster.name, ServiceName: service.name };
  const now = world.clock.now();
  for (const [name, values] of [
    ['CPUUtilization', cpu],
    ['MemoryUtilization', memory],
  ] as const) {
    if (values.length > 0) {
      sink.record({ namespace: 'AWS/ECS', name, dimensions }, sampleOf(values, now));
    }
  }
}

async function taskUsage(task: TaskRecord): Promise<ProcessUsage | undefined> {
  const pids = task.containers.flatMap((container) => container.pid ?? []);
  const usages = (await Promise.all(pids.map(processUsage))).filter((usage) => usage !== undefined);
  return usages.length === 0
    ? undefined
    : {
        cpuSeconds: usages.reduce((sum, usage) => sum + usage.cpuSeconds, 0),
        memoryMib: usages.reduce((sum, usage) => sum + usage.memoryMib, 0),
      };
}

/** What the task reserves: its own size, else the sum of its containers'. */
export function reservationOf({ definition, containers }: Pick<TaskRecord, 'definition' | 'containers'>): Reservation {
  const { cpu, memory } = definition.definition;
  return {
    cpu: cpu === undefined ? containers.reduce((sum, container) => sum + container.cpu, 0) : Number(cpu),
    memory:
      memory === undefined ? containers.reduce((sum, container) => sum + (container.memory ?? 0), 0) : Number(memory),
  };
}

function sampleOf(values: readonly number[], at: Date): Sample {
  return {
    at,
    unit: 'Percent',
    count: values.length,
    sum: values.reduce((sum, value) => sum + value, 0),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
  };
}
