/** `surefoot plan` and `surefoot deploy`: their options. */
import type { Command } from 'commander';
import { type CommonOptions, run, withCommonOptions } from '../run.ts';

export interface DeployOptions extends CommonOptions {
  readonly image: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export function addDeploy(program: Command): void {
  withCommonOptions(
    program
      .command('plan')
      .description('show what a deployment would change, and whether it may start; changes nothing'),
  )
    .requiredOption('-i, --image <reference>', "the new image of the service's container")
    .action((options: DeployOptions) =>
      run('plan', options, async (session) =>
        (await import('../actions/deploy.ts')).planAction('plan', options, session),
      ),
    );
  withCommonOptions(
    program.command('deploy').description('deploy an image blue-green, judged, with the way back kept open'),
  )
    .requiredOption('-i, --image <reference>', "the new image of the service's container")
    .option('--dry-run', 'show the plan and change nothing')
    .option('-y, --yes', 'do not ask before changing')
    .action((options: DeployOptions) =>
      run('deploy', options, async (session) => (await import('../actions/deploy.ts')).deployAction(options, session)),
    );
}
