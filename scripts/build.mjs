/** Bundles the entries with esbuild. `node scripts/build.mjs` writes dist/; tests and development call `bundle` with a folder of their own. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

/** @type {import('esbuild').BuildOptions} */
const COMMON = {
  absWorkingDir: root,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minifyWhitespace: true,
  charset: 'utf8',
  legalComments: 'linked',
  metafile: true,
  logLevel: 'warning',
};

/** What `runs.main` of each action starts, by file: the bundle is one, so that the code is there once. */
const STUBS = {
  'surefoot.cjs': "main('root')",
  'deploy.cjs': "main('deploy')",
  'ecs-manage.cjs': "main('ecs-manage')",
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
 * Writes `cli.cjs`, `action.cjs` and the stubs of the actions into `folder` and returns esbuild's metafiles.
 * @param {string} folder absolute path
 */
export async function bundle(folder) {
  const cli = await build({
    ...COMMON,
    entryPoints: { cli: 'src/cli.ts' },
    outdir: folder,
    banner: { js: '#!/usr/bin/env node' },
  });
  const action = await build({
    ...COMMON,
    entryPoints: { action: 'src/main.ts' },
    outdir: folder,
    // Modules of packages, of which a bundler can leave out what is not used.
    mainFields: ['module', 'main'],
    // `import()` of what Node has becomes `require`: the loader of modules would read every member of it first, which loads still more.
    supported: { 'dynamic-import': false },
    plugins: [withoutSideEffects],
  });
  await mkdir(folder, { recursive: true });
  for (const [name, call] of Object.entries(STUBS)) {
    await writeFile(path.join(folder, name), `require('./action.cjs').${call};\n`);
  }
  return { cli: cli.metafile, action: action.metafile };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const dist = path.join(root, 'dist');
  await rm(dist, { recursive: true, force: true });
  await bundle(dist);
}
