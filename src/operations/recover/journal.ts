/** What a run of a procedure notes before and after each step, so that a later one goes on where it was cut off. Pure. */
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { type Check, checkSchema, verdictSchema } from '../../report/evidence.ts';

const words = z.record(z.string(), z.string());
const at = z.iso.datetime();

/** One line of the journal. It names things and counts them; what is in them, and every secret, stays out. */
export const entrySchema = z.discriminatedUnion('what', [
  z.object({ at, what: z.literal('begin'), run: z.string(), procedure: z.string(), inputs: words, settled: words }),
  z.object({ at, what: z.literal('resume') }),
  z.object({ at, what: z.enum(['before', 'after', 'found-done']), step: z.string(), detail: z.string().optional() }),
  z.object({ at, what: z.literal('verified'), checks: z.array(checkSchema) }),
  z.object({ at, what: z.literal('end'), verdict: verdictSchema }),
]);
export type JournalEntry = z.infer<typeof entrySchema>;

/** Where a run notes what it does: written through before the call returns. */
export type Note = (entry: JournalEntry) => void;

/** One run of a procedure, over all the processes that it took. */
export interface Run {
  /** What a drill makes is named by it. */
  readonly id: string;
  readonly begunAt: Date;
  /** False for a new run. */
  readonly resumed: boolean;
  /** What the first plan decided that a later one could decide otherwise, such as what `latest` meant. */
  readonly settled: Readonly<Record<string, string>>;
  /** Steps that were begun, whether or not they ended. */
  readonly begun: ReadonlySet<string>;
  /** When all was as it should be; a verification that found otherwise is done again. */
  readonly verified: { readonly at: Date; readonly checks: readonly Check[] } | undefined;
  /** The last verification found that not all was as it should be. */
  readonly unverified: boolean;
}

/** The last run in the journal where it has no end; else a new one, which begins now. */
export function runOf(entries: readonly JournalEntry[], now: Date): Run {
  const start = entries.findLastIndex(({ what }) => what === 'begin');
  const begin = entries[start];
  const rest = entries.slice(start + 1);
  if (begin?.what !== 'begin' || rest.some(({ what }) => what === 'end')) {
    const id = randomBytes(4).toString('hex');
    return { id, begunAt: now, resumed: false, settled: {}, begun: new Set(), verified: undefined, unverified: false };
  }
  const verified = rest.findLast((entry) => entry.what === 'verified');
  const good = verified?.checks.every(({ verdict }) => verdict === 'pass') ?? false;
  return {
    id: begin.run,
    begunAt: new Date(begin.at),
    resumed: true,
    settled: begin.settled,
    begun: new Set(rest.flatMap((entry) => (entry.what === 'before' ? [entry.step] : []))),
    verified: verified && good ? { at: new Date(verified.at), checks: verified.checks } : undefined,
    unverified: verified !== undefined && !good,
  };
}

/** Reads a journal; a last line that was cut off while it was written counts as not there. Undefined when another line is no entry. */
export function readEntries(text: string): JournalEntry[] | undefined {
  const lines = text.split('\n');
  lines.pop();
  const read = lines.map((line) => entrySchema.safeParse(parsed(line)));
  return read.every(({ success }) => success)
    ? read.flatMap(({ data }) => (data === undefined ? [] : [data]))
    : undefined;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
