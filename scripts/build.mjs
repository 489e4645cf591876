/** Bundles the entries with esbuild. `node scripts/build.mjs` writes dist/; tests and development call `bundle` with a folder of their own. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Writes `cli.cjs` into `folder` and returns esbuild's metafile.
 * @param {string} folder absolute path
 */
export async function bundle(folder) {
  const result = await build({
    absWorkingDir: root,
    entryPoints: { cli: 'src/cli.ts' },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifyWhitespace: true,
    charset: 'utf8',
    legalComments: 'linked',
    banner: { js: '#!/usr/bin/env node' },
    metafile: true,
    logLevel: 'warning',
  });
  return result.metafile;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const dist = path.join(root, 'dist');
  await rm(dist, { recursive: true, force: true });
  await bundle(dist);
}
