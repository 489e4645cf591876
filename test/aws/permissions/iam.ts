/** As much of IAM as these policies use: whether a statement that allows covers a request, and what AWS says of each action. */
import { readFileSync } from 'node:fs';
import type { PolicyDocument, Statement } from '../../../src/aws/permissions/statement.ts';

/** What IAM is asked for one resource of one call. */
export interface Request {
  readonly action: string;
  /** An ARN; `*` where the action has no resource. */
  readonly resource: string;
  /** Condition keys with their values; what is not here is not in the request. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

interface ReferencedAction {
  readonly level: string;
  readonly conditions: readonly string[];
  readonly resources: readonly { readonly arn: string; readonly required: boolean; readonly conditions: string[] }[];
}

const reference = JSON.parse(readFileSync(new URL('fixtures/reference.json', import.meta.url), 'utf8')) as {
  readonly actions: Readonly<Record<string, ReferencedAction>>;
};

/** What AWS's service authorization reference says of an action. @throws Error when the fixture does not have it */
export function referenceOf(action: string): ReferencedAction {
  const found = reference.actions[action];
  if (found === undefined) {
    throw new Error(`${action} is not in fixtures/reference.json: run scripts/iam-reference.ts`);
  }
  return found;
}

/** True when the ARN, or a pattern of ARNs, is one of the resource type that the reference writes as `arn`. */
export function isOfType(resource: string, arn: string): boolean {
  const pattern = escaped(arn)
    .replaceAll(/\\\$\\\{(Partition|Region|Account)\\\}/g, '[^:]*')
    .replaceAll(/\\\$\\\{\w+\\\}/g, '.+');
  return new RegExp(`^${pattern}$`).test(resource);
}

/** True when some statement of the policy allows it. Nothing here denies. */
export function allows({ Statement: statements }: PolicyDocument, request: Request): boolean {
  return statements.some((statement) => covers(statement, request));
}

function covers({ Action, Resource, Condition = {} }: Statement, { action, resource, context }: Request): boolean {
  return (
    Action.some((pattern) => isLike(action.toLowerCase(), pattern.toLowerCase())) &&
    Resource.some((pattern) => isLike(resource, pattern)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, context[key], wanted)),
    )
  );
}

/** AWS: "IAM JSON policy elements: Condition operators", those that these policies use. */
function holds(operator: string, values: readonly string[] | undefined, wanted: readonly string[]): boolean {
  const [name = '', ofSet] = operator.split(':').reverse();
  if (name === 'Null') {
    return wanted.includes(String(values === undefined));
  }
  // A key that is not there: true for every value of an empty set, else no match.
  if (values === undefined) {
    return ofSet === 'ForAllValues';
  }
  const fits = (value: string) =>
    wanted.some((each) => (/Like$|^Arn/.test(name) ? isLike(value, each) : value === each));
  return ofSet === 'ForAllValues' ? values.every(fits) : values.some(fits);
}

/** `*` is any text, `?` one character. */
export function isLike(text: string, pattern: string): boolean {
  return new RegExp(`^${escaped(pattern).replaceAll('\\*', '.*').replaceAll('\\?', '.')}$`, 's').test(text);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
