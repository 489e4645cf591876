/** Folders that a command writes to: made before anything is begun, so that a long run does not lose its evidence at the end. */
import { access, constants, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../errors.ts';

/** The absolute path of the folder, which exists and can be written to. @throws InputError naming the option otherwise */
export async function writableFolder(folder: string, option: string): Promise<string> {
  const absolute = path.resolve(folder);
  try {
    await mkdir(absolute, { recursive: true });
    await access(absolute, constants.W_OK);
    return absolute;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new InputError(
      'folder-not-writable',
      `${option} ${folder} cannot be written to (${cause}): name a folder that can`,
    );
  }
}
