/** `recover`, from options to outcome. */
import { InputError } from '../../errors.ts';
import { accountRefusals } from '../../operations/manage/refusals.ts';
import type { Ports } from '../../operations/ports.ts';
import { runOf } from '../../operations/recover/journal.ts';
import { carryOut } from '../../operations/recover/procedure.ts';
import { usersOf } from '../../operations/recover/region/request.ts';
import { renderPlan } from '../../operations/recover/render-plan.ts';
import type { Planned, RecoverRequest } from '../../operations/recover/request.ts';
import { requirePlatform } from '../../platform/load.ts';
import type { Environment, Platform, ServiceInEnvironment } from '../../platform/model.ts';
import { resolveService, resolveServices } from '../../platform/select.ts';
import { withAws } from '../connect.ts';
import { report } from '../deploy.ts';
import { writableFolder } from '../folders.ts';
import { requireRegion } from '../guards.ts';
import type { Outcome } from '../outcome.ts';
import type { Session } from '../session.ts';
import { journalFile } from './journal-file.ts';
import {
  databaseRestoreOf,
  dynamoDbRestoreOf,
  fill,
  type ProcedureName,
  type RecoverOptions,
  requireProcedure,
  requireValues,
  s3RestoreOf,
  terraformStateOf,
} from './options.ts';
import { isRegional, planRegion, sidesOf, withSource } from './region.ts';

/**
 * Runs one procedure, or goes on with the run of the same procedure and values that was cut off: its journal lies in `reportDir`. Asks
 * `session.confirm` with the plan before anything is changed. `details`: `{ run, journal }`; of a dry run `{ notes, steps, afterwards }`.
 * @throws InputError for bad input and refusals, all of them at once, with nothing changed; OutsideError when AWS fails
 */
export async function recoverAction(name: string, given: RecoverOptions, session: Session): Promise<Outcome> {
  const procedure = requireProcedure(name);
  requireValues(procedure, given);
  const platform = await requirePlatform(given.config);
  if (isRegional(procedure)) {
    return moveRegion(procedure, platform, given, session);
  }
  const target =
    procedure === 'restart-service'
      ? resolveService(platform, given)
      : resolveServices(platform, { environment: given.environment, all: true })[0];
  const environment = platform.environments[target.environment];
  if (environment === undefined) {
    throw new Error(`resolved the unknown environment ${target.environment}`);
  }
  requireRegion(environment.region, environment.name, platform.file, session.guards);
  const { options, inputs } = fill(given, environment.name);
  return withAws(environment.region, session, ({ ports, rehearsal }) => {
    const scene = { procedure, platform, environment, options, inputs, ports, speed: rehearsal?.speed, session };
    const identity = procedure === 'restart-service' ? { service: target.ecsService } : {};
    return run({ ...scene, identity, plan: (request) => plan(request, procedure, { ...scene, target }) });
  });
}

/** AWS is that of the region that takes over; the other one is asked only where it may be. */
async function moveRegion(
  procedure: ProcedureName,
  platform: Platform,
  given: RecoverOptions,
  session: Session,
): Promise<Outcome> {
  const sides = sidesOf(platform, procedure, given.environment);
  const { to } = sides;
  requireRegion(to.region, to.name, platform.file, session.guards);
  // Its users are those of the one that the standby stands by for, whichever way they go.
  const environment = usersOf(sides);
  const { options, inputs } = fill(given, environment.name);
  return withAws(to.region, session, ({ ports, rehearsal }) =>
    withSource(sides, options, session, (awsOfSource) =>
      run({
        procedure,
        platform,
        environment,
        options,
        inputs,
        ports,
        speed: rehearsal?.speed,
        session,
        identity: { to: to.name },
        plan: (request) => planRegion(request, { sides, platform, options, ports, awsOfSource, rehearsal, session }),
      }),
    ),
  );
}

interface Scene {
  readonly procedure: ProcedureName;
  readonly platform: Platform;
  readonly environment: Environment;
  readonly options: RecoverOptions;
  /** What besides the inputs makes it the same run. */
  readonly identity: Readonly<Record<string, string>>;
  readonly plan: (request: RecoverRequest) => Promise<Planned>;
  readonly inputs: Readonly<Record<string, string>>;
  readonly ports: Ports;
  /** Undefined outside a rehearsal. */
  readonly speed: number | undefined;
  readonly session: Session;
}

async function run(scene: Scene): Promise<Outcome> {
  const { procedure, platform, environment, options, ports, session } = scene;
  const { drill = false, keep = false } = options;
  const identity = {
    ...scene.inputs,
    platform: platform.name,
    environment: environment.name,
    ...(drill ? { drill: keep ? 'kept' : 'removed' } : {}),
    ...scene.identity,
  };
  const journal = journalFile(options.reportDir, procedure, identity);
  const request: RecoverRequest = {
    procedure,
    platform,
    environment,
    rehearsalSpeed: scene.speed,
    reason: options.reason,
    drill,
    keep,
    failedAt: options.failedAt === undefined ? undefined : new Date(options.failedAt),
    inputs: identity,
    run: runOf(journal.entries, ports.clock.now()),
  };
  ports.reporter.stage('plan');
  const planned = await scene.plan(request);
  const shown = renderPlan(planned, request);
  requireAllowed(procedure, [...(await accountReasons(scene)), ...planned.refusals], planned.notes);
  if (options.dryRun) {
    return dryRun(planned, shown);
  }
  await writableFolder(options.reportDir, '--report-dir');
  if (!(await session.confirm(drill ? 'Drill this?' : 'Recover this?', shown))) {
    throw new InputError('not-approved', `${procedure} was not approved; nothing was changed`);
  }
  const evidence = await carryOut(request, planned, journal.note, ports);
  const details = { run: request.run.id, journal: journal.file };
  return { ...(await report('recover', evidence, options, session)), details };
}

async function plan(
  request: RecoverRequest,
  procedure: Exclude<ProcedureName, 'region-failover' | 'region-failback'>,
  {
    options,
    ports,
    target,
    platform,
  }: Pick<Scene, 'options' | 'ports' | 'platform'> & { target: ServiceInEnvironment },
): Promise<Planned> {
  switch (procedure) {
    case 'terraform-state': {
      const { planTerraformState } = await import('../../operations/recover/state/terraform-state.ts');
      return planTerraformState(request, terraformStateOf(options), ports);
    }
    case 's3-restore': {
      const { planS3Restore } = await import('../../operations/recover/objects/s3-restore.ts');
      return planS3Restore(request, s3RestoreOf(options), ports);
    }
    case 'dynamodb-restore': {
      const { planDynamoDbRestore } = await import('../../operations/recover/table/dynamodb-restore.ts');
      return planDynamoDbRestore(request, dynamoDbRestoreOf(options), ports);
    }
    case 'database-restore': {
      const { planDatabaseRestore } = await import('../../operations/recover/database/database-restore.ts');
      return planDatabaseRestore(request, databaseRestoreOf(options, ports.signal), ports);
    }
    case 'rotate-secret': {
      const [{ planRotateSecret }, { rotationOf }, { serviceRestart }] = await Promise.all([
        import('../../operations/recover/secret/rotate-secret.ts'),
        import('./secret-rotation.ts'),
        import('./service-restart.ts'),
      ]);
      const { timeoutSeconds } = options;
      const restarts = {
        targets: resolveServices(platform, { environment: target.environment, all: true }),
        of: (each: ServiceInEnvironment) => serviceRestart({ ...request, target: each, timeoutSeconds }, ports),
      };
      return planRotateSecret(request, await rotationOf(options, ports.signal), restarts, ports);
    }
    case 'restart-service': {
      const [{ planRestartService }, { serviceRestart }] = await Promise.all([
        import('../../operations/recover/service/restart-service.ts'),
        import('./service-restart.ts'),
      ]);
      const { timeoutSeconds } = options;
      return planRestartService(request, serviceRestart({ ...request, target, timeoutSeconds }, ports), ports);
    }
  }
}

async function accountReasons({ environment, ports, speed }: Scene) {
  const account = environment.account === undefined || speed !== undefined ? undefined : await ports.aws.account();
  return accountRefusals(account, { environment });
}

/** @throws InputError with all refusals, and what was found on the way to them */
function requireAllowed(procedure: string, refusals: Planned['refusals'], notes: readonly string[]): void {
  const [first] = refusals;
  if (first !== undefined) {
    const list = refusals.map(({ code, message }) => `  - ${message} [${code}]`);
    const found = notes.length === 0 ? [] : ['what there is:', ...notes.map((note) => `  ${note}`)];
    throw new InputError(
      first.code,
      [`${procedure} was refused before anything was changed:`, ...list, ...found].join('\n'),
    );
  }
}

function dryRun({ title, notes, steps, afterwards, measurements }: Planned, text: string): Outcome {
  const message = `${title}: ${steps.length} step${steps.length === 1 ? '' : 's'} planned, nothing was changed`;
  return {
    operation: 'recover',
    verdict: 'pass',
    reasons: [{ code: 'planned', message }],
    text,
    details: { notes, steps: steps.map((step) => ({ title: step.title, undo: step.undo })), afterwards, measurements },
  };
}
