/**
 * Two regions, each a rehearsal platform of its own, under one name: Route 53 over a real DNS server, users who follow its answers, and a
 * database that replicates from one region to the other.
 */
import path from 'node:path';
import type {
  ChangeResourceRecordSetsResponse,
  CreateHostedZoneResponse,
  GetChangeResponse,
} from '@aws-sdk/client-route-53';
import { InputError } from '../../errors.ts';
import type { StandbySettings } from '../../platform/model/resilience.ts';
import type { Environment, Platform, ServiceInEnvironment } from '../../platform/model.ts';
import { type Rehearsal, startRehearsal } from '../platform.ts';
import { createRoute53, type Route53 } from '../route53/route53.ts';
import type { AddressPlan } from '../world/addresses/plan.ts';
import { createAddressPlan } from '../world/addresses.ts';
import { createClock, delay } from '../world/clock.ts';
import { CrossRegionDatabase } from '../world/database/cross-region.ts';
import { type DnsRelay, startDnsRelay } from '../world/dns/relay-client.ts';
import { type DnsServer, startDnsServer } from '../world/dns/server.ts';
import { type Darkness, goDark } from './darkness.ts';
import { createRegionalRds } from './rds.ts';
import { reportLag } from './report-lag.ts';

const ACCOUNT = '000000000000';
/** Of the records of the two regions, which lead to addresses: an alias would be kept for 60 s. */
export const RECORD_TTL_SECONDS = 3;
/** Users who share a resolver; each keeps an answer for its own three seconds. */
const RESOLVERS = 20;
/** Beside the addresses of load balancers and databases. */
const RELAY_NUMBER = 150;

export interface RegionsOptions {
  readonly platform: Platform;
  readonly sides: RegionSides;
  readonly speed: number;
  readonly workDirectory: string;
  readonly signal: AbortSignal;
  readonly onBug: (error: unknown) => void;
}

export interface RegionSides {
  readonly primary: { readonly environment: Environment; readonly target: ServiceInEnvironment };
  readonly standby: { readonly environment: Environment; readonly target: ServiceInEnvironment };
  readonly settings: StandbySettings;
}

export interface Regions {
  readonly primary: Rehearsal;
  readonly standby: Rehearsal;
  /** Where users of the name come in: an address whose connections go wherever DNS leads. */
  readonly url: string;
  /** The load balancers' addresses. */
  readonly hosts: { readonly primary: string; readonly standby: string };
  readonly relay: DnsRelay;
  /** Undefined where surefoot.yml has no database with a replica in the standby region. */
  readonly database: CrossRegionDatabase | undefined;
  /** The first region is gone, until it is ended. */
  loseRegion(): Promise<Darkness>;
  stop(): Promise<void>;
}

/** The environment that stands by for another one, both with the service. @throws InputError when the file has none */
export function sidesOf(platform: Platform, service: string): RegionSides {
  const found = Object.values(platform.environments).find(({ standby }) => standby !== undefined);
  const settings = found?.standby;
  const primary = platform.environments[settings?.for ?? ''];
  const inEnvironment = platform.services[service]?.inEnvironment ?? {};
  const [left, taken] = [inEnvironment[primary?.name ?? ''], inEnvironment[found?.name ?? '']];
  if (found === undefined || settings === undefined || primary === undefined || !left?.rehearsal || !taken?.rehearsal) {
    throw new InputError(
      'no-standby',
      `${platform.file} has no two regions for ${service}: an environment with \`standby:\`, and the service with \`rehearsal:\` in both`,
    );
  }
  if (settings.dns === undefined) {
    throw new InputError(
      'no-name',
      `users of ${found.name} have no name: add dns: to its standby: in ${platform.file}`,
    );
  }
  return {
    primary: { environment: primary, target: left },
    standby: { environment: found, target: taken },
    settings,
  };
}

/** Starts both regions, with all users in the first. */
export async function startRegions(options: RegionsOptions): Promise<Regions> {
  const started: (() => unknown)[] = [];
  const stop = async () => {
    for (const end of started.reverse()) {
      await end();
    }
  };
  try {
    return { ...(await assemble(options, started)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(options: RegionsOptions, started: (() => unknown)[]): Promise<Omit<Regions, 'stop'>> {
  const { sides, workDirectory } = options;
  const clock = createClock(options.speed);
  const plans = {
    primary: await planOf(sides.primary.environment, started),
    standby: await planOf(sides.standby.environment, started),
  };
  const world: { primary?: Rehearsal; standby?: Rehearsal; database?: CrossRegionDatabase; dark?: boolean } = {};
  const route53 = createRoute53({
    clock,
    controlIsOn: () => false,
    loadBalancerHealthy: (host) =>
      (world.dark !== true && world.primary?.loadBalancerHealthy(host)) ||
      world.standby?.loadBalancerHealthy(host) === true,
  });
  started.push(() => route53.stop());
  const region = async (side: 'primary' | 'standby', environment: Record<string, string>) => {
    const { environment: where, target } = sides[side];
    const made = await startRehearsal({
      target,
      region: where.region,
      zones: where.zones,
      speed: options.speed,
      workDirectory: path.join(workDirectory, where.name),
      addresses: plans[side],
      sharedImages: true,
      environment: { ...environment, REGION: where.region },
      services: [route53.module, rdsOf(side, options, () => world.database)],
      signal: options.signal,
      onBug: options.onBug,
    });
    started.push(() => made.stop());
    return made;
  };
  const primary = await region('primary', {});
  world.primary = primary;
  const database = await replicated(options, primary, plans, clock);
  if (database !== undefined) {
    world.database = database.made;
    started.push(() => database.made.stop());
  }
  const standby = await region(
    'standby',
    database === undefined ? {} : { [database.variable]: database.made.replicaUrl },
  );
  world.standby = standby;
  if (database !== undefined) {
    started.push(reportLag(database.made, { [primary.region]: primary.metrics, [standby.region]: standby.metrics }));
  }
  const hosts = { primary: hostOf(primary), standby: hostOf(standby) };
  const { dns, relay, url } = await users({ route53, primary, hosts, plan: plans.primary, options, started });
  describe(options, [primary, standby], dns);
  return {
    primary,
    standby,
    url,
    hosts,
    relay,
    database: database?.made,
    async loseRegion() {
      database?.made.setOutOfReach(true);
      const darkness = await goDark(primary, sides.primary.target.cluster, database?.made.pids() ?? []);
      world.dark = true;
      const end = () => {
        darkness.end();
        database?.made.setOutOfReach(false);
        world.dark = false;
      };
      // What stands still does not end when it is asked to.
      started.push(end);
      return { ...darkness, end };
    },
  };
}

async function planOf({ zones }: Environment, started: (() => unknown)[]): Promise<AddressPlan> {
  // Regions are told apart by their addresses.
  const plan = await createAddressPlan({ zones, mode: 'subnets' });
  started.push(() => plan.release());
  return plan;
}

function rdsOf(
  side: 'primary' | 'standby',
  { sides, onBug }: RegionsOptions,
  database: () => CrossRegionDatabase | undefined,
) {
  const engine = Object.values(sides.primary.environment.databases)[0]?.engine ?? 'postgres';
  return createRegionalRds({ database, engine, region: sides[side].environment.region, accountId: ACCOUNT, onBug });
}

/** The first database that has a replica in the standby's environment. */
async function replicated(
  { sides, workDirectory }: RegionsOptions,
  primary: Rehearsal,
  plans: { readonly primary: AddressPlan; readonly standby: AddressPlan },
  clock: ReturnType<typeof createClock>,
) {
  const { environment } = sides.primary;
  const found = Object.entries(environment.databases).find(
    ([, { replica }]) => replica?.environment === sides.standby.environment.name,
  );
  if (found === undefined) {
    return undefined;
  }
  const [name, settings] = found;
  const made = await CrossRegionDatabase.start({
    databases: primary.databases,
    name,
    settings,
    regions: { primary: environment.region, standby: sides.standby.environment.region },
    plans,
    clock,
    directory: path.join(workDirectory, 'replicas'),
  });
  return { made, variable: settings.urlVariable };
}

function hostOf({ services }: Rehearsal): string {
  return new URL(Object.values(services)[0]?.url ?? '').hostname;
}

interface UsersOptions {
  readonly route53: Route53;
  readonly primary: Rehearsal;
  readonly hosts: Regions['hosts'];
  readonly plan: AddressPlan;
  readonly options: RegionsOptions;
  readonly started: (() => unknown)[];
}

/** The hosted zone with a weighted record for each region, the DNS server, and the relay that users come through. */
async function users({ route53, primary, hosts, plan, options, started }: UsersOptions) {
  const { sides } = options;
  const name = sides.settings.dns?.name ?? '';
  const { HostedZone } = await primary.wire.call<CreateHostedZoneResponse>('route53', 'CreateHostedZone', {
    Name: name.slice(name.indexOf('.') + 1),
    CallerReference: 'rehearsal',
  });
  const record = (side: 'primary' | 'standby', Weight: number) => ({
    Action: 'CREATE',
    ResourceRecordSet: {
      Name: name,
      Type: 'A',
      SetIdentifier: sides[side].environment.region,
      Weight,
      TTL: RECORD_TTL_SECONDS,
      ResourceRecords: [{ Value: hosts[side] }],
    },
  });
  const { ChangeInfo } = await primary.wire.call<ChangeResourceRecordSetsResponse>(
    'route53',
    'ChangeResourceRecordSets',
    {
      HostedZoneId: HostedZone?.Id,
      ChangeBatch: { Changes: [record('primary', 100), record('standby', 0)] },
    },
  );
  await inSync(primary, ChangeInfo?.Id ?? '', options.signal);
  const dns = await startDnsServer('127.0.0.1', 0, route53.answer);
  started.push(() => dns.stop());
  const port = Number(new URL(Object.values(primary.services)[0]?.url ?? '').port);
  const listen = await plan.listener(RELAY_NUMBER, port);
  const relay = await startDnsRelay({ listen, server: dns, name, targetPort: port, resolvers: RESOLVERS });
  started.push(() => relay.stop());
  return { dns, relay, url: `http://${listen.host}:${listen.port}` };
}

/** Waits until the DNS servers have a change. */
async function inSync({ wire }: Rehearsal, Id: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { ChangeInfo } = await wire.call<GetChangeResponse>('route53', 'GetChange', { Id });
    if (ChangeInfo?.Status === 'INSYNC') {
      return;
    }
    await delay(100, signal);
  }
}

/** Each says of itself where the others are, and who answers for the name. */
function describe({ speed }: RegionsOptions, regions: readonly Rehearsal[], dns: DnsServer): void {
  const endpoints = Object.fromEntries(regions.map(({ region, endpoint }) => [region, endpoint]));
  for (const { wire, region, services } of regions) {
    wire.describe({ speed, region, services, regions: endpoints, dns: `${dns.host}:${dns.port}` });
  }
}
