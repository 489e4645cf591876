/** How many experiment files are checked in a second: the library in chaos/, each file under so many names that no two texts are the same. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { checkChaosFile } from '../src/operations/chaos/check/check.ts';

export interface ChaosCheckResult {
  /** Files a second by the clock, sorted; and by the time of this process's own CPU, which others on the machine do not slow down. */
  readonly byClock: readonly number[];
  readonly byCpu: readonly number[];
  readonly files: number;
  readonly meanBytes: number;
  readonly problems: number;
}

const FILES = 1000;
const FOLDER = 'chaos';

/** Checks 1,000 files `rounds` times, after one round that is not counted. */
export async function benchChaosCheck(rounds: number): Promise<ChaosCheckResult> {
  const texts = await thousandFiles();
  const byClock: number[] = [];
  const byCpu: number[] = [];
  let problems = 0;
  for (let round = 0; round <= rounds; round += 1) {
    problems = 0;
    const startedAt = performance.now();
    const before = process.cpuUsage();
    for (const [index, text] of texts.entries()) {
      problems += checkChaosFile(text, `chaos/${index}.yml`).problems.length;
    }
    const cpu = process.cpuUsage(before);
    if (round > 0) {
      byClock.push((FILES * 1000) / (performance.now() - startedAt));
      byCpu.push((FILES * 1e6) / (cpu.user + cpu.system));
    }
  }
  const sorted = (values: number[]) => values.sort((a, b) => a - b);
  const meanBytes = texts.reduce((sum, { length }) => sum + length, 0) / texts.length;
  return { byClock: sorted(byClock), byCpu: sorted(byCpu), files: FILES, meanBytes, problems };
}

async function thousandFiles(): Promise<string[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.yml')).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(FOLDER, name), 'utf8')));
  return Array.from({ length: FILES }, (_, index) => {
    const text = texts[index % texts.length] ?? '';
    return text.replace(/^( +name: .*)$/m, `$1-${index}`);
  });
}

/** The medians with their ranges, beside the aim. */
export function renderChaosCheckBench({ byClock, byCpu, files, meanBytes, problems }: ChaosCheckResult): string {
  const line = (name: string, values: readonly number[]) =>
    `${name.padEnd(58)} ${(values[Math.floor(values.length / 2)] ?? Number.NaN).toFixed(0).padStart(6)} files/s  (${values[0]?.toFixed(0)} to ${values.at(-1)?.toFixed(0)}, n = ${values.length})`;
  return [
    line('experiments checked (aim: 1,000 or more)', byClock),
    line("  by this process's own CPU time", byCpu),
    `${files} files of ${meanBytes.toFixed(0)} bytes on average; ${problems} problems found in them`,
    '',
  ].join('\n');
}
