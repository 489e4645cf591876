/** What this program is and where its files are. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import manifest from '../../package.json' with { type: 'json' };

export const VERSION: string = manifest.version;

/** The folder that holds load-tests/, tools/ and examples/: the nearest parent of the running program that is a surefoot package. */
export function packageRoot(): string {
  const program = process.env['SUREFOOT_SELF'] ?? process.argv[1] ?? process.cwd();
  for (let folder = path.dirname(path.resolve(program)); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'load-tests')) && existsSync(path.join(folder, 'package.json'))) {
      return folder;
    }
    if (folder === path.dirname(folder)) {
      throw new Error(`cannot find surefoot's own files above ${program}`);
    }
  }
}
