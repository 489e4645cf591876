/** Files of the judge of a shift: the journal of a load that it reads, and the blocks that it writes. */
import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../errors.ts';
import type { DeployRequest } from '../operations/deploy/request.ts';
import type { BlockJournal } from '../operations/deploy/shift/block-source.ts';
import { GrowingFile } from '../runtime/growing-file.ts';

/** `cloudwatch`, or `k6:` and the file that `surefoot load --journal` writes. @throws InputError */
export async function blockFiles(
  source: string | undefined,
  reportDir: string,
): Promise<NonNullable<DeployRequest['blocks']>> {
  const journal = blockJournal(await unusedFile(reportDir));
  const load = await growing(source ?? 'cloudwatch');
  return load === undefined ? { journal } : { journal, load };
}

/** Neither of a run that has a report, nor of one that died before it. */
async function unusedFile(reportDir: string): Promise<string> {
  const taken = new Set(await readdir(reportDir).catch(() => []));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'deploy' : `deploy-${number}`;
    if (!taken.has(`${name}.json`) && !taken.has(`${name}${ENDING}`)) {
      return path.join(reportDir, `${name}${ENDING}`);
    }
  }
}

const ENDING = '.blocks.ndjson';

async function growing(source: string): Promise<GrowingFile | undefined> {
  if (source === 'cloudwatch') {
    return undefined;
  }
  const file = source.startsWith('k6:') ? source.slice('k6:'.length) : '';
  if (file === '') {
    throw new InputError(
      'unknown-blocks',
      `--blocks ${source} is no source of blocks: write cloudwatch, or k6: and the file that \`surefoot load --journal\` writes`,
    );
  }
  await access(file).catch(() => {
    throw new InputError(
      'load-journal',
      `${file} cannot be read: start \`surefoot load --journal ${file}\` first, and let it run until the deployment has ended`,
    );
  });
  return new GrowingFile(file);
}

/** Made with its first line; each line is on disk before the judge goes on. */
function blockJournal(file: string): BlockJournal {
  const hash = createHash('sha256');
  return {
    file: path.basename(file),
    append(line) {
      const text = `${line}\n`;
      appendFileSync(file, text);
      hash.update(text);
    },
    digest: () => hash.copy().digest('hex'),
  };
}
