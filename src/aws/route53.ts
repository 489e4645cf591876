/** Route 53 as a failover needs it: the records of a name, one atomic change of them, and whether all of AWS's DNS servers have it. */
import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  GetHealthCheckStatusCommand,
  type HostedZone,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsRequest,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { awsCall } from './errors.ts';

export type { ResourceRecordSet } from '@aws-sdk/client-route-53';
export { Route53Client } from '@aws-sdk/client-route-53';

/**
 * Route 53 is one service for the world. Its control plane, which all of these calls go to, is in us-east-1; DNS answers and health
 * checks are not. Source: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
 */
export interface Route53Gateway {
  /** Public hosted zones that a name may be in, the closest first: of `api.shop.example` its own and that of `shop.example`. */
  publicZonesOf(name: string): Promise<{ readonly id: string; readonly name: string }[]>;
  /** All records of exactly this name, every type and every set identifier, as Route 53 holds them. */
  records(zoneId: string, name: string): Promise<ResourceRecordSet[]>;
  /** Puts all records in one batch, which holds as a whole or not at all; each replaces the one of its name, type and set identifier. Resolves with the change's id. */
  upsert(zoneId: string, records: readonly ResourceRecordSet[], comment: string): Promise<string>;
  /** Whether all of Route 53's DNS servers answer with the change (`INSYNC`); usually within 60 s. Resolvers keep old answers for the TTL besides. */
  inSync(changeId: string): Promise<boolean>;
  /** Whether Route 53 takes the endpoint of a health check for healthy: more than 18 % of its checkers do. */
  healthCheckPasses(healthCheckId: string): Promise<boolean>;
}

/** Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html */
const HEALTHY_SHARE = 0.18;

/** A domain name as Route 53 writes it: lower case, a dot at the end. */
export function absolute(name: string): string {
  return name.endsWith('.') ? name.toLowerCase() : `${name.toLowerCase()}.`;
}

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createRoute53Gateway(client: Route53Client, signal?: AbortSignal): Route53Gateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return {
    publicZonesOf: (name) => publicZonesOf(client, name, options),
    records: (zoneId, name) => recordsOf(client, zoneId, absolute(name), options),
    upsert: (zoneId, records, comment) =>
      awsCall('route53:ChangeResourceRecordSets', async () => {
        const Changes = records.map((record) => ({ Action: 'UPSERT' as const, ResourceRecordSet: record }));
        const { ChangeInfo } = await client.send(
          new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch: { Changes, Comment: comment } }),
          options,
        );
        if (ChangeInfo?.Id === undefined) {
          throw new Error('AWS answered without the id of the change');
        }
        return withoutPath(ChangeInfo.Id);
      }),
    inSync: (changeId) =>
      awsCall('route53:GetChange', async () => {
        const { ChangeInfo } = await client.send(new GetChangeCommand({ Id: changeId }), options);
        return ChangeInfo?.Status === 'INSYNC';
      }),
    healthCheckPasses: (healthCheckId) =>
      awsCall('route53:GetHealthCheckStatus', async () => {
        const { HealthCheckObservations: seen = [] } = await client.send(
          new GetHealthCheckStatusCommand({ HealthCheckId: healthCheckId }),
          options,
        );
        const well = seen.filter(({ StatusReport }) => StatusReport?.Status?.startsWith('Success'));
        return well.length > seen.length * HEALTHY_SHARE;
      }),
  };
}

type Options = { readonly abortSignal?: AbortSignal };

/** Ids are given as `/hostedzone/Z…` and `/change/C…`. */
function withoutPath(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

async function publicZonesOf(client: Route53Client, name: string, options: Options) {
  const labels = absolute(name).split('.').slice(0, -1);
  const found: { id: string; name: string }[] = [];
  // Nobody's zone is a top-level domain.
  for (let first = 0; first < labels.length - 1; first++) {
    const wanted = `${labels.slice(first).join('.')}.`;
    const zones = await awsCall('route53:ListHostedZonesByName', () => zonesCalled(client, wanted, options));
    for (const { Id = '', Config } of zones) {
      if (Config?.PrivateZone !== true) {
        found.push({ id: withoutPath(Id), name: wanted });
      }
    }
  }
  return found;
}

/** Several zones may have one name: private ones, or a public one that was made twice. */
async function zonesCalled(client: Route53Client, wanted: string, options: Options): Promise<HostedZone[]> {
  const found: HostedZone[] = [];
  let next: { readonly DNSName?: string | undefined; readonly HostedZoneId?: string | undefined } = { DNSName: wanted };
  for (;;) {
    const page = await client.send(new ListHostedZonesByNameCommand(next), options);
    const zones = page.HostedZones ?? [];
    found.push(...zones.filter(({ Name }) => Name === wanted));
    if (!page.IsTruncated || zones.some(({ Name }) => Name !== wanted)) {
      return found;
    }
    next = { DNSName: page.NextDNSName, HostedZoneId: page.NextHostedZoneId };
  }
}

/** Route 53 lists by name from a start on, so that the records of one name stand together. */
async function recordsOf(client: Route53Client, zoneId: string, name: string, options: Options) {
  const found: ResourceRecordSet[] = [];
  let next: Omit<ListResourceRecordSetsRequest, 'HostedZoneId'> = { StartRecordName: name };
  for (;;) {
    const page = await awsCall('route53:ListResourceRecordSets', () =>
      client.send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, ...next }), options),
    );
    const records = page.ResourceRecordSets ?? [];
    found.push(...records.filter((record) => record.Name === name));
    if (!page.IsTruncated || records.some((record) => record.Name !== name)) {
      return found;
    }
    next = {
      StartRecordName: page.NextRecordName,
      StartRecordType: page.NextRecordType,
      StartRecordIdentifier: page.NextRecordIdentifier,
    };
  }
}
