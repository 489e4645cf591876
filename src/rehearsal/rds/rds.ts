/**
 * Amazon RDS over the platform's databases: what deployments and recoveries read, what makes a database fail over, and restores of what
 * it held.
 */
import type { ServiceModule } from '../wire/operation.ts';
import type { RehearsalClock } from '../world/clock.ts';
import type { Databases } from '../world/database/databases.ts';
import { Snapshots } from './backups.ts';
import type { RdsContext } from './context.ts';
import { EventLog } from './events.ts';
import { Instances } from './instances.ts';
import { deleteDbInstance, modifyDbInstance } from './operations/change-db-instance.ts';
import { describeDbInstanceAutomatedBackups } from './operations/describe-automated-backups.ts';
import { describeDbInstances } from './operations/describe-db-instances.ts';
import { describeEvents } from './operations/describe-events.ts';
import { promoteReadReplica } from './operations/promote-read-replica.ts';
import { rebootDbInstance } from './operations/reboot-db-instance.ts';
import { restoreDbInstanceFromDbSnapshot, restoreDbInstanceToPointInTime } from './operations/restore-db-instance.ts';
import { createDbSnapshot, deleteDbSnapshot, describeDbSnapshots } from './operations/snapshots.ts';
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from './operations/tags.ts';

export interface RdsOptions {
  readonly databases: Databases;
  readonly clock: RehearsalClock;
  readonly accountId: string;
  readonly region: string;
  /** Told of a failover, reboot or promotion that broke; not of one that ended with the platform. */
  readonly onBug: (error: unknown) => void;
}

/** The service, with every instance that there is created now. */
export function createRds({ databases, clock, accountId, region, onBug }: RdsOptions): ServiceModule {
  const instances = new Instances({ databases, accountId, region, clock });
  const events = new EventLog();
  for (const { name } of instances.all()) {
    events.add(name, instances.arnOf(name), 'created', clock.now());
  }
  databases.onHappening((name, happening) => events.add(name, instances.arnOf(name), happening, clock.now()));
  const context: RdsContext = {
    instances,
    snapshots: new Snapshots({ accountId, region }),
    databases,
    clock,
    events,
    faults: databases.faults,
    now: clock.now,
    inBackground: (work) => void work.catch((error: unknown) => databases.ended || onBug(error)),
  };
  const operations = [
    describeDbInstances,
    rebootDbInstance,
    promoteReadReplica,
    describeEvents,
    listTagsForResource,
    addTagsToResource,
    removeTagsFromResource,
    modifyDbInstance,
    deleteDbInstance,
    createDbSnapshot,
    describeDbSnapshots,
    deleteDbSnapshot,
    describeDbInstanceAutomatedBackups,
    restoreDbInstanceToPointInTime,
    restoreDbInstanceFromDbSnapshot,
  ].map((make) => make(context));
  return { id: 'rds', operations };
}
