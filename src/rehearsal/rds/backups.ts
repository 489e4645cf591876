/** Automated backups and snapshots: how far back and how near an instance can be restored, and what a snapshot holds. */
import type { DatabaseSettings } from '../../platform/model/rehearsal.ts';
import type { RehearsalClock } from '../world/clock.ts';
import type { Entry } from '../world/database/protocol.ts';
import { noSnapshot } from './errors.ts';
import type { Tag } from './types.ts';

/** "RDS uploads transaction logs for DB instances to Amazon S3 every five minutes" (AWS: restoring to a specified time). */
const UPLOADED_EVERY_MS = 5 * 60_000;
const DAY_MS = 24 * 3600 * 1000;

/** The moments to which an instance can be restored; undefined without automated backups. The speed shortens the five minutes. */
export function restoreWindow(
  { createdAt, BackupRetentionPeriod: days }: { readonly createdAt: Date; readonly BackupRetentionPeriod: number },
  clock: RehearsalClock,
): { readonly EarliestTime: Date; readonly LatestTime: Date } | undefined {
  if (days === 0) {
    return undefined;
  }
  const now = clock.now().getTime();
  const every = clock.scaled(UPLOADED_EVERY_MS);
  const uploads = Math.floor((now - createdAt.getTime()) / every);
  return {
    EarliestTime: new Date(Math.max(createdAt.getTime(), now - days * DAY_MS)),
    LatestTime: new Date(createdAt.getTime() + uploads * every),
  };
}

export interface Snapshot {
  readonly id: string;
  readonly instance: string;
  readonly settings: DatabaseSettings;
  readonly at: Date;
  readonly tags: readonly Tag[];
  status: 'creating' | 'available';
  entries: readonly Entry[];
}

export class Snapshots {
  readonly #byId = new Map<string, Snapshot>();
  readonly #arn: (id: string) => string;

  constructor(account: { readonly accountId: string; readonly region: string }) {
    this.#arn = (id) => `arn:aws:rds:${account.region}:${account.accountId}:snapshot:${id}`;
  }

  arnOf(id: string): string {
    return this.#arn(id);
  }

  /** In the order in which they were made. */
  all(): readonly Snapshot[] {
    return [...this.#byId.values()];
  }

  has(id: string): boolean {
    return this.#byId.has(id.toLowerCase());
  }

  add(snapshot: Snapshot): void {
    this.#byId.set(snapshot.id, snapshot);
  }

  /** By identifier or ARN, in any case. @throws AwsError DBSnapshotNotFound */
  find(identifierOrArn: string): Snapshot {
    const wanted = identifierOrArn.toLowerCase();
    const found = this.all().find(({ id }) => id === wanted || this.#arn(id) === wanted);
    if (found === undefined) {
      throw noSnapshot(identifierOrArn);
    }
    return found;
  }

  remove(id: string): void {
    this.#byId.delete(id);
  }
}
