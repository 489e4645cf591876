/** Ledgers over real HTTP: pages, filters, and all that may stand in the place of one. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readLedger } from '../../../../../src/operations/chaos/run/measure/ledger.ts';
import { ledgerRow, writtenFacts } from '../../../../../src/operations/chaos/run/measure/read-writes.ts';
import type { Write } from '../../../../../src/operations/chaos/run/measure/writes.ts';
import { systemClock } from '../../../../../src/runtime/clock.ts';
import { httpProbe } from '../../../../../src/runtime/http.ts';

interface Entry {
  readonly id: string;
  readonly position?: number;
}

let server: Server | undefined;
const asked: string[] = [];

afterEach(async () => {
  asked.length = 0;
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

type Answer = (query: URLSearchParams, headers: NodeJS.Dict<string | string[]>) => { status?: number; body: unknown };

async function serve(answer: Answer): Promise<string> {
  const listening = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://ledger');
    asked.push(String(searchParams));
    const { status = 200, body } = answer(searchParams, request.headers);
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server = listening;
  await new Promise<void>((resolve) => void listening.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/ledgers/orders?tenant=7`;
}

/** No wait is waited for; each is counted. */
const waits: number[] = [];
const ports = {
  http: httpProbe,
  clock: { ...systemClock, sleep: async (ms: number) => void waits.push(ms) },
  signal: new AbortController().signal,
};
const read = (url: string, headers = {}) => readLedger({ url, headers }, 'run-', ports);

const paged =
  (entries: readonly Entry[], size: number, heeds = false): Answer =>
  (query) => {
    const after = Number(query.get('after') ?? 0);
    const prefix = heeds ? (query.get('prefix') ?? '') : '';
    const rest = entries.filter(({ id, position = 1 }) => position > after && id.startsWith(prefix));
    return { body: { entries: rest.slice(0, size) } };
  };

const ENTRIES = Array.from({ length: 2500 }, (_, index) => ({
  id: index % 5 === 0 ? `run-load-${index}` : `other-${index}`,
  position: index + 1,
  value: 'x'.repeat(200),
}));

describe('readLedger', () => {
  it('reads every page, and of each what is its own', async () => {
    const reading = await read(await serve(paged(ENTRIES, 1000)));
    expect(reading).toMatchObject({ kind: 'read' });
    expect(reading.kind === 'read' && reading.times.size).toBe(500);
    expect(asked[0]).toBe('tenant=7&prefix=run-');
    expect(asked[1]).toBe('tenant=7&prefix=run-&after=1000');
  });

  it('reads the same of a ledger that heeds the prefix, and of one without positions', async () => {
    const heeded = await read(await serve(paged(ENTRIES, 100, true)));
    expect(heeded.kind === 'read' && heeded.times.size).toBe(500);
    server?.close();
    const plain = await read(
      await serve(() => ({ body: { entries: [{ id: 'run-1' }, { id: 'run-1' }, { id: 'a' }] } })),
    );
    expect(plain.kind === 'read' && [...plain.times]).toEqual([['run-1', 2]]);
  });

  it('sends the headers of the load', async () => {
    const url = await serve((_, headers) =>
      headers['authorization'] === 'Bearer t' ? { body: { entries: [] } } : { status: 401, body: '' },
    );
    expect((await read(url, { authorization: 'Bearer t' })).kind).toBe('read');
    expect(await read(url)).toEqual({ kind: 'unreadable', why: 'GET /ledgers/orders: it answered 401' });
  });

  it.each<[string, Answer, string]>([
    ['a page of another kind', () => ({ body: '<html>' }), 'its answer is not {"entries"'],
    ['another form', () => ({ body: { items: [] } }), 'its answer is not {"entries"'],
    ['nothing there', () => ({ status: 404, body: '' }), 'it answered 404'],
    ['the same page again', () => ({ body: { entries: [{ id: 'run-1', position: 3 }] } }), 'it repeats itself'],
  ])('is told of %s at once', async (_, answer, why) => {
    waits.length = 0;
    expect(await read(await serve(answer))).toEqual({ kind: 'unreadable', why: expect.stringContaining(why) });
    expect(waits).toEqual([]);
  });

  it('asks again while the service fails, and gives up', async () => {
    let failures = 2;
    const url = await serve(() => {
      failures -= 1;
      return failures < 0 ? { body: { entries: [] } } : { status: 503, body: '' };
    });
    expect((await read(url)).kind).toBe('read');
    failures = Number.POSITIVE_INFINITY;
    expect(await read(url)).toEqual({ kind: 'unreadable', why: 'GET /ledgers/orders: it answered 503' });
  });
});

const acknowledged = (id: string, at: number): Write => ({ id, sentAt: at, acknowledgedAt: at });
const WRITES = [acknowledged('run-load-1', 1), acknowledged('run-load-2', 2)];

describe('what became of the writes', () => {
  const request = (url: string) => ({ ledger: { url, headers: {} }, runId: 'run' });

  it('looks again for what is missing, as it may be shown a moment later', async () => {
    let look = 0;
    const url = await serve(() => {
      look += 1;
      return { body: { entries: [{ id: 'run-load-1' }, ...(look > 2 ? [{ id: 'run-load-2' }] : [])] } };
    });
    const written = await writtenFacts(request(url), WRITES, { from: 3, to: 3 }, ports);
    expect(written).toMatchObject({ kind: 'measured', loss: { lost: [], acknowledged: 2 } });
    expect(asked).toHaveLength(3);
  });

  it('does not believe a ledger that lacks what was acknowledged without any fault', async () => {
    const all = await serve(() => ({ body: { entries: WRITES.map(({ id }) => ({ id })) } }));
    const row = await ledgerRow(request(all), WRITES, ports);
    expect(row?.check).toMatchObject({ verdict: 'pass', observed: '2 of 2' });
    server?.close();
    const some = await serve(() => ({ body: { entries: [{ id: 'run-load-1' }] } }));
    const lacks = await ledgerRow(request(some), WRITES, ports);
    expect([lacks?.code, lacks?.check.verdict]).toEqual(['ledger-incomplete', 'inconclusive']);
    expect(lacks?.check.observed).toContain('lacks 1 of 2 writes, run-load-2 among them');
    const none = await ledgerRow(request(some), [{ id: 'run-load-1', sentAt: 1, acknowledgedAt: undefined }], ports);
    expect([none?.code, none?.check.verdict]).toEqual(['no-writes', 'inconclusive']);
  });

  it('asks nothing of a run without a ledger', async () => {
    expect(await ledgerRow({ ledger: undefined, runId: 'run' }, WRITES, ports)).toBeUndefined();
    expect(await writtenFacts({ ledger: undefined, runId: 'run' }, WRITES, { from: 3, to: 3 }, ports)).toBeUndefined();
  });
});
