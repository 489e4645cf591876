/** What permissions are narrowed to: the platform's own names, and those of things that surefoot.yml does not name. */
import { arnIn, type Part, type Place, partitionOf } from './statement.ts';

/** What surefoot.yml does not name, and how it is written. */
export const NAMES = {
  role: 'a role that tasks or ECS take (task, execution, infrastructure role of the load balancer)',
  family: 'a family of task definitions',
  repository: 'a repository in ECR',
  'log-group': 'the log group of the tasks',
  'fis-role': 'the role that FIS takes in an experiment',
  'stop-role': 'the role by which EventBridge Scheduler stops an experiment',
  bucket: 'a bucket that is restored, or has the Terraform state',
  table: 'a table that is restored',
  'lock-table': "the table with the locks of Terraform's state",
  database: 'a DB instance',
  restored: 'what a restore makes, where it is not called NAME-restored (--to)',
  secret: 'a secret',
  'kms-key': 'a key of your own that these are encrypted with',
  'hosted-zone': 'the id of a hosted zone',
  'health-check': 'the id of a health check of Route 53',
  'routing-control': 'a routing control',
  'switch-plan': 'a plan of ARC Region switch',
  slo: 'an SLO of CloudWatch Application Signals',
} as const satisfies Readonly<Record<string, string>>;

/** `role`, `bucket`, …: what `surefoot iam --name` takes before the `=`. */
export type NameKind = keyof typeof NAMES;

export interface Scope {
  readonly place: Place;
  readonly platform: string;
  readonly environment: string;
  readonly cluster: string;
  /** Names of ECS services. */
  readonly services: readonly string[];
  /** The environment that it is a standby of; undefined: of none. */
  readonly primary: Pick<Scope, 'place' | 'cluster' | 'services'> | undefined;
  /** Names or ARNs; `*` where none is known. */
  named(kind: NameKind): readonly string[];
}

/** Services whose ARNs have no region; those of S3 and Route 53 have no account either. */
const GLOBAL: Readonly<Record<string, 'account' | 'nobody'>> = {
  'arc-region-switch': 'account',
  iam: 'account',
  route53: 'nobody',
  'route53-recovery-control': 'account',
  s3: 'nobody',
};

/** ARNs, one for each name; a name that is an ARN already stays as it is. */
export function arnsOf(
  { place, named }: Pick<Scope, 'place' | 'named'>,
  kind: NameKind,
  service: string,
  resource: (name: string) => string,
): string[] {
  return named(kind).map((name) => (name.startsWith('arn:') ? name : arnOf(place, service, resource(name))));
}

/** `arn:aws:iam::123456789012:role/name`, `arn:aws:route53:::hostedzone/Z1`, `arn:aws:ecs:eu-west-1:123456789012:task/main/*`. */
function arnOf(place: Place, service: string, resource: string): string {
  const owner = GLOBAL[service];
  return owner === undefined
    ? arnIn(place, service, resource)
    : `arn:${partitionOf(place.region)}:${service}::${owner === 'account' ? place.account : ''}:${resource}`;
}

/** Reads of what AWS lists no resource type for. */
export function anywhere(...actions: string[]): Part {
  return { Action: actions, Resource: ['*'] };
}

/** The use of a role, kept to the services that may take it (AWS: "Grant a user permissions to pass a role to an AWS service"). */
export function passRole(roles: readonly string[], ...services: string[]): Part {
  return {
    Action: ['iam:PassRole'],
    Resource: roles,
    Condition: { StringEquals: { 'iam:PassedToService': services } },
  };
}
