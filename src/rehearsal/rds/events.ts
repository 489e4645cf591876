/** RDS's events: what happened to an instance, in RDS's words. */
import type { InstanceHappening } from '../world/database/databases.ts';
import type { RdsEvent } from './types.ts';

/**
 * The texts that DescribeEvents gives. AWS's list has most with other full stops than its answers: those of a failover are as answers that
 * users quote have them; that of a restore is surefoot's own. Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
 */
const WORDING: Readonly<Record<InstanceHappening, { readonly message: string; readonly category: string }>> = {
  created: { message: 'DB instance created', category: 'creation' },
  'failover-started': { message: 'Multi-AZ instance failover started.', category: 'failover' },
  'failover-completed': { message: 'Multi-AZ instance failover completed', category: 'failover' },
  'failover-abandoned': {
    message: 'Abandoning user requested failover since a failover recently occurred on the database instance.',
    category: 'failover',
  },
  'shut-down': { message: 'DB instance shutdown', category: 'availability' },
  restarted: { message: 'DB instance restarted', category: 'availability' },
  'recovery-started': {
    message:
      'Recovery of the DB instance has started. Recovery time will vary with the amount of data to be recovered.',
    category: 'recovery',
  },
  'recovery-completed': { message: 'Recovery of the DB instance is complete.', category: 'recovery' },
  restored: { message: 'Restored from another DB instance or snapshot', category: 'notification' },
  deleted: { message: 'DB instance deleted', category: 'deletion' },
  promoted: { message: 'Promoted Read Replica instance to stand-alone database instance.', category: 'notification' },
};

/** AWS keeps 14 days; a platform does not live that long, but its memory is kept small. */
const KEPT = 1000;

export class EventLog {
  readonly #events: RdsEvent[] = [];

  /** Notes what happened now. */
  add(identifier: string, arn: string, happening: InstanceHappening, now: Date): void {
    const { message, category } = WORDING[happening];
    this.#events.push({
      SourceIdentifier: identifier,
      SourceType: 'db-instance',
      Message: message,
      EventCategories: [category],
      Date: now,
      SourceArn: arn,
    });
    this.#events.splice(0, this.#events.length - KEPT);
  }

  /** Oldest first. */
  all(): readonly RdsEvent[] {
    return this.#events;
  }
}
