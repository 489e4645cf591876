/** The policy of some operations together: what a role may do that runs them. */
import { OPERATIONS, type OperationName } from './operations.ts';
import type { NameKind, Scope } from './scope.ts';
import { mergeStatements, type PolicyDocument } from './statement.ts';

export interface NarrowedPolicy {
  readonly document: PolicyDocument;
  /** What is left at `*`, because nobody said its name. */
  readonly open: readonly NameKind[];
}

/** The longest managed policy, in characters without white space (AWS: "IAM and AWS STS quotas"). */
export const LONGEST_POLICY = 6144;

/**
 * The statements of all these operations, each action and resource once. `names` are names or ARNs of what surefoot.yml does not name;
 * what is not among them is left open, and told.
 */
export function policyOf(
  operations: readonly OperationName[],
  scope: Omit<Scope, 'named'>,
  names: Readonly<Partial<Record<NameKind, readonly string[]>>> = {},
): NarrowedPolicy {
  const open = new Set<NameKind>();
  const named = (kind: NameKind): readonly string[] => {
    const known = names[kind] ?? [];
    if (known.length > 0) {
      return known;
    }
    open.add(kind);
    return ['*'];
  };
  const parts = operations.flatMap((name) => OPERATIONS[name].parts({ ...scope, named }));
  return { document: { Version: '2012-10-17', Statement: mergeStatements(parts) }, open: [...open].sort() };
}
