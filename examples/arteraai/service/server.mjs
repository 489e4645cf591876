/**
 * A stand-in for arteraai's inference: GET or POST /predict keeps a prediction in the database and answers 200 only once the database has
 * acknowledged it. A prediction is in the ledger once, however often it is sent: its id is the header idempotency-key, or one made here.
 * In the standby region the database is a read replica until it is promoted: /predict answers 503 there, and /health 200.
 *
 *   HOST, PORT              where to listen (127.0.0.1, 8080; in a container HOST=0.0.0.0)
 *   REGION                  where it runs, named in every answer (header x-region)
 *   DATABASE_URL            the database of this region, http://host:port
 *   DATABASE_TIMEOUT_MS     longest time for the database's answer (2000)
 *   VERSION                 named in the answer of /health
 *   SUREFOOT_REVISION       set by the rehearsal platform, named in every answer (header x-surefoot-revision)
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const {
  HOST = '127.0.0.1',
  PORT = '8080',
  REGION = 'unknown',
  DATABASE_URL,
  DATABASE_TIMEOUT_MS = '2000',
  VERSION = 'unknown',
  SUREFOOT_REVISION = 'unknown',
} = process.env;

if (DATABASE_URL === undefined) {
  console.error('DATABASE_URL is not set: it is the address of the database, http://host:port');
  process.exit(1);
}

/** Longer than the load balancer's idle time-out (60 s), so that it never sends a request into a connection we are closing. */
const KEEP_ALIVE_MS = 75_000;
let stopping = false;

const server = createServer((request, response) => {
  request.resume();
  route(request, response).catch((error) => answer(response, 500, { error: String(error) }));
});
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.headersTimeout = KEEP_ALIVE_MS + 1000;

async function route(request, response) {
  const path = request.url?.split('?')[0];
  if (path === '/predict') {
    const id = String(request.headers['idempotency-key'] ?? randomUUID());
    const kept = await keep(id, { score: 0.5 });
    answer(response, kept ? 200 : 503, kept ? { id } : { id, error: 'not kept: send it again with this id' });
  } else if (path === '/health') {
    answer(response, 200, { status: 'ok', region: REGION, version: VERSION });
  } else {
    answer(response, 404, { error: `no ${path} here` });
  }
}

/** Whether the database has acknowledged the prediction. */
async function keep(id, prediction) {
  try {
    const reply = await fetch(new URL(`/ledgers/predictions/${encodeURIComponent(id)}`, DATABASE_URL), {
      method: 'PUT',
      body: JSON.stringify(prediction),
      signal: AbortSignal.timeout(Number(DATABASE_TIMEOUT_MS)),
    });
    await reply.arrayBuffer();
    return reply.status === 201 || reply.status === 200;
  } catch {
    return false;
  }
}

function answer(response, status, body) {
  const headers = { 'content-type': 'application/json', 'x-surefoot-revision': SUREFOOT_REVISION, 'x-region': REGION };
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

server.listen(Number(PORT), HOST, () => console.log(`listening on http://${HOST}:${PORT}`));
