/** `maxResults` and `nextToken`, as the List calls of FIS have them; the model has it that a page holds 1 to 100. */
import { errors } from './errors.ts';

const LARGEST_PAGE = 100;

/**
 * One page of `items`, and the token of the next as a member to spread.
 * @throws AwsError ValidationException for a token that this API did not give
 */
export function page<Item>(
  items: readonly Item[],
  { maxResults = LARGEST_PAGE, nextToken }: { readonly maxResults?: number; readonly nextToken?: string },
): { readonly items: Item[]; readonly next: { readonly nextToken?: string } } {
  const start = nextToken === undefined ? 0 : readToken(nextToken);
  const end = start + maxResults;
  const next = end < items.length ? { nextToken: Buffer.from(`${PREFIX}${end}`).toString('base64url') } : {};
  return { items: items.slice(start, end), next };
}

const PREFIX = 'fis:';

function readToken(token: string): number {
  const text = Buffer.from(token, 'base64url').toString();
  const start = Number(text.slice(PREFIX.length));
  if (!text.startsWith(PREFIX) || !Number.isSafeInteger(start) || start < 0) {
    throw errors.invalid('The next token is invalid.');
  }
  return start;
}
