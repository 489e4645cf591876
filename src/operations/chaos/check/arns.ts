/** ARNs: their parts, and which a target type takes. */

export interface ArnParts {
  readonly partition: string;
  readonly service: string;
  /** Empty for global services. */
  readonly region: string;
  /** Empty where the resource belongs to AWS, or where a name is unique in the world. */
  readonly account: string;
  readonly resource: string;
}

/** The parts of an ARN; undefined for what is none. Parts may be placeholders. */
export function arnParts(arn: string): ArnParts | undefined {
  const [head, partition, service, region, account, ...rest] = splitOutsidePlaceholders(arn);
  if (head !== 'arn' || rest.length === 0 || partition === undefined || service === undefined) {
    return undefined;
  }
  return { partition, service, region: region ?? '', account: account ?? '', resource: rest.join(':') };
}

/** At each colon, but not at those in `${AWS::Region}`. */
function splitOutsidePlaceholders(text: string): string[] {
  if (!text.includes('${')) {
    return text.split(':');
  }
  const parts: string[] = [''];
  let inside = false;
  for (const character of text) {
    inside = character === '{' || (inside && character !== '}');
    if (character === ':' && !inside) {
      parts.push('');
    } else {
      parts[parts.length - 1] += character;
    }
  }
  return parts;
}

/** Service and beginning of the resource in ARNs of a type (AWS Service Authorization Reference, resource types). */
const OF_TYPE: Readonly<Record<string, readonly [service: string, resource: RegExp]>> = {
  'aws:dynamodb:global-table': ['dynamodb', /^table\//],
  'aws:ec2:autoscaling-group': ['autoscaling', /^autoScalingGroup:/],
  'aws:ec2:ebs-volume': ['ec2', /^volume\//],
  'aws:ec2:instance': ['ec2', /^instance\//],
  'aws:ec2:spot-instance': ['ec2', /^instance\//],
  'aws:ec2:subnet': ['ec2', /^subnet\//],
  'aws:ec2:transit-gateway': ['ec2', /^transit-gateway\//],
  'aws:ec2:vpc-endpoint': ['ec2', /^vpc-endpoint\//],
  'aws:ecs:cluster': ['ecs', /^cluster\//],
  'aws:ecs:task': ['ecs', /^task\//],
  'aws:eks:cluster': ['eks', /^cluster\//],
  'aws:eks:nodegroup': ['eks', /^nodegroup\//],
  'aws:elasticache:replicationgroup': ['elasticache', /^replicationgroup:/],
  'aws:iam:role': ['iam', /^role\//],
  'aws:kinesis:stream': ['kinesis', /^stream\//],
  'aws:lambda:function': ['lambda', /^function:/],
  'aws:rds:cluster': ['rds', /^cluster:/],
  'aws:rds:db': ['rds', /^db:/],
};

/** How ARNs of a type look, when this one is of another type; undefined when it fits, or when that cannot be known. */
export function expectedArn(arn: string, type: string): string | undefined {
  const expected = Object.hasOwn(OF_TYPE, type) ? OF_TYPE[type] : undefined;
  const parts = arnParts(arn);
  if (expected === undefined || parts === undefined) {
    return undefined;
  }
  const [service, resource] = expected;
  const later = parts.service.includes('$') || parts.resource.startsWith('$');
  const fits = later || (parts.service === service && resource.test(parts.resource));
  const form = resource.source.slice(1).replace('\\/', '/');
  return fits ? undefined : `arn:aws:${service}:${service === 'iam' ? '' : 'REGION'}:ACCOUNT:${form}…`;
}
