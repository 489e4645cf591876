/** `pause`: a service's tasks are ended and nothing wakes it; what was there is remembered on the service. */
import type { Evidence, Reason } from '../../report/evidence.ts';
import type { Ports } from '../ports.ts';
import type { Recorder } from '../recorder.ts';
import { countsOf, type Live, readLive } from './live.ts';
import { conditionOf, isReleased } from './pausing/condition.ts';
import { hold } from './pausing/hold.ts';
import { savingsRate } from './pausing/savings.ts';
import { readTaskSize } from './pausing/task-size.ts';
import { recorded, secondsBetween } from './recording.ts';
import { changeRefusals, pauseRefusals } from './refusals.ts';
import type { ManageRequest, Plan } from './request.ts';
import { untilGone } from './wait.ts';

/** Draining takes a target group's deregistration delay (300 s unless set) and a container's stop time-out (30 s unless set). */
const GONE_WITHIN_SECONDS = 900;

/** Reads and works out the pause; changes nothing. */
export async function planPause(request: ManageRequest, ports: Ports): Promise<Plan> {
  const live = await readLive(request.target, ports);
  return {
    live,
    refusals: [...pauseRefusals(request), ...changeRefusals(live)],
    steps: stepsOf(live),
    notes: notesOf(live),
  };
}

function stepsOf(live: Live): string[] {
  const condition = conditionOf(live);
  if (condition === 'paused' || (condition === 'stopped' && live.scaling === undefined)) {
    return [];
  }
  const { desired } = countsOf(live);
  const { scaling, scheduled } = live;
  const kept = live.memory?.phase === 'held' && !isReleased(live);
  const remembered =
    scaling === undefined ? `${desired} tasks` : `${desired} tasks, bounds ${scaling.minimum} to ${scaling.maximum}`;
  const actions = scheduled.length === 0 ? '' : `, its ${scheduled.length} scheduled actions among it`;
  return [
    kept ? 'keep what an earlier pause remembered' : `remember on the service: ${remembered}`,
    ...(scaling === undefined
      ? []
      : [`suspend its scaling${actions}`, `bounds ${scaling.minimum} to ${scaling.maximum} → 0 to 0`]),
    `desired count ${desired} → 0, and wait until the tasks have ended`,
  ];
}

function notesOf(live: Live): string[] {
  switch (conditionOf(live)) {
    case 'paused':
      return [`it is paused since ${live.memory?.since.toISOString()}`];
    case 'between':
      return ['an earlier pause or resume was cut short; this one finishes it'];
    case 'asleep':
      return ['it sleeps by its schedule; after this pause the schedule does not wake it'];
    case 'stopped':
      return [
        live.scaling === undefined
          ? 'its desired count is 0 already, and nothing would wake it'
          : 'its desired count is 0 already',
      ];
    case 'awake':
      return [];
  }
}

/** Pauses. Repeating it finishes what a run that died had begun, and changes nothing on a service that is paused. */
export function pause(request: ManageRequest, plan: Plan, ports: Ports): Promise<Evidence> {
  const title = `Pause ${request.target.ecsService}`;
  return recorded('pause', title, request, ports, (recorder) => carryOut(request, plan, recorder, ports));
}

async function carryOut(request: ManageRequest, plan: Plan, recorder: Recorder, ports: Ports): Promise<Evidence> {
  const { target, rehearsalSpeed } = request;
  if (plan.steps.length === 0) {
    const message = `${target.ecsService}: ${plan.notes.join('; ')}; nothing was changed`;
    return recorder.finish('pass', [{ code: 'nothing-to-change', message }]);
  }
  const begun = ports.clock.now();
  const memory = await hold(plan.live, {}, recorder, ports);
  const gone = await untilGone(
    target,
    { limitSeconds: request.timeoutSeconds ?? GONE_WITHIN_SECONDS, rehearsalSpeed },
    ports,
  );
  const seconds = secondsBetween(begun, gone.at);
  recorder.check({
    name: 'tasks ended',
    verdict: gone.reached ? 'pass' : 'fail',
    expected: 'no task is left',
    observed: gone.seen,
    seconds,
  });
  recorder.measure({
    indicator: 'time to nothing',
    value: gone.reached ? seconds : null,
    unit: 's',
    method: 'from the first change until neither the service nor a stopping task was left, by looking',
  });
  if (!gone.reached) {
    const message = `${target.ecsService} is paused, but after ${seconds} s ${gone.seen}: look at the service's events and at the deregistration delay of its target group`;
    return recorder.finish('fail', [{ code: 'tasks-did-not-end', message }]);
  }
  return recorder.finish('pass', [
    {
      code: 'paused',
      message: `${target.ecsService} is paused; \`surefoot resume\` brings back ${memory.desired} task${memory.desired === 1 ? '' : 's'}`,
    },
    ...(await savingsReason(plan.live, memory.desired, recorder, ports)),
  ]);
}

async function savingsReason(live: Live, tasks: number, recorder: Recorder, ports: Ports): Promise<Reason[]> {
  if (tasks === 0) {
    return [];
  }
  const message = savingsRate(tasks, await readTaskSize(live, ports));
  recorder.event('note', 'savings', message);
  return [{ code: 'savings', message }];
}
