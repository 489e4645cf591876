/** What FIS can hit, and what narrows the search besides ARNs, tags and filters (AWS FIS user guide, "Targets", resource parameters). */
import { listOf, oneOf, type TargetTypeFact, targetType, text } from './facts.ts';

export const TARGET_TYPES: readonly TargetTypeFact[] = [
  targetType('aws:arc:zonal-shift-managed-resource'),
  targetType('aws:directconnect:virtual-interface'),
  targetType('aws:dsql:cluster'),
  targetType('aws:dynamodb:global-table'),
  targetType('aws:ec2:autoscaling-group'),
  targetType('aws:ec2:ebs-volume', {}, { availabilityZoneIdentifier: text }),
  targetType('aws:ec2:instance'),
  targetType('aws:ec2:spot-instance'),
  targetType('aws:ec2:subnet', {}, { availabilityZoneIdentifier: text, vpc: text }),
  targetType('aws:ec2:transit-gateway'),
  targetType('aws:ec2:vpc-endpoint'),
  targetType('aws:ecs:cluster'),
  targetType('aws:ecs:task', {}, { cluster: text, service: text }),
  targetType('aws:eks:cluster'),
  targetType('aws:eks:nodegroup'),
  targetType(
    'aws:eks:pod',
    {
      clusterIdentifier: text,
      namespace: text,
      selectorType: oneOf('labelSelector', 'deploymentName', 'podName'),
      selectorValue: text,
    },
    { availabilityZoneIdentifier: text, targetContainerName: text },
  ),
  targetType('aws:elasticache:replicationgroup', { availabilityZoneIdentifier: text }),
  // Of the action that AWS keeps for old templates.
  targetType('aws:elasticache:redis-replicationgroup', { availabilityZoneIdentifier: text }),
  targetType('aws:iam:role'),
  targetType('aws:kinesis:stream'),
  targetType('aws:lambda:function', {}, { functionQualifier: text }),
  targetType('aws:memorydb:multi-region-cluster'),
  targetType('aws:rds:cluster', {}, { writerAvailabilityZoneIdentifiers: listOf() }),
  targetType('aws:rds:db', {}, { availabilityZoneIdentifiers: listOf() }),
  targetType('aws:s3:bucket'),
];
