/** What is committed beside its source is what the source gives, and the source passes the checks. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);

/** Runs a program of node_modules; resolves with its output, also when it fails. */
async function check(script: string, args: string[]): Promise<{ code: number; output: string }> {
  try {
    const { stdout, stderr } = await run(process.execPath, [script, ...args], { maxBuffer: 16 * 1024 * 1024 });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const failed = error as { code?: number; stdout?: string; stderr?: string };
    return { code: failed.code ?? 1, output: `${failed.stdout ?? ''}${failed.stderr ?? ''}` };
  }
}

describe('the checkout', { timeout: 120_000 }, () => {
  it('has no type errors', async () => {
    expect(await check('node_modules/typescript/bin/tsc', ['-p', '.'])).toEqual({ code: 0, output: '' });
    expect(await check('node_modules/typescript/bin/tsc', ['-p', 'load-tests'])).toEqual({ code: 0, output: '' });
  });

  it('passes the linter and is formatted', async () => {
    const { code, output } = await check('node_modules/@biomejs/biome/bin/biome', ['check', '.']);
    expect(code, output).toBe(0);
  });

  it('has the bundles that its source gives (npm run build)', async () => {
    const committed = await filesOf('dist');
    const built = await filesOf('.build');
    for (const [file, content] of committed) {
      expect(built.get(file)?.equals(content), `dist/${file} is stale: run "npm run build" and commit it`).toBe(true);
    }
    const bundled = [...built.keys()].filter((file) => /^(action\/)?[\w-]+\.c?js(\.LEGAL\.txt)?$/.test(file));
    expect([...committed.keys()]).toEqual(expect.arrayContaining(bundled));
  });
});

/** Files of a folder and of the folders in it, with what they hold. */
async function filesOf(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (file) => [path.relative(folder, file), await readFile(file)] as [string, Buffer]),
    ),
  );
}
