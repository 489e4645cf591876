/** What the platform's services declare of themselves, without starting anything: no process, no port, no file. */

import { createAutoScaling } from '../autoscaling/autoscaling.ts';
import { createCloudWatch } from '../cloudwatch/cloudwatch.ts';
import { createDynamoDb } from '../dynamodb/dynamodb.ts';
import { createEcr } from '../ecr/module.ts';
import { createRegistry } from '../ecr/registry.ts';
import { createEcs } from '../ecs/ecs.ts';
import { createElbv2 } from '../elbv2/elbv2.ts';
import { createFis } from '../fis/fis.ts';
import { createLogs } from '../logs/logs.ts';
import { createRds } from '../rds/rds.ts';
import { createRoutingControls } from '../recovery-cluster/routing-controls.ts';
import { createRoute53 } from '../route53/route53.ts';
import { createScheduler } from '../scheduler/scheduler.ts';
import { createSecretsManager } from '../secretsmanager/secretsmanager.ts';
import { createCallers } from '../sts/callers.ts';
import { createSts } from '../sts/module.ts';
import { createTagging } from '../tagging/tagging.ts';
import type { Operation, ServiceModule } from '../wire/operation.ts';
import { SERVICES, type ServiceDescription } from '../wire/services.ts';
import type { AddressPlan } from '../world/addresses/plan.ts';
import type { Balancer } from '../world/balancer/client.ts';
import { createClock } from '../world/clock.ts';
import type { Databases } from '../world/database/databases.ts';
import type { TaskHost } from '../world/tasks/client.ts';

export interface ServiceEntry {
  readonly service: ServiceDescription;
  /** In order of their names. */
  readonly operations: readonly Operation[];
  /** AWS's operations that the platform lacks, by name. */
  readonly lacking: readonly string[];
}

const region = 'ca-central-1';
const accountId = '000000000000';

/** Every service of the wire with its operations. Rejects when a service of the wire has no module here. */
export async function catalogue(): Promise<readonly ServiceEntry[]> {
  const modules = await declaredModules();
  return SERVICES.map((service) => {
    const module = modules.find(({ id }) => id === service.id);
    if (module === undefined) {
      throw new Error(`the fidelity catalogue has no module for ${service.id}: add it to declaredModules()`);
    }
    const operations = [...module.operations].sort((a, b) => (a.name < b.name ? -1 : 1));
    const supported = new Set(operations.map(({ name }) => name));
    const lacking = [...service.operations.keys()].filter((name) => !supported.has(name)).sort();
    return { service, operations, lacking };
  });
}

async function declaredModules(): Promise<readonly ServiceModule[]> {
  const clock = createClock(1);
  const cloudwatch = createCloudWatch({ clock, region, accountId });
  const ecs = createEcs({
    clock,
    call: unused,
    addresses: NO_ADDRESSES,
    taskHost: NO_TASK_HOST,
    resolveImage: unused,
    subnets: new Map(),
    metrics: cloudwatch.sink,
    region,
    accountId,
    logDirectory: '',
  });
  const balancer = { ...NO_BALANCER, on: () => () => {} };
  const elbv2 = createElbv2({
    balancer,
    addresses: NO_ADDRESSES,
    clock,
    region,
    accountId,
    subnets: new Map(),
    vpcId: '',
  });
  await ecs.stop();
  cloudwatch.stop();
  return [
    ecs.module,
    elbv2.module,
    cloudwatch.module,
    createAutoScaling({ call: unused, clock, accountId, region, alarms: cloudwatch.alarms }).module,
    createFis({ call: unused, clock, accountId, region, subnets: new Map(), vpcId: '' }).module,
    createEcr(createRegistry({ accountId, region })),
    createDynamoDb({ accountId, region, clock }),
    createSecretsManager({ accountId, region, now: clock.now }),
    createLogs({ call: unused, logDirectory: '', accountId, region }).module,
    createScheduler({ call: unused, clock, accountId, region }).module,
    createRoute53({ clock, loadBalancerHealthy: unused, controlIsOn: unused }).module,
    createRoutingControls({}).module,
    createRds({ databases: NO_DATABASES, clock, accountId, region, onBug: unused }),
    createSts(createCallers(accountId)),
    createTagging([]),
  ];
}

/** Declarations are read, operations are not called. */
function unused(): never {
  throw new Error('the fidelity catalogue calls no operation');
}

const NO_ADDRESSES: AddressPlan = {
  mode: 'ports',
  zones: [],
  task: unused,
  listener: unused,
  zoneOf: unused,
  release: unused,
};
const NO_DATABASES: Databases = {
  restore: unused,
  remove: unused,
  all: [],
  settings: () => undefined,
  faults: { failover: unused, reboot: unused, killPrimary: unused, promote: unused, setZoneDark: unused },
  onHappening: () => {},
  environment: {},
  ended: false,
  stop: unused,
};
const NO_TASK_HOST: TaskHost = {
  pid: 0,
  start: unused,
  signal: unused,
  throttle: unused,
  stressIo: unused,
  signalProcesses: unused,
  stop: unused,
};
const NO_BALANCER: Balancer = {
  pid: 0,
  configure: unused,
  disturb: unused,
  on: unused,
  inFlight: unused,
  stop: unused,
};
