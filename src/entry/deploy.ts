/** `plan` and `deploy`, from options to outcome. */
import { InputError } from '../errors.ts';
import { deploy } from '../operations/deploy/deploy.ts';
import { type DeployPlan, planDeployment } from '../operations/deploy/plan/plan.ts';
import { renderPlan } from '../operations/deploy/plan/render.ts';
import type { Change, PlanRequest } from '../operations/deploy/plan/request.ts';
import type { Evidence } from '../report/evidence.ts';
import { redactDeep } from '../report/redact.ts';
import { CANCELLED } from '../report/words.ts';
import { blockFiles } from './block-files.ts';
import { type Connection, withConnection } from './connect.ts';
import { writableFolder } from './folders.ts';
import type { Outcome } from './outcome.ts';
import type { ReportOptions, SelectionOptions, Session } from './session.ts';

export interface ChangeOptions extends SelectionOptions {
  /** `reference`, or `container=reference`. */
  readonly image?: readonly string[];
  readonly taskDefinition?: string;
  /** Why it is deployed whatever its error budgets say. */
  readonly overrideErrorBudget?: string;
}

export interface DeployOptions extends ChangeOptions, ReportOptions {
  /** `cloudwatch`, or `k6:` and the journal of a load. */
  readonly blocks?: string;
  readonly dryRun?: boolean;
}

/** Shows the plan; as an error when it may not start. */
export async function planAction(operation: string, options: DeployOptions, session: Session): Promise<Outcome> {
  requireChange(options);
  return withConnection(options, session, (connection) => plan(operation, options, connection));
}

/** Deploys, or with `--dry-run` shows the plan. */
export async function deployAction(options: DeployOptions, session: Session): Promise<Outcome> {
  requireChange(options);
  return options.dryRun
    ? planAction('deploy', options, session)
    : withConnection(options, session, (connection) => carryOut(options, connection, session));
}

async function plan(operation: string, options: DeployOptions, connection: Connection): Promise<Outcome> {
  const found = await planDeployment(planRequest(options, connection), connection.ports);
  if (found.refusals.length > 0) {
    throw new InputError(found.refusals[0]?.code ?? 'refused', renderPlan(found));
  }
  const count = found.changes.length;
  const message =
    count === 0 ? 'nothing would change' : `${count} change${count === 1 ? '' : 's'} planned, nothing was changed`;
  return {
    operation,
    verdict: 'pass',
    reasons: [{ code: 'planned', message }],
    text: renderPlan(found),
    details: { changes: found.changes, findings: found.findings, slos: found.errorBudgets.slos },
  };
}

async function carryOut(options: DeployOptions, connection: Connection, session: Session): Promise<Outcome> {
  await writableFolder(options.reportDir, '--report-dir');
  const blocks = await blockFiles(options.blocks, options.reportDir);
  const request = { ...planRequest(options, connection), ...surroundings(connection, session), blocks };
  return report('deploy', await deploy(request, connection.ports), options, session);
}

function planRequest(options: DeployOptions, connection: Connection): PlanRequest {
  return {
    target: connection.target,
    change: changeOf(options, connection.target.container),
    account: connection.platform.environments[connection.target.environment]?.account,
    rehearsalSpeed: connection.rehearsal?.speed,
    objectives: connection.platform.objectives,
    overrideErrorBudget: options.overrideErrorBudget?.trim(),
  };
}

/** What a deployment and a rollback get besides what they are to do. */
export function surroundings(connection: Connection, session: Session) {
  return {
    platform: connection.platform.name,
    objectives: connection.platform.objectives,
    approve: (found: DeployPlan) => session.confirm('Deploy this?', renderPlan(found)),
  };
}

/** Writes the report, beside those that are there already, and makes the outcome. */
export async function report(
  operation: string,
  evidence: Evidence,
  options: ReportOptions,
  session: Session,
): Promise<Outcome> {
  const [{ unusedName, writeReport }, { renderTerminal }] = await Promise.all([
    import('../report/write.ts'),
    import('../report/terminal.ts'),
  ]);
  const record = session.redact === undefined ? evidence : redactDeep(evidence, session.redact);
  const name = await unusedName(options.reportDir, operation);
  const files = await writeReport(record, options.reportDir, { name });
  const { verdict, reasons } = record;
  const text = `${renderTerminal(record, session.look)}\nreport: ${files.html}`;
  const cancelled = reasons[0]?.code === CANCELLED;
  return { operation, verdict, reasons, text, cancelled, evidence: files.json, report: files.html, record };
}

/** `name=reference` for a container by name, `reference` for the service's own. @throws InputError when nothing, or one container twice, is named */
export function changeOf(options: ChangeOptions, container: string): Change {
  const images = requireChange(options);
  if (options.taskDefinition !== undefined) {
    return { kind: 'task-definition', reference: options.taskDefinition };
  }
  const pairs = images.map((value) => {
    const [, name, reference] = /^(?:([A-Za-z0-9_-]+)=)?(.+)$/.exec(value) ?? [];
    return [name ?? container, reference ?? value] as const;
  });
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new InputError(
      'image-twice',
      `two images were given for the container "${twice}"; give one, or name another container: --image <container>=<reference>`,
    );
  }
  return { kind: 'images', byContainer: Object.fromEntries(pairs) };
}

/** The images that were named; checked before anything is read. @throws InputError when nothing, too much, or an empty image was named, or an override has no reason */
function requireChange(options: ChangeOptions): readonly string[] {
  if (options.overrideErrorBudget?.trim() === '') {
    throw new InputError(
      'override-needs-reason',
      'the error budget was to be overridden without a reason: write why, it is kept in the evidence: --override-error-budget <why>',
    );
  }
  const images = options.image ?? [];
  if (images.length > 0 && options.taskDefinition !== undefined) {
    throw new InputError(
      'two-changes',
      'an image and a task definition were given: name one of them, --image or --task-definition',
    );
  }
  if (
    (images.length === 0 && options.taskDefinition === undefined) ||
    images.some((image) => image.trim() === '' || image.endsWith('='))
  ) {
    throw new InputError(
      'nothing-to-deploy',
      'nothing to deploy was named: add --image <reference>, or --task-definition <family:revision>',
    );
  }
  return images;
}
