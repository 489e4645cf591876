/** The parts of the rehearsal platform, each told of the others that it needs. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { RehearsalSettings } from '../../platform/model/rehearsal.ts';
import { createAutoScaling } from '../autoscaling/autoscaling.ts';
import { type CloudWatch, createCloudWatch } from '../cloudwatch/cloudwatch.ts';
import type { MetricSink } from '../cloudwatch/metric-store.ts';
import { createDynamoDb } from '../dynamodb/dynamodb.ts';
import { createEcr } from '../ecr/module.ts';
import { createRegistry } from '../ecr/registry.ts';
import { createEcs, type Ecs } from '../ecs/ecs.ts';
import { createElbv2, type Elbv2 } from '../elbv2/elbv2.ts';
import { platformFaults } from '../fis/actions/platform-faults.ts';
import { createFis } from '../fis/fis.ts';
import { zoneTags } from '../fis/zone-tags.ts';
import { createLogs } from '../logs/logs.ts';
import { createRds } from '../rds/rds.ts';
import { createS3 } from '../s3/s3.ts';
import { createScheduler } from '../scheduler/scheduler.ts';
import { createSecretsManager } from '../secretsmanager/secretsmanager.ts';
import { createCallers } from '../sts/callers.ts';
import { createSts } from '../sts/module.ts';
import { ManagedByFis, ofLoadBalancing } from '../tagging/sources.ts';
import { createTagging } from '../tagging/tagging.ts';
import { createApiFaults } from '../wire/api-faults.ts';
import { createWire, type Wire } from '../wire/server.ts';
import type { AddressPlan } from '../world/addresses/plan.ts';
import { createAddressPlan } from '../world/addresses.ts';
import { startBalancer } from '../world/balancer/client.ts';
import { createClock } from '../world/clock.ts';
import { type Databases, startDatabases } from '../world/database/databases.ts';
import { createWorldFaults } from '../world/faults/faults.ts';
import { startTaskHost } from '../world/tasks/client.ts';
import { inThisRegion, relaysTo } from './databases.ts';
import { fillRegistry } from './images.ts';
import type { RehearsalOptions } from './options.ts';

/** The account of the rehearsal platform; no real one has this number. */
export const ACCOUNT = '000000000000';
export const VPC = 'vpc-rehearsal';

const HOST_COUNT_INTERVAL_MS = 1000;

/** Everything that runs, before a service is on it. */
export interface Parts {
  readonly wire: Wire;
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
  readonly subnets: ReadonlyMap<string, string>;
  /** What tasks find in their environment on this platform. */
  readonly surroundings: Readonly<Record<string, string>>;
  /** Where a listener answers, by its ARN. */
  urlOf(listener: string): string;
  /** Ends every process and closes every port that was opened. */
  stop(): Promise<void>;
}

/** Starts them, with the images that surefoot.yml names pushed. */
export async function startParts(options: RehearsalOptions, rehearsal: RehearsalSettings): Promise<Parts> {
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

/** One reading of HealthyHostCount and UnHealthyHostCount. */
function recordHosts(cloudwatch: CloudWatch, elbv2: Elbv2, addresses: AddressPlan): void {
  cloudwatch.recordHosts(Math.floor(Date.now() / 1000), elbv2.targets(), {
    loadBalancersOf: (targetGroup) => elbv2.dimensions(targetGroup).loadBalancers,
    zoneOf: addresses.zoneOf,
  });
}
