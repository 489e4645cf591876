/** Wall time of the gate beside its slower scanner alone, on this repository's largest Terraform, in one run and in turn. */
import { execFileSync, spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createReporter } from '../src/runtime/reporter.ts';
import { findCheckov } from '../src/tools/checkov.ts';
import { findTrivy } from '../src/tools/trivy.ts';

const SUBJECT = path.resolve('examples/artguard/infra');

export interface GateBenchResult {
  /** Seconds, sorted. */
  readonly checkov: readonly number[];
  readonly trivy: readonly number[];
  readonly head: readonly number[];
  readonly withBase: readonly number[];
}

/** Measures each `rounds` times. */
export async function benchGate(rounds: number): Promise<GateBenchResult> {
  const reporter = createReporter(process.stderr);
  const checkov = await findCheckov({ reporter });
  const trivy = await findTrivy({ reporter });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-bench-'));
  const [tree, base] = [path.join(folder, 'head'), path.join(folder, 'base')];
  await Promise.all([cp(SUBJECT, tree, { recursive: true }), cp(SUBJECT, base, { recursive: true })]);
  const self = process.env['SUREFOOT_SELF'] ?? 'dist/cli.cjs';
  const gate = ['gate', tree, '--offline', '--report-dir', path.join(folder, 'reports')];
  const times = { checkov: [] as number[], trivy: [] as number[], head: [] as number[], withBase: [] as number[] };
  try {
    for (let round = -1; round < rounds; round += 1) {
      const took = {
        checkov: await seconds(checkov.path, ['--directory', tree, '--output', 'json', '--quiet', '--skip-download']),
        trivy: await seconds(trivy.path, ['config', '--format', 'json', '--skip-check-update', tree]),
        head: await seconds(process.execPath, [self, ...gate]),
        withBase: await seconds(process.execPath, [self, ...gate, '--base', base]),
      };
      // The first round fills the caches of the operating system.
      for (const name of round < 0 ? [] : (Object.keys(times) as (keyof typeof times)[])) {
        times[name].push(took[name]);
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  for (const values of Object.values(times)) {
    values.sort((a, b) => a - b);
  }
  return times;
}

/** Wall time of a program, whatever it found; 2 and above mean that it did not run. */
function seconds(program: string, args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    child.once('error', reject).once('close', (code) => {
      const failed = code === null || code === 2 || code === 4;
      return failed
        ? reject(new Error(`${program} ended with ${code}: ${told.slice(-500)}`))
        : resolve((performance.now() - startedAt) / 1000);
    });
  });
}

export function renderGateBench(result: GateBenchResult): string {
  const median = (values: readonly number[]) => values[Math.floor(values.length / 2)] ?? Number.NaN;
  const slower = Math.max(median(result.checkov), median(result.trivy));
  const line = (name: string, values: readonly number[], aim = '') =>
    `${name.padEnd(24)} ${median(values).toFixed(2).padStart(6)} s  ${(median(values) / slower).toFixed(2).padStart(5)} × the slower scanner${aim}  (${values[0]?.toFixed(2)} to ${values.at(-1)?.toFixed(2)}, n = ${values.length})`;
  return [
    `the Terraform of examples/artguard, ${files()} files, one pass of each scanner`,
    line('Checkov alone', result.checkov),
    line('Trivy alone', result.trivy),
    line('gate, head only', result.head, ' (aim: at most 1.1)'),
    line('gate, with base', result.withBase, ' (aim: at most 2.2)'),
    '',
  ].join('\n');
}

function files(): number {
  return execFileSync('find', [SUBJECT, '-name', '*.tf'], { encoding: 'utf8' }).trim().split('\n').length;
}
