/** What a pause does not use. Pure. */
import type { Measurement } from '../../../report/evidence.ts';
import { gigabytesOf, type TaskSize, vcpuOf } from '../../common/task-size.ts';

/** Task-hours, vCPU-hours and GB-hours (1 GB = 1024 MiB, as Fargate counts) of that many tasks over that time. */
export function savings(tasks: number, size: TaskSize, seconds: number): Measurement[] {
  const hours = seconds / 3600;
  const rows = [
    { indicator: 'task-hours saved', value: tasks * hours, unit: 'task-hours' },
    { indicator: 'vCPU-hours saved', value: tasks * hours * vcpuOf(size), unit: 'vCPU-hours' },
    { indicator: 'GB-hours saved', value: tasks * hours * gigabytesOf(size), unit: 'GB-hours' },
  ];
  const method = `${tasks} task${tasks === 1 ? '' : 's'}, the desired count before the pause, for the time from the pause to the resume`;
  return rows.map((row) => ({ ...row, value: Math.round(row.value * 1000) / 1000, method }));
}

/** What is saved for each hour of a pause, as a sentence. */
export function savingsRate(tasks: number, size: TaskSize): string {
  const vcpu = tasks * vcpuOf(size);
  const memory = tasks * gigabytesOf(size);
  return `each hour of the pause saves ${tasks} task-hour${tasks === 1 ? '' : 's'} (${trim(vcpu)} vCPU-hours, ${trim(memory)} GB-hours)`;
}

function trim(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
