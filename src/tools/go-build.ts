import { tmpdir } from 'node:os';
import path from 'node:path';
import { minimalEnvironment } from './environment.ts';
import { runProgram } from './run-program.ts';
import type { InstallContext } from './tool-spec.ts';

/** What go itself reads; a private proxy or checksum database must stay in force. */
const GO_VARIABLES = [
  'GOPATH',
  'GOMODCACHE',
  'GOCACHE',
  'GOPROXY',
  'GOFLAGS',
  'GOPRIVATE',
  'GONOPROXY',
  'GONOSUMDB',
  'GOSUMDB',
  'GOINSECURE',
  'GOTOOLCHAIN',
  'GOENV',
  'GOROOT',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
];

const BUILD_TIMEOUT_MS = 30 * 60_000;

export interface GoModule {
  /** The folder with go.mod and go.sum. */
  readonly directory: string;
  readonly package: string;
  readonly output: string;
  /** The go directive of the module, e.g. [1, 25]. */
  readonly minimum: readonly [number, number];
  /** More flags for the linker, e.g. a version that a release has set. */
  readonly linkerFlags?: string;
  /** More variables for go, e.g. GOEXPERIMENT. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Builds a program from a module with a complete, committed go.sum; go checks every source against it.
 * @returns the path of the program relative to `context.directory`
 * @throws Error that says what is missing: go, a new enough go, or what go printed last
 */
export async function buildGoProgram(module: GoModule, context: InstallContext): Promise<string> {
  const environment = {
    ...minimalEnvironment(context.environment, GO_VARIABLES),
    ...module.environment,
    GOWORK: 'off',
  };
  await requireGo(module.minimum, environment, context.signal);
  const flags = `-ldflags=${['-s -w', module.linkerFlags].filter(Boolean).join(' ')}`;
  const started = Date.now();
  context.reporter.info(`building ${module.package} with go; this takes minutes, once`);
  const timer = setInterval(() => {
    context.reporter.progress(`building ${module.output}: ${Math.round((Date.now() - started) / 1000)} s`);
  }, 5000);
  try {
    const target = path.join(context.directory, module.output);
    const result = await runProgram(
      'go',
      ['build', '-mod=readonly', '-trimpath', '-buildvcs=false', flags, '-o', target, module.package],
      { environment, directory: module.directory, timeoutMs: BUILD_TIMEOUT_MS, signal: context.signal },
    );
    if (result.timedOut) {
      throw new Error(`go build did not end within ${BUILD_TIMEOUT_MS / 60_000} minutes`);
    }
    if (result.code !== 0) {
      throw new Error(`go build failed: ${lastLines(result.stderr, 5)}`);
    }
  } finally {
    clearInterval(timer);
  }
  return module.output;
}

async function requireGo(
  minimum: readonly [number, number],
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const needed = `go ${minimum.join('.')}`;
  let answer: string;
  try {
    const options = { environment, directory: tmpdir(), timeoutMs: 20_000, signal };
    answer = (await runProgram('go', ['env', 'GOVERSION', 'GOTOOLCHAIN'], options)).stdout;
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`go is not on PATH; install ${needed} or later (https://go.dev/dl)`, { cause: error });
  }
  const [version = '', toolchain = ''] = answer.split('\n');
  if (!isGoSufficient(version, toolchain, minimum)) {
    throw new Error(`${version || 'this go'} is too old; install ${needed} or later (https://go.dev/dl)`);
  }
}

/** Whether go itself is new enough, or may fetch a newer toolchain by itself (go 1.21 and later, unless GOTOOLCHAIN is `local` or a fixed version). */
export function isGoSufficient(version: string, toolchain: string, minimum: readonly [number, number]): boolean {
  const match = /^(?:devel )?go(\d+)\.(\d+)/.exec(version.trim());
  if (match === null) {
    return false;
  }
  const found = [Number(match[1]), Number(match[2])] as const;
  return isAtLeast(found, minimum) || (isAtLeast(found, [1, 21]) && /^(auto|.*\+auto)$/.test(toolchain.trim()));
}

function isAtLeast(found: readonly [number, number], minimum: readonly [number, number]): boolean {
  return found[0] > minimum[0] || (found[0] === minimum[0] && found[1] >= minimum[1]);
}

function lastLines(text: string, count: number): string {
  return text.trim().split('\n').slice(-count).join('\n') || 'it printed nothing';
}
