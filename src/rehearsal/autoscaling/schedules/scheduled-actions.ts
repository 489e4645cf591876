/**
 * Scheduled actions and their firing.
 * Source: https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-policy-overview.html
 */
import { randomUUID } from 'node:crypto';
import type { ScalableTargetAction, ScheduledAction } from '@aws-sdk/client-application-auto-scaling';
import type { Exclusive } from '../../ecs/exclusive.ts';
import type { RehearsalClock } from '../../world/clock.ts';
import { linkSignals } from '../../world/linked-signal.ts';
import type { ActivityLog } from '../activities.ts';
import type { Capacity } from '../capacity.ts';
import type { TargetRecord } from '../scalable-targets.ts';
import { nextDue, type Schedule } from './expression.ts';
import { runSchedule } from './timer.ts';

export interface ScheduledActionRecord {
  readonly arn: string;
  readonly name: string;
  readonly resourceId: string;
  readonly expression: string;
  readonly schedule: Schedule;
  readonly timezone: string | undefined;
  readonly start: Date | undefined;
  readonly end: Date | undefined;
  readonly action: ScalableTargetAction;
  readonly createdAt: Date;
}

export interface ScheduledActionParts {
  readonly clock: RehearsalClock;
  readonly targets: Map<string, TargetRecord>;
  readonly capacity: Capacity;
  readonly activities: ActivityLog;
  readonly exclusive: Exclusive;
  /** Aborts when the platform stops. */
  readonly ended: AbortSignal;
}

interface Running {
  readonly record: ScheduledActionRecord;
  readonly stop: AbortController;
}

/** All scheduled actions, each with its timer. */
export class ScheduledActions {
  readonly #parts: ScheduledActionParts;
  readonly #running = new Map<string, Running>();

  constructor(parts: ScheduledActionParts) {
    this.#parts = parts;
  }

  /** In the order in which they were first put. */
  list(): ScheduledActionRecord[] {
    return [...this.#running.values()].map(({ record }) => record);
  }

  find(resourceId: string, name: string): ScheduledActionRecord | undefined {
    return this.#running.get(keyOf(resourceId, name))?.record;
  }

  /** Adds an action, or replaces the one of its name, and waits for when it is due. */
  put(record: ScheduledActionRecord): void {
    const key = keyOf(record.resourceId, record.name);
    this.#running.get(key)?.stop.abort();
    const stop = new AbortController();
    this.#running.set(key, { record, stop });
    const { clock, ended } = this.#parts;
    const { signal, release } = linkSignals(stop.signal, ended);
    const window = { createdAt: record.createdAt, start: record.start, end: record.end };
    void runSchedule(
      (after) => nextDue(record.schedule, window, after),
      () => this.#fire(record, signal),
      { clock, signal },
    )
      .catch((error) => {
        if (!signal.aborted) {
          throw error;
        }
      })
      .finally(release);
  }

  /** False when there is none of that name. */
  remove(resourceId: string, name: string): boolean {
    const key = keyOf(resourceId, name);
    this.#running.get(key)?.stop.abort();
    return this.#running.delete(key);
  }

  /** "Any scheduled actions that were specified for the scalable target are deleted" with it. */
  removeAll(resourceId: string): void {
    for (const record of this.list()) {
      if (record.resourceId === resourceId) {
        this.remove(resourceId, record.name);
      }
    }
  }

  /**
   * "A scheduled action sets the MinCapacity and MaxCapacity to what is specified"; a current capacity out of them is brought in. While
   * scheduled scaling is suspended nothing happens, and what was due meanwhile is not made up for.
   */
  #fire(record: ScheduledActionRecord, signal: AbortSignal): Promise<void> {
    const { exclusive, targets, activities, capacity } = this.#parts;
    return exclusive.run(record.resourceId, async () => {
      const target = targets.get(record.resourceId);
      if (signal.aborted || target === undefined || target.suspended.ScheduledScalingSuspended) {
        return;
      }
      const minimum = record.action.MinCapacity ?? target.minimum;
      const maximum = record.action.MaxCapacity ?? target.maximum;
      const range = `min capacity to ${minimum} and max capacity to ${maximum}`;
      const isRange = minimum <= maximum;
      activities.add({
        resourceId: record.resourceId,
        description: `Setting ${range}`,
        cause: `scheduled action name ${record.name} was triggered`,
        status: isRange ? 'Successful' : 'Failed',
        statusMessage: isRange
          ? `Successfully set ${range}`
          : `Failed to set ${range}. Reason: Minimum capacity cannot be greater than maximum capacity.`,
      });
      if (isRange) {
        const changed = { ...target, minimum, maximum };
        targets.set(record.resourceId, changed);
        await capacity.bringIntoRange(changed);
      }
    });
  }
}

function keyOf(resourceId: string, name: string): string {
  return `${resourceId} ${name}`;
}

/** A new action's ARN. Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ScheduledAction.html */
export function scheduledActionArn(
  { region, accountId }: { readonly region: string; readonly accountId: string },
  resourceId: string,
  name: string,
): string {
  return `arn:aws:autoscaling:${region}:${accountId}:scheduledAction:${randomUUID()}:resource/ecs/${resourceId}:scheduledActionName/${name}`;
}

/** An action as DescribeScheduledActions answers with it. */
export function scheduledActionView(record: ScheduledActionRecord): ScheduledAction {
  return {
    ScheduledActionName: record.name,
    ScheduledActionARN: record.arn,
    ServiceNamespace: 'ecs',
    Schedule: record.expression,
    ...(record.timezone === undefined ? {} : { Timezone: record.timezone }),
    ResourceId: record.resourceId,
    ScalableDimension: 'ecs:service:DesiredCount',
    ...(record.start === undefined ? {} : { StartTime: record.start }),
    ...(record.end === undefined ? {} : { EndTime: record.end }),
    ScalableTargetAction: record.action,
    CreationTime: record.createdAt,
  };
}
