import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError, OutsideError } from '../../src/errors.ts';
import { findTool, locateTool } from '../../src/tools/find-tool.ts';
import { type InstallContext, platformKey, type ToolSpec } from '../../src/tools/tool-spec.ts';

const script = (version: string) => `#!/bin/sh\necho "pebble v${version}"\n`;

let folder: string;
let messages: string[];
let server: Server | undefined;
const reporter = {
  info: (text: string) => messages.push(text),
  warn: (text: string) => messages.push(`warning: ${text}`),
  progress: () => undefined,
};

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tools-'));
  messages = [];
});

afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function program(directory: string, content: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const file = path.join(directory, 'pebble');
  await writeFile(file, content);
  await chmod(file, 0o755);
  return file;
}

function spec(overrides: Partial<ToolSpec> = {}): ToolSpec {
  return {
    name: 'pebble',
    version: '2.0.0',
    alsoAccepted: ['1.9.0'],
    variable: 'SUREFOOT_PEBBLE',
    versionArguments: ['version'],
    parseVersion: (output) => /^pebble v(\S+)/.exec(output)?.[1],
    releases: {},
    build: { label: 'build from source', run: () => Promise.reject(new Error('there is no compiler')) },
    ...overrides,
  };
}

const builds = (version: string) => ({
  label: 'build from source',
  run: async (context: InstallContext) => {
    await program(context.directory, script(version));
    return 'pebble';
  },
});

const options = (environment: Record<string, string> = {}) => ({
  reporter,
  toolCache: path.join(folder, 'cache'),
  environment: { PATH: '/nowhere', ...environment },
});

/** A release server: /latest redirects to the archive, as GitHub does. */
async function serve(archive: Buffer): Promise<string> {
  server = createServer((request, response) => {
    if (request.url === '/latest') {
      response.writeHead(302, { location: '/store/archive' }).end();
    } else if (request.url === '/store/archive') {
      response.end(archive);
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Made by the system's tar, so that our reader is not checked against itself. */
async function tarball(version: string): Promise<Buffer> {
  await program(path.join(folder, 'src', 'pebble-v2'), script(version));
  return execFileSync('tar', ['-czf', '-', '-C', path.join(folder, 'src'), 'pebble-v2'], { maxBuffer: 1 << 20 });
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('an explicit path', () => {
  it('comes before all else, by option and by variable', async () => {
    const mine = await program(path.join(folder, 'mine'), script('1.9.0'));
    const onPath = path.dirname(await program(path.join(folder, 'bin'), script('2.0.0')));
    const expected = { path: mine, version: '1.9.0', source: 'explicit' };
    expect(await findTool(spec(), { ...options({ PATH: onPath }), explicit: mine })).toEqual(expected);
    expect(await findTool(spec(), options({ PATH: onPath, SUREFOOT_PEBBLE: mine }))).toEqual(expected);
  });

  it('is refused at a version nobody tried, and when it is not there', async () => {
    const odd = await program(path.join(folder, 'odd'), script('3.1.4'));
    await expect(findTool(spec(), { ...options(), explicit: odd })).rejects.toThrow(
      new InputError(
        'unusable-tool',
        `${odd} is pebble 3.1.4. Name pebble 2.0.0 or 1.9.0, or leave SUREFOOT_PEBBLE empty to have it found.`,
      ),
    );
    await expect(findTool(spec(), { ...options(), explicit: '/nowhere/pebble' })).rejects.toThrow('does not run');
  });
});

describe('PATH', () => {
  it('is searched on past versions that are not accepted', async () => {
    const odd = path.dirname(await program(path.join(folder, 'a'), script('3.1.4')));
    const good = await program(path.join(folder, 'b'), script('2.0.0'));
    const found = await findTool(spec(), options({ PATH: `${odd}${path.delimiter}${path.dirname(good)}` }));
    expect(found).toEqual({ path: good, version: '2.0.0', source: 'path' });
  });

  it('hands a tool no more of the environment than it needs', async () => {
    const spy = path.join(folder, 'seen');
    const bin = path.join(folder, 'bin');
    await program(bin, `#!/bin/sh\n/usr/bin/env > ${spy}\necho "pebble v2.0.0"\n`);
    await findTool(spec(), options({ PATH: bin, HOME: folder, AWS_SECRET_ACCESS_KEY: 'hush', GITHUB_TOKEN: 'hush' }));
    const seen = await readFile(spy, 'utf8');
    expect(seen).toContain(`HOME=${folder}`);
    expect(seen).not.toContain('hush');
  });
});

describe('installing', () => {
  it('takes the official release through redirects, by its SHA-256, then finds it in the cache', async () => {
    const archive = await tarball('2.0.0');
    const base = await serve(archive);
    const release = {
      url: `${base}/latest`,
      sha256: sha256(archive),
      format: 'tar.gz',
      member: 'pebble-v2/pebble',
    } as const;
    const pebble = spec({ releases: { [platformKey()]: release } });
    const installed = path.join(folder, 'cache', 'pebble', '2.0.0', platformKey(), 'pebble');
    expect(await locateTool(pebble, options())).toBeUndefined();
    expect(await findTool(pebble, options())).toEqual({ path: installed, version: '2.0.0', source: 'release' });
    expect(await findTool(pebble, options())).toEqual({ path: installed, version: '2.0.0', source: 'cache' });
  });

  it('does not take an archive that is not the one released, and builds instead', async () => {
    const base = await serve(await tarball('2.0.0'));
    const release = {
      url: `${base}/latest`,
      sha256: '0'.repeat(64),
      format: 'tar.gz',
      member: 'pebble-v2/pebble',
    } as const;
    const found = await findTool(spec({ releases: { [platformKey()]: release }, build: builds('2.0.0') }), options());
    expect(found.source).toBe('build');
    expect(messages.join('\n')).toMatch(/its SHA-256 is [0-9a-f]{64}, not 0{64}/);
  });

  it('goes on within moments when nothing answers, and says all that was tried when nothing works', async () => {
    const url = await serve(Buffer.from(''));
    server?.close();
    const release = { url: `${url}/latest`, sha256: '0'.repeat(64), format: 'tar.gz', member: 'x' } as const;
    const failure = await findTool(spec({ releases: { [platformKey()]: release } }), options()).catch((error) => error);
    expect(failure).toBeInstanceOf(OutsideError);
    expect(failure.code).toBe('tool-missing');
    expect(failure.message).toContain('PATH: no pebble on it');
    expect(failure.message).toContain('tool cache: nothing in');
    expect(failure.message).toMatch(/official release for .*ECONNREFUSED/);
    expect(failure.message).toContain('build from source: there is no compiler');
    expect(failure.message).toContain('SUREFOOT_PEBBLE=/path/to/pebble');
  });

  it('does not keep what says it is another version', async () => {
    await expect(findTool(spec({ build: builds('9.9.9') }), options())).rejects.toThrow('says it is 9.9.9, not 2.0.0');
    expect(await readdir(path.join(folder, 'cache', 'pebble', '2.0.0'))).toEqual([]);
  });

  it('notices that the cached program was changed and installs it again', async () => {
    const pebble = spec({ build: builds('2.0.0') });
    const { path: installed } = await findTool(pebble, options());
    await writeFile(installed, `${script('2.0.0')}# and something else\n`);
    expect(await locateTool(pebble, options())).toBeUndefined();
    expect(messages.at(-1)).toMatch(/^warning: pebble in the tool cache .* is not used: its SHA-256 is/);
    expect((await findTool(pebble, options())).source).toBe('build');
    expect(await readFile(installed, 'utf8')).toBe(script('2.0.0'));
  });

  it('survives many at once: each gets a whole program, nothing is left over', async () => {
    const pebble = spec({ build: builds('2.0.0') });
    const found = await Promise.all(Array.from({ length: 8 }, () => findTool(pebble, options())));
    expect(new Set(found.map((tool) => tool.path)).size).toBe(1);
    expect(await readdir(path.join(folder, 'cache', 'pebble', '2.0.0'))).toEqual([platformKey()]);
    expect((await locateTool(pebble, options()))?.source).toBe('cache');
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const stuck = { label: 'build', run: (context: InstallContext) => rejectWhenAborted(context.signal) };
    const waiting = findTool(spec({ build: stuck }), { ...options(), signal: controller.signal });
    setTimeout(() => controller.abort(new Error('cancelled')), 50);
    await expect(waiting).rejects.toThrow('cancelled');
  });
});

function rejectWhenAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}
