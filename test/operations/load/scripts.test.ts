/** The scripts that k6 runs: every virtual user holds a copy, so that they must be small and need nothing but k6. */
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { shippedFile } from '../../../src/tools/package-root.ts';

describe('a script for k6', () => {
  it.each(['http.ts', 'http-together.ts', 'own-script.ts', 'standalone.ts', 'surefoot.ts'])(
    '%s is small, and imports nothing but k6',
    async (name) => {
      const { outputFiles, metafile } = await build({
        entryPoints: [shippedFile(`load-tests/${name}`)],
        bundle: true,
        write: false,
        metafile: true,
        platform: 'neutral',
        format: 'esm',
        target: 'es2023',
        external: ['k6', 'k6/*'],
      });
      expect(outputFiles[0]?.contents.length).toBeLessThan(6 * 1024);
      expect(Object.keys(metafile.inputs).every((file) => file.startsWith('load-tests/'))).toBe(true);
    },
  );
});
