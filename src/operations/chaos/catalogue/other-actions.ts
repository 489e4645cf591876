/** FIS actions on data, on networks, on the control plane and by documents (AWS FIS user guide, "AWS FIS Actions reference"). */
import {
  type ActionFact,
  action,
  arn,
  duration,
  json,
  listOf,
  number,
  oneOf,
  region,
  text,
  truth,
  whole,
} from './facts.ts';

const SHARE = whole(1, 100);
const FOR = { duration: duration() } as const;
const SUBNETS = { Subnets: 'aws:ec2:subnet' } as const;
const VOLUMES = { Volumes: 'aws:ec2:ebs-volume' } as const;
const STREAMS = { KinesisStreams: 'aws:kinesis:stream' } as const;
const FROM_A_SECOND = { duration: duration(1) } as const;

function apiError(name: string): ActionFact {
  return action(`aws:fis:inject-api-${name}-error`, {
    on: { Roles: 'aws:iam:role' },
    needs: { ...FOR, service: oneOf('ec2', 'kinesis'), percentage: SHARE, operations: listOf() },
  });
}

const CONTROL: readonly ActionFact[] = [
  apiError('internal'),
  apiError('throttle'),
  apiError('unavailable'),
  action('aws:fis:wait', { needs: FOR, reverts: 'nothing' }),
  action('aws:cloudwatch:assert-alarm-state', {
    needs: { alarmArns: listOf(undefined, 5), alarmStates: listOf(['OK', 'ALARM', 'INSUFFICIENT_DATA']) },
    reverts: 'nothing',
  }),
  action('aws:arc:start-zonal-autoshift', {
    on: { ManagedResources: 'aws:arc:zonal-shift-managed-resource' },
    needs: {
      ...FOR,
      availabilityZoneIdentifier: text,
      managedResourceTypes: listOf(['ASG', 'ALB', 'NLB', 'EKS']),
    },
    takes: { zonalAutoshiftStatus: oneOf('ENABLED', 'DISABLED', 'ANY') },
    first: ['zonal autoshift is enabled for the resources, or zonalAutoshiftStatus says otherwise'],
  }),
];

const DATA: readonly ActionFact[] = [
  action('aws:dynamodb:global-table-pause-replication', {
    on: { Tables: 'aws:dynamodb:global-table' },
    needs: FOR,
  }),
  action('aws:dsql:cluster-connection-failure', {
    on: { Clusters: 'aws:dsql:cluster' },
    needs: { ...FOR, percentage: SHARE },
  }),
  action('aws:ebs:pause-volume-io', {
    on: VOLUMES,
    needs: FROM_A_SECOND,
    first: ['the volumes are in one availability zone, on instances of the Nitro system'],
  }),
  action('aws:ebs:volume-io-latency', {
    on: VOLUMES,
    needs: FROM_A_SECOND,
    takes: {
      readIOPercentage: number(0.1, 100),
      readIOLatencyMilliseconds: number(1, 60_000),
      writeIOPercentage: number(0.1, 100),
      writeIOLatencyMilliseconds: number(1, 60_000),
    },
    first: ['the volumes are in one availability zone'],
  }),
  action('aws:elasticache:replicationgroup-interrupt-az-power', {
    on: { ReplicationGroups: 'aws:elasticache:replicationgroup' },
    needs: FOR,
    first: ['the replication groups are Multi-AZ and not serverless'],
  }),
  action('aws:elasticache:interrupt-cluster-az-power', {
    on: { ReplicationGroups: 'aws:elasticache:redis-replicationgroup' },
    needs: FOR,
    replacedBy: 'aws:elasticache:replicationgroup-interrupt-az-power',
  }),
  action('aws:kinesis:stream-provisioned-throughput-exception', { on: STREAMS, needs: { ...FOR, percentage: SHARE } }),
  action('aws:kinesis:stream-expired-iterator-exception', { on: STREAMS, needs: { ...FOR, percentage: SHARE } }),
  action('aws:memorydb:multi-region-cluster-pause-replication', {
    on: { MultiRegionClusters: 'aws:memorydb:multi-region-cluster' },
    needs: FOR,
    // AWS's own scenario sends it, though the reference does not know it.
    takes: { region },
  }),
  action('aws:rds:failover-db-cluster', { on: { Clusters: 'aws:rds:cluster' }, reverts: 'no' }),
  action('aws:rds:reboot-db-instances', {
    on: { DBInstances: 'aws:rds:db' },
    takes: { forceFailover: truth },
    reverts: 'no',
  }),
  action('aws:s3:bucket-pause-replication', {
    on: { Buckets: 'aws:s3:bucket' },
    needs: { ...FOR, region },
    takes: { destinationBuckets: listOf(), prefixes: listOf() },
    selection: 'tags',
  }),
];

const NETWORK: readonly ActionFact[] = [
  action('aws:network:disrupt-connectivity', {
    on: SUBNETS,
    needs: { ...FOR, scope: oneOf('all', 'availability-zone', 'dynamodb', 'prefix-list', 's3', 's3express', 'vpc') },
    takes: { prefixListIdentifier: text },
  }),
  action('aws:network:route-table-disrupt-cross-region-connectivity', {
    on: SUBNETS,
    needs: { ...FOR, region },
    first: [
      'a quota of routes per route table of 250 (350 when us-east-1 is cut off), and as many more as there are routes',
    ],
  }),
  action('aws:network:transit-gateway-disrupt-cross-region-connectivity', {
    on: { TransitGateways: 'aws:ec2:transit-gateway' },
    needs: { ...FOR, region },
  }),
  action('aws:network:disrupt-vpc-endpoint', {
    on: { VPCEndpoints: 'aws:ec2:vpc-endpoint' },
    needs: FOR,
    first: ['nobody changes the endpoints meanwhile: then FIS would not put them back'],
  }),
  action('aws:directconnect:virtual-interface-disconnect', {
    on: { VirtualInterfaces: 'aws:directconnect:virtual-interface' },
    needs: { duration: duration(600) },
    first: ['all virtual interfaces are available and their BGP sessions are up'],
  }),
];

const DOCUMENT = { documentVersion: text, documentParameters: json } as const;

const DOCUMENTS: readonly ActionFact[] = [
  action('aws:ssm:send-command', {
    on: { Instances: 'aws:ec2:instance' },
    needs: { documentArn: arn, duration: duration() },
    takes: DOCUMENT,
    reverts: 'depends',
    first: ['the SSM agent on the instances'],
  }),
  action('aws:ssm:start-automation-execution', {
    needs: { documentArn: arn, maxDuration: duration() },
    takes: DOCUMENT,
    reverts: 'depends',
    endsWith: 'maxDuration',
    first: ['the automation document'],
  }),
];

export const OTHER_ACTIONS: readonly ActionFact[] = [...CONTROL, ...DATA, ...NETWORK, ...DOCUMENTS];
