/** `surefoot plan`, `deploy` and `rollback`: their options. */
import { type Command, Option } from 'commander';
import type { DeployOptions as UseCaseOptions } from '../../entry/deploy.ts';
import { type CommonOptions, run, withCommonOptions, withReportOption } from '../run.ts';

interface DeployOptions extends CommonOptions, UseCaseOptions {
  readonly yes?: boolean;
}

export function addDeploy(program: Command): void {
  withChangeOptions(
    program
      .command('plan')
      .description('show what a deployment would change, and whether it may start; changes nothing'),
  ).action((options: DeployOptions) =>
    run('plan', options, async (session) =>
      (await import('../../entry/deploy.ts')).planAction('plan', options, session),
    ),
  );
  withConfirmation(
    withChangeOptions(program.command('deploy').description('deploy, judged, with the way back kept open')).option(
      '--blocks <source>',
      'with CANARY and LINEAR, what is judged: cloudwatch, or k6:FILE, which `load --journal FILE` writes beside',
    ),
  ).action((options: DeployOptions) =>
    run('deploy', options, async (session) => (await import('../../entry/deploy.ts')).deployAction(options, session)),
  );
  withConfirmation(
    withCommonOptions(
      program
        .command('rollback')
        .description('end the running deployment in its old revision, or deploy the revision before this one'),
    ),
  ).action((options: DeployOptions) =>
    run('rollback', options, async (session) =>
      (await import('../../entry/rollback.ts')).rollbackAction(options, session),
    ),
  );
}

function withChangeOptions(command: Command): Command {
  return withCommonOptions(command)
    .addOption(
      new Option(
        '-i, --image <[container=]reference>',
        "the new image of the service's container, or of the one named; may be repeated",
      )
        .argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
        .conflicts('taskDefinition'),
    )
    .option('--task-definition <family:revision>', 'deploy a task definition that exists, by name or ARN')
    .option(
      '--override-error-budget <why>',
      'deploy although an error budget is spent, burns fast or is not known; the reason is kept in the evidence',
    );
}

function withConfirmation(command: Command): Command {
  return withReportOption(command)
    .option('--dry-run', 'show the plan and change nothing')
    .option('-y, --yes', 'do not ask before changing');
}
