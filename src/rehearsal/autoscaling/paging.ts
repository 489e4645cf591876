/** Pages as Application Auto Scaling gives them. */
import { errors } from './errors.ts';

interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/**
 * The asked-for part of `items`, at most `most` of them (which is the default, too), and the token of the next. `kind` keeps the tokens
 * of one list from being used for another.
 * @throws AwsError ValidationException, InvalidNextTokenException
 */
export function pageOf<Item>(
  items: readonly Item[],
  { MaxResults: size, NextToken: token }: PageRequest,
  { kind, most }: { readonly kind: string; readonly most: number },
): { readonly items: Item[]; readonly next: { readonly NextToken?: string } } {
  const length = size ?? most;
  if (!Number.isInteger(length) || length < 1 || length > most) {
    throw errors.invalid(`MaxResults must be between 1 and ${most}.`);
  }
  const start = token === undefined ? 0 : readToken(token, kind);
  const end = start + length;
  const next = end < items.length ? { NextToken: Buffer.from(`${kind}:${end}`).toString('base64url') } : {};
  return { items: items.slice(start, end), next };
}

function readToken(token: string, kind: string): number {
  const text = Buffer.from(token, 'base64url').toString();
  const start = Number(text.slice(kind.length + 1));
  if (!text.startsWith(`${kind}:`) || !Number.isSafeInteger(start) || start < 0) {
    throw errors.invalidToken();
  }
  return start;
}
