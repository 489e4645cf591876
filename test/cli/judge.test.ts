import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const PROGRAM = process.env['SUREFOOT_SELF'] ?? path.resolve('.build/cli.cjs');

const block = (minute: number, errors: number) =>
  `${JSON.stringify({
    at: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
    baseline: { requests: 900, errors: 1 },
    candidate: { requests: 100, errors },
  })}\n`;
const blocks = (count: number, errors: number, from = 0) =>
  Array.from({ length: count }, (_, index) => block(from + index, errors)).join('');

function surefoot(args: readonly string[], input: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'judge', ...args], {
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** Kills the command once it has told of all these lines; its input stays open until then. */
async function followAndKill(args: readonly string[], lines: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, 'judge', '--follow', ...args]);
  const ended = new Promise((resolve) => child.once('close', resolve));
  let told = '';
  child.stdout.on('data', (chunk: Buffer) => {
    told += chunk.toString();
    if (told.split('\n').length > lines.length) {
      child.kill('SIGKILL');
    }
  });
  child.stdin.write(lines.join(''));
  await ended;
  expect(told.trimEnd().split('\n')).toHaveLength(lines.length);
}

describe('surefoot judge', () => {
  it('prints the verdict as one JSON line and ends with its exit code', () => {
    const worse = surefoot([], blocks(50, 10));
    expect(worse.status).toBe(1);
    expect(JSON.parse(worse.stdout)).toMatchObject({ verdict: 'fail', decidedAfterBlocks: expect.any(Number) });
    expect(surefoot(['--tolerance', '0.01'], blocks(100, 0)).status).toBe(0);
    expect(surefoot([], blocks(1, 0)).status).toBe(3);
  });

  it('says with --json what every command says', () => {
    const { stdout } = surefoot(['--json'], blocks(50, 10));
    expect(JSON.parse(stdout)).toMatchObject({
      operation: 'judge',
      verdict: 'fail',
      reasons: [{ code: 'worse-than-baseline' }],
      error: null,
      metrics: { errors: { logERollback: expect.any(Number), logEPromote: expect.any(Number) } },
    });
  });

  it('goes on from its state file, and leaves it alone when a line is bad', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'judge-')), 'state.json');
    const whole = surefoot([], blocks(50, 4));
    expect(surefoot(['--state', file], blocks(2, 4)).status).toBe(3);
    const kept = readFileSync(file, 'utf8');
    expect(surefoot(['--state', file], 'nonsense\n').status).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe(kept);
    expect(existsSync(`${file}.part`)).toBe(false);
    expect(surefoot(['--state', file], blocks(48, 4, 2)).stdout).toBe(whole.stdout);
    expect(surefoot(['--state', file, '--alpha', '0.05'], '')).toMatchObject({ status: 2 });
  });

  it('killed while it follows, goes on from its state with the blocks that remain', async () => {
    const shares = [0.1, 0.5, 0.9];
    const lines = Array.from({ length: 30 }, (_, minute) => {
      const weight = shares[Math.floor(minute / 10)] ?? 0;
      const arm = (share: number, errors: number) => ({ requests: Math.round(1000 * share), errors });
      const at = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
      const arms = { baseline: arm(1 - weight, minute % 3), candidate: arm(weight, minute % 4) };
      return `${JSON.stringify({ at, ...arms, weight })}\n`;
    });
    // No evidence is enough, so that the whole stream is judged.
    const options = ['--alpha', '1e-90', '--beta', '1e-90'];
    const whole = surefoot(options, lines.join(''));
    for (const cut of [1, 10, 17]) {
      const file = path.join(mkdtempSync(path.join(tmpdir(), 'judge-')), 'state.json');
      await followAndKill([...options, '--state', file], lines.slice(0, cut));
      expect(surefoot([...options, '--state', file], lines.slice(cut).join(''))).toEqual(whole);
    }
  });

  it('goes on after a promotion with --to-end, as a deployment does', () => {
    const turning = blocks(20, 0) + blocks(40, 30, 20);
    const options = ['--tolerance', '0.01'];
    expect(surefoot(options, turning).status).toBe(0);
    expect(surefoot([...options, '--to-end'], turning).status).toBe(1);
    expect(surefoot([...options, '--to-end'], blocks(20, 0)).status).toBe(0);
  });

  it('prints a line for each block with --follow', () => {
    const lines = surefoot(['--follow'], blocks(2, 0)).stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).block)).toEqual([1, 2, undefined]);
  });

  it('refuses bad lines and bad options with exit code 2', () => {
    const bad = surefoot([], 'x\n');
    expect(bad.status).toBe(2);
    expect(bad.stderr).toContain('stdin:1:1 this is not JSON');
    for (const option of [
      ['--alpha', '1'],
      ['--beta', '0'],
      ['--margin', '-1'],
      ['--tolerance', '1'],
      ['--weight', 'x'],
    ]) {
      expect(surefoot(option, '').status).toBe(2);
    }
  });
});
