/** `surefoot chaos plan` and `chaos list`: their options. */
import { type Command, Option } from 'commander';
import type { ChaosListOptions } from '../../entry/chaos/list.ts';
import type { ChaosPlanOptions } from '../../entry/chaos/plan.ts';
import { type CommonOptions, run, withCommonOptions, withReportOption } from '../run.ts';

interface PlanOptions extends CommonOptions, Omit<ChaosPlanOptions, 'experiment' | 'variables'> {
  readonly variable?: readonly string[];
}

export function addChaos(program: Command): void {
  const chaos = program
    .command('chaos')
    .description('experiments with AWS Fault Injection Service (FIS): what they would do, before they do it');
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
  withCommonOptions(
    chaos
      .command('list')
      .description('show the experiments of a folder, whether the account has them, and their last runs')
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

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
