import { spawnSync } from 'node:child_process';
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
