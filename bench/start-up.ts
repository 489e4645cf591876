/** How long a person waits: for the command line to answer at all, and for `up` until its service is healthy behind the balancer. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export interface StartUpResult {
  /** Milliseconds, sorted: Node alone, the command line's version, `up` until its JSON line. */
  readonly node: readonly number[];
  readonly version: readonly number[];
  readonly up: readonly number[];
}

/** Measures each `rounds` times. */
export async function benchStartUp(rounds: number): Promise<StartUpResult> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-bench-'));
  const self = process.env['SUREFOOT_SELF'] ?? 'dist/cli.cjs';
  const up = [self, 'up', '--speed', '60', '--work-dir', folder];
  const result = { node: [] as number[], version: [] as number[], up: [] as number[] };
  try {
    for (let round = 0; round < rounds; round += 1) {
      result.node.push(await timeToOutput(['-p', '1']));
      result.version.push(await timeToOutput([self, '--version']));
      result.up.push(await timeToOutput(up));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { node: result.node.sort(ascending), version: result.version.sort(ascending), up: result.up.sort(ascending) };
}

/** Milliseconds from the start of `node` with these arguments to its first byte on stdout; then it is ended by SIGINT. */
function timeToOutput(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let took = Number.NaN;
    const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.once('data', () => {
      took = performance.now() - startedAt;
      child.kill('SIGINT');
    });
    child.once('error', reject);
    child.once('close', () =>
      Number.isNaN(took) ? reject(new Error(`node ${args.join(' ')} printed nothing`)) : resolve(took),
    );
  });
}

/** The medians with their ranges. */
export function renderStartUpBench({ node, version, up }: StartUpResult): string {
  const line = (name: string, values: readonly number[]) =>
    `${name.padEnd(44)} ${median(values).toFixed(0).padStart(6)} ms  (${values[0]?.toFixed(0)} to ${values.at(-1)?.toFixed(0)}, n = ${values.length})`;
  return [
    line('node alone', node),
    line('surefoot --version', version),
    line('surefoot up, service healthy (aim: under 2000)', up),
    `surefoot --version over node alone: ${(median(version) / median(node)).toFixed(1)} ×`,
    '',
  ].join('\n');
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function ascending(a: number, b: number): number {
  return a - b;
}
