/** `surefoot status`: its options. */
import type { Command } from 'commander';
import { type CommonOptions, run, withCommonOptions } from '../run.ts';

export function addStatus(program: Command): void {
  withCommonOptions(
    program
      .command('status')
      .description('show what runs now: revision, tasks, targets, weights, a deployment under way'),
  ).action((options: CommonOptions) =>
    run('status', options, async (session) => (await import('../actions/status.ts')).statusAction(options, session)),
  );
}
