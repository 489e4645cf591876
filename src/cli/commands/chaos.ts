/** `surefoot chaos plan`, `run`, `stop` and `list`: their options. */
import { type Command, Option } from 'commander';
import type { ChaosListOptions } from '../../entry/chaos/list.ts';
import type { ChaosPlanOptions } from '../../entry/chaos/plan.ts';
import type { ChaosRunOptions } from '../../entry/chaos/run.ts';
import type { ReportOptions } from '../../entry/session.ts';
import { type CommonOptions, run, withCommonOptions, withReportOption } from '../run.ts';

interface PlanOptions extends CommonOptions, Omit<ChaosPlanOptions, 'experiment' | 'variables'> {
  readonly variable?: readonly string[];
}

interface RunOptions extends CommonOptions, Omit<ChaosRunOptions, 'experiment' | 'variables'> {
  readonly variable?: readonly string[];
  readonly yes?: boolean;
}

export function addChaos(program: Command): void {
  const chaos = program
    .command('chaos')
    .description('experiments with AWS Fault Injection Service (FIS): what they would do, and what became of it');
  withReportOption(
    withCommonOptions(
      chaos
        .command('plan')
        .description('show what an experiment would hit, take, cost and need; a dry run, nothing is injected')
        .argument('<file|name>', 'a file of yours, or the name of an experiment that surefoot ships'),
    ),
  )
    .option('--offline', 'ask nothing of AWS: the file and surefoot.yml alone')
    .option('--zone <zone>', "the availability zone that is hit; default: the environment's first")
    .option('--catalogue <file>', 'what `aws fis list-actions` printed, instead of the actions that surefoot knows')
    .addOption(
      new Option('--variable <NAME=value>', 'a variable of the experiment; may be repeated').argParser(collect),
    )
    .action((experiment: string, { variable, ...options }: PlanOptions) =>
      run('chaos-plan', options, async (session) =>
        (await import('../../entry/chaos/plan.ts')).chaosPlanAction(
          { ...options, experiment, ...(variable === undefined ? {} : { variables: variable }) },
          session,
        ),
      ),
    );
  addRun(chaos);
  withCommonOptions(
    chaos
      .command('list')
      .description('show the experiments of a folder, whether the account has them, their last runs, and what runs now')
      .argument('[folder]', 'default: chaos here, or what surefoot ships'),
  )
    .option('--offline', 'ask nothing of AWS: the files alone')
    .action((folder: string | undefined, options: CommonOptions & ChaosListOptions) =>
      run('chaos-list', options, async (session) =>
        (await import('../../entry/chaos/list.ts')).chaosListAction(
          { ...options, ...(folder === undefined ? {} : { folder }) },
          session,
        ),
      ),
    );
}

function addRun(chaos: Command): void {
  withReportOption(
    withCommonOptions(
      chaos
        .command('run')
        .description('inject the fault of an experiment under load, and judge whether and how the service recovers')
        .argument('<file|name>', 'a file of yours, or the name of an experiment that surefoot ships'),
    ),
  )
    .option('--zone <zone>', "the availability zone that is hit; default: the environment's first")
    .addOption(
      new Option('--variable <NAME=value>', 'a variable of the experiment; may be repeated').argParser(collect),
    )
    .option('--catalogue <file>', 'what `aws fis list-actions` printed, instead of the actions that surefoot knows')
    .option('--downtime-budget <duration>', 'stop it after so much full outage; default: twice the RTO, or 60s')
    .addOption(
      new Option(
        '--earlier <folder|file>',
        'evidence of earlier runs, for the mean and median time to recovery of all; may be repeated',
      ).argParser(collect),
    )
    .option('--allow-irreversible', 'allow actions that neither their end nor a stop puts back')
    .option('-y, --yes', 'do not ask before the fault is injected')
    .action((experiment: string, { variable, ...options }: RunOptions) =>
      run('chaos-run', options, async (session) =>
        (await import('../../entry/chaos/run.ts')).chaosRunAction(
          { ...options, experiment, ...(variable === undefined ? {} : { variables: variable }) },
          session,
        ),
      ),
    );
  withReportOption(
    withCommonOptions(
      chaos
        .command('stop')
        .description(
          "end every experiment of surefoot's that runs in the environment, take away what runs have left, and show the rest",
        ),
    ),
  ).action((options: CommonOptions & ReportOptions) =>
    run('chaos-stop', options, async (session) =>
      (await import('../../entry/chaos/run.ts')).chaosStopAction(options, session),
    ),
  );
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
