/** `surefoot slo`: its options. */
import type { Command } from 'commander';
import type { SloOptions as UseCaseOptions } from '../../entry/slo.ts';
import { type CommonOptions, run, withCommonOptions, withReportOption } from '../run.ts';

interface SloOptions extends CommonOptions, UseCaseOptions {}

export function addSlo(program: Command): void {
  withReportOption(
    withCommonOptions(
      program
        .command('slo')
        .description('read what is left of the error budgets, and how fast they burn; all services when none is named'),
    ),
  ).action((options: SloOptions) =>
    run('slo', options, async (session) => (await import('../../entry/slo.ts')).sloAction(options, session)),
  );
}
