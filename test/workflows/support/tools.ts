/** The linters of the workflows and the runner that tries one: test tools, found or installed as surefoot finds its own. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { OutsideError } from '../../../src/errors.ts';
import { createReporter } from '../../../src/runtime/reporter.ts';
import { minimalEnvironment } from '../../../src/tools/environment.ts';
import { findTool } from '../../../src/tools/find-tool.ts';
import { buildGoProgram } from '../../../src/tools/go-build.ts';
import { runProgram } from '../../../src/tools/run-program.ts';
import type { InstallContext, ToolSpec } from '../../../src/tools/tool-spec.ts';

const TOOLS = path.join(import.meta.dirname, '../../../tools');
const PIP_TIMEOUT_MS = 180_000;

export const actionlint = goTool({
  name: 'actionlint',
  version: '1.7.12',
  package: 'github.com/rhysd/actionlint/cmd/actionlint',
  versionArguments: ['-version'],
  parseVersion: (output) => /^v?(\d+\.\d+\.\d+)$/m.exec(output)?.[1],
});

export const act = goTool({
  name: 'act',
  version: '0.2.89',
  package: 'github.com/nektos/act',
  versionArguments: ['--version'],
  parseVersion: (output) => /^act version (\d+\.\d+\.\d+)$/m.exec(output)?.[1],
});

export const zizmor: ToolSpec = {
  name: 'zizmor',
  version: '1.32.0',
  alsoAccepted: [],
  variable: 'SUREFOOT_ZIZMOR',
  versionArguments: ['--version'],
  parseVersion: (output) => /^zizmor (\d+\.\d+\.\d+)$/m.exec(output)?.[1],
  releases: {},
  build: { label: 'install from tools/zizmor with pip', run: installZizmor },
};

/**
 * Where a tool is, or why the tests with it are skipped, to be named. With `CI` set a missing tool is an error: a test that CI does not run
 * proves nothing.
 * @throws OutsideError `tool-missing` in CI
 */
export async function toolOrReason(spec: ToolSpec): Promise<{ readonly path: string } | { readonly skipped: string }> {
  try {
    return { path: (await findTool(spec, { reporter: createReporter(process.stderr) })).path };
  } catch (error) {
    if (error instanceof OutsideError && !process.env['CI']) {
      return { skipped: error.message };
    }
    throw error;
  }
}

interface GoTool extends Pick<ToolSpec, 'name' | 'version' | 'versionArguments' | 'parseVersion'> {
  readonly package: string;
}

function goTool({ package: goPackage, ...tool }: GoTool): ToolSpec {
  const directory = path.join(TOOLS, tool.name);
  return {
    ...tool,
    alsoAccepted: [],
    variable: `SUREFOOT_${tool.name.toUpperCase()}`,
    releases: {},
    build: {
      label: `build from the Go module in tools/${tool.name}`,
      run: (context) => buildGoProgram({ directory, package: goPackage, output: tool.name, minimum: [1, 25] }, context),
    },
  };
}

/** The wheel holds one program, which needs no Python to run. */
async function installZizmor({ directory, environment, signal }: InstallContext): Promise<string> {
  const python = environment['SUREFOOT_PYTHON'] || 'python3';
  const settings = Object.keys(environment).filter((name) => /^(?:PIP|PYENV)_/.test(name));
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:'];
  const what = [
    '--require-hashes',
    '--requirement',
    path.join(TOOLS, 'zizmor/requirements.txt'),
    '--target',
    directory,
  ];
  const result = await runProgram(python, [...pip, ...what], {
    environment: minimalEnvironment(environment, settings),
    timeoutMs: PIP_TIMEOUT_MS,
    signal,
  });
  const program = path.join('bin', 'zizmor');
  if (result.code !== 0 || !existsSync(path.join(directory, program))) {
    throw new Error(`${python} -m pip failed: ${result.stderr.trim().split('\n').slice(-3).join('\n')}`);
  }
  return program;
}
