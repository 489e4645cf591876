import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { minimalEnvironment } from './environment.ts';
import { type FindOptions, findTool } from './find-tool.ts';
import { shippedFile } from './package-root.ts';
import { type RunResult, runProgram } from './run-program.ts';
import type { FoundTool, InstallContext, ToolSpec } from './tool-spec.ts';

export const CHECKOV_VERSION = '3.3.30';

/** The lock file is for these and later: older ones need packages that are not in it. */
const PYTHON_MINIMUM = [3, 11] as const;
const PROBE_TIMEOUT_MS = 20_000;
const INSTALL_TIMEOUT_MS = 10 * 60_000;
const VENV = 'venv';

/**
 * A virtual environment cannot be moved by its own scripts, which name the place where it was made; this one finds it beside itself. The
 * version comes from the package's record: to load all of Checkov for it, as Checkov itself does, takes seconds of every run.
 */
const LAUNCHER = `#!/bin/sh
python="\${0%/*}/${VENV}/bin/python"
if [ "$*" = --version ]; then
  exec "$python" -c 'from importlib.metadata import version; print(version("checkov"))'
fi
exec "$python" -m checkov.main "$@"
`;

export const checkovSpec: ToolSpec = {
  name: 'checkov',
  version: CHECKOV_VERSION,
  alsoAccepted: [],
  variable: 'SUREFOOT_CHECKOV',
  versionArguments: ['--version'],
  parseVersion: (output) => /^(\d+\.\d+\.\d+)$/m.exec(output.trim())?.[1],
  // Its releases on GitHub are frozen programs, which cannot be asked what they parsed.
  releases: {},
  build: { label: 'install from tools/checkov/requirements.txt with pip', folder: VENV, run: installCheckov },
};

/**
 * Finds Checkov at the pinned version, or installs it into the tool cache from PyPI by the committed hashes, in a minute or two; see
 * `findTool` for the order and the errors.
 */
export function findCheckov(options: FindOptions): Promise<FoundTool> {
  return findTool(checkovSpec, options);
}

async function installCheckov({ directory, environment, reporter, signal }: InstallContext): Promise<string> {
  const base = environment['SUREFOOT_PYTHON'] || 'python3';
  const settings = Object.keys(environment).filter((name) => /^(?:PIP|PYENV)_/.test(name));
  const run = (program: string, args: readonly string[], timeoutMs: number): Promise<RunResult> =>
    runProgram(program, args, { environment: minimalEnvironment(environment, settings), timeoutMs, signal });
  await requirePython(base, run);
  const started = Date.now();
  reporter.info(`installing Checkov ${CHECKOV_VERSION} with pip; this takes a minute or two, once`);
  const timer = setInterval(() => {
    reporter.progress(`installing Checkov: ${Math.round((Date.now() - started) / 1000)} s`);
  }, 5000);
  try {
    const venv = path.join(directory, VENV);
    await mustRun(run(base, ['-m', 'venv', venv], INSTALL_TIMEOUT_MS), `${base} -m venv`);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
    const locked = ['--only-binary', ':all:', '--require-hashes', '--requirement'];
    const requirements = shippedFile('tools/checkov/requirements.txt');
    const python = path.join(venv, 'bin/python');
    await mustRun(run(python, [...pip, ...locked, requirements], INSTALL_TIMEOUT_MS), 'pip');
    await mustRun(run(python, ['-m', 'checkov.main', '--version'], INSTALL_TIMEOUT_MS), 'the first start of Checkov');
    const launcher = path.join(directory, 'checkov');
    await writeFile(launcher, LAUNCHER);
    await chmod(launcher, 0o755);
  } finally {
    clearInterval(timer);
  }
  return 'checkov';
}

async function requirePython(
  program: string,
  run: (program: string, args: readonly string[], timeoutMs: number) => Promise<RunResult>,
): Promise<void> {
  const needed = `Python ${PYTHON_MINIMUM.join('.')} or later with its venv module`;
  const hint = `install ${needed} (python3-venv on Debian), or name it with SUREFOOT_PYTHON`;
  const probe = await run(
    program,
    ['-c', 'import ensurepip, venv, sys; print(*sys.version_info[:2])'],
    PROBE_TIMEOUT_MS,
  ).catch(() => undefined);
  if (probe?.code !== 0) {
    throw new Error(`${program} does not start, or has no venv: ${hint}`);
  }
  const [major = 0, minor = 0] = probe.stdout.trim().split(' ').map(Number);
  if (major < PYTHON_MINIMUM[0] || (major === PYTHON_MINIMUM[0] && minor < PYTHON_MINIMUM[1])) {
    throw new Error(`${program} is Python ${major}.${minor}: ${hint}`);
  }
}

async function mustRun(result: Promise<RunResult>, what: string): Promise<void> {
  const { code, stderr, timedOut } = await result;
  if (code !== 0) {
    const end = timedOut
      ? `it did not end within ${INSTALL_TIMEOUT_MS / 60_000} minutes`
      : stderr.trim().split('\n').slice(-3).join('\n');
    throw new Error(`${what} failed: ${end}`);
  }
}
