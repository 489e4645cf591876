/**
 * Disk work beside a container's processes: a process of its own that writes to a file in the container's folder and makes the disk take each
 * block before the next. The file has no name, so that nothing is left of it however the process ends.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';

/** How hard; every number is a bound for each worker. */
export interface IoStress {
  readonly workers: number;
  /** The size to which a file grows; it is then written over. */
  readonly fileBytes: number;
  readonly bytesPerSecond: number;
  /** Once this much was written, nothing more is. */
  readonly mostBytes: number;
}

export interface IoStressJob extends IoStress {
  /** The start of the files' names. */
  readonly prefix: string;
}

/** Where the helper process finds its job. */
export const IO_STRESS_JOB = 'SUREFOOT_IO_STRESS_JOB';

const BLOCK = 256 * 1024;

/** Runs the helper process, until the channel to the task host ends. */
export function runIoStress(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {});
  }
  process.on('disconnect', () => process.exit(0));
  const job = JSON.parse(process.env[IO_STRESS_JOB] ?? '{}') as IoStressJob;
  for (let worker = 0; worker < job.workers; worker++) {
    work(job, worker).catch((error: unknown) => {
      process.stderr.write(`io-stress: ${error instanceof Error ? error.message : String(error)}\n`);
    });
  }
}

async function work({ prefix, fileBytes, bytesPerSecond, mostBytes }: IoStressJob, worker: number): Promise<void> {
  const file = `${prefix}.io-stress-${worker}`;
  const handle = await open(file, 'w+');
  await unlink(file);
  const block = randomBytes(Math.min(BLOCK, fileBytes));
  const blocks = Math.max(1, Math.floor(fileBytes / block.length));
  const start = performance.now();
  for (let written = 0, turn = 0; written + block.length <= mostBytes; written += block.length, turn++) {
    await writeOne(handle, block, placeOf(turn, blocks) * block.length);
    const due = start + ((written + block.length) / bytesPerSecond) * 1000;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
  }
}

/** In order while the file grows, then every other block somewhere in it. */
function placeOf(turn: number, blocks: number): number {
  return turn >= blocks && turn % 2 === 1 ? Math.floor(Math.random() * blocks) : turn % blocks;
}

async function writeOne(handle: FileHandle, block: Buffer, position: number): Promise<void> {
  await handle.write(block, 0, block.length, position);
  await handle.datasync();
  await handle.read(Buffer.alloc(block.length), 0, block.length, 0);
}
