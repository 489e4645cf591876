/** No file needs, over others, itself: nor for its types alone, which leave no trace in the program but bind its readers. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const FOLDERS = ['src', 'test', 'scripts', 'bench'];

/** Files of the house that a file imports, types and imports at run time among them. */
let graph: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  const entries = await Promise.all(FOLDERS.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })));
  const files = entries
    .flat()
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.join(entry.parentPath, entry.name));
  graph = new Map(
    await Promise.all(files.map(async (file) => [file, importsOf(file, await readFile(file, 'utf8'))] as const)),
  );
});

/** By the text: `from '…'`, `import '…'` and `import('…')` of a relative path. */
function importsOf(file: string, text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '');
  return [...code.matchAll(/\b(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+\.ts)'/g)].map(([, to = '']) =>
    path.join(path.dirname(file), to),
  );
}

/** The circles that a walk along the imports comes upon, each as its files in order; none only where there is none. */
function circles(): string[] {
  const done = new Set<string>();
  const way: string[] = [];
  const found: string[] = [];
  const visit = (file: string): void => {
    const at = way.indexOf(file);
    if (at >= 0) {
      found.push([...way.slice(at), file].join(' → '));
      return;
    }
    if (done.has(file)) {
      return;
    }
    way.push(file);
    for (const imported of graph.get(file) ?? []) {
      visit(imported);
    }
    way.pop();
    done.add(file);
  };
  for (const file of graph.keys()) {
    visit(file);
  }
  return found;
}

describe('circles of imports', () => {
  it('sees imports of types and imports at run time', () => {
    expect(graph.get('src/report/load/html.ts')).toContain('src/report/html/place.ts');
    expect(graph.get('src/cli/actions/rehearse.ts')).toContain('src/cli/actions/rehearse-all.ts');
  });

  it('there are none', () => {
    expect(circles()).toEqual([]);
  });
});
