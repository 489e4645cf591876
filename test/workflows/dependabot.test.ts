/** Every pinned tool and every workflow to copy is kept up to date, with patience. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Update {
  readonly 'package-ecosystem': string;
  readonly directory?: string;
  readonly directories?: readonly string[];
  readonly cooldown?: { readonly 'default-days': number };
}

const { updates } = parse(readFileSync('.github/dependabot.yml', 'utf8')) as { updates: readonly Update[] };
const MANIFESTS = { gomod: 'go.mod', pip: 'requirements.txt', npm: 'package.json' };

function directoriesOf(ecosystem: string): string[] {
  const found = updates.filter((update) => update['package-ecosystem'] === ecosystem);
  return found.flatMap(({ directory, directories }) => directories ?? [directory ?? '']);
}

describe('dependabot', () => {
  it.each(Object.entries(MANIFESTS))('knows every folder of tools with %s packages', (ecosystem, manifest) => {
    const folders = readdirSync('tools').filter((name) => existsSync(path.join('tools', name, manifest)));
    expect(folders.length).toBeGreaterThan(0);
    const known = directoriesOf(ecosystem).filter((directory) => directory.startsWith('/tools/'));
    expect(known.sort()).toEqual(folders.map((name) => `/tools/${name}`).sort());
  });

  it('knows the workflows, those to copy among them', () => {
    expect(directoriesOf('github-actions').sort()).toEqual(['/', '/workflows']);
  });

  it('waits a week with every update', () => {
    expect(updates.filter(({ cooldown }) => cooldown?.['default-days'] !== 7)).toEqual([]);
  });
});
