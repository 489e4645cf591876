import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { GrowingFile } from '../../src/runtime/growing-file.ts';

it('gives each whole line once, however the file grows', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-growing-'));
  try {
    const name = path.join(folder, 'lines');
    const bytes = Buffer.from('one\ntwo\nthr\u00e9\u00e9\n');
    await writeFile(name, '');
    const file = new GrowingFile(name);
    const seen: string[] = [];
    // Byte by byte: also within a character.
    for (const byte of bytes) {
      await appendFile(name, Buffer.from([byte]));
      seen.push(...(await file.more()));
    }
    expect(seen).toEqual(['one', 'two', 'thr\u00e9\u00e9']);
    expect(await file.more()).toEqual([]);
    expect(await file.all()).toEqual(seen);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
