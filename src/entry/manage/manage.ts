/** `status`, `pause`, `resume`, `restart`, `scale`, `schedule` and `run-task`, from options to outcome: for one service, several, or all of an environment. */
import { InputError } from '../../errors.ts';
import { pause, planPause } from '../../operations/manage/pause.ts';
import { accountRefusals, pauseRefusals } from '../../operations/manage/refusals.ts';
import type { ManageRequest } from '../../operations/manage/request.ts';
import { planRestart, restart } from '../../operations/manage/restart.ts';
import { planResume, resume } from '../../operations/manage/resume.ts';
import { planRunTask, runTask } from '../../operations/manage/run-task.ts';
import { planScale, rangeRefusals, scale } from '../../operations/manage/scale.ts';
import { applySchedule, planSchedule, scheduleRefusals } from '../../operations/manage/schedule.ts';
import type { Ports } from '../../operations/ports.ts';
import { requirePlatform } from '../../platform/load.ts';
import type { Environment, Platform, ServiceInEnvironment } from '../../platform/model.ts';
import { resolveServices } from '../../platform/select.ts';
import type { Reason } from '../../report/evidence.ts';
import { type RehearsalInfo, withAws } from '../connect.ts';
import { report } from '../deploy.ts';
import { writableFolder } from '../folders.ts';
import { requireRegion } from '../guards.ts';
import type { Outcome } from '../outcome.ts';
import type { Session } from '../session.ts';
import { readFullStatus, renderFullStatus } from '../status.ts';
import { type ManageCommand, type ManageOptions, requireValues, runTaskOf, scaleOf } from './options.ts';
import { carryOutAll, type Piece, renderPlans, requireAllowed, servicesOf } from './services.ts';

/**
 * Runs one command. Asks `session.confirm` once, with the plan of all services, before anything is changed. `details` of the outcome:
 * `services: { service, verdict, reasons }[]` (`{ status, scaling }[]` for `status`, `{ service, notes, steps }[]` for a dry run).
 * @throws InputError for bad input and refusals, all of them at once, with nothing changed; OutsideError when AWS fails
 */
export async function manage(command: ManageCommand, options: ManageOptions, session: Session): Promise<Outcome> {
  requireValues(command, options);
  const platform = await requirePlatform(options.config);
  const targets = resolveServices(platform, options);
  const [{ environment: name }] = targets;
  const environment = platform.environments[name];
  if (environment === undefined) {
    throw new Error(`resolved a service in the unknown environment ${name}`);
  }
  requireRegion(environment.region, name, platform.file, session.guards);
  requireAllowed(command, fileRefusals(command, { environment, targets, options }));
  const journal = session.openJournal?.(platform, name);
  return withAws(environment.region, session, ({ ports: opened, rehearsal }) => {
    const ports = journal === undefined ? opened : { ...opened, journal };
    const scene: Scene = { platform, environment, targets, ports, rehearsal, options, session };
    return command === 'status' ? showStatus(scene) : change(command, scene);
  });
}

interface Scene {
  readonly platform: Platform;
  readonly environment: Environment;
  readonly targets: readonly ServiceInEnvironment[];
  readonly ports: Ports;
  readonly rehearsal: RehearsalInfo | undefined;
  readonly options: ManageOptions;
  readonly session: Session;
}

async function showStatus({ targets, ports }: Scene): Promise<Outcome> {
  const services = await Promise.all(targets.map((target) => readFullStatus(target, ports)));
  return {
    operation: 'status',
    verdict: 'pass',
    reasons: services.map(({ status, scaling }) => ({
      code: 'read',
      message: `${status.service}: ${status.tasks.running} of ${status.tasks.desired} tasks run, ${'unknown' in scaling ? 'scaling not known' : scaling.condition}`,
    })),
    text: services.map(renderFullStatus).join('\n\n'),
    details: { services },
  };
}

type Change = Exclude<ManageCommand, 'status'>;

async function change(command: Change, scene: Scene): Promise<Outcome> {
  const { options, session, ports, platform, environment, rehearsal } = scene;
  ports.reporter.stage('plan');
  const pieces = await planAll(command, scene);
  requireAllowed(
    command,
    pieces.flatMap(({ plan }) => plan.refusals),
  );
  const shown = renderPlans(pieces);
  if (options.dryRun) {
    return dryRun(command, pieces, shown);
  }
  await writableFolder(options.reportDir, '--report-dir');
  const changes = pieces.some(({ plan }) => plan.steps.length > 0);
  if (changes && !(await session.confirm(QUESTIONS[command], shown))) {
    throw new InputError('not-approved', `${command} was not approved; nothing was changed`);
  }
  ports.reporter.stage(command);
  const evidence = await carryOutAll(command, pieces, {
    platform,
    environment: environment.name,
    rehearsalSpeed: rehearsal?.speed,
    ports,
  });
  return { ...(await report(command, evidence, options, session)), details: { services: servicesOf(evidence) } };
}

const QUESTIONS: Readonly<Record<Change, string>> = {
  pause: 'Pause this?',
  resume: 'Resume this?',
  restart: 'Restart this?',
  scale: 'Scale this?',
  schedule: 'Apply this schedule?',
  'run-task': 'Run this?',
};

function dryRun(command: Change, pieces: readonly Piece[], text: string): Outcome {
  const count = pieces.reduce((sum, { plan }) => sum + plan.steps.length, 0);
  const message =
    count === 0 ? 'nothing would change' : `${count} step${count === 1 ? '' : 's'} planned, nothing was changed`;
  return {
    operation: command,
    verdict: 'pass',
    reasons: [{ code: 'planned', message }],
    text,
    details: {
      services: pieces.map(({ target, plan }) => ({
        service: target.ecsService,
        notes: plan.notes,
        steps: plan.steps,
      })),
    },
  };
}

/** What surefoot.yml alone refuses: known before AWS is asked anything. */
function fileRefusals(
  command: ManageCommand,
  { environment, targets, options }: Pick<Scene, 'environment' | 'targets' | 'options'>,
): Reason[] {
  switch (command) {
    case 'pause':
      return pauseRefusals({ environment });
    case 'schedule':
      return options.remove ? [] : scheduleRefusals({ environment });
    case 'scale':
      return targets.flatMap((target) => rangeRefusals({ environment, target }, scaleOf(options)));
    default:
      return [];
  }
}

async function planAll(command: Change, scene: Scene): Promise<Piece[]> {
  const { environment, targets, ports, rehearsal, options } = scene;
  if (command === 'run-task' && targets.length > 1) {
    throw new InputError('one-service', 'run-task runs one job of one service: name one with --service');
  }
  const account = environment.account === undefined || rehearsal !== undefined ? undefined : await ports.aws.account();
  return Promise.all(
    targets.map(async (target) => {
      const request: ManageRequest = {
        platform: scene.platform,
        environment,
        target,
        rehearsalSpeed: rehearsal?.speed,
        reason: options.reason,
        timeoutSeconds: options.timeoutSeconds,
      };
      const piece = await planOne(command, request, options, ports);
      const refusals = [...accountRefusals(account, request), ...piece.plan.refusals];
      return { ...piece, plan: { ...piece.plan, refusals } };
    }),
  );
}

async function planOne(command: Change, request: ManageRequest, options: ManageOptions, ports: Ports): Promise<Piece> {
  const { target } = request;
  switch (command) {
    case 'pause': {
      const plan = await planPause(request, ports);
      return { target, plan, carryOut: () => pause(request, plan, ports) };
    }
    case 'resume': {
      const plan = await planResume(request, ports);
      return { target, plan, carryOut: () => resume(request, plan, ports) };
    }
    case 'restart': {
      const plan = await planRestart(request, ports);
      return { target, plan, carryOut: () => restart(request, plan, ports) };
    }
    case 'scale': {
      const values = scaleOf(options);
      const plan = await planScale(request, values, ports);
      return { target, plan, carryOut: () => scale(request, plan, values, ports) };
    }
    case 'schedule': {
      const remove = options.remove ?? false;
      const plan = await planSchedule(request, remove, ports);
      return { target, plan, carryOut: () => applySchedule(request, plan, remove, ports) };
    }
    case 'run-task': {
      const run = runTaskOf(options, target);
      const plan = await planRunTask(request, run, ports);
      return { target, plan, carryOut: () => runTask(request, plan, run, ports) };
    }
  }
}
