/** Which resources a target can stand for, as ARNs of an IAM policy: as narrow as the template says. */

import { arnIn, type Place, partitionOf } from '../../../../aws/permissions/statement.ts';
import type { TemplateTarget } from '../../experiment/template.ts';

interface Scope {
  readonly resources: readonly string[];
  /** The tags that the target asks for, where the service's actions can be allowed by them; undefined: they cannot, or there are none. */
  readonly tags: Readonly<Record<string, string>> | undefined;
}

type Pattern = (place: Place, target: TemplateTarget) => string;

const of =
  (service: string, resource: string): Pattern =>
  (place) =>
    arnIn(place, service, resource);

/** AWS: service authorization reference, the resource types of each service. */
const PATTERNS: Readonly<Record<string, Pattern>> = {
  'aws:directconnect:virtual-interface': of('directconnect', 'dxvif/*'),
  'aws:dsql:cluster': of('dsql', 'cluster/*'),
  'aws:dynamodb:global-table': of('dynamodb', 'table/*'),
  'aws:ec2:autoscaling-group': of('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/*'),
  'aws:ec2:ebs-volume': of('ec2', 'volume/*'),
  'aws:ec2:instance': of('ec2', 'instance/*'),
  'aws:ec2:spot-instance': of('ec2', 'instance/*'),
  'aws:ec2:subnet': of('ec2', 'subnet/*'),
  'aws:ec2:transit-gateway': of('ec2', 'transit-gateway/*'),
  'aws:ec2:vpc-endpoint': of('ec2', 'vpc-endpoint/*'),
  'aws:ecs:cluster': of('ecs', 'cluster/*'),
  'aws:ecs:task': (place, { parameters }) => arnIn(place, 'ecs', `task/${shortName(parameters?.['cluster']) ?? '*'}/*`),
  'aws:eks:cluster': of('eks', 'cluster/*'),
  'aws:eks:nodegroup': of('eks', 'nodegroup/*'),
  'aws:eks:pod': (place, { parameters }) =>
    arnIn(place, 'eks', `cluster/${shortName(parameters?.['clusterIdentifier']) ?? '*'}`),
  'aws:elasticache:replicationgroup': of('elasticache', 'replicationgroup:*'),
  'aws:kinesis:stream': of('kinesis', 'stream/*'),
  'aws:lambda:function': of('lambda', 'function:*'),
  'aws:memorydb:multi-region-cluster': ({ region, account }) =>
    `arn:${partitionOf(region)}:memorydb::${account}:multiregioncluster/*`,
  'aws:rds:cluster': of('rds', 'cluster:*'),
  'aws:rds:db': of('rds', 'db:*'),
  'aws:s3:bucket': ({ region }) => `arn:${partitionOf(region)}:s3:::*`,
};

/** Services whose actions on a resource can be allowed by its tags alone (service authorization reference: `aws:ResourceTag/…`). */
const BY_TAG = new Set([
  'aws:ec2:ebs-volume',
  'aws:ec2:instance',
  'aws:ec2:spot-instance',
  'aws:ec2:subnet',
  'aws:ec2:vpc-endpoint',
  'aws:ecs:cluster',
  'aws:ecs:task',
  'aws:elasticache:replicationgroup',
  'aws:rds:cluster',
  'aws:rds:db',
]);

/** What a target can be resolved to; every resource for a type that is not known. */
export function scopeOf(target: TemplateTarget, place: Place): Scope {
  const arns = target.resourceArns ?? [];
  if (arns.length > 0) {
    return { resources: arns, tags: undefined };
  }
  const pattern = PATTERNS[target.resourceType];
  const tags = target.resourceTags ?? {};
  return {
    resources: [pattern === undefined ? '*' : pattern(place, target)],
    tags: BY_TAG.has(target.resourceType) && Object.keys(tags).length > 0 ? tags : undefined,
  };
}

/** The name in an ARN or the name itself. */
function shortName(name: string | undefined): string | undefined {
  return name?.split('/').at(-1);
}
