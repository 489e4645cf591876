/** What is in the bundles, read from esbuild's own account of them. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/build.mjs';

let folder: string;
let made: { cli: Metafile; action: Metafile };

/** Files whose code is in the output, not merely named by an import. */
function contentsOf(metafile: Metafile): string[] {
  return Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([file]) => file),
  );
}

describe('the bundles', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-bundle-'));
    made = await bundle(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('of the actions holds no code of the rehearsal platform or of the command line', () => {
    const contents = contentsOf(made.action);
    expect(contents).toContain('src/main.ts');
    expect(contents.filter((file) => /^src\/(rehearsal\/|cli\/|cli\.ts)|node_modules\/commander\//.test(file))).toEqual(
      [],
    );
  });

  it('of the command line holds all of it', () => {
    const contents = contentsOf(made.cli);
    for (const part of ['src/rehearsal/', 'src/operations/', 'node_modules/commander/']) {
      expect(
        contents.some((file) => file.startsWith(part)),
        part,
      ).toBe(true);
    }
  });

  it('has one copy of each package', () => {
    const versions = new Map<string, Set<string>>();
    for (const file of Object.keys(made.action.inputs)) {
      const [, place, name] = /^(.*node_modules\/)((?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
      if (place !== undefined && name !== undefined && !name.startsWith('@actions/http-client')) {
        versions.set(name, (versions.get(name) ?? new Set()).add(place));
      }
    }
    expect([...versions].filter(([, places]) => places.size > 1).map(([name]) => name)).toEqual([]);
  });

  it("leaves out zod's messages in forty languages, which `import { z }` would bring: write `import * as z`", () => {
    const locales = [...contentsOf(made.action), ...contentsOf(made.cli)].filter((file) =>
      /node_modules\/zod\/v4\/locales\/(?!(?:en|index)\.js)/.test(file),
    );
    expect(locales).toEqual([]);
  });

  it('has a file for each `main` and `post` of an action.yml, and every part that is asked for', async () => {
    const parts = new Set(await readdir(path.join(folder, 'action')));
    for (const part of parts) {
      const code = await readFile(path.join(folder, 'action', part), 'utf8');
      for (const [, asked = ''] of code.matchAll(/require\("\.\/([^"]+\.cjs)"\)/g)) {
        expect(parts, `${part} asks for ${asked}`).toContain(asked);
      }
    }
    expect(await readdir(folder)).toEqual(
      expect.arrayContaining([
        'action.cjs',
        'surefoot.cjs',
        'deploy.cjs',
        'ecs-manage.cjs',
        'security-gate.cjs',
        'load-test.cjs',
        'chaos.cjs',
        'recover.cjs',
        'scorecard.cjs',
        'nightly.cjs',
        'post.cjs',
        'cli.cjs',
      ]),
    );
  });

  it('is the same every time', async () => {
    const again = await mkdtemp(path.join(os.tmpdir(), 'surefoot-bundle-'));
    await bundle(again);
    for (const name of [
      ...(await readdir(again)),
      ...(await readdir(path.join(again, 'action'))).map((part) => `action/${part}`),
    ]) {
      if (name !== 'action') {
        expect((await readFile(path.join(again, name))).equals(await readFile(path.join(folder, name))), name).toBe(
          true,
        );
      }
    }
    await rm(again, { recursive: true });
  });
});
