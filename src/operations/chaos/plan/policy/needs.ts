/**
 * What FIS's role needs for each action: AWS's own lists in the "AWS FIS Actions reference"
 * (https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html, as of 2026-11), each permission with the
 * resources and conditions that the service authorization reference allows it to be narrowed to.
 */

/**
 * `targets`: what the action's own targets can be; `*`: AWS lists no resource for it; else ARN patterns with {partition}, {region} and
 * {account}, and the action's parameters by their names.
 */
export interface Need {
  readonly actions: readonly string[];
  readonly on: 'targets' | '*' | readonly string[];
  /** Conditions by operator and key, with the same words in braces; `{targets}` stands for the ARNs of the targets. */
  readonly when?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Only where this parameter of the action is set to something. */
  readonly ifParameter?: string;
}

const read = (...actions: string[]): Need => ({ actions, on: '*' });
const act = (...actions: string[]): Need => ({ actions, on: 'targets' });

const FIND_BY_TAG = read('tag:GetResources');
const MANAGED = { StringEquals: { 'aws:ResourceTag/managedByFIS': 'true' } };
const TO_BE_MANAGED = { StringEquals: { 'aws:RequestTag/managedByFIS': 'true' } };

/** Creates a thing that FIS tags as its own, and may tag and delete only what it tagged. */
function managed(kind: string, create: string, ...change: string[]): Need[] {
  const on = [`arn:{partition}:ec2:{region}:{account}:${kind}/*`];
  return [
    { actions: [`ec2:${create}`], on, when: TO_BE_MANAGED },
    {
      actions: ['ec2:CreateTags'],
      on,
      when: { StringEquals: { ...TO_BE_MANAGED.StringEquals, 'ec2:CreateAction': create } },
    },
    { actions: change.map((name) => `ec2:${name}`), on, when: MANAGED },
  ];
}

function onEc2(actions: readonly string[], ...kinds: string[]): Need {
  return { actions, on: kinds.map((kind) => `arn:{partition}:ec2:{region}:{account}:${kind}/*`) };
}

/** The SSM documents are AWS's own: their ARNs have no account. */
function runDocuments(...documents: string[]): Need[] {
  return [
    {
      actions: ['ssm:SendCommand'],
      on: [
        ...documents.map((name) => `arn:{partition}:ssm:{region}::document/${name}`),
        'arn:{partition}:ssm:{region}:{account}:managed-instance/*',
      ],
    },
    read('ssm:ListCommands', 'ssm:CancelCommand'),
    read('ecs:DescribeTasks', 'ecs:ListTasks'),
  ];
}

const NETWORK_DOCUMENT = (name: string) => runDocuments(`AWSFIS-Run-Network-${name}`, `AWSFIS-Run-Network-${name}-ECS`);
const SOURCES = read('ecs:DescribeContainerInstances', 'ec2:DescribeInstances', 'ec2:DescribeSubnets');

const POD = [act('eks:DescribeCluster'), read('ec2:DescribeSubnets'), FIND_BY_TAG];
const LAMBDA = [
  act('lambda:GetFunction'),
  // Where the extension looks for its faults is a variable of the function, AWS_FIS_CONFIGURATION_LOCATION: the template does not say.
  { actions: ['s3:PutObject', 's3:DeleteObject'], on: ['arn:{partition}:s3:::AWS_FIS_CONFIGURATION_LOCATION/*'] },
  FIND_BY_TAG,
] as const satisfies readonly Need[];
const KINESIS = [act('kinesis:InjectApiError')];

/** The EC2 conditions keep an API error to these roles or groups ("Example: Use condition keys for ec2:InjectApiError"). */
function injectEc2Error(action: string): Need {
  return {
    actions: ['ec2:InjectApiError'],
    on: '*',
    when: {
      'ForAllValues:StringEquals': { 'ec2:FisActionId': action },
      'ForAllValues:ArnLike': { 'ec2:FisTargetArns': '{targets}' },
    },
  };
}

/** Keeps the error to one service and to these roles (service authorization reference of FIS: fis:Service, fis:Targets). */
function injectApiError(action: string): Need {
  return {
    actions: [action],
    on: ['arn:{partition}:fis:{region}:{account}:experiment/*'],
    when: { StringEquals: { 'fis:Service': '{service}' }, 'ForAllValues:StringEquals': { 'fis:Targets': '{targets}' } },
  };
}

const NACL = [
  ...managed('network-acl', 'CreateNetworkAcl', 'CreateNetworkAclEntry', 'DeleteNetworkAcl'),
  onEc2(['ec2:CreateNetworkAcl', 'ec2:DeleteNetworkAcl'], 'vpc'),
  onEc2(['ec2:ReplaceNetworkAclAssociation'], 'subnet', 'network-acl'),
  onEc2(['ec2:GetManagedPrefixListEntries'], 'prefix-list'),
  read('ec2:DescribeManagedPrefixLists', 'ec2:DescribeNetworkAcls', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'),
];

const ROUTES = [
  ...managed('route-table', 'CreateRouteTable', 'CreateRoute', 'DeleteRouteTable', 'DisassociateRouteTable'),
  ...managed('network-interface', 'CreateNetworkInterface', 'DeleteNetworkInterface'),
  ...managed('prefix-list', 'CreateManagedPrefixList', 'DeleteManagedPrefixList', 'ModifyManagedPrefixList'),
  onEc2(['ec2:CreateRouteTable', 'ec2:DeleteRouteTable'], 'vpc'),
  onEc2(['ec2:CreateNetworkInterface'], 'subnet', 'security-group'),
  onEc2(['ec2:AssociateRouteTable', 'ec2:ReplaceRouteTableAssociation'], 'subnet', 'route-table'),
  onEc2(['ec2:DisassociateRouteTable'], 'subnet'),
  onEc2(['ec2:GetManagedPrefixListEntries'], 'prefix-list'),
  onEc2(['ec2:ModifyVpcEndpoint'], 'vpc-endpoint', 'route-table'),
  read(
    'ec2:DescribeManagedPrefixLists',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeRouteTables',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcEndpoints',
    'ec2:DescribeVpcPeeringConnections',
    'ec2:DescribeVpcs',
  ),
];

const ENDPOINTS = [
  ...managed('security-group', 'CreateSecurityGroup', 'DeleteSecurityGroup', 'RevokeSecurityGroupEgress'),
  onEc2(['ec2:CreateSecurityGroup'], 'vpc'),
  onEc2(['ec2:ModifyVpcEndpoint'], 'security-group'),
  act('ec2:ModifyVpcEndpoint'),
  read('ec2:DescribeVpcEndpoints', 'ec2:DescribeSecurityGroups'),
];

const PAUSE = { Bool: { 's3:isReplicationPauseRequest': 'true' } };

export const NEEDS: Readonly<Record<string, readonly Need[]>> = {
  'aws:fis:inject-api-internal-error': [injectApiError('fis:InjectApiInternalError')],
  'aws:fis:inject-api-throttle-error': [injectApiError('fis:InjectApiThrottleError')],
  'aws:fis:inject-api-unavailable-error': [injectApiError('fis:InjectApiUnavailableError')],
  'aws:fis:wait': [],
  'aws:cloudwatch:assert-alarm-state': [read('cloudwatch:DescribeAlarms')],
  'aws:arc:start-zonal-autoshift': [
    {
      actions: [
        'arc-zonal-shift:StartZonalShift',
        'arc-zonal-shift:GetManagedResource',
        'arc-zonal-shift:UpdateZonalShift',
        'arc-zonal-shift:CancelZonalShift',
      ],
      on: '*',
    },
    read('arc-zonal-shift:ListManagedResources', 'autoscaling:DescribeTags', 'tag:GetResources'),
  ],
  'aws:dynamodb:global-table-pause-replication': [
    act(
      'dynamodb:PutResourcePolicy',
      'dynamodb:DeleteResourcePolicy',
      'dynamodb:GetResourcePolicy',
      'dynamodb:DescribeTable',
      'dynamodb:InjectError',
    ),
    {
      actions: ['dynamodb:PutResourcePolicy', 'dynamodb:DeleteResourcePolicy', 'dynamodb:GetResourcePolicy'],
      on: ['arn:{partition}:dynamodb:{region}:{account}:table/*/stream/*'],
    },
    FIND_BY_TAG,
  ],
  'aws:dsql:cluster-connection-failure': [act('dsql:InjectError', 'dsql:GetCluster'), FIND_BY_TAG],
  'aws:ebs:pause-volume-io': [act('ec2:PauseVolumeIO'), read('ec2:DescribeVolumes', 'tag:GetResources')],
  'aws:ebs:volume-io-latency': [act('ec2:InjectVolumeIOLatency'), read('ec2:DescribeVolumes', 'tag:GetResources')],
  'aws:ec2:api-insufficient-instance-capacity-error': [
    injectEc2Error('aws:ec2:api-insufficient-instance-capacity-error'),
  ],
  'aws:ec2:asg-insufficient-instance-capacity-error': [
    injectEc2Error('aws:ec2:asg-insufficient-instance-capacity-error'),
    read('autoscaling:DescribeAutoScalingGroups'),
  ],
  'aws:ec2:reboot-instances': [act('ec2:RebootInstances'), read('ec2:DescribeInstances')],
  'aws:ec2:send-spot-instance-interruptions': [act('ec2:SendSpotInstanceInterruptions'), read('ec2:DescribeInstances')],
  'aws:ec2:stop-instances': [
    act('ec2:StopInstances'),
    { ...act('ec2:StartInstances'), ifParameter: 'startInstancesAfterDuration' },
    {
      actions: ['kms:CreateGrant'],
      on: ['arn:{partition}:kms:{region}:{account}:key/*'],
      when: {
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
        StringEquals: { 'kms:ViaService': 'ec2.{region}.amazonaws.com' },
      },
      ifParameter: 'startInstancesAfterDuration',
    },
    read('ec2:DescribeInstances'),
  ],
  'aws:ec2:terminate-instances': [act('ec2:TerminateInstances'), read('ec2:DescribeInstances')],
  'aws:ecs:drain-container-instances': [
    act('ecs:DescribeClusters', 'ecs:ListContainerInstances'),
    {
      actions: ['ecs:UpdateContainerInstancesState'],
      on: ['arn:{partition}:ecs:{region}:{account}:container-instance/*'],
    },
    FIND_BY_TAG,
  ],
  'aws:ecs:stop-task': [act('ecs:StopTask'), read('ecs:DescribeTasks', 'ecs:ListTasks', 'tag:GetResources')],
  'aws:ecs:task-cpu-stress': runDocuments('AWSFIS-Run-CPU-Stress'),
  'aws:ecs:task-io-stress': runDocuments('AWSFIS-Run-IO-Stress'),
  'aws:ecs:task-kill-process': runDocuments('AWSFIS-Run-Kill-Process'),
  'aws:ecs:task-network-blackhole-port': NETWORK_DOCUMENT('Blackhole-Port'),
  'aws:ecs:task-network-latency': [
    ...runDocuments('AWSFIS-Run-Network-Latency-Sources', 'AWSFIS-Run-Network-Latency-ECS'),
    SOURCES,
  ],
  'aws:ecs:task-network-packet-loss': [
    ...runDocuments('AWSFIS-Run-Network-Packet-Loss-Sources', 'AWSFIS-Run-Network-Packet-Loss-ECS'),
    SOURCES,
  ],
  // What it may do in the cluster is Kubernetes' own matter (RBAC).
  'aws:eks:inject-kubernetes-custom-resource': [],
  'aws:eks:pod-cpu-stress': POD,
  'aws:eks:pod-delete': POD,
  'aws:eks:pod-io-stress': POD,
  'aws:eks:pod-memory-stress': POD,
  'aws:eks:pod-network-blackhole-port': POD,
  'aws:eks:pod-network-latency': POD,
  'aws:eks:pod-network-packet-loss': POD,
  'aws:eks:terminate-nodegroup-instances': [
    act('eks:DescribeNodegroup'),
    // The instances carry the tag of their group; which group is known only at run time.
    {
      actions: ['ec2:TerminateInstances'],
      on: ['arn:{partition}:ec2:{region}:{account}:instance/*'],
      when: { Null: { 'aws:ResourceTag/eks:nodegroup-name': 'false' } },
    },
    read('ec2:DescribeInstances', 'tag:GetResources'),
  ],
  'aws:elasticache:replicationgroup-interrupt-az-power': [
    act('elasticache:InterruptClusterAzPower', 'elasticache:DescribeReplicationGroups'),
    FIND_BY_TAG,
  ],
  'aws:kinesis:stream-provisioned-throughput-exception': KINESIS,
  'aws:kinesis:stream-expired-iterator-exception': KINESIS,
  'aws:lambda:invocation-add-delay': LAMBDA,
  'aws:lambda:invocation-error': LAMBDA,
  'aws:lambda:invocation-http-integration-response': LAMBDA,
  'aws:memorydb:multi-region-cluster-pause-replication': [
    act('memorydb:DescribeMultiRegionClusters', 'memorydb:PauseMultiRegionClusterReplication'),
    FIND_BY_TAG,
  ],
  'aws:network:disrupt-connectivity': NACL,
  'aws:network:route-table-disrupt-cross-region-connectivity': ROUTES,
  'aws:network:transit-gateway-disrupt-cross-region-connectivity': [
    onEc2(
      ['ec2:AssociateTransitGatewayRouteTable', 'ec2:DisassociateTransitGatewayRouteTable'],
      'transit-gateway-route-table',
      'transit-gateway-attachment',
    ),
    read(
      'ec2:DescribeTransitGatewayAttachments',
      'ec2:DescribeTransitGatewayPeeringAttachments',
      'ec2:DescribeTransitGateways',
    ),
  ],
  'aws:network:disrupt-vpc-endpoint': ENDPOINTS,
  'aws:rds:failover-db-cluster': [act('rds:FailoverDBCluster'), read('rds:DescribeDBClusters', 'tag:GetResources')],
  'aws:rds:reboot-db-instances': [act('rds:RebootDBInstance'), read('rds:DescribeDBInstances', 'tag:GetResources')],
  'aws:s3:bucket-pause-replication': [
    { ...act('s3:PutReplicationConfiguration', 's3:GetReplicationConfiguration'), when: PAUSE },
    act('s3:PauseReplication'),
    read('s3:ListAllMyBuckets', 'tag:GetResources'),
  ],
  'aws:ssm:send-command': [
    {
      actions: ['ssm:SendCommand'],
      on: ['{documentArn}', 'arn:{partition}:ec2:{region}:{account}:instance/*'],
    },
    read('ssm:ListCommands', 'ssm:CancelCommand', 'ec2:DescribeInstances'),
  ],
  'aws:ssm:start-automation-execution': [
    { actions: ['ssm:StartAutomationExecution'], on: ['{documentArn}'] },
    {
      actions: ['ssm:GetAutomationExecution', 'ssm:StopAutomationExecution'],
      on: ['arn:{partition}:ssm:{region}:{account}:automation-execution/*'],
    },
  ],
  'aws:directconnect:virtual-interface-disconnect': [
    act('directconnect:StartBgpFailoverTest', 'directconnect:StopBgpFailoverTest'),
    read(
      'directconnect:DescribeVirtualInterfaces',
      'directconnect:ListVirtualInterfaceTestHistory',
      'tag:GetResources',
    ),
  ],
};
