/**
 * What Application Auto Scaling did, as DescribeScalingActivities tells it.
 * Source: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scaling-activities.html
 */
import { randomUUID } from 'node:crypto';
import type { NotScaledReason, ScalingActivity } from '@aws-sdk/client-application-auto-scaling';

export type ActivityStatus = 'InProgress' | 'Successful' | 'Overridden' | 'Unfulfilled' | 'Failed';

export interface ActivityRecord {
  readonly id: string;
  readonly resourceId: string;
  readonly description: string;
  readonly cause: string;
  readonly startedAt: Date;
  endedAt: Date | undefined;
  status: ActivityStatus;
  statusMessage: string | undefined;
  /** Why nothing was scaled; with any, AWS shows the activity only when asked for those too. */
  readonly notScaled: readonly NotScaledReason[];
}

export type NewActivity = Pick<ActivityRecord, 'resourceId' | 'description' | 'cause' | 'status'> &
  Partial<Pick<ActivityRecord, 'statusMessage' | 'notScaled'>>;

/** AWS keeps six weeks of them; a rehearsal needs the latest. */
const MOST_KEPT = 1000;

/** All activities, newest first. */
export class ActivityLog {
  readonly #now: () => Date;
  readonly #records: ActivityRecord[] = [];

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Adds one that begins now, and has ended unless it is in progress. */
  add(activity: NewActivity): ActivityRecord {
    const now = this.#now();
    const record: ActivityRecord = {
      statusMessage: undefined,
      notScaled: [],
      ...activity,
      id: randomUUID(),
      startedAt: now,
      endedAt: activity.status === 'InProgress' ? undefined : now,
    };
    this.#records.unshift(record);
    this.#records.length = Math.min(this.#records.length, MOST_KEPT);
    return record;
  }

  /** Ends one that was in progress. */
  end(record: ActivityRecord, status: ActivityStatus, statusMessage: string): void {
    record.status = status;
    record.statusMessage = statusMessage;
    record.endedAt = this.#now();
  }

  list(): readonly ActivityRecord[] {
    return this.#records;
  }
}

/** An activity as DescribeScalingActivities answers with it. */
export function activityView(record: ActivityRecord): ScalingActivity {
  return {
    ActivityId: record.id,
    ServiceNamespace: 'ecs',
    ResourceId: record.resourceId,
    ScalableDimension: 'ecs:service:DesiredCount',
    Description: record.description,
    Cause: record.cause,
    StartTime: record.startedAt,
    ...(record.endedAt === undefined ? {} : { EndTime: record.endedAt }),
    StatusCode: record.status,
    ...(record.statusMessage === undefined ? {} : { StatusMessage: record.statusMessage }),
    ...(record.notScaled.length === 0 ? {} : { NotScaledReasons: [...record.notScaled] }),
  };
}
