/** `surefoot scorecard`: its options. */
import { type Command, Option } from 'commander';
import { FAIL_ON, type ScorecardOptions as UseCaseOptions } from '../../entry/scorecard/options.ts';
import { run, withReportOption } from '../run.ts';

interface ScorecardOptions extends UseCaseOptions {
  readonly json?: boolean;
}

const collect = (value: string, before: readonly string[] | undefined) => [...(before ?? []), value];

export function addScorecard(program: Command): void {
  withReportOption(
    program
      .command('scorecard')
      .description(
        'judge the targets of an environment by the evidence that is there: met, missed or unknown, and why',
      ),
  )
    .option('-c, --config <file>', 'the platform file', 'surefoot.yml')
    .option('-e, --environment <name>', 'which environment of it')
    .option(
      '--evidence <dir-or-file>',
      'evidence of earlier runs; the report folder when left out; may be repeated',
      collect,
    )
    .option(
      '--facts <file>',
      'numbers from elsewhere (bills, incidents, alerts) as CSV or JSON; may be repeated',
      collect,
    )
    .addOption(
      new Option(
        '--fail-on <what>',
        'end with 1 when a target is missed; with "unknown" also with 3 when one is unknown',
      )
        .choices(FAIL_ON)
        .default('nothing'),
    )
    .option('--previous <file>', 'an earlier scorecard.json, to show what changed its state')
    .option('--badge <file.svg>', 'write a badge, and its JSON for shields.io beside it')
    .option('--slo', 'read the SLOs of the environment first, as `surefoot slo` does')
    .option(
      '--dora [dir|owner/name]',
      "measure delivery first, as `surefoot dora` does; without a name that of the workflow's repository, or the clone here",
    )
    .option('--dora-environment <name>', 'which deployments on GitHub count; that of the scorecard when left out')
    .option('--dora-workflow <file>', 'on GitHub, where no deployments are filed: runs of this workflow count')
    .option('--dora-incident-label <name>', 'incidents are the issues on GitHub with this label')
    .option('--json', 'print one JSON object on stdout; progress goes to stderr')
    .action((options: ScorecardOptions) =>
      run('scorecard', options, async (session) =>
        (await import('../../entry/scorecard/scorecard.ts')).scorecardAction(options, session),
      ),
    );
}
