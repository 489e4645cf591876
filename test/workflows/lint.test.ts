/** actionlint and zizmor have nothing to say about any workflow or action; what they are told to ignore is explained and still needed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { minimalEnvironment } from '../../src/tools/environment.ts';
import { type RunResult, runProgram } from '../../src/tools/run-program.ts';
import { ACTIONS, WORKFLOWS } from './support/files.ts';
import { actionlint, toolOrReason, zizmor } from './support/tools.ts';

const INSTALL_MS = 900_000;
const lint = await toolOrReason(actionlint);
const audit = await toolOrReason(zizmor);
const why = (tool: typeof lint) => ('skipped' in tool ? ` (skipped: ${tool.skipped.split('\n')[0]})` : '');

/** A workflow that either linter would be ashamed to pass. */
const BAD = `name: Bad
on: issues
permissions: {}
jobs:
  bad:
    name: Bad
    runs-on: ubuntu-latest
    steps:
      - name: Bad
        run: echo "\${{ github.event.issue.title }}"
`;

function run(tool: typeof lint, args: string[]): Promise<RunResult> {
  const program = 'path' in tool ? tool.path : '';
  return runProgram(program, args, { environment: minimalEnvironment(process.env), timeoutMs: 60_000 });
}

/** shellcheck and pyflakes are left out: whether a machine has them, and which, must not decide. */
function runActionlint(args: string[]): Promise<RunResult> {
  return run(lint, ['-no-color', '-shellcheck=', '-pyflakes=', ...args]);
}

function runZizmor(args: string[]): Promise<RunResult> {
  return run(audit, ['--offline', '--persona=pedantic', '--no-progress', '--color=never', ...args]);
}

function temporary(name: string, text: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'surefoot-lint-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe.skipIf('skipped' in lint)(`actionlint${why(lint)}`, { timeout: INSTALL_MS }, () => {
  it('finds nothing in any workflow', async () => {
    const { code, stdout, stderr } = await runActionlint(WORKFLOWS);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('finds what is wrong in a bad one', async () => {
    const { code, stdout } = await runActionlint([temporary('bad.yml', BAD)]);
    expect(code).toBe(1);
    expect(stdout).toContain('potentially untrusted');
  });

  it('ignores nothing without a reason, and nothing that it knows by now', async () => {
    const source = readFileSync('.github/actionlint.yaml', 'utf8');
    const { paths } = parse(source) as { paths: Record<string, { ignore: string[] }> };
    const patterns = Object.values(paths).flatMap((each) => each.ignore);
    expect(source).toMatch(/#.*\n(?:\s+- .*\n)+$/);
    const { stdout } = await runActionlint([
      '-config-file',
      temporary('none.yaml', ''),
      '-format',
      '{{range .}}{{.Message}}\n{{end}}',
      ...WORKFLOWS,
    ]);
    const messages = stdout.trim().split('\n');
    expect(patterns.filter((pattern) => !messages.some((message) => new RegExp(pattern).test(message)))).toEqual([]);
  });
});

describe.skipIf('skipped' in audit)(`zizmor${why(audit)}`, { timeout: INSTALL_MS }, () => {
  it('finds nothing in any workflow or action, as a pedant', async () => {
    const { code, stdout, stderr } = await runZizmor([
      '--strict-collection',
      '.github/dependabot.yml',
      ...WORKFLOWS,
      ...ACTIONS,
    ]);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).not.toMatch(/^(?:error|warning|help|info)\[/m);
  });

  it('finds what is wrong in a bad one', async () => {
    const { code, stdout } = await runZizmor([temporary('bad.yml', BAD)]);
    expect(code).toBeGreaterThan(10);
    expect(stdout).toContain('error[template-injection]');
  });

  it('ignores nothing without a reason', () => {
    const ignores = [...WORKFLOWS, ...ACTIONS].flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/# zizmor: ignore\[[\w-]+\](.*)$/gm)].map(([, reason = '']) => reason),
    );
    expect(ignores.filter((reason) => reason.trim().length < 20)).toEqual([]);
  });
});
