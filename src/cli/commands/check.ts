/** `surefoot check`: its options. */
import type { Command } from 'commander';
import { run } from '../run.ts';

export function addCheck(program: Command): void {
  program
    .command('check')
    .description('validate surefoot.yml, experiments, FIS templates, load profiles and waivers; offline')
    .argument('[files...]', 'files or folders of experiments; without any, surefoot.yml, chaos/ and the waivers', [
      'surefoot.yml',
    ])
    .option('--catalogue <file>', 'what `aws fis list-actions` printed, instead of the actions that surefoot knows')
    .option('--json', 'print one JSON object on stdout')
    .action((files: string[], options: { json?: boolean; catalogue?: string }) =>
      run('check', options, async () => (await import('../actions/check.ts')).checkAction(files, options)),
    );
}
