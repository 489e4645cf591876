import { constants } from 'node:fs';
import { access, chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError, OutsideError } from '../errors.ts';
import { extractMember } from './archive.ts';
import { downloadChecked } from './download.ts';
import { minimalEnvironment } from './environment.ts';
import { runProgram } from './run-program.ts';
import { defaultToolCache, entryOf, install, lookUp } from './tool-cache.ts';
import { type Environment, type FoundTool, platformKey, type ToolReporter, type ToolSpec } from './tool-spec.ts';

export interface FindOptions {
  /** A program to use instead of all else; the tool's own variable (`SUREFOOT_K6`) has the same effect. */
  readonly explicit?: string | undefined;
  /** A folder for installed tools; by default the runner's tool cache or `~/.cache/surefoot`. */
  readonly toolCache?: string | undefined;
  readonly reporter: ToolReporter;
  readonly signal?: AbortSignal | undefined;
  /** By default that of this process. */
  readonly environment?: Environment | undefined;
}

const DOWNLOAD_BYTES = 200 * 1024 * 1024;
const CONNECT_TIMEOUT_MS = 5000;
const DOWNLOAD_TIMEOUT_MS = 180_000;

/**
 * Finds a tool, or installs it: an explicit path, PATH at a version that is accepted, the tool cache, the official release by SHA-256,
 * a build from the language's registry with committed checksums; the first that works.
 * @throws InputError `unusable-tool` when the explicit path is not the tool at an accepted version, `refused-tool` when a release that
 *   must not run is there
 * @throws OutsideError `tool-missing` that lists what was tried, when nothing worked
 */
export async function findTool(spec: ToolSpec, options: FindOptions): Promise<FoundTool> {
  const tried: string[] = [];
  const found =
    (await locate(spec, options, tried)) ??
    (await attempt('release', `official release for ${platformKey()}`, spec, options, tried)) ??
    (await attempt('build', spec.build.label, spec, options, tried));
  if (found !== undefined) {
    return found;
  }
  throw new OutsideError(
    'tool-missing',
    `${spec.name} ${spec.version} is needed and could not be found or installed. Tried:\n${tried.map((line) => `  - ${line}`).join('\n')}\n` +
      `Install ${spec.name} ${spec.version} yourself and put it on PATH, or name it with ${spec.variable}=/path/to/${spec.name}.`,
    spec.name,
  );
}

/**
 * Finds a tool that is there already, without installing anything; undefined when it is not.
 * @throws InputError `unusable-tool` and `refused-tool` as `findTool`
 */
export function locateTool(spec: ToolSpec, options: FindOptions): Promise<FoundTool | undefined> {
  return locate(spec, options, []);
}

async function locate(spec: ToolSpec, options: FindOptions, tried: string[]): Promise<FoundTool | undefined> {
  const environment = options.environment ?? process.env;
  const explicit = options.explicit ?? (environment[spec.variable] || undefined);
  return explicit === undefined
    ? ((await fromPath(spec, environment, tried)) ?? (await fromCache(spec, options, tried)))
    : fromExplicit(spec, explicit, environment);
}

async function fromExplicit(spec: ToolSpec, program: string, environment: Environment): Promise<FoundTool> {
  const version = await versionOf(spec, program, environment);
  refuse(spec, program, version);
  if (version === undefined || !isAccepted(spec, version)) {
    const what = version === undefined ? `does not run, or is not ${spec.name}` : `is ${spec.name} ${version}`;
    throw new InputError(
      'unusable-tool',
      `${program} ${what}. Name ${spec.name} ${acceptedVersions(spec)}, or leave ${spec.variable} empty to have it found.`,
    );
  }
  return { path: path.resolve(program), version, source: 'explicit' };
}

/** A bad release is no mere mismatch: whoever has it must hear of it, even where another version would be found. */
function refuse(spec: ToolSpec, program: string, version: string | undefined): void {
  const why = version === undefined ? undefined : spec.refused?.[version];
  if (why !== undefined) {
    throw new InputError('refused-tool', `${program} is ${spec.name} ${version}: ${why}`);
  }
}

async function fromPath(spec: ToolSpec, environment: Environment, tried: string[]): Promise<FoundTool | undefined> {
  let seen = false;
  for (const directory of (environment['PATH'] ?? '').split(path.delimiter).filter((entry) => entry !== '')) {
    const program = path.join(directory, spec.name);
    if (!(await isExecutable(program))) {
      continue;
    }
    seen = true;
    const version = await versionOf(spec, program, environment);
    if (version !== undefined && isAccepted(spec, version)) {
      return { path: path.resolve(program), version, source: 'path' };
    }
    refuse(spec, program, version);
    tried.push(`PATH: ${program} is ${version ?? 'of an unknown version'}; accepted: ${acceptedVersions(spec)}`);
  }
  if (!seen) {
    tried.push(`PATH: no ${spec.name} on it`);
  }
  return undefined;
}

async function fromCache(spec: ToolSpec, options: FindOptions, tried: string[]): Promise<FoundTool | undefined> {
  const entry = cacheEntry(spec, options);
  const cached = await lookUp(entry);
  if (cached.state === 'found') {
    const version = await versionOf(spec, cached.program, options.environment ?? process.env);
    if (version === spec.version) {
      return { path: cached.program, version, source: 'cache' };
    }
  }
  if (cached.state === 'damaged') {
    options.reporter.warn(`${spec.name} in the tool cache (${entry}) is not used: ${cached.why}`);
  }
  tried.push(`tool cache: ${cached.state === 'absent' ? 'nothing' : 'nothing usable'} in ${entry}`);
  return undefined;
}

function cacheEntry(spec: ToolSpec, options: FindOptions): string {
  const cache = options.toolCache ?? defaultToolCache(options.environment ?? process.env);
  return entryOf(cache, spec.name, spec.version);
}

async function attempt(
  source: 'release' | 'build',
  label: string,
  spec: ToolSpec,
  options: FindOptions,
  tried: string[],
): Promise<FoundTool | undefined> {
  const environment = options.environment ?? process.env;
  try {
    const program = await install(cacheEntry(spec, options), async (directory) => {
      const relative = await (source === 'release'
        ? unpackRelease(spec, directory, options)
        : spec.build.run({ directory, environment, reporter: options.reporter, signal: options.signal }));
      await confirmVersion(spec, path.join(directory, relative), environment);
      const folder = source === 'build' ? spec.build.folder : undefined;
      return { program: relative, version: spec.version, source, ...(folder === undefined ? {} : { folder }) };
    });
    // Again in its place, which may be another process's installation, or a file system that runs no programs.
    await confirmVersion(spec, program, environment);
    options.reporter.info(`${spec.name} ${spec.version} installed in ${path.dirname(program)}`);
    return { path: program, version: spec.version, source };
  } catch (error) {
    options.signal?.throwIfAborted();
    const line = `${label}: ${error instanceof Error ? error.message : String(error)}`;
    tried.push(line);
    options.reporter.info(line);
    return undefined;
  }
}

async function unpackRelease(spec: ToolSpec, directory: string, options: FindOptions): Promise<string> {
  const release = spec.releases[platformKey()];
  if (release === undefined) {
    throw new Error('no checksum is known for this platform');
  }
  options.reporter.info(`downloading ${release.url}`);
  const archive = await downloadChecked(release.url, {
    sha256: release.sha256,
    maxBytes: DOWNLOAD_BYTES,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    totalTimeoutMs: DOWNLOAD_TIMEOUT_MS,
    signal: options.signal,
  });
  const program = path.join(directory, spec.name);
  await writeFile(program, extractMember(archive, release.format, release.member));
  await chmod(program, 0o755);
  return spec.name;
}

async function confirmVersion(spec: ToolSpec, program: string, environment: Environment): Promise<void> {
  const version = await versionOf(spec, program, environment);
  if (version !== spec.version) {
    throw new Error(`${program} was installed, but says it is ${version ?? 'something else'}, not ${spec.version}`);
  }
}

/** The version that a program says it has; undefined when it does not run or is something else. */
async function versionOf(spec: ToolSpec, program: string, environment: Environment): Promise<string | undefined> {
  for (let retries = 5; ; retries -= 1) {
    try {
      const options = { environment: minimalEnvironment(environment), timeoutMs: 20_000 };
      const result = await runProgram(program, spec.versionArguments, options);
      return result.code === 0 ? spec.parseVersion(result.stdout) : undefined;
    } catch (error) {
      // A process that was started while the program was being written holds it open for a moment.
      if (retries === 0 || !(error instanceof Error && 'code' in error && error.code === 'ETXTBSY')) {
        return undefined;
      }
      await sleep(20);
    }
  }
}

function isAccepted(spec: ToolSpec, version: string): boolean {
  return version === spec.version || spec.alsoAccepted.includes(version);
}

function acceptedVersions(spec: ToolSpec): string {
  return [spec.version, ...spec.alsoAccepted].join(' or ');
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
