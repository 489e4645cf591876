/** `schedule`: the environment's nights as scheduled actions of Application Auto Scaling; shown as a difference first, applied as often as wanted. */
import type { ScheduledAction } from '../../aws/application-auto-scaling.ts';
import type { PauseSchedule } from '../../platform/model/schedule.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import type { Evidence, Reason } from '../../report/evidence.ts';
import type { Ports } from '../ports.ts';
import type { Recorder } from '../recorder.ts';
import { cronOf, type Firing, nextFirings, pauseDays } from './firings.ts';
import { type Live, readLive } from './live.ts';
import { conditionOf } from './pausing/condition.ts';
import { registerPatiently } from './pausing/register.ts';
import { recorded } from './recording.ts';
import { pauseRefusals } from './refusals.ts';
import type { ManageRequest, Plan } from './request.ts';

const PAUSE_ACTION = 'surefoot-pause';
const RESUME_ACTION = 'surefoot-resume';
/** How many of each are shown. */
const SHOWN = 3;

/** What would be put and deleted. */
export interface Difference {
  /** The service is no scalable target yet: it becomes one, with the bounds of surefoot.yml. */
  readonly register: boolean;
  readonly put: readonly ScheduledAction[];
  readonly remove: readonly string[];
}

export interface SchedulePlan extends Plan {
  readonly difference: Difference;
}

/** The two actions of a schedule. Asleep is bounds of 0 to 0, awake are those of surefoot.yml. */
export function actionsOf(schedule: PauseSchedule, { tasks }: Pick<ServiceInEnvironment, 'tasks'>): ScheduledAction[] {
  const { pause, resume, days, timeZone } = schedule;
  return [
    { name: PAUSE_ACTION, schedule: cronOf(pause, pauseDays(schedule)), timeZone, minimum: 0, maximum: 0 },
    { name: RESUME_ACTION, schedule: cronOf(resume, days), timeZone, ...tasks },
  ];
}

/** Pure. An action that does the same under another name (Terraform's) is left to whoever made it. */
export function differenceOf(
  wanted: readonly ScheduledAction[],
  live: Pick<Live, 'scaling' | 'scheduled'>,
): Difference {
  const { scheduled } = live;
  const put = wanted.filter((action) => !scheduled.some((there) => doesTheSame(there, action)));
  const ours = [PAUSE_ACTION, RESUME_ACTION].filter((name) => scheduled.some((there) => there.name === name));
  const remove = ours.filter(
    (name) =>
      !wanted.some((action) => action.name === name) ||
      // Ours beside another's that does the same would fire twice.
      scheduled.some(
        (there) => there.name !== name && wanted.some((action) => action.name === name && doesTheSame(there, action)),
      ),
  );
  return { register: wanted.length > 0 && live.scaling === undefined, put, remove };
}

function doesTheSame(one: ScheduledAction, other: ScheduledAction): boolean {
  return (
    one.schedule === other.schedule &&
    one.timeZone === other.timeZone &&
    one.minimum === other.minimum &&
    one.maximum === other.maximum
  );
}

/** Reads and works out the difference; changes nothing. */
export async function planSchedule(request: ManageRequest, remove: boolean, ports: Ports): Promise<SchedulePlan> {
  const { environment, target } = request;
  const live = await readLive(target, ports);
  const { schedule } = environment;
  const wanted = remove || schedule === undefined ? [] : actionsOf(schedule, target);
  const difference = differenceOf(wanted, live);
  return {
    live,
    difference,
    refusals: remove ? [] : scheduleRefusals(request),
    steps: stepsOf(live, difference),
    notes: [
      ...foreignNotes(live, wanted),
      ...conditionNotes(live, remove),
      ...(remove || schedule === undefined ? [] : firingNotes(schedule, ports.clock.now())),
    ],
  };
}

/** A schedule must be written, and pausing be allowed. Known from surefoot.yml alone. */
export function scheduleRefusals(request: Pick<ManageRequest, 'environment'>): Reason[] {
  const { environment } = request;
  const refusals = pauseRefusals(request);
  if (refusals.length > 0 || environment.schedule !== undefined) {
    return refusals;
  }
  const message = `${environment.name} has no schedule: write \`schedule: { pause: "22:00", resume: "08:00", timezone: America/Toronto }\` under it (${environment.lines.schedule}), or add --remove to take one away`;
  return [{ code: 'no-schedule', message }];
}

function stepsOf({ scheduled, target }: Live, { register, put, remove }: Difference): string[] {
  const { minimum, maximum } = target.tasks;
  return [
    ...(register ? [`register it with Application Auto Scaling, bounds ${minimum} to ${maximum}`] : []),
    ...put.map((action) => {
      const before = scheduled.find((there) => there.name === action.name);
      return before === undefined
        ? `create ${action.name}: ${show(action)}`
        : `update ${action.name}: ${show(before)} → ${show(action)}`;
    }),
    ...remove.map((name) => `delete ${name}`),
  ];
}

function show({ schedule, timeZone, minimum, maximum }: ScheduledAction): string {
  return `${schedule} ${timeZone}, bounds ${minimum ?? 'as they are'} to ${maximum ?? 'as they are'}`;
}

function foreignNotes({ scheduled }: Live, wanted: readonly ScheduledAction[]): string[] {
  return scheduled
    .filter(({ name }) => name !== PAUSE_ACTION && name !== RESUME_ACTION)
    .map((action) =>
      wanted.some((ours) => doesTheSame(action, ours))
        ? `${action.name} does this already; it is left to whoever made it`
        : `${action.name} is not surefoot's and stays: ${show(action)}`,
    );
}

function conditionNotes(live: Live, remove: boolean): string[] {
  if (live.memory !== undefined) {
    return ['it is paused by hand: the schedule neither wakes it nor counts until `surefoot resume`'];
  }
  return remove && conditionOf(live) === 'asleep'
    ? ['it sleeps just now and without the schedule nothing wakes it: `surefoot resume` does']
    : [];
}

function firingNotes(schedule: PauseSchedule, now: Date): string[] {
  const { pause, resume, days, timeZone } = schedule;
  const list = (what: string, firings: readonly Firing[]) =>
    `${what} next: ${firings.map(({ at, local }) => `${local} (${at.toISOString().slice(0, 16)}Z)`).join(', ')}`;
  return [
    list('pauses', nextFirings(pause, pauseDays(schedule), timeZone, now, SHOWN)),
    list('resumes', nextFirings(resume, days, timeZone, now, SHOWN)),
  ];
}

/** Applies the difference, and reads again whether it holds. */
export function applySchedule(
  request: ManageRequest,
  plan: SchedulePlan,
  remove: boolean,
  ports: Ports,
): Promise<Evidence> {
  const title = `Schedule of ${request.target.ecsService}`;
  return recorded('schedule', title, request, ports, (recorder) => carryOut(request, plan, remove, recorder, ports));
}

async function carryOut(
  request: ManageRequest,
  plan: SchedulePlan,
  remove: boolean,
  recorder: Recorder,
  ports: Ports,
): Promise<Evidence> {
  const { target, environment } = request;
  const { register, put, remove: names } = plan.difference;
  for (const note of plan.notes) {
    recorder.event('note', 'schedule', note);
  }
  if (register) {
    await registerPatiently(target, { ...target.tasks }, ports);
    recorder.event('change', 'registered with Application Auto Scaling', target.ecsService);
  }
  for (const action of put) {
    await ports.aws.autoScaling.putScheduledAction(target, action);
    recorder.event('change', `scheduled action ${action.name}`, show(action));
  }
  for (const name of names) {
    await ports.aws.autoScaling.deleteScheduledAction(target, name);
    recorder.event('change', `scheduled action ${name} deleted`, target.ecsService);
  }
  const wanted = remove || environment.schedule === undefined ? [] : actionsOf(environment.schedule, target);
  const left = differenceOf(wanted, await readLive(target, ports));
  const count = left.put.length + left.remove.length;
  recorder.check({
    name: 'scheduled actions as planned',
    verdict: count === 0 ? 'pass' : 'fail',
    expected:
      wanted.length === 0 ? 'none of surefoot' : wanted.map((action) => `${action.name} ${show(action)}`).join('; '),
    observed: count === 0 ? 'as planned' : `${count} still differ`,
  });
  if (count > 0) {
    const message = `${target.ecsService}: ${count} scheduled actions still differ from surefoot.yml; apply it again`;
    return recorder.finish('fail', [{ code: 'not-applied', message }]);
  }
  const done = plan.steps.length === 0 ? 'as it is to be already; nothing was changed' : plan.steps.join('; ');
  return recorder.finish('pass', [
    {
      code: plan.steps.length === 0 ? 'nothing-to-change' : remove ? 'schedule-removed' : 'scheduled',
      message: `${target.ecsService}: ${done}`,
    },
  ]);
}
