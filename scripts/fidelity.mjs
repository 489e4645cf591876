/** Generates docs/fidelity.md from the code. `node scripts/fidelity.mjs` writes it; a test compares it with what is there. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

/**
 * The text of the page.
 * @returns {Promise<string>}
 */
export async function fidelity() {
  // Beside the dependencies, which are not bundled.
  const folder = await mkdtemp(path.join(root, 'node_modules', '.fidelity-'));
  try {
    const outfile = path.join(folder, 'fidelity.mjs');
    await build({
      absWorkingDir: root,
      entryPoints: ['src/rehearsal/fidelity/fidelity.ts'],
      outfile,
      bundle: true,
      packages: 'external',
      platform: 'node',
      target: 'node20',
      format: 'esm',
      logLevel: 'warning',
    });
    const { fidelityText } = await import(pathToFileURL(outfile).href);
    return await fidelityText();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(path.join(root, 'docs', 'fidelity.md'), await fidelity());
}
