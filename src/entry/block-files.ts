/** Files of the judge of a shift: the journal of a load that it reads, and the blocks that it writes. */
import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../errors.ts';
import type { DeployRequest } from '../operations/deploy/request.ts';
import type { BlockJournal } from '../operations/deploy/shift/block-source.ts';
import { unusedName } from '../report/write.ts';
import { GrowingFile } from '../runtime/growing-file.ts';

/** `cloudwatch`, or `k6:` and the file that `surefoot load --journal` writes. @throws InputError */
export async function blockFiles(
  source: string | undefined,
  reportDir: string,
): Promise<NonNullable<DeployRequest['blocks']>> {
  const name = await unusedName(reportDir, 'deploy');
  const journal = blockJournal(path.join(reportDir, `${name}.blocks.ndjson`));
  const load = await growing(source ?? 'cloudwatch');
  return load === undefined ? { journal } : { journal, load };
}

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
