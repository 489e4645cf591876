/** `surefoot plan` and `surefoot deploy`. */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { InputError } from '../../errors.ts';
import { deploy } from '../../operations/deploy/deploy.ts';
import { type DeployPlan, planDeployment } from '../../operations/deploy/plan.ts';
import { renderPlan } from '../../operations/deploy/render.ts';
import { renderTerminal } from '../../report/terminal.ts';
import { writeReport } from '../../report/write.ts';
import { type Connection, withConnection } from '../connect.ts';
import type { Outcome } from '../outcome.ts';
import { type CommonOptions, run, type Session, terminalOptions, withCommonOptions } from '../run.ts';

interface DeployOptions extends CommonOptions {
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
      run('plan', options, (session) =>
        withConnection(options, session, (connection) => plan('plan', options, connection)),
      ),
    );
  withCommonOptions(
    program.command('deploy').description('deploy an image blue-green, judged, with the way back kept open'),
  )
    .requiredOption('-i, --image <reference>', "the new image of the service's container")
    .option('--dry-run', 'show the plan and change nothing')
    .option('-y, --yes', 'do not ask before changing')
    .action((options: DeployOptions) =>
      run('deploy', options, (session) =>
        withConnection(options, session, (connection) =>
          options.dryRun ? plan('deploy', options, connection) : carryOut(options, connection, session),
        ),
      ),
    );
}

async function plan(operation: string, options: DeployOptions, connection: Connection): Promise<Outcome> {
  const found = await planDeployment({ target: connection.target, image: options.image }, connection.ports);
  if (found.refusals.length > 0) {
    throw new InputError(found.refusals[0]?.code ?? 'refused', renderPlan(found));
  }
  const message =
    found.changes.length === 0
      ? 'nothing would change'
      : `${found.changes.length} change${found.changes.length === 1 ? '' : 's'} planned, nothing was changed`;
  return {
    operation,
    verdict: 'pass',
    reasons: [{ code: 'planned', message }],
    text: renderPlan(found),
    details: { changes: found.changes },
  };
}

async function carryOut(options: DeployOptions, connection: Connection, session: Session): Promise<Outcome> {
  const evidence = await deploy(
    {
      platform: connection.platform.name,
      target: connection.target,
      image: options.image,
      objectives: connection.platform.objectives,
      approve: (found) => approve(found, options, session),
      rehearsalSpeed: connection.rehearsal?.speed,
    },
    connection.ports,
  );
  const files = await writeReport(evidence, options.reportDir, { name: 'deploy' });
  const text = `${renderTerminal(evidence, terminalOptions())}\nreport: ${files.html}`;
  return { operation: 'deploy', verdict: evidence.verdict, reasons: evidence.reasons, text, evidence: files.json };
}

/** A person at a terminal is asked; where nobody can be asked, `--yes` must have been given. */
async function approve(found: DeployPlan, options: DeployOptions, session: Session): Promise<boolean> {
  if (options.yes) {
    return true;
  }
  if (process.stdin.isTTY !== true) {
    throw new InputError(
      'nobody-to-ask',
      'deploy changes the service and nobody can be asked here: add --yes, or --dry-run to only see the plan',
    );
  }
  process.stderr.write(`${renderPlan(found)}\n`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question('Deploy this? [y/N] ', { signal: session.signal })).trim());
  } finally {
    terminal.close();
  }
}
