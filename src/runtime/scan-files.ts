/** The files of a scanned tree, and of a scan's own folder. */
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OutsideError } from '../errors.ts';
import type { ScanFiles, TreeFile } from '../operations/gate/scan/scan-ports.ts';

export const scanFiles: ScanFiles = {
  async list(given, except) {
    const root = await realpath(given).catch(() => undefined);
    if (root === undefined || !(await stat(root)).isDirectory()) {
      return undefined;
    }
    const files: TreeFile[] = [];
    await collect(root, '', except, files);
    return { root, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
  },
  async names(folder) {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, folder: entry.isDirectory() }));
  },
  async read(file) {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR')) {
        return undefined;
      }
      const cause = error instanceof Error ? error.message : String(error);
      throw new OutsideError('file-unreadable', `a file of the tree cannot be read: ${cause}`, file, { cause: error });
    }
  },
  write: (file, text) => writeFile(file, text),
  async makeFolder(folder) {
    await mkdir(folder, { recursive: true });
  },
  async scratch() {
    return realpath(await mkdtemp(path.join(tmpdir(), 'surefoot-scan-')));
  },
  remove: (folder) => rm(folder, { recursive: true, force: true }),
};

async function collect(root: string, folder: string, except: ReadonlySet<string>, found: TreeFile[]): Promise<void> {
  for (const entry of await readdir(path.join(root, folder), { withFileTypes: true })) {
    const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!except.has(entry.name)) {
        await collect(root, file, except, found);
      }
    } else if (entry.isFile() || entry.isSymbolicLink()) {
      const target = await stat(path.join(root, file)).catch(() => undefined);
      if (target === undefined || target.isFile()) {
        found.push({ path: file, bytes: target?.size ?? 0, link: entry.isSymbolicLink() });
      }
    }
  }
}
