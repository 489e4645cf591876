/** Marker and PageSize, as every Describe call of this API has them. */
import { validationError } from './errors.ts';

const LARGEST_PAGE = 400;

/**
 * One page of `items` and the marker of the next.
 * @throws AwsError ValidationError for a page size out of range or a marker that this API did not give.
 */
export function page<T>(
  items: readonly T[],
  input: { readonly Marker?: string | undefined; readonly PageSize?: number | undefined },
): { readonly items: readonly T[]; readonly NextMarker?: string } {
  const size = input.PageSize ?? LARGEST_PAGE;
  if (size < 1 || size > LARGEST_PAGE) {
    throw validationError(`PageSize must be between 1 and ${LARGEST_PAGE}, got ${size}`);
  }
  const start = input.Marker === undefined ? '0' : Buffer.from(input.Marker, 'base64url').toString();
  if (!/^\d+$/.test(start)) {
    throw validationError(`Invalid marker '${input.Marker}'`);
  }
  const end = Number(start) + size;
  const found = items.slice(Number(start), end);
  return end < items.length
    ? { items: found, NextMarker: Buffer.from(String(end)).toString('base64url') }
    : { items: found };
}
