/** What a pause does not use. Pure. */
import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import type { Measurement } from '../../report/evidence.ts';

export interface TaskSize {
  /** Fargate units: 1024 = 1 vCPU; MiB. */
  readonly cpu: number;
  readonly memory: number;
}

/** The size of a task: as its definition says, else as surefoot.yml does (on EC2 a task need not name one). */
export function sizeOf(
  definition: Pick<TaskDefinition, 'cpu' | 'memory'>,
  target: Pick<ServiceInEnvironment, 'cpu' | 'memory'>,
): TaskSize {
  return { cpu: Number(definition.cpu ?? target.cpu), memory: Number(definition.memory ?? target.memory) };
}

/** Task-hours, vCPU-hours and GB-hours (1 GB = 1024 MiB, as Fargate counts) of that many tasks over that time. */
export function savings(tasks: number, size: TaskSize, seconds: number): Measurement[] {
  const hours = seconds / 3600;
  const rows = [
    { indicator: 'task-hours saved', value: tasks * hours, unit: 'task-hours' },
    { indicator: 'vCPU-hours saved', value: (tasks * hours * size.cpu) / 1024, unit: 'vCPU-hours' },
    { indicator: 'GB-hours saved', value: (tasks * hours * size.memory) / 1024, unit: 'GB-hours' },
  ];
  const method = `${tasks} task${tasks === 1 ? '' : 's'}, the desired count before the pause, for the time from the pause to the resume`;
  return rows.map((row) => ({ ...row, value: Math.round(row.value * 1000) / 1000, method }));
}

/** What is saved for each hour of a pause, as a sentence. */
export function savingsRate(tasks: number, size: TaskSize): string {
  const vcpu = (tasks * size.cpu) / 1024;
  const memory = (tasks * size.memory) / 1024;
  return `each hour of the pause saves ${tasks} task-hour${tasks === 1 ? '' : 's'} (${trim(vcpu)} vCPU-hours, ${trim(memory)} GB-hours)`;
}

function trim(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
