/** The rehearsal platform, put together: real parts, emulated AWS services over them, and one service of a platform file running on it. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../errors.ts';
import type { DatabaseSettings, RehearsalSettings, ServiceInEnvironment } from '../platform/model.ts';
import { createAutoScaling } from './autoscaling/autoscaling.ts';
import { type CloudWatch, createCloudWatch } from './cloudwatch/cloudwatch.ts';
import type { MetricSink } from './cloudwatch/metric-store.ts';
import { createDynamoDb } from './dynamodb/dynamodb.ts';
import { createEcr } from './ecr/module.ts';
import { createRegistry, type ImageRegistry } from './ecr/registry.ts';
import { createEcs, type Ecs } from './ecs/ecs.ts';
import type { StepBake } from './ecs/plan/stages.ts';
import { createElbv2, type Elbv2 } from './elbv2/elbv2.ts';
import { platformFaults } from './fis/actions/platform-faults.ts';
import { createFis } from './fis/fis.ts';
import { zoneTags } from './fis/zone-tags.ts';
import { createLogs } from './logs/logs.ts';
import { createRds } from './rds/rds.ts';
import { createS3 } from './s3/s3.ts';
import { createScheduler } from './scheduler/scheduler.ts';
import { createSecretsManager } from './secretsmanager/secretsmanager.ts';
import { seedService } from './seed.ts';
import { createCallers } from './sts/callers.ts';
import { createSts } from './sts/module.ts';
import { ManagedByFis, ofLoadBalancing } from './tagging/sources.ts';
import { createTagging } from './tagging/tagging.ts';
import { createApiFaults } from './wire/api-faults.ts';
import type { ServiceModule } from './wire/operation.ts';
import { createWire, type Wire } from './wire/server.ts';
import type { AddressPlan } from './world/addresses/plan.ts';
import { createAddressPlan } from './world/addresses.ts';
import { startBalancer } from './world/balancer/client.ts';
import { createClock } from './world/clock.ts';
import { type Databases, startDatabases } from './world/database/databases.ts';
import { createWorldFaults } from './world/faults/faults.ts';
import { startTaskHost } from './world/tasks/client.ts';
import { startZoneRelays, type ZoneRelays } from './world/zone-relay/client.ts';

/** The account of the rehearsal platform; no real one has this number. */
const ACCOUNT = '000000000000';
const VPC = 'vpc-rehearsal';
const HOST_COUNT_INTERVAL_MS = 1000;

export interface RehearsalOptions {
  readonly target: ServiceInEnvironment;
  readonly region: string;
  readonly zones: readonly string[];
  readonly speed: number;
  /** Logs of the tasks go here. */
  readonly workDirectory: string;
  /** Where the AWS endpoint listens; 0 = any free port. */
  readonly port?: number;
  readonly addressing?: 'auto' | 'subnets' | 'ports';
  /** Added to every task's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Images are those of another region too, digest by digest: what is this region's own comes by the task definition. */
  readonly sharedImages?: boolean;
  /** On which side of its pauses a canary bakes, which AWS leaves open: `before-pause` unless said otherwise. */
  readonly stepBake?: StepBake;
  /** The zones in which the service's tasks are placed, of `zones`; all of them unless said otherwise. */
  readonly taskZones?: readonly string[];
  /** A file that gets a line for each request to the load balancer (`world/balancer/access-log.ts`). */
  readonly accessLog?: string;
  /** Where things live, released by who made it; a plan of the platform's own unless said otherwise. */
  readonly addresses?: AddressPlan;
  /** Services that are more than one platform's: in the place of the platform's own ones of the same id. */
  readonly services?: readonly ServiceModule[];
  readonly signal: AbortSignal;
  readonly onBug?: (error: unknown) => void;
}

export interface Rehearsal {
  readonly endpoint: string;
  readonly region: string;
  readonly speed: number;
  /** By ECS service name. */
  readonly services: Readonly<Record<string, { readonly url: string; readonly testUrl: string }>>;
  readonly wire: Wire;
  readonly loadBalancerArn: string;
  /** Those of the environment, with the faults that can be put on them. */
  readonly databases: Databases;
  /** What ECS remembers of a task, its processes' ids among it; undefined for an unknown ARN. */
  readonly findTask: Ecs['task'];
  /** For metrics of services that are more than one platform's. */
  readonly metrics: MetricSink;
  /** Whether a load balancer, by its address, has a healthy target. */
  readonly loadBalancerHealthy: (host: string) => boolean;
  /** The process of the load balancer. */
  readonly balancerPid: number;
  /** Ends every process and closes every port that the platform opened. */
  stop(): Promise<void>;
}

/** Starts the platform with the target's service running and healthy on it. @throws InputError when the file says nothing on how to run it. */
export async function startRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const rehearsal = settingsOf(options.target);
  const parts = await startParts(options, rehearsal);
  try {
    const endpoint = await listen(parts.wire, options.port ?? 0);
    await parts.wire.call('ecs', 'CreateCluster', { clusterName: options.target.cluster });
    const seeded = await seedService(options.target, rehearsal, {
      call: parts.wire.call,
      subnets: [...parts.subnets.keys()],
      taskSubnets: subnetsIn(parts.subnets, options.taskZones),
      vpcId: VPC,
      accountId: ACCOUNT,
      region: options.region,
      environment: options.sharedImages ? parts.surroundings : {},
      logDirectory: path.join(options.workDirectory, 'tasks'),
      signal: options.signal,
    });
    const service = { url: parts.urlOf(seeded.productionListener), testUrl: parts.urlOf(seeded.testListener) };
    const services = { [options.target.ecsService]: service };
    parts.wire.describe({ speed: options.speed, region: options.region, services });
    return {
      endpoint,
      region: options.region,
      speed: options.speed,
      services,
      wire: parts.wire,
      loadBalancerArn: seeded.loadBalancer,
      databases: parts.databases,
      findTask: parts.findTask,
      metrics: parts.metrics,
      loadBalancerHealthy: parts.loadBalancerHealthy,
      balancerPid: parts.balancerPid,
      stop: parts.stop,
    };
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

/** All of them where no zones are chosen. */
function subnetsIn(subnets: ReadonlyMap<string, string>, zones: readonly string[] | undefined): string[] {
  return [...subnets].flatMap(([subnet, zone]) => ((zones?.includes(zone) ?? true) ? [subnet] : []));
}

async function listen(wire: Wire, port: number): Promise<string> {
  try {
    return (await wire.listen('127.0.0.1', port)).endpoint;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new InputError('port-in-use', `port ${port} is in use already: name another one, or 0 for any free one`);
    }
    throw error;
  }
}

function settingsOf(target: ServiceInEnvironment): RehearsalSettings {
  if (target.rehearsal === undefined) {
    throw new InputError(
      'no-rehearsal',
      `surefoot.yml says nothing on how "${target.ecsService}" runs in a rehearsal: add \`rehearsal:\` with command, images and load to the service`,
    );
  }
  return target.rehearsal;
}

interface Parts
  extends Pick<Rehearsal, 'wire' | 'databases' | 'findTask' | 'metrics' | 'loadBalancerHealthy' | 'balancerPid'> {
  readonly subnets: ReadonlyMap<string, string>;
  /** What tasks find in their environment on this platform. */
  readonly surroundings: Readonly<Record<string, string>>;
  urlOf(listener: string): string;
  stop(): Promise<void>;
}

async function startParts(options: RehearsalOptions, rehearsal: RehearsalSettings): Promise<Parts> {
  const { region } = options;
  const logDirectory = path.join(options.workDirectory, 'tasks');
  await mkdir(logDirectory, { recursive: true });
  const clock = createClock(options.speed);
  const subnets = new Map(options.zones.map((zone) => [`subnet-${zone}`, zone]));
  const addresses =
    options.addresses ?? (await createAddressPlan({ zones: options.zones, mode: options.addressing ?? 'auto' }));
  const databases = await startDatabases(inThisRegion(rehearsal.databases), {
    addresses,
    clock,
    directory: path.join(options.workDirectory, 'databases'),
  });
  const [balancer, taskHost, zoneRelays] = await Promise.all([
    startBalancer({ accessLog: options.accessLog }),
    startTaskHost(),
    relaysTo(databases, addresses),
  ]);
  const callers = createCallers(ACCOUNT);
  const apiFaults = createApiFaults({ roleOf: (accessKeyId) => callers.of(accessKeyId).roleArn });
  const wire = createWire({
    services: [],
    accountId: ACCOUNT,
    region,
    fault: apiFaults.errorFor,
    ...(options.onBug ? { onBug: options.onBug } : {}),
  });
  const cloudwatch = createCloudWatch({ clock, region, accountId: ACCOUNT });
  const surroundings = { ...options.environment, ...databases.environment };
  const registry = fillRegistry(
    createRegistry({ accountId: ACCOUNT, region }),
    rehearsal,
    options.sharedImages ? {} : surroundings,
  );
  const elbv2 = createElbv2({ balancer, addresses, clock, region, accountId: ACCOUNT, subnets, vpcId: VPC });
  const ecs = createEcs({
    clock,
    call: wire.call,
    addresses,
    taskHost,
    resolveImage: registry.resolve,
    subnets,
    zoneRelays,
    metrics: cloudwatch.sink,
    region,
    accountId: ACCOUNT,
    logDirectory,
    ...(options.stepBake === undefined ? {} : { stepBake: options.stepBake }),
  });
  const autoScaling = createAutoScaling({
    call: wire.call,
    clock,
    accountId: ACCOUNT,
    region,
    alarms: cloudwatch.alarms,
  });
  const world = { subnets, subnetTags: zoneTags(options.target.environment), vpcId: VPC };
  const managed = new ManagedByFis({ region, accountId: ACCOUNT });
  const faults = createWorldFaults({ balancer, databases, zoneRelays });
  const fis = createFis({
    call: wire.call,
    clock,
    region,
    accountId: ACCOUNT,
    ...world,
    alarms: cloudwatch.alarms,
    faults: platformFaults({ world: faults, managed, apiFaults, taskHost, zones: options.zones, findTask: ecs.task }),
  });
  const scheduler = createScheduler({ call: wire.call, clock, region, accountId: ACCOUNT });
  const logs = createLogs({ call: wire.call, logDirectory, accountId: ACCOUNT, region });
  const rds = createRds({ databases, clock, region, accountId: ACCOUNT, onBug: options.onBug ?? (() => {}) });
  balancer.on('traffic', cloudwatch.recordTraffic);
  const hosts = setInterval(() => recordHosts(cloudwatch, elbv2, addresses), HOST_COUNT_INTERVAL_MS);
  const own = [
    cloudwatch.module,
    elbv2.module,
    ecs.module,
    createEcr(registry),
    createSts(callers),
    autoScaling.module,
    fis.module,
    scheduler.module,
    createTagging([ofLoadBalancing(wire.call), managed.resources]),
    logs.module,
    createDynamoDb({ accountId: ACCOUNT, region, clock }),
    createSecretsManager({ accountId: ACCOUNT, region, now: clock.now }),
    rds,
  ];
  wire.handle('s3', createS3());
  const shared = options.services ?? [];
  for (const service of [...own.filter(({ id }) => shared.every((other) => other.id !== id)), ...shared]) {
    wire.register(service);
  }
  return {
    wire,
    subnets,
    surroundings,
    databases,
    findTask: ecs.task,
    metrics: cloudwatch.sink,
    loadBalancerHealthy: elbv2.loadBalancerHealthy,
    balancerPid: balancer.pid,
    urlOf: (listener) => elbv2.urlOf(listener) ?? '',
    async stop() {
      clearInterval(hosts);
      autoScaling.stop();
      scheduler.stop();
      await fis.stop();
      await ecs.stop();
      cloudwatch.stop();
      await Promise.all([taskHost.stop(), balancer.stop(), databases.stop(), zoneRelays?.stop(), wire.close()]);
      await (options.addresses === undefined ? addresses.release() : undefined);
    },
  };
}

/** What leads tasks to databases; undefined where there are none. */
async function relaysTo(databases: Databases, addresses: AddressPlan): Promise<ZoneRelays | undefined> {
  const relayed = () =>
    databases.all.flatMap(({ name, address, replica }) => {
      const port = databases.settings(name)?.port ?? address.port;
      return [address, ...(replica === undefined ? [] : [replica.member.address])].map((each) => ({
        address: { host: each.host, port: each.port },
        port,
      }));
    });
  return databases.all.length === 0 ? undefined : startZoneRelays({ addresses, databases: relayed });
}

/** Replicas in another region are there where that region is rehearsed too (`regions/`). */
function inThisRegion(databases: Readonly<Record<string, DatabaseSettings>>): Record<string, DatabaseSettings> {
  const here = ({ replica, ...rest }: DatabaseSettings): DatabaseSettings => ({
    ...rest,
    replica: replica?.environment === undefined ? replica : undefined,
  });
  return Object.fromEntries(Object.entries(databases).map(([name, database]) => [name, here(database)]));
}

/** One reading of HealthyHostCount and UnHealthyHostCount. */
function recordHosts(cloudwatch: CloudWatch, elbv2: Elbv2, addresses: AddressPlan): void {
  cloudwatch.recordHosts(Math.floor(Date.now() / 1000), elbv2.targets(), {
    loadBalancersOf: (targetGroup) => elbv2.dimensions(targetGroup).loadBalancers,
    zoneOf: addresses.zoneOf,
  });
}

/** Every image that surefoot.yml names is "pushed": its digest is that of the way it runs. `surroundings` is what every task finds in its environment. */
function fillRegistry(
  registry: ImageRegistry,
  rehearsal: RehearsalSettings,
  surroundings: Readonly<Record<string, string>>,
): ImageRegistry {
  for (const [reference, environment] of Object.entries(rehearsal.images)) {
    const [repository = reference, tag = 'latest'] = reference.split(':');
    registry.push({
      repository,
      tag,
      recipe: {
        command: rehearsal.command,
        cwd: rehearsal.directory,
        environment: { ...rehearsal.environment, ...environment, ...surroundings },
        startDelayMs: rehearsal.startSeconds * 1000,
      },
    });
  }
  return registry;
}
