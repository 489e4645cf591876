/** `surefoot iam`: its options. */
import type { Command } from 'commander';
import type { IamOptions as UseCaseOptions } from '../../entry/iam.ts';
import { type CommonOptions, run, withCommonOptions } from '../run.ts';

interface IamOptions extends CommonOptions, UseCaseOptions {}

export function addIam(program: Command): void {
  const collect = (value: string, before: readonly string[] | undefined) => [...(before ?? []), value];
  withCommonOptions(
    program
      .command('iam')
      .description('print the IAM policy of a role that runs these operations in an environment; offline')
      .argument('[operations...]', 'such as deploy, pause or chaos-run; without any, the list of them'),
  )
    .option('--name <kind=name>', 'what surefoot.yml does not name, such as role=web-task; may be repeated', collect)
    .option('--account <id>', "the environment's account, where surefoot.yml does not say it")
    .addHelpText('after', HELP)
    .action((operations: string[], options: IamOptions) =>
      run('iam', options, async (session) =>
        (await import('../../entry/iam.ts')).iamAction(operations, options, session),
      ),
    );
}

const HELP = `
The policy goes to stdout, what it leaves open to stderr:
  surefoot iam deploy rollback -e prod --name role=web-task --name log-group=/ecs/web > deploy.json
docs/guides/iam.md says what is behind each permission.`;
