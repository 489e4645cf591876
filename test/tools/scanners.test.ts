import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runTool } from '../../src/runtime/tool-runner.ts';
import { CHECKOV_VERSION, checkovSpec } from '../../src/tools/checkov.ts';
import { findTool, locateTool } from '../../src/tools/find-tool.ts';
import { shippedFile } from '../../src/tools/package-root.ts';
import { entryOf, install, lookUp } from '../../src/tools/tool-cache.ts';
import { trivySpec } from '../../src/tools/trivy.ts';
import { TRIVY_RELEASES, TRIVY_VERSION } from '../../src/tools/trivy-releases.ts';

const silent = { info: () => undefined, warn: () => undefined, progress: () => undefined };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'scanners-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function program(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text, { mode: 0o755 });
  return file;
}

describe('Trivy', () => {
  it('is the same version in the release table and in the Go module', async () => {
    const module = await readFile(path.join(shippedFile('tools/trivy'), 'go.mod'), 'utf8');
    expect(module).toContain(`github.com/aquasecurity/trivy v${TRIVY_VERSION}`);
    expect(module).toContain('tool github.com/aquasecurity/trivy/cmd/trivy');
    const sums = await readFile(path.join(shippedFile('tools/trivy'), 'go.sum'), 'utf8');
    expect(sums).toContain(`github.com/aquasecurity/trivy v${TRIVY_VERSION} h1:`);
  });

  it('names official archives only, with whole checksums', () => {
    expect(Object.keys(TRIVY_RELEASES).sort()).toEqual(['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64']);
    for (const release of Object.values(TRIVY_RELEASES)) {
      expect(release.url).toMatch(
        /^https:\/\/github\.com\/aquasecurity\/trivy\/releases\/download\/v0\.69\.3\/trivy_0\.69\.3_(?:Linux|macOS)-(?:64bit|ARM64)\.tar\.gz$/,
      );
      expect(release.sha256).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(new Set(Object.values(TRIVY_RELEASES).map(({ sha256 }) => sha256)).size).toBe(4);
  });

  it.each(['0.69.4', '0.69.5', '0.69.6'])(
    'is refused in its compromised release %s, wherever it comes from',
    async (version) => {
      const file = await program('trivy', `#!/bin/sh\necho "Version: ${version}"\n`);
      const refused = { code: 'refused-tool', message: expect.stringContaining('CVE-2026-33634') };
      await expect(locateTool(trivySpec, { reporter: silent, explicit: file })).rejects.toMatchObject(refused);
      const environment = { PATH: folder, HOME: folder };
      await expect(findTool(trivySpec, { reporter: silent, environment })).rejects.toMatchObject(refused);
    },
  );

  it('reads the version that a release prints, with and without a database', () => {
    expect(trivySpec.parseVersion('Version: 0.69.3\n')).toBe('0.69.3');
    expect(trivySpec.parseVersion('Version: 0.69.3\nVulnerability DB:\n  Version: 2\n')).toBe('0.69.3');
    expect(trivySpec.parseVersion('Version: dev\n')).toBeUndefined();
  });
});

describe('Checkov', () => {
  it('is the same version here and in its lock file, in which every package has a hash', async () => {
    const text = await readFile(shippedFile('tools/checkov/requirements.txt'), 'utf8');
    expect(text).toContain(`\ncheckov==${CHECKOV_VERSION} \\\n    --hash=sha256:`);
    const packages = text.split(/\n(?=[a-z0-9])/i).slice(1);
    expect(packages.length).toBeGreaterThan(50);
    expect(packages.filter((one) => !/^[\w.-]+==\S+ \\\n {4}--hash=sha256:[0-9a-f]{64}/.test(one))).toEqual([]);
  });

  it('reads the version that it prints', () => {
    expect(checkovSpec.parseVersion('3.3.30\n')).toBe('3.3.30');
    expect(checkovSpec.parseVersion('checkov 3.3.30 of somebody\n')).toBeUndefined();
  });
});

describe('a tool that is a folder', () => {
  const fill = async (directory: string) => {
    await mkdir(path.join(directory, 'lib/deep'), { recursive: true });
    await writeFile(path.join(directory, 'run'), '#!/bin/sh\n', { mode: 0o755 });
    await writeFile(path.join(directory, 'lib/deep/module'), 'good');
    return { program: 'run', version: '1.0.0', source: 'build', folder: 'lib' } as const;
  };

  it('is hashed again when the cache was restored, and not used when a file of it was exchanged', async () => {
    const entry = entryOf(folder, 'pebble', '1.0.0');
    await install(entry, fill);
    expect((await lookUp(entry)).state).toBe('found');
    expect((await lookUp(entry)).state).toBe('found');

    const restored = path.join(folder, 'restored');
    await cp(entry, restored, { recursive: true, preserveTimestamps: true });
    expect((await lookUp(restored)).state).toBe('found');

    const exchanged = path.join(folder, 'exchanged');
    await cp(entry, exchanged, { recursive: true, preserveTimestamps: true });
    await writeFile(path.join(exchanged, 'lib/deep/module'), 'evil');
    expect(await lookUp(exchanged)).toMatchObject({ state: 'damaged', why: expect.stringContaining('lib') });

    const added = path.join(folder, 'added');
    await cp(entry, added, { recursive: true, preserveTimestamps: true });
    await writeFile(path.join(added, 'lib/deep/more'), '');
    expect((await lookUp(added)).state).toBe('damaged');
  });
});

describe('runTool', () => {
  it('ends a program that takes too long, with all that it started, though they do not want to', {
    timeout: 60_000,
  }, async () => {
    const pids = path.join(folder, 'pids');
    const stubborn = `process.on('SIGTERM', () => {}); setTimeout(() => {}, 120000);`;
    const file = await program(
      'slow',
      `#!${process.execPath}
const { pid } = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}]);
require('node:fs').writeFileSync(${JSON.stringify(pids)}, pid + ' ' + process.pid);
${stubborn}`,
    );
    const run = { program: file, arguments: [], environment: {}, directory: folder, timeoutMs: 3000 };
    const outcome = await runTool(run, new AbortController().signal);
    expect(outcome).toMatchObject({ code: null, signal: 'SIGKILL', timedOut: true });
    const left = (await readFile(pids, 'utf8')).split(' ').map(Number);
    expect(left).toHaveLength(2);
    const alive = (pid: number) => {
      try {
        process.kill(pid, 0);
        return true;
      } catch {
        return false;
      }
    };
    await expect.poll(() => left.filter(alive), { timeout: 20_000 }).toEqual([]);
  });
});
