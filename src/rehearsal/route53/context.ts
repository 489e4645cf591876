/** What the operations of Route 53 work on. */
import { AwsError } from '../wire/operation.ts';
import type { RehearsalClock } from '../world/clock.ts';
import type { HealthChecks } from './health-checks.ts';
import { type ChangeRecord, newChangeId, type Records, type Route53State, type ZoneRecord } from './state.ts';

export interface Route53Context {
  readonly state: Route53State;
  readonly clock: RehearsalClock;
  readonly healthChecks: HealthChecks;
  readonly signal: AbortSignal;
}

/**
 * From a change until all DNS servers answer with it, at speed 1. Source: "Changes generally propagate to all Route 53 name servers
 * within 60 seconds", https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
 */
const PROPAGATION_MS = 30_000;

/** Puts the records in place, and has the DNS servers answer with them once they are there. */
export function submit(
  { state, clock, signal }: Route53Context,
  zone: ZoneRecord,
  records: Records,
  comment: string | undefined,
): ChangeRecord {
  const change: ChangeRecord = { id: newChangeId(), submittedAt: clock.now(), comment, status: 'PENDING' };
  zone.records = records;
  state.changes.set(change.id, change);
  clock.sleepScaled(PROPAGATION_MS, signal).then(
    () => {
      zone.served = records;
      change.status = 'INSYNC';
    },
    () => {},
  );
  return change;
}

/** Ids come with their path or without. */
export function bare(id = ''): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** @throws AwsError `NoSuchHostedZone` */
export function findZone({ state }: Route53Context, id: string | undefined): ZoneRecord {
  const zone = state.zones.get(bare(id));
  if (zone === undefined) {
    throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${bare(id)}`, 404);
  }
  return zone;
}
