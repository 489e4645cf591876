/**
 * The actions and target resource types of FIS that make sense on this platform, which has ECS, subnets and databases; AWS has more.
 * Source: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */

export interface ParameterEntry {
  readonly description: string;
  readonly required: boolean;
  readonly kind: 'duration' | 'whole' | 'boolean' | 'text';
  /** Bounds of numbers, and of durations in ms. */
  readonly least?: number;
  readonly most?: number;
  readonly oneOf?: readonly string[];
}

export interface ActionEntry {
  readonly id: string;
  readonly description: string;
  /** Resource types by the keys of the action's targets; every key is required. */
  readonly targets: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, ParameterEntry>>;
}

export interface ResourceTypeEntry {
  readonly resourceType: string;
  readonly description: string;
  /** Parameters of a target of this type. */
  readonly parameters: Readonly<Record<string, string>>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const duration: ParameterEntry = {
  description: 'How long the action lasts, in ISO 8601: PT1M to PT12H.',
  required: true,
  kind: 'duration',
  least: MINUTE,
  most: 12 * HOUR,
};

function text(description: string, required = false, oneOf?: readonly string[]): ParameterEntry {
  return { description, required, kind: 'text', ...(oneOf === undefined ? {} : { oneOf }) };
}

function whole(description: string, least: number, most: number, required = false): ParameterEntry {
  return { description, required, kind: 'whole', least, most };
}

function flag(description: string): ParameterEntry {
  return { description, required: false, kind: 'boolean' };
}

const TASKS = { Tasks: 'aws:ecs:task' };
const SUBNETS = { Subnets: 'aws:ec2:subnet' };
const INSTALL = { installDependencies: flag('Installs what the fault needs. Default: True.') };
const NETWORK = {
  duration,
  ...INSTALL,
  useEcsFaultInjectionEndpoints: flag("Uses ECS's own fault injection endpoints, as Fargate needs. Default: false."),
};
const FLOWS = {
  flowsPercent: whole('Percentage of the network flows that are hit. Default: 100.', 0, 100),
  sources: text(
    'IP addresses, CIDR blocks, domain names, ALL, DYNAMODB or S3, with commas and no spaces. Default: ALL.',
  ),
};

export const ACTIONS: readonly ActionEntry[] = [
  {
    id: 'aws:cloudwatch:assert-alarm-state',
    description: 'Fails unless alarms are in one of the given states.',
    targets: {},
    parameters: {
      alarmArns: text('Up to 5 ARNs of alarms, with commas.', true),
      alarmStates: text('OK, ALARM, INSUFFICIENT_DATA, with commas.', true),
    },
  },
  {
    id: 'aws:ecs:drain-container-instances',
    description: "Drains a percentage of a cluster's container instances.",
    targets: { Clusters: 'aws:ecs:cluster' },
    parameters: { drainagePercentage: whole('Percentage of the instances.', 1, 100, true), duration },
  },
  { id: 'aws:ecs:stop-task', description: 'Stops tasks, as StopTask does.', targets: TASKS, parameters: {} },
  {
    id: 'aws:ecs:task-cpu-stress',
    description: 'Loads the CPU of tasks.',
    targets: TASKS,
    parameters: {
      duration,
      percent: whole('Load in percent. Default: 100.', 0, 100),
      workers: whole('Number of stressors, 0 for as many as there are CPUs. Default: 0.', 0, 1024),
      ...INSTALL,
    },
  },
  {
    id: 'aws:ecs:task-io-stress',
    description: 'Loads the file system of tasks.',
    targets: TASKS,
    parameters: {
      duration,
      percent: whole('Percentage of the free space that is used. Default: 80.', 0, 100),
      workers: whole('Number of stressors. Default: 1.', 1, 1024),
      ...INSTALL,
    },
  },
  {
    id: 'aws:ecs:task-kill-process',
    description: 'Kills a process in tasks.',
    targets: TASKS,
    parameters: {
      processName: text('Name of the process.', true),
      signal: text('SIGTERM or SIGKILL. Default: SIGTERM.', false, ['SIGTERM', 'SIGKILL']),
      ...INSTALL,
    },
  },
  {
    id: 'aws:ecs:task-network-blackhole-port',
    description: 'Drops the traffic of a port.',
    targets: TASKS,
    parameters: {
      ...NETWORK,
      port: whole('The port.', 0, 65_535, true),
      trafficType: text('ingress or egress.', true, ['ingress', 'egress']),
      protocol: text('tcp or udp. Default: tcp.', false, ['tcp', 'udp']),
    },
  },
  {
    id: 'aws:ecs:task-network-latency',
    description: 'Delays the traffic of tasks.',
    targets: TASKS,
    parameters: {
      ...NETWORK,
      ...FLOWS,
      delayMilliseconds: whole('Delay in ms. Default: 200.', 0, 3_600_000),
      jitterMilliseconds: whole('Jitter in ms. Default: 10.', 0, 3_600_000),
    },
  },
  {
    id: 'aws:ecs:task-network-packet-loss',
    description: 'Loses packets of tasks.',
    targets: TASKS,
    parameters: { ...NETWORK, ...FLOWS, lossPercent: whole('Lost packets in percent. Default: 7.', 0, 100) },
  },
  { id: 'aws:fis:wait', description: 'Waits.', targets: {}, parameters: { duration } },
  {
    id: 'aws:network:disrupt-connectivity',
    description: 'Denies the traffic of subnets.',
    targets: SUBNETS,
    parameters: {
      duration,
      scope: text('Which traffic.', true, [
        'all',
        'availability-zone',
        'dynamodb',
        'prefix-list',
        's3',
        's3express',
        'vpc',
      ]),
      prefixListIdentifier: text('The prefix list, with the scope prefix-list.'),
    },
  },
  {
    id: 'aws:network:route-table-disrupt-cross-region-connectivity',
    description: 'Blocks the traffic from subnets to another Region.',
    targets: SUBNETS,
    parameters: { duration, region: text('The other Region.', true) },
  },
  {
    id: 'aws:rds:failover-db-cluster',
    description: 'Fails a database cluster over.',
    targets: { Clusters: 'aws:rds:cluster' },
    parameters: {},
  },
  {
    id: 'aws:rds:reboot-db-instances',
    description: 'Reboots database instances.',
    targets: { DBInstances: 'aws:rds:db' },
    parameters: { forceFailover: flag('Fails over to the other zone. Default: false.') },
  },
];

export const RESOURCE_TYPES: readonly ResourceTypeEntry[] = [
  {
    resourceType: 'aws:ec2:subnet',
    description: 'An Amazon VPC subnet',
    parameters: { availabilityZoneIdentifier: 'The Availability Zone.', vpc: 'The VPC.' },
  },
  { resourceType: 'aws:ecs:cluster', description: 'An Amazon ECS cluster', parameters: {} },
  {
    resourceType: 'aws:ecs:task',
    description: 'An Amazon ECS task',
    parameters: { cluster: 'The cluster of the tasks.', service: 'The service of the tasks.' },
  },
  {
    resourceType: 'aws:rds:cluster',
    description: 'An Amazon Aurora or Multi-AZ DB cluster',
    parameters: { writerAvailabilityZoneIdentifiers: 'Availability Zones of the writer, with commas.' },
  },
  {
    resourceType: 'aws:rds:db',
    description: 'An Amazon RDS DB instance',
    parameters: { availabilityZoneIdentifiers: 'Availability Zones, with commas.' },
  },
];

/** The entry of an action; undefined for one that AWS, or the platform, does not have. */
export function actionEntry(id: string): ActionEntry | undefined {
  return ACTIONS.find((action) => action.id === id);
}

/** The entry of a target's resource type. */
export function resourceTypeEntry(resourceType: string): ResourceTypeEntry | undefined {
  return RESOURCE_TYPES.find((each) => each.resourceType === resourceType);
}
