/** Reading the ledger of a service: the writes that are there, by their ids. */
import * as z from 'zod';
import type { Ports } from '../../../ports.ts';

/** Where a service shows the writes that it has. */
export interface LedgerAddress {
  readonly url: string;
  /** Of the request: what the load itself sends, so that the ledger may ask for the same credentials. */
  readonly headers: Readonly<Record<string, string>>;
}

export type LedgerPorts = Pick<Ports, 'http' | 'clock' | 'signal'>;

export type LedgerReading =
  /** How often each id is there. */
  | { readonly kind: 'read'; readonly times: ReadonlyMap<string, number> }
  | { readonly kind: 'unreadable'; readonly why: string };

/** More of other writes than this are not read through. */
const MOST_ENTRIES = 1_000_000;
const LONGEST_PAGE = 16 * 1024 * 1024;
const TIMEOUT_MS = 10_000;
/** A service that has just come back may fail once more. Seconds before each further attempt. */
const WAITS = [1, 2, 4];

const pageSchema = z.object({
  entries: z.array(z.object({ id: z.string(), position: z.number().optional() })),
});

/**
 * The ids that begin with the prefix. Asked are pages, by `GET <url>?prefix=…&after=<position>`: a page is JSON, `{"entries":
 * [{"id": "…", "position": 12}, …]}`, with positions that ascend; the page without entries is the last. A ledger may heed `prefix` or not.
 * Entries without positions are one page, the only one.
 */
export async function readLedger(address: LedgerAddress, prefix: string, ports: LedgerPorts): Promise<LedgerReading> {
  const times = new Map<string, number>();
  try {
    await readPages(address, prefix, ports, (id) => times.set(id, (times.get(id) ?? 0) + 1));
  } catch (error) {
    ports.signal.throwIfAborted();
    const said = error instanceof Error ? error.message : String(error);
    return { kind: 'unreadable', why: `GET ${new URL(address.url).pathname}: ${said}` };
  }
  return { kind: 'read', times };
}

type Page = z.infer<typeof pageSchema>['entries'];

async function readPages(
  address: LedgerAddress,
  prefix: string,
  ports: LedgerPorts,
  found: (id: string) => void,
): Promise<void> {
  let after: number | undefined;
  for (let read = 0; read <= MOST_ENTRIES; ) {
    const page = await patientPage(pageUrl(address.url, prefix, after), address.headers, ports);
    for (const { id } of page) {
      if (id.startsWith(prefix)) {
        found(id);
      }
    }
    const last = page.at(-1)?.position;
    if (last === undefined) {
      return;
    }
    if (page.some(({ position = last }) => position <= (after ?? Number.NEGATIVE_INFINITY))) {
      throw new Error('it repeats itself: with ?after=<position> it must answer only entries of higher positions');
    }
    after = last;
    read += page.length;
  }
  throw new Error(`it has more than ${MOST_ENTRIES} entries: have it answer ?prefix= with those whose id begins so`);
}

function pageUrl(ledger: string, prefix: string, after: number | undefined): string {
  const url = new URL(ledger);
  url.searchParams.set('prefix', prefix);
  if (after !== undefined) {
    url.searchParams.set('after', String(after));
  }
  return url.href;
}

async function patientPage(
  url: string,
  headers: LedgerAddress['headers'],
  { http, clock, signal }: LedgerPorts,
): Promise<Page> {
  for (const waitSeconds of WAITS) {
    try {
      return await pageOf(url, headers, { http, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof NotALedger) {
        throw error;
      }
      await clock.sleep(waitSeconds * 1000, signal);
    }
  }
  return pageOf(url, headers, { http, signal });
}

/** The answer says that this is no ledger: asking again will not change that. */
class NotALedger extends Error {}

async function pageOf(
  url: string,
  headers: LedgerAddress['headers'],
  { http, signal }: Pick<Ports, 'http' | 'signal'>,
): Promise<Page> {
  const answer = await http({ url, headers, timeoutMs: TIMEOUT_MS, longestBody: LONGEST_PAGE, signal });
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
    throw new NotALedger(`it answered ${answer.status}`);
  }
  if (answer.status !== 200) {
    throw new Error(`it answered ${answer.status}`);
  }
  const page = pageSchema.safeParse(jsonOf(answer.body));
  if (!page.success) {
    throw new NotALedger('its answer is not {"entries": [{"id": "…", "position": 1}, …]}');
  }
  return page.data.entries;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
