/**
 * The import rules of the house, read from esbuild's own graph of all entries, so that nothing escapes by spelling. Imports of types alone
 * are not in it: they leave nothing in the program.
 */
import path from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

/** The command line, GitHub's entry, and what scripts/ make the schema and the fidelity table from. */
const ENTRIES = [
  'src/cli.ts',
  'src/main.ts',
  'src/platform/schema/json-schema.ts',
  'src/rehearsal/fidelity/fidelity.ts',
];

type Graph = Map<string, string[]>;

let graph: Graph;

beforeAll(async () => {
  const result = await build({
    entryPoints: ENTRIES,
    outdir: '.build/graph',
    bundle: true,
    platform: 'node',
    packages: 'external',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  graph = new Map(
    Object.entries(result.metafile.inputs)
      .filter(([file]) => file.startsWith('src/'))
      .map(([file, input]) => [
        file,
        input.imports.map((imported) => (imported.external ? imported.path : path.normalize(imported.path))),
      ]),
  );
});

/** Every import from a file under `from` for which `forbidden` holds, as "file → import". */
function breaches(from: string, forbidden: (imported: string, file: string) => boolean): string[] {
  return [...graph].flatMap(([file, imports]) =>
    file.startsWith(from)
      ? imports.filter((imported) => forbidden(imported, file)).map((imported) => `${file} → ${imported}`)
      : [],
  );
}

/** Everything that a file imports, and what that imports, and so on; packages by their names. */
function reachedFrom(entry: string): string[] {
  const reached = new Set([entry]);
  for (const file of reached) {
    for (const imported of graph.get(file) ?? []) {
      reached.add(imported);
    }
  }
  return [...reached];
}

const outsideOf =
  (...folders: string[]) =>
  (imported: string) =>
    imported.startsWith('src/') && !folders.some((folder) => imported.startsWith(folder));

describe('import rules', () => {
  it('sees the program', () => {
    expect(graph.size).toBeGreaterThan(30);
    expect([...graph.keys()]).toEqual(expect.arrayContaining(ENTRIES));
  });

  it('statistics depends on nothing', () => {
    expect(
      breaches('src/statistics/', (imported) => outsideOf('src/statistics/')(imported) || !imported.startsWith('src/')),
    ).toEqual([]);
  });

  it('platform and report know nothing of AWS, GitHub or the operations', () => {
    const own = outsideOf('src/platform/', 'src/report/', 'src/statistics/', 'src/errors.ts');
    const sdk = (imported: string) => /^@(aws-sdk|smithy|actions)\//.test(imported);
    expect(breaches('src/platform/', (imported) => own(imported) || sdk(imported))).toEqual([]);
    expect(breaches('src/report/', (imported) => own(imported) || sdk(imported))).toEqual([]);
  });

  it('only aws/ and the rehearsal platform touch the AWS SDK', () => {
    const sdk = (imported: string) => /^@(aws-sdk|smithy)\//.test(imported);
    expect(breaches('src/', (imported, file) => sdk(imported) && !/^src\/(aws|rehearsal)\//.test(file))).toEqual([]);
  });

  it('nothing but the command line imports the rehearsal platform', () => {
    const into = (imported: string) => imported.startsWith('src/rehearsal/');
    expect(
      breaches('src/', (imported, file) => into(imported) && !/^src\/(rehearsal\/|cli\/|cli\.ts)/.test(file)),
    ).toEqual([]);
  });

  it("GitHub's entry reaches neither the command line nor the rehearsal platform, and nobody else reaches GitHub", () => {
    const reached = reachedFrom('src/main.ts');
    expect(reached.filter((file) => /^src\/(rehearsal\/|cli\/|cli\.ts)|^commander$/.test(file))).toEqual([]);
    const github = (imported: string) => imported.startsWith('src/github/') || imported.startsWith('@actions/');
    expect(breaches('src/', (imported, file) => github(imported) && !/^src\/(github\/|main\.ts)/.test(file))).toEqual(
      [],
    );
  });

  it('operations do not import the insides of each other', () => {
    // What several of them are made of is in common/, which itself knows none of them.
    const operation = (file: string) => /^src\/operations\/(?!common\/)([^/]+)\//.exec(file)?.[1];
    const into = (imported: string, file: string) =>
      operation(imported) !== undefined && operation(imported) !== operation(file);
    expect(breaches('src/operations/', into)).toEqual([]);
  });

  it('operations reach the world only through their ports', () => {
    const world = (imported: string) =>
      /^(node:)?(fs|child_process|net|http|https|dns)(\/|$)/.test(imported) || imported === 'undici';
    expect(breaches('src/operations/', world)).toEqual([]);
  });
});
