/** `surefoot status`: its options. */
import type { Command } from 'commander';
import type { StatusOptions as UseCaseOptions } from '../../entry/status.ts';
import { type CommonOptions, run, withCommonOptions } from '../run.ts';

interface StatusOptions extends CommonOptions, UseCaseOptions {}

export function addStatus(program: Command): void {
  withCommonOptions(
    program
      .command('status')
      .description('show what runs now: revision, tasks, targets, weights, a deployment under way'),
  )
    .option('--repair', 'put back what a deployment that was cut short left on the service')
    .option('--dry-run', 'with --repair: only say what would be put back')
    .action((options: StatusOptions) =>
      run('status', options, async (session) => (await import('../../entry/status.ts')).statusAction(options, session)),
    );
}
