/** What `surefoot plan` and `surefoot deploy` do. */
import { createInterface } from 'node:readline/promises';
import { InputError } from '../../errors.ts';
import { deploy } from '../../operations/deploy/deploy.ts';
import { type DeployPlan, planDeployment } from '../../operations/deploy/plan.ts';
import { renderPlan } from '../../operations/deploy/render.ts';
import { renderTerminal } from '../../report/terminal.ts';
import { writeReport } from '../../report/write.ts';
import type { DeployOptions } from '../commands/deploy.ts';
import { type Connection, withConnection } from '../connect.ts';
import type { Outcome } from '../outcome.ts';
import { type Session, terminalOptions } from '../run.ts';

/** Shows the plan; as an error when it may not start. */
export function planAction(operation: string, options: DeployOptions, session: Session): Promise<Outcome> {
  return withConnection(options, session, (connection) => plan(operation, options, connection));
}

/** Deploys, or with `--dry-run` shows the plan. */
export function deployAction(options: DeployOptions, session: Session): Promise<Outcome> {
  return options.dryRun
    ? planAction('deploy', options, session)
    : withConnection(options, session, (connection) => carryOut(options, connection, session));
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
