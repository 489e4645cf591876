/**
 * `restart`: a forced new deployment of what runs; then, only where nothing serves any more, down to nothing and back to the fewest tasks.
 * The second step remembers on the service what it takes away, as a pause does, so that `resume` finishes it when this run dies.
 */
import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { OutsideError } from '../../errors.ts';
import type { Evidence, Reason } from '../../report/evidence.ts';
import { RUNNING_STATUSES } from '../common/deployment-statuses.ts';
import { patiently } from '../common/patience.ts';
import { lookEveryMs } from '../common/polling.ts';
import { readinessOf } from '../common/readiness.ts';
import type { Ports } from '../ports.ts';
import type { Recorder } from '../recorder.ts';
import { type Live, readLive } from './live.ts';
import { goalOf } from './pausing/condition.ts';
import { hold } from './pausing/hold.ts';
import { forget, release } from './pausing/release.ts';
import { recorded, secondsBetween } from './recording.ts';
import { changeRefusals, emptyRefusals, pausedRefusals } from './refusals.ts';
import type { ManageRequest, Plan } from './request.ts';
import { untilGone, untilReady } from './wait.ts';
import { whyNotReady } from './why.ts';

const GONE_WITHIN_SECONDS = 900;
/** How long ECS may take to list a deployment that it accepted. */
const LISTED_WITHIN_SECONDS = 30;

/** Reads and works out the restart; changes nothing. */
export async function planRestart(request: ManageRequest, ports: Ports): Promise<Plan> {
  const live = await readLive(request.target, ports);
  const { serves, seen } = await readinessOf(live, ports);
  return {
    live,
    refusals: [...changeRefusals(live), ...controllerRefusals(live), ...pausedRefusals(live), ...emptyRefusals(live)],
    steps: [
      'a forced new deployment of what runs; its pauses are answered at once, as nothing new is deployed',
      `if then no task serves: desired count 0, and back to ${fewest(live)}`,
    ],
    notes: [serves ? `now ${seen}` : `now nothing serves: ${seen}`],
  };
}

/** "Back to its minimum": surefoot.yml's, but never below the bounds that the service has. */
function fewest({ scaling, target }: Live): number {
  return Math.max(target.tasks.minimum, scaling?.minimum ?? 0);
}

function controllerRefusals({ controller, target }: Live): Reason[] {
  return controller === 'ECS'
    ? []
    : [
        {
          code: 'controller-not-ecs',
          message: `${target.ecsService} has the deployment controller ${controller}: its deployments start elsewhere`,
        },
      ];
}

/** Restarts, and sees the service recover. */
export function restart(request: ManageRequest, plan: Plan, ports: Ports): Promise<Evidence> {
  const title = `Restart ${request.target.ecsService}`;
  return recorded('restart', title, request, ports, (recorder) => carryOut(request, plan, recorder, ports));
}

async function carryOut(request: ManageRequest, plan: Plan, recorder: Recorder, ports: Ports): Promise<Evidence> {
  const { target } = request;
  const begun = ports.clock.now();
  const first = await forceDeployment(request, plan.live, recorder, ports);
  if (first.recovered) {
    return recorder.finish('pass', [restarted(request, begun, 'a forced new deployment', recorder, ports)]);
  }
  const { serves, seen } = await readinessOf(await readLive(target, ports), ports);
  if (serves) {
    const message = `${target.ecsService}: the forced new deployment ${first.how}, but ${seen}: it was not taken down, as tasks still serve. ${await whyNotReady(target, ports)}`;
    return recorder.finish('fail', [{ code: 'restart-failed', message }]);
  }
  ports.reporter.warn(
    `${target.ecsService}: the forced new deployment ${first.how} and nothing serves: down to nothing and back`,
  );
  const second = await downAndUp(request, recorder, ports);
  if (second !== undefined) {
    return recorder.finish('fail', [
      second,
      { code: 'restart-failed', message: `before that, the forced new deployment ${first.how}` },
    ]);
  }
  return recorder.finish('pass', [
    restarted(request, begun, 'down to nothing and back', recorder, ports),
    { code: 'deployment-did-not-help', message: `the forced new deployment ${first.how}` },
  ]);
}

function restarted({ target }: ManageRequest, begun: Date, by: string, recorder: Recorder, ports: Ports): Reason {
  const seconds = secondsBetween(begun, ports.clock.now());
  recorder.measure({
    indicator: 'time to recover',
    value: seconds,
    unit: 's',
    method: `from the first change until ECS had ended its work and all wanted tasks were healthy, by ${by}`,
  });
  return { code: 'restarted', message: `${target.ecsService} is healthy again after ${seconds} s, by ${by}` };
}

interface Attempt {
  readonly recovered: boolean;
  /** How it ended, as the rest of a sentence. */
  readonly how: string;
}

/** The first step: forces the deployment, follows it within the limit, and ends it when that is over. */
async function forceDeployment(request: ManageRequest, live: Live, recorder: Recorder, ports: Ports): Promise<Attempt> {
  const { target, rehearsalSpeed } = request;
  const begun = ports.clock.now();
  const limitSeconds = deploymentLimit(request, live);
  const { cluster, ecsService: service } = target;
  await ports.aws.ecs.updateService({ cluster, service, forceNewDeployment: true });
  const arn = await findDeployment(request, ports);
  recorder.event('change', 'forced new deployment', arn);
  let ended = await follow(arn, limitSeconds, request, recorder, ports);
  const inTime = ended !== undefined;
  if (ended === undefined) {
    recorder.event('decision', 'end the deployment', `it did not end within ${limitSeconds} s`);
    await endDeployment(arn, ports);
    ended = await follow(arn, limitSeconds, request, recorder, ports);
  }
  const how = inTime
    ? `ended ${ended?.status}${ended?.statusReason === undefined ? '' : ` (${ended.statusReason})`}`
    : `did not end within ${limitSeconds} s`;
  const ready =
    ended?.status === 'SUCCESSFUL' ? await untilReady(target, { limitSeconds, rehearsalSpeed }, ports) : undefined;
  recorder.check({
    name: 'forced new deployment',
    verdict: ready?.reached ? 'pass' : 'fail',
    expected: 'it ends SUCCESSFUL and all tasks are healthy',
    observed: ready === undefined ? how : `${how}; ${ready.seen}`,
    seconds: secondsBetween(begun, ports.clock.now()),
  });
  return { recovered: ready?.reached ?? false, how: ready?.reached === false ? `${how}, but ${ready.seen}` : how };
}

/** An error counts only while it still runs: it may have ended by itself meanwhile, or heard the call all the same. */
async function endDeployment(arn: string, ports: Ports): Promise<void> {
  try {
    await ports.aws.ecs.rollBack(arn);
  } catch (error) {
    const status = (await ports.aws.ecs.serviceDeployment(arn))?.status;
    if (status === 'PENDING' || status === 'IN_PROGRESS') {
      throw error;
    }
  }
}

/** New tasks become healthy, then ECS bakes as the service says. */
function deploymentLimit({ timeoutSeconds, target }: ManageRequest, { service }: Live): number {
  const bake = (service.deploymentConfiguration?.bakeTimeInMinutes ?? 0) * 60;
  return (timeoutSeconds ?? target.deploy.healthyWithinSeconds) + bake;
}

/** UpdateService may answer before the deployment is listed; before it there was none under way. */
async function findDeployment({ target, rehearsalSpeed }: ManageRequest, ports: Ports): Promise<string> {
  const deadline = ports.clock.now().getTime() + LISTED_WITHIN_SECONDS * 1000;
  for (;;) {
    const [found] = await patiently(
      () => ports.aws.ecs.serviceDeployments(target.cluster, target.ecsService, [...RUNNING_STATUSES]),
      ports,
    );
    if (found?.serviceDeploymentArn !== undefined) {
      return found.serviceDeploymentArn;
    }
    if (ports.clock.now().getTime() > deadline) {
      const message = `ECS accepted the update of ${target.ecsService} but lists no deployment`;
      throw new OutsideError('no-deployment', message, 'ecs:ListServiceDeployments');
    }
    await ports.clock.sleep(lookEveryMs(rehearsalSpeed), ports.signal);
  }
}

/** Follows to the end, answering pauses; undefined when the limit comes first. */
async function follow(
  arn: string,
  limitSeconds: number,
  { target, rehearsalSpeed }: ManageRequest,
  recorder: Recorder,
  ports: Ports,
): Promise<ServiceDeployment | undefined> {
  const deadline = ports.clock.now().getTime() + limitSeconds * 1000;
  const unfinished: readonly string[] = RUNNING_STATUSES;
  for (;;) {
    const deployment = await patiently(() => ports.aws.ecs.serviceDeployment(arn), ports);
    if (deployment !== undefined && !unfinished.includes(deployment.status ?? '')) {
      return deployment;
    }
    if (ports.clock.now().getTime() > deadline) {
      return undefined;
    }
    await answerPauses(arn, deployment, recorder, ports);
    ports.reporter.progress(
      `${target.ecsService}: ${deployment?.status} at ${deployment?.lifecycleStage ?? 'no stage yet'}`,
    );
    await ports.clock.sleep(lookEveryMs(rehearsalSpeed), ports.signal);
  }
}

/** Whoever asks for a pause wants to see a candidate first; there is none: the same revision comes again. */
async function answerPauses(
  arn: string,
  deployment: ServiceDeployment | undefined,
  recorder: Recorder,
  ports: Ports,
): Promise<void> {
  for (const hook of deployment?.lifecycleHookDetails ?? []) {
    if (hook.status === 'AWAITING_ACTION' && hook.hookId !== undefined) {
      await ports.aws.ecs.answerHook(arn, hook.hookId, 'CONTINUE');
      recorder.event('decision', 'pause answered', `${deployment?.lifecycleStage}: nothing new is deployed`);
    }
  }
}

/** The second step. Resolves with why it did not help; undefined when the service is healthy again. */
async function downAndUp(request: ManageRequest, recorder: Recorder, ports: Ports): Promise<Reason | undefined> {
  const { target, rehearsalSpeed } = request;
  const live = await readLive(target, ports);
  const begun = ports.clock.now();
  const memory = await hold(live, { desired: fewest(live) }, recorder, ports);
  const gone = await untilGone(target, { limitSeconds: GONE_WITHIN_SECONDS, rehearsalSpeed }, ports);
  recorder.check({
    name: 'down to nothing',
    verdict: gone.reached ? 'pass' : 'fail',
    expected: 'no task is left',
    observed: gone.seen,
    seconds: secondsBetween(begun, gone.at),
  });
  const up = ports.clock.now();
  const held = await readLive(target, ports);
  const goal = goalOf(memory, target);
  await release(held, goal, recorder, ports);
  const limitSeconds = request.timeoutSeconds ?? target.deploy.healthyWithinSeconds;
  const ready = await untilReady(target, { limitSeconds, rehearsalSpeed }, ports);
  recorder.check({
    name: `back to ${goal.desired}`,
    verdict: ready.reached ? 'pass' : 'fail',
    expected: 'as many tasks as are wanted run and are healthy',
    observed: ready.seen,
    seconds: secondsBetween(up, ready.at),
  });
  await forget(held, recorder, ports);
  return ready.reached
    ? undefined
    : {
        code: 'not-ready',
        message: `${target.ecsService} went down to nothing and back to ${goal.desired}, but ${ready.seen}: ${await whyNotReady(target, ports)}`,
      };
}
