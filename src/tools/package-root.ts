import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { OutsideError } from '../errors.ts';

/**
 * A file or folder that surefoot ships beside its bundle (`tools/k6`, `load-tests/http.ts`), as an absolute path. It is looked
 * for upwards from the running program, so that it is found from dist/, from a loader, from a test runner and through `node_modules/.bin`.
 * @param elsewhere where it is when it is not there, in a copy that runs from its source
 * @throws OutsideError `incomplete-installation`
 */
export function shippedFile(relative: string, ...elsewhere: readonly string[]): string {
  const starts = [process.env['SUREFOOT_SELF'], process.argv[1]].filter((start) => start !== undefined);
  for (const name of [relative, ...elsewhere]) {
    for (const start of starts) {
      const found = findUpwards(path.dirname(existsSync(start) ? realpathSync(start) : path.resolve(start)), name);
      if (found !== undefined) {
        return found;
      }
    }
  }
  throw new OutsideError(
    'incomplete-installation',
    `${relative} is missing from this copy of surefoot. Install or check out the whole package again.`,
    starts.join(', '),
  );
}

function findUpwards(from: string, relative: string): string | undefined {
  for (let directory = from; ; directory = path.dirname(directory)) {
    const candidate = path.join(directory, relative);
    if (existsSync(candidate)) {
      return candidate;
    }
    if (directory === path.dirname(directory)) {
      return undefined;
    }
  }
}
