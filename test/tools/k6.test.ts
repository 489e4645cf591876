import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isGoSufficient } from '../../src/tools/go-build.ts';
import { k6Spec } from '../../src/tools/k6.ts';
import { K6_RELEASES, K6_VERSION } from '../../src/tools/k6-releases.ts';
import { shippedFile } from '../../src/tools/package-root.ts';

describe('k6', () => {
  it('is the same version in the release table and in the Go module', async () => {
    const module = await readFile(path.join(shippedFile('tools/k6'), 'go.mod'), 'utf8');
    expect(module).toContain(`go.k6.io/k6/v2 v${K6_VERSION}`);
    expect(module).toContain('tool go.k6.io/k6/v2');
    const sums = await readFile(path.join(shippedFile('tools/k6'), 'go.sum'), 'utf8');
    expect(sums).toContain(`go.k6.io/k6/v2 v${K6_VERSION} h1:`);
  });

  it('names official archives only, with whole checksums', () => {
    expect(Object.keys(K6_RELEASES).sort()).toEqual(['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64']);
    for (const release of Object.values(K6_RELEASES)) {
      expect(release.url).toMatch(
        /^https:\/\/github\.com\/grafana\/k6\/releases\/download\/v2\.2\.0\/k6-v2\.2\.0-(linux-a..64\.tar\.gz|macos-a..64\.zip)$/,
      );
      expect(release.sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  it('reads the version that a release and a build print, and nothing else', () => {
    expect(k6Spec.parseVersion('k6 v2.2.0 (go1.26.8, linux/amd64)\n')).toBe('2.2.0');
    expect(k6Spec.parseVersion('k6 v2.2.0 (commit/0123abc, go1.25.12, darwin/arm64)\nExtensions:\n')).toBe('2.2.0');
    expect(k6Spec.parseVersion('k6 v2.3.0-rc1 (go1.26.8, linux/amd64)\n')).toBeUndefined();
    expect(k6Spec.parseVersion('k9s v2.2.0\n')).toBeUndefined();
  });

  it('knows which go can build it', () => {
    expect(isGoSufficient('go1.25.0', 'local', [1, 25])).toBe(true);
    expect(isGoSufficient('go1.26.8', 'auto', [1, 25])).toBe(true);
    expect(isGoSufficient('go2.0', 'local', [1, 25])).toBe(true);
    // An older go fetches the toolchain that the module asks for, unless it is told not to.
    expect(isGoSufficient('go1.22.2', 'auto', [1, 25])).toBe(true);
    expect(isGoSufficient('go1.22.2', 'local', [1, 25])).toBe(false);
    expect(isGoSufficient('go1.20.1', '', [1, 25])).toBe(false);
    expect(isGoSufficient('', '', [1, 25])).toBe(false);
  });
});
