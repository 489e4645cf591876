/**
 * A stand-in for AutoMatrix, for loads: it starts workflows (GET or POST /workflows) as fast as its workers can, and turns away what is too
 * much for them. It answers /health at once.
 *
 *   HOST, PORT              where to listen (127.0.0.1, 8080; in a container HOST=0.0.0.0)
 *   REQUEST_MS              time that a workflow takes to start (50)
 *   WORKERS                 how many are started at once: WORKERS × 1000 ÷ REQUEST_MS a second is all it can do (16)
 *   QUEUE                   how many wait for a worker; any more are answered 503 at once (as many as there are workers)
 *   SUREFOOT_REVISION       set by the rehearsal platform, named in every answer (header x-surefoot-revision)
 */
import { createServer } from 'node:http';

const {
  HOST = '127.0.0.1',
  PORT = '8080',
  REQUEST_MS = '50',
  WORKERS = '16',
  QUEUE = WORKERS,
  SUREFOOT_REVISION = 'unknown',
} = process.env;

/** Longer than the load balancer's idle time-out (60 s), so that it never sends a request into a connection we are closing. */
const KEEP_ALIVE_MS = 75_000;

const waiting = [];
let working = 0;
let stopping = false;

const server = createServer((request, response) => {
  const path = request.url?.split('?')[0] ?? '/';
  request.resume();
  if (path === '/health') {
    answer(response, 200, { status: 'ok' });
  } else if (path !== '/workflows') {
    answer(response, 404, { error: `no ${path} here` });
  } else {
    start(response);
  }
});
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.headersTimeout = KEEP_ALIVE_MS + 1000;

function start(response) {
  const job = { response, arrived: performance.now() };
  if (working < Number(WORKERS)) {
    work(job, job.arrived);
  } else if (waiting.length < Number(QUEUE)) {
    waiting.push(job);
  } else {
    answer(response, 503, { error: 'too many workflows at once' });
  }
}

/** The next begins when this one was to end: a timer that comes late on a busy machine takes nothing from what can be done in a second. */
function work({ response }, from) {
  working += 1;
  const endsAt = from + Number(REQUEST_MS);
  setTimeout(() => {
    working -= 1;
    const next = waiting.shift();
    if (next !== undefined) {
      work(next, Math.max(endsAt, next.arrived));
    }
    answer(response, 200, { workflow: 'started' });
  }, endsAt - performance.now());
}

function answer(response, status, body) {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-surefoot-revision': SUREFOOT_REVISION,
    ...(stopping ? { connection: 'close' } : {}),
  });
  response.end(`${JSON.stringify(body)}\n`);
}

/** ECS sends SIGTERM: what is under way is answered, then the process ends. */
process.on('SIGTERM', () => {
  stopping = true;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});

server.listen(Number(PORT), HOST, () => console.log(`listening on ${HOST}:${PORT}`));
