/** `surefoot check`: its options. */
import type { Command } from 'commander';
import { run } from '../run.ts';

export function addCheck(program: Command): void {
  program
    .command('check')
    .description('validate surefoot.yml and what it names; offline')
    .argument('[files...]', 'files to check', ['surefoot.yml'])
    .option('--json', 'print one JSON object on stdout')
    .action((files: string[], options: { json?: boolean }) =>
      run('check', options, async () => (await import('../actions/check.ts')).checkAction(files)),
    );
}
