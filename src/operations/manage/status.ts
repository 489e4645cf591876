/** What `status` says of pausing and scaling. */
import type { ScheduledAction } from '../../aws/application-auto-scaling.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import type { Ports } from '../ports.ts';
import { readLive } from './live.ts';
import { type Condition, conditionOf } from './pausing/condition.ts';

export interface ScalingStatus {
  readonly condition: Condition;
  /** When it was paused by hand, and how many tasks it had then; null when it was not. */
  readonly paused: { readonly since: string; readonly desired: number } | null;
  /** Null for a service that is no scalable target. */
  readonly bounds: { readonly minimum: number; readonly maximum: number } | null;
  readonly suspended: readonly string[];
  readonly scheduled: readonly ScheduledAction[];
}

/** Reads the status. @throws InputError when the service does not exist */
export async function readScaling(target: ServiceInEnvironment, ports: Ports): Promise<ScalingStatus> {
  const live = await readLive(target, ports);
  const { memory, scaling, scheduled } = live;
  const { scaleIn, scaleOut, scheduled: schedules } = scaling?.suspended ?? {};
  return {
    condition: conditionOf(live),
    paused: memory === undefined ? null : { since: memory.since.toISOString(), desired: memory.desired },
    bounds: scaling === undefined ? null : { minimum: scaling.minimum, maximum: scaling.maximum },
    suspended: [scaleIn && 'scaling in', scaleOut && 'scaling out', schedules && 'schedules'].filter(
      (part) => typeof part === 'string',
    ),
    scheduled,
  };
}

/** As lines under those of the service. */
export function renderScaling(status: ScalingStatus): string[] {
  const { bounds, suspended, scheduled, paused } = status;
  return [
    `  condition   ${CONDITIONS[status.condition]}${paused === null ? '' : ` since ${paused.since}, ${paused.desired} tasks before`}`,
    `  scaling     ${bounds === null ? 'not registered with Application Auto Scaling' : `${bounds.minimum} to ${bounds.maximum} tasks`}${suspended.length === 0 ? '' : `; suspended: ${suspended.join(', ')}`}`,
    ...scheduled.map(({ name, schedule, timeZone, minimum, maximum }) => {
      const to = `${minimum ?? 'as it is'} to ${maximum ?? 'as it is'}`;
      return `  scheduled   ${name}: ${schedule} ${timeZone}, bounds ${to}`;
    }),
  ];
}

const CONDITIONS: Readonly<Record<Condition, string>> = {
  awake: 'awake',
  paused: 'paused',
  between: 'a pause or resume was cut short (`surefoot pause` or `surefoot resume` finishes it), paused',
  asleep: 'asleep by its schedule',
  stopped: 'stopped: its desired count is 0',
};
