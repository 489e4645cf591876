/** `surefoot nightly`: its options. */
import type { Command } from 'commander';
import type { NightlyOptions } from '../../entry/nightly/nightly.ts';
import { type CommonOptions, run, withReportOption } from '../run.ts';

interface Options extends Omit<CommonOptions, 'service'>, NightlyOptions {
  readonly yes?: boolean;
}

const collect = (value: string, before: readonly string[] | undefined) => [...(before ?? []), value];

export function addNightly(program: Command): void {
  withReportOption(
    program
      .command('nightly')
      .description('try out what `resilience` of an environment asks for: a load, experiments, a recovery drill'),
  )
    .option('-c, --config <file>', 'the platform file', 'surefoot.yml')
    .option('-e, --environment <name>', 'which environment of it')
    .option('--history <dir-or-file>', 'evidence of earlier nights, for the trend; may be repeated', collect)
    .option('--dry-run', 'show what would be tried, and whether it may begin now')
    .option('-y, --yes', 'do not ask before it begins')
    .option('--json', 'print one JSON object on stdout; progress goes to stderr')
    .action((options: Options) =>
      run('nightly', options, async (session) =>
        (await import('../../entry/nightly/nightly.ts')).nightlyAction(options, session),
      ),
    );
}
