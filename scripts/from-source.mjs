/** What the TypeScript of src/ exports, for scripts that generate files from it. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

/**
 * The exports of a small module that imports from the repository's root, e.g. `export { VERSION } from './src/runtime/package.ts';`
 * @param {string} contents
 */
export async function importFromSource(contents) {
  const result = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
  });
  const code = Buffer.from(result.outputFiles[0]?.contents ?? []).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}
