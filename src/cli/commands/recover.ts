/** `surefoot recover`: its options. */
import { type Command, InvalidArgumentError } from 'commander';
import type { RecoverOptions as UseCaseOptions } from '../../entry/recover/options.ts';
import { parseDuration } from '../../platform/duration.ts';
import { type CommonOptions, run, withCommonOptions, withReportOption } from '../run.ts';

interface RecoverOptions extends CommonOptions, Omit<UseCaseOptions, 'timeoutSeconds'> {
  readonly yes?: boolean;
  readonly timeout?: number;
}

export function addRecover(program: Command): void {
  withReportOption(
    withCommonOptions(
      program
        .command('recover')
        .description(
          'run a recovery procedure: plan, guard, steps that can be resumed, verification; RTO and RPO measured',
        )
        .argument(
          '<procedure>',
          'restart-service, terraform-state, s3-restore, dynamodb-restore, database-restore, rotate-secret, region-failover or region-failback',
        ),
    ),
  )
    .option('--bucket <name>', 'terraform-state, s3-restore: the bucket')
    .option('--key <key>', "terraform-state: the state's object, such as env/{environment}/terraform.tfstate")
    .option('--version-id <id>', 'terraform-state: which version becomes the newest again; without it they are listed')
    .option('--lock-table <name>', "terraform-state: the backend's dynamodb_table, where it has one")
    .option('--lineage <id>', 'terraform-state: the lineage that the version must have')
    .option('--prefix <prefix>', 's3-restore: objects whose keys begin with it; "" for all')
    .option(
      '--at <time>',
      's3-restore, dynamodb-restore, database-restore: the moment to restore, in UTC; of a table or database also `latest`',
    )
    .option('--table <name>', 'dynamodb-restore: the table')
    .option('--backup <arn>', 'dynamodb-restore: a backup instead of a moment')
    .option('--to <name>', 'dynamodb-restore, database-restore: what is made (default: <name>-restored)')
    .option('--item <json>', 'dynamodb-restore: key of an item that must be there, such as {"id":{"S":"42"}}')
    .option('--instance <id>', 'database-restore: the DB instance')
    .option('--snapshot <id>', 'database-restore: a snapshot instead of a moment')
    .option('--check <command>', 'database-restore: asks the restored database; see the guide for its variables')
    .option('--secret <name>', 'rotate-secret: name or ARN of the secret')
    .option('--value-file <file>', 'rotate-secret: the new value; - for stdin. It is never an argument')
    .option('--keep-newline', 'rotate-secret: a line end at the end of the file is part of the value')
    .option('--undo', 'rotate-secret: put the former value back, as long as it was not revoked')
    .option(
      '--revoke <command>',
      'rotate-secret: at the end, takes the old value away; see the guide for its variables',
    )
    .option('--revoke-with-value', 'rotate-secret: the command gets the old value on stdin')
    .option('--check-url <url>', 'rotate-secret: must answer 2xx with the new value in use')
    .option('--planned', 'region-failover: both regions are well: nothing may be lost')
    .option('--database <what>', 'region-failover, region-failback: promote the replicas, for good, or leave them')
    .option(
      '--hold-writes <command>',
      'region-…, both well: stops writes for the promotion; see the guide for its steps',
    )
    .option('--override-readiness <why>', 'region-…: take a region that is not ready; kept in the evidence')
    .option('--weights <percents>', 'region-…: send users over in shares, such as 10,50,100 (default: 100)')
    .option('--hold <duration>', 'region-…: so long nothing may fail after each share (default: 60s)')
    .option('--switch-plan <arn>', 'region-…: a plan of ARC Region switch does the steps')
    .option('--url <url>', "region-…: where requests are sent meanwhile (default: the users' own address)")
    .option('--rate <number>', 'region-…: requests per second (default: 20)')
    .option('--timeout <duration>', 'restart-service, rotate-secret: longest wait, such as 90s or 10m', parseTimeout)
    .option('--failed-at <time>', 'when the disaster happened: RTO and RPO count from it (default: from now)')
    .option('--reason <text>', 'why; kept in the evidence')
    .option('--drill', 'restore beside and never over, verify, and remove what was made')
    .option('--keep', 'a drill leaves what it made')
    .option('--dry-run', 'show the plan and change nothing')
    .option('-y, --yes', 'do not ask before changing; needed where nobody can be asked')
    .action((procedure: string, { timeout, ...options }: RecoverOptions) =>
      run('recover', options, async (session) =>
        (await import('../../entry/recover/recover.ts')).recoverAction(
          procedure,
          { ...options, ...(timeout === undefined ? {} : { timeoutSeconds: timeout }) },
          session,
        ),
      ),
    );
}

function parseTimeout(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined || seconds < 1) {
    throw new InvalidArgumentError('write a duration with its unit, such as 90s or 10m');
  }
  return Math.ceil(seconds);
}
