/** Bundles the entries with esbuild. `node scripts/build.mjs` writes dist/; tests and development call `bundle` with a folder of their own. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

const COMMON = /** @type {const} @satisfies {import('esbuild').BuildOptions} */ ({
  absWorkingDir: root,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  charset: 'utf8',
  metafile: true,
  logLevel: 'warning',
});

/** What `runs.main` of each action starts, by file: the bundle is one, so that the code is there once. */
const STUBS = {
  'surefoot.cjs': "main('root')",
  'deploy.cjs': "main('deploy')",
  'ecs-manage.cjs': "main('ecs-manage')",
  'security-gate.cjs': "main('security-gate')",
  'load-test.cjs': "main('load-test')",
  'chaos.cjs': "main('chaos')",
  'recover.cjs': "main('recover')",
  'scorecard.cjs': "main('scorecard')",
  'nightly.cjs': "main('nightly')",
  'post.cjs': 'post()',
};

/**
 * GitHub's toolkit says nothing of side effects, so that a bundler must keep all of it: its HTTP client, with a copy of undici, would be
 * loaded for every step that only writes an output.
 * @type {import('esbuild').Plugin}
 */
const withoutSideEffects = {
  name: 'without-side-effects',
  setup(builder) {
    builder.onResolve({ filter: /./ }, async (args) => {
      if (args.pluginData === 'resolved' || !/[\\/]@actions[\\/]|^@actions\//.test(`${args.importer}${args.path}`)) {
        return undefined;
      }
      const found = await builder.resolve(args.path, { ...pick(args), pluginData: 'resolved' });
      return found.external || found.errors.length > 0 ? found : { ...found, sideEffects: false };
    });
  },
};

/** @param {import('esbuild').OnResolveArgs} args */
function pick({ importer, namespace, resolveDir, kind }) {
  return { importer, namespace, resolveDir, kind };
}

/**
 * Writes `cli.cjs`, `action.cjs` with its parts in `action/`, the stubs of the actions, and `k6-standalone.js` into `folder`; returns
 * esbuild's metafiles.
 * @param {string} folder absolute path
 */
export async function bundle(folder) {
  const cli = await build({
    ...COMMON,
    entryPoints: { cli: 'src/cli.ts' },
    outdir: folder,
    format: 'cjs',
    minifyWhitespace: true,
    legalComments: 'linked',
    banner: { js: '#!/usr/bin/env node' },
  });
  const action = await bundleAction(folder);
  await bundleStandalone(folder);
  for (const [name, call] of Object.entries(STUBS)) {
    await writeFile(path.join(folder, name), `require('./action.cjs').${call};\n`);
  }
  return { cli: cli.metafile, action };
}

/**
 * One bundle for all actions, in parts, so that a step reads only what it runs: reading 3 MB takes longer than all the rest until the first
 * request to AWS. esbuild splits modules only; each part is then made CommonJS, as which it loads faster and needs no `import.meta`.
 * @param {string} folder absolute path
 */
async function bundleAction(folder) {
  const result = await build({
    ...COMMON,
    entryPoints: { action: 'src/main.ts' },
    outdir: folder,
    format: 'esm',
    splitting: true,
    chunkNames: 'action/[name]-[hash]',
    write: false,
    legalComments: 'external',
    // Modules of packages, of which a bundler can leave out what is not used.
    mainFields: ['module', 'main'],
    plugins: [withoutSideEffects],
  });
  const parts = result.outputFiles.filter((file) => file.path.endsWith('.cjs'));
  const names = plainNames(parts.map((file) => path.basename(file.path)));
  const partsFolder = path.join(folder, 'action');
  await mkdir(partsFolder, { recursive: true });
  const stale = (await readdir(partsFolder)).filter((name) => ![...names.values()].includes(name));
  await Promise.all(stale.map((name) => rm(path.join(partsFolder, name))));
  for (const part of parts) {
    const { code } = await transform(part.text, {
      platform: 'node',
      target: COMMON.target,
      format: 'cjs',
      minifyWhitespace: true,
      charset: 'utf8',
      // `import()` becomes `require`: the loader of modules would read every member of what it loads first, and so load still more.
      supported: { 'dynamic-import': false },
    });
    const name = path.basename(part.path);
    const file = path.join(path.dirname(part.path), names.get(name) ?? name);
    await writeFile(
      file,
      code.replace(/[\w-]+\.cjs(?=["'])/g, (found) => names.get(found) ?? found),
    );
  }
  const legal = result.outputFiles.filter((file) => file.path.endsWith('.LEGAL.txt')).map((file) => file.text);
  await writeFile(path.join(folder, 'action.cjs.LEGAL.txt'), [...new Set(legal)].sort().join('\n'));
  return result.metafile;
}

/**
 * The script that `load --export` puts a plan above: one file for k6, which is to be read by those who are asked to run it.
 * @param {string} folder absolute path
 */
async function bundleStandalone(folder) {
  await build({
    absWorkingDir: root,
    entryPoints: { 'k6-standalone': 'load-tests/standalone.ts' },
    outdir: folder,
    bundle: true,
    platform: 'neutral',
    format: 'esm',
    target: 'es2023',
    charset: 'utf8',
    external: ['k6', 'k6/*'],
    logLevel: 'warning',
  });
}

/**
 * Names without the hashes that keep esbuild's parts apart: `ecs.cjs`, `chunk.cjs`, `chunk-2.cjs`.
 * @param {string[]} hashed
 * @returns {Map<string, string>}
 */
function plainNames(hashed) {
  const names = new Map();
  const taken = new Map();
  for (const name of hashed) {
    const plain = name.replace(/-[A-Z0-9]{8}(?=\.cjs$)/, '').replace(/\.cjs$/, '');
    const count = (taken.get(plain) ?? 0) + 1;
    taken.set(plain, count);
    names.set(name, `${plain}${count === 1 ? '' : `-${count}`}.cjs`);
  }
  return names;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const dist = path.join(root, 'dist');
  await rm(dist, { recursive: true, force: true });
  await bundle(dist);
}
