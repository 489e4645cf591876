/** The security gate as a step, as the runner starts it, with the real scanners. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkovSpec } from '../../src/tools/checkov.ts';
import { locateTool } from '../../src/tools/find-tool.ts';
import { trivySpec } from '../../src/tools/trivy.ts';
import { RUNNER_NODE, runStep } from './runner.ts';

const reporter = { info: () => undefined, warn: () => undefined, progress: () => undefined, stage: () => undefined };
const [trivy, checkov] = await Promise.all([trivySpec, checkovSpec].map((spec) => locateTool(spec, { reporter })));
const here =
  process.env['CI'] !== undefined || (RUNNER_NODE !== undefined && trivy !== undefined && checkov !== undefined);

let workspace: string;

function git(...args: string[]): void {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...identity, ...args], { cwd: workspace });
}

/** The scanners of this machine: the runner gives a step a home of its own. */
function run(inputs: Readonly<Record<string, string>>) {
  const env = { SUREFOOT_TRIVY: trivy?.path ?? '', SUREFOOT_CHECKOV: checkov?.path ?? '' };
  return runStep({ action: 'security-gate', with: { offline: 'true', ...inputs }, workspace, env });
}

describe.runIf(here)('the step', { timeout: 240_000 }, () => {
  beforeAll(async () => {
    workspace = await mkdtemp(path.join(os.tmpdir(), 'surefoot-gate-step-'));
    git('init', '--quiet', '--initial-branch=main');
    await writeFile(path.join(workspace, '.gitignore'), '.surefoot/\n');
    await writeFile(path.join(workspace, 'main.tf'), 'variable "a" {\n  type = string\n}\n');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'one');
    await writeFile(path.join(workspace, 'Dockerfile'), 'FROM nginx:latest\nHEALTHCHECK CMD true\nUSER web\n');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'two');
  });
  afterAll(() => rm(workspace, { recursive: true, force: true }));

  it('fails with what is new, beside the line, in the summary and in the outputs', async () => {
    const end = await run({});
    expect(end.code, end.log).toBe(1);
    expect(end.outputs).toMatchObject({ verdict: 'fail', 'reason-code': 'new-findings-missed' });
    expect(JSON.parse(end.outputs['counts'] ?? '')).toMatchObject({ new: 1, secrets: 0 });
    expect(end.outputs['sarif']).toMatch(/gate\.sarif$/);
    const beside = end.commands.filter(
      ({ name, properties }) => name === 'error' && properties['file'] === 'Dockerfile',
    );
    expect(beside.map(({ properties }) => properties['line'])).toEqual(['1']);
    expect(end.summary).toContain('Fail: Security gate of');
    expect(end.summary).toContain('<code>Dockerfile:1</code>');
  });

  it('passes where nothing is new', async () => {
    const end = await run({ base: 'HEAD' });
    expect(end.code, end.log).toBe(0);
    expect(end.outputs['verdict']).toBe('pass');
  });

  it('says what to write when the base was not checked out', async () => {
    const end = await run({ base: 'HEAD^7' });
    expect(end.code).toBe(2);
    expect(end.outputs['reason']).toContain('fetch-depth: 2');
  });
});
