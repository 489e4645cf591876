/**
 * A batch of changes on a zone's records: checked as a whole, and applied as a whole or not at all. Pure.
 * Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
 */
import { isIPv4, isIPv6 } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { AwsError } from '../wire/operation.ts';
import { canonical, isIn } from './names.ts';
import { keyOf, type Records } from './state.ts';

/** The records after the batch. @throws AwsError `InvalidChangeBatch` that names everything wrong */
export function applyChanges(
  zone: string,
  records: Records,
  changes: readonly Change[],
  healthChecks: ReadonlySet<string>,
): Records {
  const draft = new Map(records);
  const problems: string[] = [];
  for (const { Action, ResourceRecordSet } of changes) {
    const record = normalised(ResourceRecordSet);
    const key = keyOf(record);
    const what = described(record);
    const present = draft.get(key);
    if (Action === 'DELETE') {
      if (present === undefined) {
        problems.push(`Tried to delete resource record set ${what} but it was not found`);
      } else if (!isDeepStrictEqual(present, record)) {
        problems.push(
          `Tried to delete resource record set ${what} but the values provided do not match the current values`,
        );
      }
      draft.delete(key);
      continue;
    }
    if (Action === 'CREATE' && present !== undefined) {
      problems.push(`Tried to create resource record set ${what} but it already exists`);
    }
    problems.push(...problemsOf(zone, record, healthChecks));
    draft.set(key, record);
  }
  problems.push(...conflicts(zone, draft));
  if (problems.length > 0) {
    throw new AwsError('InvalidChangeBatch', `[${[...new Set(problems)].join(', ')}]`);
  }
  return draft;
}

function described({ Name, Type, SetIdentifier }: ResourceRecordSet): string {
  return `[name='${Name}', type='${Type}'${SetIdentifier === undefined ? '' : `, set-identifier='${SetIdentifier}'`}]`;
}

/** Names in canonical form; members that are not there are not there. */
function normalised(record: ResourceRecordSet | undefined): ResourceRecordSet {
  const { AliasTarget } = record ?? {};
  const given = Object.entries(record ?? {}).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(given) as unknown as ResourceRecordSet),
    Name: canonical(record?.Name ?? ''),
    ...(AliasTarget === undefined
      ? {}
      : { AliasTarget: { ...AliasTarget, DNSName: canonical(AliasTarget.DNSName ?? '') } }),
  };
}

function problemsOf(zone: string, record: ResourceRecordSet, healthChecks: ReadonlySet<string>): string[] {
  const { Name = '', Type, SetIdentifier, Weight, Failover, TTL, ResourceRecords, AliasTarget, HealthCheckId } = record;
  const of = `RRSet of type ${Type} with DNS name ${Name}`;
  const problems: string[] = [];
  const add = (isWrong: boolean, text: string) => {
    if (isWrong) {
      problems.push(text);
    }
  };
  add(!isIn(Name, zone), `RRSet with DNS name ${Name} is not permitted in zone ${zone}`);
  add(
    (AliasTarget === undefined) === (ResourceRecords === undefined),
    `${of} needs either an alias target or records, and not both`,
  );
  add(AliasTarget !== undefined && TTL !== undefined, `${of} is an alias and cannot have a TTL`);
  add(ResourceRecords !== undefined && TTL === undefined, `${of} needs a TTL`);
  add(Weight !== undefined && Failover !== undefined, `${of} cannot be weighted and of the failover policy`);
  const routed = Weight !== undefined || Failover !== undefined;
  add(routed && SetIdentifier === undefined, `${of} needs a SetIdentifier`);
  add(!routed && SetIdentifier !== undefined, `${of} has a SetIdentifier and no routing policy`);
  add(HealthCheckId !== undefined && !healthChecks.has(HealthCheckId), `Cannot find health check ${HealthCheckId}`);
  for (const { Value = '' } of ResourceRecords ?? []) {
    const fits = (Type !== 'A' || isIPv4(Value)) && (Type !== 'AAAA' || isIPv6(Value));
    add(!fits, `Value is not a valid ${Type === 'A' ? 'IPv4' : 'IPv6'} address: ${Value}`);
  }
  return problems;
}

/** What records of one name cannot be beside each other. */
function conflicts(zone: string, records: Records): string[] {
  const names = grouped(records);
  return [...names].flatMap(([name, sets]) => {
    const types = new Set(sets.map(({ Type }) => Type));
    const cname =
      types.has('CNAME') && (types.size > 1 || name === zone)
        ? [
            `RRSet of type CNAME with DNS name ${name} is not permitted as it conflicts with other records with the same DNS name in zone ${zone}`,
          ]
        : [];
    return [
      ...cname,
      ...[...types].flatMap((type) =>
        mixed(
          name,
          sets.filter(({ Type }) => Type === type),
        ),
      ),
    ];
  });
}

/** Every record of a name and type has the same routing policy; of failover there is one primary and one secondary. */
function mixed(name: string, sets: readonly ResourceRecordSet[]): string[] {
  const policies = new Set(
    sets.map(({ Weight, Failover }) =>
      Weight === undefined ? (Failover === undefined ? 'simple' : 'failover') : 'weighted',
    ),
  );
  const roles = sets.flatMap(({ Failover }) => Failover ?? []);
  const of = `RRSet of type ${sets[0]?.Type} with DNS name ${name}`;
  return [
    ...(policies.size > 1
      ? [`${of} has records of different routing policies: ${[...policies].sort().join(' and ')}`]
      : []),
    ...(new Set(roles).size < roles.length ? [`${of} has two failover records of the same role`] : []),
  ];
}

function grouped(records: Records): Map<string, ResourceRecordSet[]> {
  const names = new Map<string, ResourceRecordSet[]>();
  for (const record of records.values()) {
    names.set(record.Name ?? '', [...(names.get(record.Name ?? '') ?? []), record]);
  }
  return names;
}
