/** How large a task is, as Fargate counts. */
import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { ServiceInEnvironment } from '../../platform/model.ts';

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

/** In vCPU. */
export function vcpuOf({ cpu }: TaskSize): number {
  return cpu / 1024;
}

/** In GB of 1024 MiB, by which Fargate counts. */
export function gigabytesOf({ memory }: TaskSize): number {
  return memory / 1024;
}
