/** What Route 53 knows: hosted zones with their records, changes on their way to its DNS servers, and health checks. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { HealthCheckConfig, ResourceRecordSet } from '@aws-sdk/client-route-53';

export type Records = ReadonlyMap<string, ResourceRecordSet>;

export interface ZoneRecord {
  /** Without `/hostedzone/`. */
  readonly id: string;
  readonly name: string;
  readonly comment: string | undefined;
  readonly callerReference: string;
  /** As the API gives them, at once. */
  records: Records;
  /** As the DNS servers answer. */
  served: Records;
}

export interface ChangeRecord {
  /** Without `/change/`. */
  readonly id: string;
  readonly submittedAt: Date;
  readonly comment: string | undefined;
  status: 'PENDING' | 'INSYNC';
}

export interface HealthCheckRecord {
  readonly id: string;
  readonly callerReference: string;
  readonly config: HealthCheckConfig;
}

export interface Route53State {
  readonly zones: Map<string, ZoneRecord>;
  readonly changes: Map<string, ChangeRecord>;
  readonly healthChecks: Map<string, HealthCheckRecord>;
}

export function emptyState(): Route53State {
  return { zones: new Map(), changes: new Map(), healthChecks: new Map() };
}

/** A record set is one of its name, type and set identifier. */
export function keyOf({ Name, Type, SetIdentifier = '' }: ResourceRecordSet): string {
  return `${Name} ${Type} ${SetIdentifier}`;
}

/** Ids in Route 53's forms. */
export const newZoneId = () => `Z${randomBytes(10).toString('hex').toUpperCase()}`;
export const newChangeId = () => `C${randomBytes(10).toString('hex').toUpperCase()}`;
export const newHealthCheckId = () => randomUUID();

/** The four name servers of every zone here; nobody answers at these names. */
export const NAME_SERVERS = [
  'ns-1.awsdns-rehearsal.com.',
  'ns-2.awsdns-rehearsal.net.',
  'ns-3.awsdns-rehearsal.org.',
  'ns-4.awsdns-rehearsal.co.uk.',
];

/** Route 53's own: a resolver may keep a "no" for the last number (and the SOA's TTL at most) seconds. */
export const SOA_VALUE = `${NAME_SERVERS[0]} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`;

/** The two records that every new zone has. */
export function firstRecords(zone: string): Records {
  const records: ResourceRecordSet[] = [
    { Name: zone, Type: 'NS', TTL: 172_800, ResourceRecords: NAME_SERVERS.map((Value) => ({ Value })) },
    { Name: zone, Type: 'SOA', TTL: 900, ResourceRecords: [{ Value: SOA_VALUE }] },
  ];
  return new Map(records.map((record) => [keyOf(record), record]));
}
