/** `surefoot check`: validates the files that users write; offline. */
import type { Command } from 'commander';
import { InputError } from '../../errors.ts';
import { checkFiles } from '../../platform/load.ts';
import { run } from '../run.ts';

export function addCheck(program: Command): void {
  program
    .command('check')
    .description('validate surefoot.yml and what it names; offline')
    .argument('[files...]', 'files to check', ['surefoot.yml'])
    .option('--json', 'print one JSON object on stdout')
    .action((files: string[], options: { json?: boolean }) =>
      run('check', options, async () => {
        const { problems } = await checkFiles(files);
        if (problems.length > 0) {
          throw new InputError(
            'invalid-file',
            `${problems.length} problem${problems.length === 1 ? '' : 's'} found`,
            problems,
          );
        }
        const text = `${files.join(', ')}: no problem found`;
        return { operation: 'check', verdict: 'pass', reasons: [{ code: 'valid', message: text }], text };
      }),
    );
}
