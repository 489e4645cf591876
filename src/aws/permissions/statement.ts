/** IAM policy documents, as far as plans write them. */

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** Where the experiment runs: what its ARNs begin with. */
export interface Place {
  readonly region: string;
  /** `*` where it is not known yet. */
  readonly account: string;
}

/** `aws`, `aws-cn` or `aws-us-gov`, by the region's name (AWS: "Amazon Resource Names", partitions). */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) {
    return 'aws-cn';
  }
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** An ARN of the place: `arn('ecs', 'task/*')`. */
export function arnIn(place: Place, service: string, resource: string): string {
  return `arn:${partitionOf(place.region)}:${service}:${place.region}:${place.account}:${resource}`;
}

/** What a policy is made of before statements of the same scope are put together. */
export type Part = Omit<Statement, 'Sid' | 'Effect'>;

/**
 * One statement for all that share resources and conditions, and then for all that share actions and conditions: what is allowed stays the
 * same, and the policy is shorter. Actions and resources in order, each once; Sids made unique.
 */
export function mergeStatements(statements: readonly Part[]): Statement[] {
  const sorted = (values: readonly string[]) => [...new Set(values)].sort();
  const byScope = grouped(statements, ({ Resource, Condition }) => [sorted(Resource), Condition]).map((group) => ({
    ...group[0],
    Action: sorted(group.flatMap(({ Action }) => Action)),
  }));
  const byActions = grouped(byScope, ({ Action, Condition }) => [Action, Condition]).map((group) => ({
    ...group[0],
    Resource: sorted(group.flatMap(({ Resource }) => Resource)),
  }));
  const taken = new Map<string, number>();
  return byActions.map(({ Action, Resource, Condition }) => {
    const name = sidOf(Action);
    const times = (taken.get(name) ?? 0) + 1;
    taken.set(name, times);
    return {
      Sid: times === 1 ? name : `${name}${times}`,
      Effect: 'Allow',
      Action,
      Resource,
      ...(Condition === undefined ? {} : { Condition }),
    };
  });
}

/** In the order of each group's first one. */
function grouped(parts: readonly Part[], keyOf: (part: Part) => unknown): [Part, ...Part[]][] {
  const groups = new Map<string, [Part, ...Part[]]>();
  for (const part of parts) {
    const key = JSON.stringify(keyOf(part));
    const known = groups.get(key);
    if (known === undefined) {
      groups.set(key, [part]);
    } else {
      known.push(part);
    }
  }
  return [...groups.values()];
}

/** Letters and digits only, as IAM wants them: `EcsStopTask`, of the first action. */
function sidOf(actions: readonly string[]): string {
  const [service = '', name = ''] = (actions[0] ?? '').split(':');
  const plain = `${service.charAt(0).toUpperCase()}${service.slice(1)}${name}`.replace(/[^A-Za-z0-9]/g, '');
  return actions.length === 1 ? plain : `${plain}AndOthers`;
}
