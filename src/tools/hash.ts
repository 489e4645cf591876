/** SHA-256 of files and of whole folders. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Files that are read at once; more gains nothing on the few cores of a runner. */
const AT_ONCE = 16;

/** SHA-256 of a file, however large, in lower-case hexadecimal. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

/**
 * SHA-256 over a folder: the sorted paths of all files and links below it, each with the hash of its content or where it points. Empty
 * folders, times and modes do not count.
 */
export async function hashFolder(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => ({
      link: entry.isSymbolicLink(),
      path: path.relative(folder, path.join(entry.parentPath, entry.name)),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const lines = new Array<string>(names.length);
  let next = 0;
  const work = async () => {
    for (let index = next++; index < names.length; index = next++) {
      const name = names[index];
      if (name !== undefined) {
        lines[index] = `${name.path}\0${await contentOf(path.join(folder, name.path), name.link)}\n`;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return createHash('sha256').update(lines.join('')).digest('hex');
}

async function contentOf(file: string, link: boolean): Promise<string> {
  return link
    ? `link ${await readlink(file)}`
    : createHash('sha256')
        .update(await readFile(file))
        .digest('hex');
}
