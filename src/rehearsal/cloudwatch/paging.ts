/** Pages: tokens carry where to go on, and are only taken back for the request they were given out for. */
import { createHash } from 'node:crypto';
import { invalidToken } from './errors.ts';

/** What a token stands for; `of` ties it to a request. */
interface Place {
  readonly of: string;
  readonly at: unknown;
}

/** Makes a token for `at` (JSON) in the answer to `request`. */
export function tokenFor(request: object, at: unknown): string {
  const place: Place = { of: fingerprint(request), at };
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** The place in a token; undefined without a token. Throws InvalidNextToken for one that `tokenFor` did not make for this request. */
export function placeOf(request: object, token: string | undefined): unknown {
  if (token === undefined) {
    return undefined;
  }
  const place = parse(token);
  if (place?.of !== fingerprint(request)) {
    throw invalidToken();
  }
  return place.at;
}

function parse(token: string): Partial<Place> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function fingerprint(request: object): string {
  const { NextToken: _token, ...rest } = request as { readonly NextToken?: unknown };
  return createHash('sha256').update(JSON.stringify(rest)).digest('base64url').slice(0, 16);
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly NextToken?: string;
}

/** The page of `items` that `request` asks for by its NextToken, at most `size` long. */
export function pageOf<Item>(
  items: readonly Item[],
  request: { readonly NextToken?: string | undefined },
  size: number,
): Page<Item> {
  const place = placeOf(request, request.NextToken) ?? 0;
  if (typeof place !== 'number') {
    throw invalidToken();
  }
  const page = items.slice(place, place + size);
  const next = place + page.length;
  return next < items.length ? { items: page, NextToken: tokenFor(request, next) } : { items: page };
}
