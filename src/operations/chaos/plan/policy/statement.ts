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

/** One statement for all that share resources and conditions; actions and resources in order, each once; Sids made unique. */
export function mergeStatements(statements: readonly Omit<Statement, 'Sid' | 'Effect'>[]): Statement[] {
  const byScope = new Map<string, { actions: Set<string>; first: (typeof statements)[number] }>();
  for (const statement of statements) {
    const scope = JSON.stringify([[...new Set(statement.Resource)].sort(), statement.Condition ?? null]);
    const known = byScope.get(scope) ?? { actions: new Set(), first: statement };
    for (const action of statement.Action) {
      known.actions.add(action);
    }
    byScope.set(scope, known);
  }
  const taken = new Map<string, number>();
  return [...byScope.values()].map(({ actions, first }) => {
    const Action = [...actions].sort();
    const name = sidOf(Action);
    const times = (taken.get(name) ?? 0) + 1;
    taken.set(name, times);
    return {
      Sid: times === 1 ? name : `${name}${times}`,
      Effect: 'Allow',
      Action,
      Resource: [...new Set(first.Resource)].sort(),
      ...(first.Condition === undefined ? {} : { Condition: first.Condition }),
    };
  });
}

/** Letters and digits only, as IAM wants them: `EcsStopTask`, of the first action. */
function sidOf(actions: readonly string[]): string {
  const [service = '', name = ''] = (actions[0] ?? '').split(':');
  const plain = `${service.charAt(0).toUpperCase()}${service.slice(1)}${name}`.replace(/[^A-Za-z0-9]/g, '');
  return actions.length === 1 ? plain : `${plain}AndOthers`;
}
