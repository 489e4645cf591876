/** `maxResults` and `nextToken`, as the List calls of this API have them. */
import { errors } from './errors.ts';

const LARGEST_PAGE = 100;

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: { readonly nextToken?: string };
}

/**
 * One page of `items`, and the token of the next as a member to spread.
 * @throws AwsError InvalidParameterException for a size that AWS does not allow or a token that this API did not give
 */
export function page<T>(
  items: readonly T[],
  input: { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined },
  defaultSize = LARGEST_PAGE,
): Page<T> {
  const size = input.maxResults ?? defaultSize;
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_PAGE) {
    throw errors.invalid(`maxResults must be between 1 and ${LARGEST_PAGE}.`);
  }
  const start = input.nextToken === undefined ? 0 : readToken(input.nextToken);
  const end = start + size;
  return {
    items: items.slice(start, end),
    nextToken: end < items.length ? { nextToken: writeToken(end) } : {},
  };
}

const PREFIX = 'page:';

function writeToken(start: number): string {
  return Buffer.from(`${PREFIX}${start}`).toString('base64url');
}

function readToken(token: string): number {
  const text = Buffer.from(token, 'base64url').toString();
  const start = Number(text.slice(PREFIX.length));
  if (!text.startsWith(PREFIX) || !Number.isSafeInteger(start) || start < 0) {
    throw errors.invalid('Invalid token.');
  }
  return start;
}
