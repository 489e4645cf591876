/**
 * A stand-in for splurge-art's shop: it shows the themes of the day (GET /) and takes orders (POST /orders). An order is answered with 201
 * only once the database has acknowledged it, and is in its ledger once however often it is sent: its id is the header idempotency-key, or one
 * made here. GET /checkout orders a print of today's first theme: loads that send nothing but GET can order too; it answers 200.
 * GET /ledgers/orders?after=<position> shows the orders that the database has, in pages: after a failover it tells which are lost.
 *
 *   HOST, PORT              where to listen (127.0.0.1, 3000; in a container HOST=0.0.0.0)
 *   DATABASE_URL            the database's one name, http://host:port
 *   DATABASE_REPLICA_URL    the address of its replica, which takes writes once it is promoted (none)
 *   DATABASE_TIMEOUT_MS     longest time for one try at the database (1000)
 *   ORDER_TIMEOUT_MS        longest time for an order, over all tries (4000, less than callers wait); then 503, and the caller may send it again
 *   START_SECONDS           cold start: time before it listens (0)
 *   VERSION                 named in the answer of /health
 *   SUREFOOT_REVISION       set by the rehearsal platform, named in every answer (header x-surefoot-revision)
 *   REQUEST_LOG             file that gets a JSON line for every acknowledged order
 */
import { randomUUID } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const {
  HOST = '127.0.0.1',
  PORT = '3000',
  DATABASE_URL,
  DATABASE_REPLICA_URL,
  DATABASE_TIMEOUT_MS = '1000',
  ORDER_TIMEOUT_MS = '4000',
  START_SECONDS = '0',
  VERSION = 'unknown',
  SUREFOOT_REVISION = 'unknown',
  REQUEST_LOG,
} = process.env;

if (DATABASE_URL === undefined) {
  console.error('DATABASE_URL is not set: it is the address of the database, http://host:port');
  process.exit(1);
}

/** Longer than the load balancer's idle time-out (60 s), so that it never sends a request into a connection we are closing. */
const KEEP_ALIVE_MS = 75_000;
const LONGEST_ORDER = 10_000;
/** Between two tries: 50 ms, then up to 400 ms, twice as long each time, half of it by chance so that tasks do not come back all at once. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 400;

/**
 * As drivers with several hosts do (libpq's target_session_attrs=read-write): each order begins with the one that took the last write, and
 * goes to the other when that refuses it. One that is only slow is not left.
 */
const databases = [DATABASE_URL, ...(DATABASE_REPLICA_URL === undefined ? [] : [DATABASE_REPLICA_URL])];
let writer = 0;
/** Since an order was refused, until one is taken or the one that tries gives up; undefined: the database takes orders. */
let outage;

const THEMES = ['dusk', 'porcelain', 'tides', 'neon'];
const log = REQUEST_LOG === undefined ? undefined : openSync(REQUEST_LOG, 'a');
let stopping = false;

const server = createServer((request, response) => {
  route(request, response).catch((error) => answer(response, 500, { error: String(error) }));
});
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.headersTimeout = KEEP_ALIVE_MS + 1000;

async function route(request, response) {
  const path = request.url?.split('?')[0] ?? '/';
  if (path === '/orders' && request.method === 'POST') {
    const body = await read(request);
    if (body === undefined) {
      answer(response, 413, { error: `an order has at most ${LONGEST_ORDER} bytes` });
      return;
    }
    await order(request, response, { body, status: 201 });
    return;
  }
  request.resume();
  if (path === '/checkout' && request.method === 'GET') {
    await order(request, response, { body: { theme: THEMES[0], prints: 1 }, status: 200 });
  } else if (path === '/ledgers/orders' && request.method === 'GET') {
    const page = await attempt(databases[writer], request.url, undefined, Number(DATABASE_TIMEOUT_MS));
    answer(response, page.status, page.body);
  } else if (path === '/health') {
    // The database is not asked: a task that cannot reach it is no better for being replaced.
    answer(response, 200, { status: 'ok', version: VERSION });
  } else if (path === '/') {
    answer(response, 200, { themes: THEMES });
  } else if (path === '/orders') {
    answer(response, 405, { error: 'POST' });
  } else {
    answer(response, 404, { error: `no ${path} here` });
  }
}

/** Takes an order: `status` once it is in the database, 503 when nobody knows whether it is. */
async function order(request, response, { body, status }) {
  const id = String(request.headers['idempotency-key'] ?? randomUUID());
  const kept = await write(`/ledgers/orders/${encodeURIComponent(id)}`, JSON.stringify(body));
  if (kept.status === 201 || kept.status === 200) {
    const entry = { id, position: kept.body.position };
    if (log !== undefined) {
      writeSync(log, `${JSON.stringify({ event: 'acknowledged', at: new Date().toISOString(), ...entry })}\n`);
    }
    answer(response, status, entry);
  } else if (kept.status === 409) {
    answer(response, 409, { error: 'another order has this idempotency key' });
  } else {
    answer(response, 503, {
      id,
      error: 'the order could not be confirmed: send it again with this id as idempotency-key',
    });
  }
}

/**
 * Writes until the database has acknowledged or the order's time is over. The same write may be sent again: its id keeps it single. While the
 * database takes nothing one order tries, and the others wait for it: all of them would keep it, and this task, from coming back.
 */
async function write(path, value) {
  const deadline = performance.now() + Number(ORDER_TIMEOUT_MS);
  let last = { status: 503, body: {} };
  let at = writer;
  let trying;
  try {
    for (let pause = FIRST_PAUSE_MS; ; ) {
      const left = deadline - performance.now();
      if (left <= 0) {
        return last;
      }
      if (outage !== undefined && outage !== trying) {
        await Promise.race([outage.over, sleep(left, undefined, { ref: false })]);
        at = writer;
        continue;
      }
      last = await attempt(databases[at], path, value, Math.min(left, Number(DATABASE_TIMEOUT_MS)));
      if (last.status < 500) {
        writer = at;
        return last;
      }
      if (outage === undefined) {
        trying = beginOutage();
        outage = trying;
      }
      if (!last.slow) {
        at = (at + 1) % databases.length;
      }
      if (outage === trying) {
        await sleep(pause * (0.5 + 0.5 * Math.random()));
        pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
      }
    }
  } finally {
    if (trying !== undefined && outage === trying) {
      outage = undefined;
      trying.end();
    }
  }
}

/** Its first order is the one that tries. */
function beginOutage() {
  let end;
  const over = new Promise((resolve) => {
    end = resolve;
  });
  return { over, end };
}

/** One try to write a value, or to read without one; 503 stands for no answer as well. */
async function attempt(database, path, value, timeoutMs) {
  try {
    const reply = await fetch(new URL(path, database), {
      ...(value === undefined ? {} : { method: 'PUT', body: value }),
      signal: AbortSignal.timeout(Math.ceil(timeoutMs)),
    });
    return { status: reply.status, body: await reply.json() };
  } catch (error) {
    return { status: 503, body: {}, slow: error.name === 'TimeoutError' };
  }
}

/** The body as text; undefined when it is too long. */
async function read(request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > LONGEST_ORDER) {
      return undefined;
    }
  }
  return text;
}

function answer(response, status, body) {
  if (response.headersSent) {
    return;
  }
  const headers = { 'content-type': 'application/json', 'x-surefoot-revision': SUREFOOT_REVISION };
  if (stopping) {
    headers.connection = 'close';
  }
  response.writeHead(status, headers).end(JSON.stringify(body));
}

// A task that is told to end finishes what it has, and takes nothing new.
process.on('SIGTERM', () => {
  stopping = true;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});

await sleep(Number(START_SECONDS) * 1000);
server.listen(Number(PORT), HOST, () => console.log(`listening on http://${HOST}:${PORT}`));
