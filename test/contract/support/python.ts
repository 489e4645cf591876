/** Pythons with pinned packages: clients and emulators that this project did not write. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { minimalEnvironment } from '../../../src/tools/environment.ts';
import { type RunResult, runProgram } from '../../../src/tools/run-program.ts';
import { defaultToolCache } from '../../../src/tools/tool-cache.ts';

const TOOLS = path.join(import.meta.dirname, '../../../tools');
/** Folders of `tools/` with a `requirements.txt`: boto3, and moto with its server. */
type Packages = 'python' | 'moto';
/** boto3 and moto refuse older ones. */
const MINIMUM = [3, 10] as const;
const INSTALL_TIMEOUT_MS = 180_000;

/** There is no Python to make an environment with; on a laptop a reason to skip. */
export class NoPython extends Error {}

/**
 * The path of a Python that has exactly the `requirements.txt` of that folder of `tools/`. The first call makes a virtual environment in the
 * tool cache, later ones find it there.
 * @throws NoPython when there is no Python 3 that can make one; Error with pip's output when the packages cannot be installed
 */
export async function pythonWith(packages: Packages): Promise<string> {
  const base = await basePython();
  const file = path.join(TOOLS, packages, 'requirements.txt');
  const requirements = await readFile(file, 'utf8');
  const hash = createHash('sha256').update(`${base.version}\n${requirements}`).digest('hex').slice(0, 16);
  const entry = path.join(defaultToolCache(process.env), `python-${hash}`);
  const python = path.join(entry, 'bin/python');
  if (!existsSync(python)) {
    await install(base.program, entry, file);
  }
  return python;
}

/**
 * What such tests run with: the Python, or why they are skipped, to be named. With `CI` set, no Python is an error: a test that CI does
 * not run proves nothing.
 */
export async function pythonOrReason(
  packages: Packages = 'python',
): Promise<{ readonly python: string } | { readonly skipped: string }> {
  try {
    return { python: await pythonWith(packages) };
  } catch (error) {
    if (error instanceof NoPython && !process.env['CI']) {
      return { skipped: error.message };
    }
    throw error;
  }
}

async function basePython(): Promise<{ program: string; version: string }> {
  const program = process.env['SUREFOOT_PYTHON'] || 'python3';
  const probe = await run(
    program,
    ['-c', 'import ensurepip, venv, sys; print(*sys.version_info[:3], sys.executable)'],
    20_000,
  ).catch((error: unknown) => {
    throw new NoPython(
      `${program} does not start (${String(error)}): install Python 3, or name it with SUREFOOT_PYTHON`,
    );
  });
  const [major = 0, minor = 0] = probe.stdout.split(' ').map(Number);
  if (probe.code !== 0) {
    throw new NoPython(`${program} cannot make virtual environments: install its venv module (python3-venv on Debian)`);
  }
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
    throw new NoPython(
      `${program} is ${major}.${minor}; the packages need ${MINIMUM.join('.')} or newer (SUREFOOT_PYTHON names another)`,
    );
  }
  return { program, version: probe.stdout.trim() };
}

/** Made beside its place and renamed into it, so that an entry is whole or absent when several test runs start at once. */
async function install(program: string, entry: string, file: string): Promise<void> {
  const fresh = `${entry}.${process.pid}-${randomBytes(4).toString('hex')}`;
  await mkdir(path.dirname(entry), { recursive: true });
  try {
    await mustRun(program, ['-m', 'venv', fresh]);
    const pip = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--only-binary',
      ':all:',
    ];
    await mustRun(path.join(fresh, 'bin/python'), [...pip, '--require-hashes', '--requirement', file]);
    await rename(fresh, entry).catch((error: unknown) => {
      if (!existsSync(path.join(entry, 'bin/python'))) {
        throw error;
      }
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function mustRun(program: string, args: string[]): Promise<void> {
  const { code, stdout, stderr } = await run(program, args, INSTALL_TIMEOUT_MS);
  if (code !== 0) {
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  }
}

function run(program: string, args: string[], timeoutMs: number): Promise<RunResult> {
  const settings = Object.keys(process.env).filter((name) => /^(?:PIP|PYENV)_/.test(name));
  const environment = minimalEnvironment(process.env, settings);
  return runProgram(program, args, { environment, timeoutMs });
}
