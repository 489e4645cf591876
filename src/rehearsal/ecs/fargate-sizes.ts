/** The task sizes that Fargate has. */

interface Size {
  readonly cpu: number;
  /** In MiB. */
  readonly memory: readonly number[];
}

/**
 * CPU units with the memory that each can have.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
const SIZES: readonly Size[] = [
  { cpu: 256, memory: [512, 1024, 2048] },
  { cpu: 512, memory: gigabytes(1, 4, 1) },
  { cpu: 1024, memory: gigabytes(2, 8, 1) },
  { cpu: 2048, memory: gigabytes(4, 16, 1) },
  { cpu: 4096, memory: gigabytes(8, 30, 1) },
  { cpu: 8192, memory: gigabytes(16, 60, 4) },
  { cpu: 16_384, memory: gigabytes(32, 120, 8) },
];

function gigabytes(from: number, to: number, step: number): number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => (from + index * step) * 1024);
}

/** Whether Fargate runs tasks of this many CPU units and MiB of memory. */
export function isFargateSize(cpu: number, memory: number): boolean {
  return SIZES.some((size) => size.cpu === cpu && size.memory.includes(memory));
}
