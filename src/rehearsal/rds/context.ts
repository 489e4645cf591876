/** What every operation of this service has at hand. */
import type { RehearsalClock } from '../world/clock.ts';
import type { DatabaseFaults, Databases } from '../world/database/databases.ts';
import type { Snapshots } from './backups.ts';
import type { EventLog } from './events.ts';
import type { Instances } from './instances.ts';

export interface RdsContext {
  readonly instances: Instances;
  readonly snapshots: Snapshots;
  readonly databases: Databases;
  readonly clock: RehearsalClock;
  readonly events: EventLog;
  readonly faults: DatabaseFaults;
  readonly now: () => Date;
  /** Goes on by itself after the call has been answered. */
  readonly inBackground: (work: Promise<unknown>) => void;
}
