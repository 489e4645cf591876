/** Pages as RDS gives them: 20 to 100 records, and a marker of the next. */
import { invalidValue } from './errors.ts';

const LEAST = 20;
const MOST = 100;

/** The asked-for part of `items`. `kind` keeps the markers of one list from being used for another. @throws AwsError InvalidParameterValue */
export function pageOf<Item>(
  items: readonly Item[],
  { MaxRecords: size = MOST, Marker: marker }: { readonly MaxRecords?: number; readonly Marker?: string },
  kind: string,
): { readonly items: readonly Item[]; readonly next: { readonly Marker?: string } } {
  if (size < LEAST || size > MOST) {
    throw invalidValue(`Invalid value ${size} for MaxRecords. Must be between ${LEAST} and ${MOST}`);
  }
  const start = marker === undefined ? 0 : readMarker(marker, kind);
  const end = start + size;
  const next = end < items.length ? { Marker: Buffer.from(`${kind}:${end}`).toString('base64url') } : {};
  return { items: items.slice(start, end), next };
}

function readMarker(marker: string, kind: string): number {
  const text = Buffer.from(marker, 'base64url').toString();
  const start = Number(text.slice(kind.length + 1));
  if (!text.startsWith(`${kind}:`) || !Number.isSafeInteger(start) || start < 0) {
    throw invalidValue(`Invalid value ${marker} for Marker: it is not one that this operation gave out.`);
  }
  return start;
}
