/** The pinned test tools: what the tests ask for is what the pins give. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { act, actionlint, toolOrReason, zizmor } from './support/tools.ts';

const pin = (file: string) => readFileSync(`tools/${file}`, 'utf8');

describe('the pins of the test tools', () => {
  it.each([
    [actionlint, 'github.com/rhysd/actionlint', 'cmd/actionlint'],
    [act, 'github.com/nektos/act', ''],
  ])('names one version of $name in its Go module, with its checksum', (spec, module, below) => {
    const source = pin(`${spec.name}/go.mod`);
    expect(source).toContain(`tool ${module}${below === '' ? '' : `/${below}`}\n`);
    expect(source).toMatch(new RegExp(`^\\s${module} v${spec.version} // indirect$`, 'm'));
    expect(pin(`${spec.name}/go.sum`)).toContain(`${module} v${spec.version} h1:`);
  });

  it('names one version of zizmor, with hashes', () => {
    const packages = [...pin('zizmor/requirements.txt').matchAll(/^([a-z0-9-]+)==(\S+) \\$/gm)];
    expect(packages.map(([, name, version]) => [name, version])).toEqual([['zizmor', zizmor.version]]);
    expect(pin('zizmor/requirements.txt')).toMatch(/--hash=sha256:[0-9a-f]{64}/);
  });

  it('reads the versions that the tools print, and nothing else', () => {
    expect(actionlint.parseVersion('v1.7.12\ninstalled by building from source\nbuilt with go1.26.8\n')).toBe('1.7.12');
    expect(actionlint.parseVersion('(devel)\n')).toBeUndefined();
    expect(act.parseVersion('act version 0.2.89\n')).toBe('0.2.89');
    expect(act.parseVersion('act version 0.2.89-dirty\n')).toBeUndefined();
    expect(zizmor.parseVersion('zizmor 1.32.0\n')).toBe('1.32.0');
    expect(zizmor.parseVersion('1.32.0\n')).toBeUndefined();
  });

  it('is an error in CI when a tool cannot be had, and elsewhere a reason to skip', async () => {
    const nowhere = {
      ...zizmor,
      name: 'no-such-tool',
      build: { ...zizmor.build, run: () => Promise.reject(new Error('no wheel')) },
    };
    const cache = mkdtempSync(path.join(os.tmpdir(), 'surefoot-tools-'));
    onTestFinished(() => {
      vi.unstubAllEnvs();
      rmSync(cache, { recursive: true });
    });
    vi.stubEnv('RUNNER_TOOL_CACHE', cache);
    vi.stubEnv('CI', '');
    expect(await toolOrReason(nowhere)).toEqual({ skipped: expect.stringContaining('no wheel') });
    vi.stubEnv('CI', 'true');
    await expect(toolOrReason(nowhere)).rejects.toThrow('no wheel');
  });
});
