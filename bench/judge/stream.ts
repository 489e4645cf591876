/** How fast `surefoot judge` reads: ten million blocks through its stdin, that it can never decide, and the memory it takes for them. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

export interface JudgeStreamResult {
  readonly blocks: number;
  readonly seconds: number;
  /** Resident set in MiB after a tenth, and the largest seen. */
  readonly early: number;
  readonly largest: number;
}

/** Counts on the boundary, so that no evidence grows; probabilities that no evidence reaches. */
const OPTIONS = ['judge', '--margin', '0', '--alpha', '1e-300', '--beta', '1e-300'];
const BATCH = 10_000;
const START = Date.UTC(2026, 0, 1);

/** Streams so many blocks into the bundled command line. */
export async function benchJudgeStream(blocks: number): Promise<JudgeStreamResult> {
  const self = process.env['SUREFOOT_SELF'] ?? 'dist/cli.cjs';
  const startedAt = performance.now();
  const child = spawn(process.execPath, [self, ...OPTIONS], { stdio: ['pipe', 'pipe', 'inherit'] });
  const memory: number[] = [];
  const ended = new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.once('error', reject).once('close', () => resolve(output));
  });
  for (let from = 0; from < blocks; from += BATCH) {
    if (!child.stdin.write(batch(from, Math.min(blocks, from + BATCH)))) {
      await new Promise((resolve) => child.stdin.once('drain', resolve));
    }
    if ((from / BATCH) % 10 === 9) {
      memory.push(await residentMiB(child.pid ?? 0));
    }
  }
  child.stdin.end();
  const judged = JSON.parse(await ended) as { verdict: string; requests: { candidate: number } };
  if (judged.verdict !== 'inconclusive' || judged.requests.candidate !== blocks * 100) {
    throw new Error(`not all blocks were judged: ${JSON.stringify(judged)}`);
  }
  return {
    blocks,
    seconds: (performance.now() - startedAt) / 1000,
    early: memory[Math.floor(memory.length / 10)] ?? Number.NaN,
    largest: Math.max(...memory),
  };
}

function batch(from: number, to: number): string {
  let text = '';
  for (let index = from; index < to; index += 1) {
    const at = new Date(START + index * 1000).toISOString();
    text += `{"at":"${at}","baseline":{"requests":900,"errors":9},"candidate":{"requests":100,"errors":1}}\n`;
  }
  return text;
}

async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

export function renderJudgeStreamBench({ blocks, seconds, early, largest }: JudgeStreamResult): string {
  return [
    `${blocks} blocks through stdin in ${seconds.toFixed(1)} s: ${Math.round(blocks / seconds)} blocks a second (aim: over 300,000)`,
    `memory after a tenth of them ${early.toFixed(0)} MiB, at most ${largest.toFixed(0)} MiB`,
    '',
  ].join('\n');
}
