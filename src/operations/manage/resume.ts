/** `resume`: a service is given back what a pause took, and is seen to become healthy. */
import type { Evidence, Reason, Verdict } from '../../report/evidence.ts';
import { coldStartPromise, judgePromise, promiseCheck, promisesOf } from '../common/promise.ts';
import type { Ports } from '../ports.ts';
import type { Recorder } from '../recorder.ts';
import { countsOf, type Live, readLive } from './live.ts';
import {
  conditionOf,
  type Goal,
  goalOf,
  isReleased,
  isSuspended,
  sameSuspension,
  wakeGoal,
} from './pausing/condition.ts';
import { forget, release } from './pausing/release.ts';
import { savings } from './pausing/savings.ts';
import { readTaskSize } from './pausing/task-size.ts';
import { recorded, secondsBetween } from './recording.ts';
import { changeRefusals } from './refusals.ts';
import type { ManageRequest, Plan } from './request.ts';
import { untilReady, type Waited } from './wait.ts';
import { whyNotReady } from './why.ts';

/** What it would be brought back to; undefined where nothing is to be done. */
export function goalFor(live: Live): Goal | undefined {
  const condition = conditionOf(live);
  if (live.memory !== undefined) {
    return live.memory.phase === 'held' ? goalOf(live.memory, live.target) : unchanged(live);
  }
  return condition === 'awake' ? undefined : wakeGoal(live);
}

/** A pause that died before it took anything but the suspension: that alone is given back. */
function unchanged({ memory, scaling, service }: Live): Goal {
  const suspended = memory?.scaling?.suspended;
  const taken = scaling !== undefined && isSuspended(scaling);
  return {
    desired: service.desiredCount ?? 0,
    scaling: taken && suspended ? { ...scaling, suspended } : undefined,
    from: 'memory',
  };
}

/** Reads and works out the resume; changes nothing. */
export async function planResume(request: ManageRequest, ports: Ports): Promise<Plan> {
  const live = await readLive(request.target, ports);
  const goal = goalFor(live);
  return {
    live,
    // Nothing of a service that is awake is changed, so nothing speaks against finding that out.
    refusals: goal === undefined ? [] : changeRefusals(live),
    steps: goal === undefined ? [] : stepsOf(live, goal),
    notes: notesOf(live),
  };
}

function stepsOf(live: Live, goal: Goal): string[] {
  const { scaling } = live;
  const steps: string[] = [];
  if (goal.scaling !== undefined && scaling !== undefined) {
    const { minimum, maximum } = goal.scaling;
    if (scaling.minimum !== minimum || scaling.maximum !== maximum) {
      steps.push(`bounds ${scaling.minimum} to ${scaling.maximum} → ${minimum} to ${maximum}`);
    }
  }
  const { desired } = countsOf(live);
  if (desired !== goal.desired) {
    steps.push(`desired count ${desired} → ${goal.desired}`);
  }
  if (
    goal.scaling !== undefined &&
    scaling !== undefined &&
    !sameSuspension(scaling.suspended, goal.scaling.suspended)
  ) {
    steps.push('scaling is suspended as it was before the pause, or no more');
  }
  steps.push('wait until the tasks are healthy');
  return live.memory === undefined ? steps : [...steps, 'take what was remembered off the service'];
}

function notesOf(live: Live): string[] {
  const { memory, target } = live;
  if (memory !== undefined) {
    const asleep = memory.phase === 'held' && goalOf(memory, target).from === 'file';
    const since = `it is paused since ${memory.since.toISOString()}`;
    return asleep
      ? [
          since,
          `it slept by its schedule when it was paused, so it gets the bounds of surefoot.yml (${target.lines.minimumTasks})`,
        ]
      : [since];
  }
  switch (conditionOf(live)) {
    case 'asleep':
      return [
        `it sleeps by its schedule; it is woken with the bounds of surefoot.yml (${target.lines.minimumTasks}) until the schedule's next pause`,
      ];
    case 'stopped':
      return [`nothing was remembered, so it gets the fewest tasks of surefoot.yml (${target.lines.minimumTasks})`];
    default:
      return ['it is not paused'];
  }
}

/** Resumes. Repeating it finishes what a run that died had begun, and changes nothing on a service that is awake. */
export function resume(request: ManageRequest, plan: Plan, ports: Ports): Promise<Evidence> {
  const title = `Resume ${request.target.ecsService}`;
  return recorded('resume', title, request, ports, (recorder) => carryOut(request, plan, recorder, ports));
}

async function carryOut(request: ManageRequest, plan: Plan, recorder: Recorder, ports: Ports): Promise<Evidence> {
  const { target } = request;
  const { live } = plan;
  const goal = goalFor(live);
  if (goal === undefined) {
    const message = `${target.ecsService} is not paused; nothing was changed`;
    return recorder.finish('pass', [{ code: 'not-paused', message }]);
  }
  const begun = ports.clock.now();
  await release(live, goal, recorder, ports);
  const ready = await giveBack(request, live, begun, recorder, ports);
  const restored = await checkRestored(request, live, goal, recorder, ports);
  const verdict: Verdict = ready.reached && restored ? 'pass' : 'fail';
  const reasons = await reasonsOf(request, goal, ready, restored, begun, ports);
  await measureSavings(live, begun, recorder, ports);
  return recorder.finish(verdict, reasons);
}

/** Waits for health and takes the tag off: by then everything is given back, and a memory that stayed would outlive its truth. */
export async function giveBack(
  request: ManageRequest,
  live: Live,
  begun: Date,
  recorder: Recorder,
  ports: Ports,
): Promise<Waited> {
  const { target, platform, rehearsalSpeed } = request;
  const limitSeconds = request.timeoutSeconds ?? target.deploy.healthyWithinSeconds;
  const ready = await untilReady(target, { limitSeconds, rehearsalSpeed }, ports);
  const seconds = secondsBetween(begun, ready.at);
  recorder.check({
    name: 'tasks healthy',
    verdict: ready.reached ? 'pass' : 'fail',
    expected: 'as many tasks as are wanted run and are healthy',
    observed: ready.seen,
    seconds,
  });
  recorder.measure({
    indicator: 'resume-time',
    value: ready.reached ? seconds : null,
    unit: 's',
    method: 'from the first change until all wanted tasks were healthy in every target group, by looking',
  });
  if (ready.reached) {
    for (const promised of promisesOf(platform, 'resume-time', target)) {
      recorder.check(promiseCheck('time to ready', promised, seconds, judgePromise(promised, seconds, rehearsalSpeed)));
    }
    await measureColdStart(request, ready.at, begun, recorder, ports);
  }
  if (live.memory !== undefined) {
    await forget(live, recorder, ports);
  }
  return ready;
}

/** Of the slowest task that started for this resume. */
async function measureColdStart(
  { target, rehearsalSpeed }: ManageRequest,
  readyAt: Date,
  begun: Date,
  recorder: Recorder,
  ports: Ports,
): Promise<void> {
  const tasks = await ports.aws.ecs.tasks(target.cluster, { serviceName: target.ecsService, desiredStatus: 'RUNNING' });
  const starts = tasks
    .flatMap(({ startedAt }) => (startedAt === undefined || startedAt < begun ? [] : [startedAt.getTime()]))
    .sort((one, other) => one - other);
  const [first] = starts;
  if (first === undefined) {
    return;
  }
  const seconds = secondsBetween(new Date(first), readyAt);
  recorder.measure({
    indicator: 'cold start, at most',
    value: seconds,
    n: starts.length,
    unit: 's',
    method: 'from the start of the first of the tasks until all were healthy: no single task took longer than that',
  });
  for (const promised of coldStartPromise(target)) {
    recorder.check(
      promiseCheck('cold start, at most', promised, seconds, judgePromise(promised, seconds, rehearsalSpeed)),
    );
  }
}

/** Reads again: bounds and suspended state are what they were to be. The desired count may be the policies' by now. */
async function checkRestored(
  { target }: ManageRequest,
  live: Live,
  goal: Goal,
  recorder: Recorder,
  ports: Ports,
): Promise<boolean> {
  const { scaling } = await readLive(target, ports);
  if (goal.scaling === undefined || live.scaling === undefined || isReleased(live)) {
    return true;
  }
  const { minimum, maximum, suspended } = goal.scaling;
  const same =
    scaling?.minimum === minimum && scaling.maximum === maximum && sameSuspension(scaling.suspended, suspended);
  recorder.check({
    name: goal.from === 'memory' ? 'scaling as it was before the pause' : 'scaling as surefoot.yml says',
    verdict: same ? 'pass' : 'fail',
    expected: `bounds ${minimum} to ${maximum}, ${suspensionText(suspended)}`,
    observed:
      scaling === undefined
        ? 'no scalable target'
        : `bounds ${scaling.minimum} to ${scaling.maximum}, ${suspensionText(scaling.suspended)}`,
  });
  return same;
}

function suspensionText({ scaleIn, scaleOut, scheduled }: NonNullable<Goal['scaling']>['suspended']): string {
  const parts = [scaleIn ? 'scaling in' : '', scaleOut ? 'scaling out' : '', scheduled ? 'schedules' : ''];
  const suspended = parts.filter((part) => part !== '');
  return suspended.length === 0 ? 'nothing suspended' : `${suspended.join(', ')} suspended`;
}

async function reasonsOf(
  { target, platform, rehearsalSpeed }: ManageRequest,
  goal: Goal,
  ready: Waited,
  restored: boolean,
  begun: Date,
  ports: Ports,
): Promise<Reason[]> {
  const seconds = secondsBetween(begun, ready.at);
  if (!ready.reached) {
    const why = await whyNotReady(target, ports);
    return [
      {
        code: 'not-ready',
        message: `${target.ecsService} was given back, but after ${seconds} s ${ready.seen}: ${why}`,
      },
    ];
  }
  const [promised] = promisesOf(platform, 'resume-time', target);
  const state = promised && judgePromise(promised, seconds, rehearsalSpeed);
  const beside =
    promised === undefined || state === undefined
      ? ''
      : `; ${promised.name} (${promised.text}): ${state.state}${state.state === 'unknown' ? `: ${state.code}` : ''}`;
  const back = {
    code: 'resumed',
    message: `${target.ecsService} is back with ${goal.desired} task${goal.desired === 1 ? '' : 's'}, ready after ${seconds} s${beside}`,
  };
  return restored
    ? [back]
    : [
        {
          code: 'not-restored',
          message: `${target.ecsService}: its scaling is not what it was: somebody changed it meanwhile`,
        },
        back,
      ];
}

/** Of a pause by hand, from its beginning on. */
async function measureSavings(live: Live, until: Date, recorder: Recorder, ports: Ports) {
  const { memory } = live;
  if (memory?.phase !== 'held' || memory.desired === 0) {
    return;
  }
  const size = await readTaskSize(live, ports);
  const seconds = Math.max(0, (until.getTime() - memory.since.getTime()) / 1000);
  for (const measurement of savings(memory.desired, size, seconds)) {
    recorder.measure(measurement);
  }
}
