/** `surefoot dora`: its options. */
import { type Command, InvalidArgumentError } from 'commander';
import type { DoraOptions as UseCaseOptions } from '../../entry/dora.ts';
import { DORA_DEFAULTS } from '../../entry/dora-defaults.ts';
import { run, withReportOption } from '../run.ts';

interface DoraOptions extends UseCaseOptions {
  readonly json?: boolean;
}

export function addDora(program: Command): void {
  withReportOption(
    program
      .command('dora')
      .description("measure software delivery by DORA's five numbers, each with the events behind it; changes nothing"),
  )
    .option(
      '-r, --repository <dir|owner/name>',
      'a git clone, whose tags are the releases, or a repository on GitHub',
      DORA_DEFAULTS.repository,
    )
    .option('-e, --environment <name>', 'which deployments on GitHub count; needed there, unless --workflow is named')
    .option('-s, --service <name>', 'only deployments of this service, as surefoot files them on GitHub')
    .option('--tags <pattern>', "which of a clone's tags are releases, such as v*; all when left out")
    .option('--workflow <file>', 'on GitHub, where no deployments are filed: runs of this workflow are the deployments')
    .option('--branch <name>', 'only runs of this branch; those for pull requests never count')
    .option('--days <n>', 'length of the window', parseAmount, DORA_DEFAULTS.days)
    .option(
      '--until <time>',
      'end of the window, in UTC: a time, or a day, which is in it as a whole; now when left out',
    )
    .option(
      '--failure-horizon <hours>',
      'how long after a deployment it may turn out to have failed',
      parseAmount,
      DORA_DEFAULTS.failureHorizon,
    )
    .option('--incidents <file>', 'incidents as CSV or JSON: id, opened, closed; or what PagerDuty exports')
    .option('--incident-label <name>', 'incidents are the issues on GitHub with this label')
    .option('--ledger <file>', 'keep what was read on GitHub in this file, and read only what is new')
    .option(
      '--most-requests <n>',
      'stop, with all numbers unknown, rather than send more than these to GitHub',
      parseAmount,
      DORA_DEFAULTS.mostRequests,
    )
    .option('--strict', 'end inconclusive when any of the five numbers is unknown')
    .option('--json', 'print one JSON object on stdout; progress goes to stderr')
    .action((options: DoraOptions) =>
      run('dora', options, async (session) => (await import('../../entry/dora.ts')).doraAction(options, session)),
    );
}

function parseAmount(text: string): number {
  const amount = Number(text);
  if (text.trim() === '' || !Number.isFinite(amount) || amount <= 0 || amount > 100_000) {
    throw new InvalidArgumentError('write a number above 0, such as 30');
  }
  return amount;
}
