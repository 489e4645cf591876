/**
 * A stand-in for artguard's backend: the same routes, port and timing, no model. It answers /health at once and /analyze after
 * the time that an inference takes. Everything is set by environment variables, so that one file can play every version.
 *
 *   HOST, PORT              where to listen (127.0.0.1, 8000; in a container HOST=0.0.0.0)
 *   ANALYZE_MS              time of /analyze in ms, one number or a spread (2000-5000)
 *   SLOW_SHARE, SLOW_MS     share of /analyze that takes so many ms instead, 0 to 1 (0)
 *   WORKERS                 how many /analyze are worked on at once: WORKERS × 1000 ÷ ANALYZE_MS a second is all it can do (no limit)
 *   QUEUE                   how many wait for a worker; any more are answered 503 at once (as many as there are workers)
 *   SEED                    start of the random sequence, so that a run can be repeated (1)
 *   START_SECONDS           cold start: time before it listens (0)
 *   FAIL_SHARE              share of /analyze that answers 500, 0 to 1 (0) …
 *   FAIL_AFTER_REQUESTS     … once so many requests to /analyze were taken (0)
 *   CRASH_AT_START          any value: ends with exit code 1 before it listens
 *   VERSION                 named in the answer of /health
 *   SUREFOOT_REVISION       set by the rehearsal platform, named in every answer (header x-surefoot-revision)
 *   REQUEST_LOG             file that gets a JSON line when a request starts and one when it ends
 */
import { openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';

const {
  HOST = '127.0.0.1',
  PORT = '8000',
  ANALYZE_MS = '2000-5000',
  SLOW_SHARE = '0',
  SLOW_MS = '9000',
  WORKERS,
  QUEUE = WORKERS,
  SEED = '1',
  START_SECONDS = '0',
  FAIL_SHARE = '0',
  FAIL_AFTER_REQUESTS = '0',
  CRASH_AT_START,
  VERSION = 'unknown',
  SUREFOOT_REVISION = 'unknown',
  REQUEST_LOG,
} = process.env;

/** Longer than the load balancer's idle time-out (60 s), so that it never sends a request into a connection we are closing. */
const KEEP_ALIVE_MS = 75_000;

const [shortest = 0, longest = shortest] = ANALYZE_MS.split('-').map(Number);
// Tasks share their environment but not their address: each has a sequence of its own.
const random = randomNumbers(Number(SEED) + HOST.split('.').reduce((sum, part) => sum * 256 + Number(part), 0));
const writeLog = requestLog(REQUEST_LOG);
let analyzed = 0;
let working = 0;
const waiting = [];
let stopping = false;

const server = createServer((request, response) => {
  const path = request.url?.split('?')[0] ?? '/';
  observe(request, response, path);
  request.resume(); // The picture is not looked at here, but its bytes must be read off the connection.
  if (path === '/health') {
    answer(response, 200, { status: 'ok', version: VERSION });
  } else if (path !== '/analyze') {
    answer(response, 404, { error: `no ${path} here` });
  } else if (request.method !== 'GET' && request.method !== 'POST') {
    answer(response, 405, { error: 'GET or POST' });
  } else {
    analyze(response);
  }
});
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.headersTimeout = KEEP_ALIVE_MS + 1000;

/** Takes its time like an inference, then answers, or fails if this version does. */
function analyze(response) {
  analyzed += 1;
  const fails = analyzed > Number(FAIL_AFTER_REQUESTS) && random() < Number(FAIL_SHARE);
  const ms =
    Number(SLOW_SHARE) > 0 && random() < Number(SLOW_SHARE)
      ? Number(SLOW_MS)
      : shortest + (longest - shortest) * random();
  const finish = () => {
    if (fails) {
      answer(response, 500, { error: 'the model could not be reached' });
    } else {
      answer(response, 200, { authentic: random() > 0.2, confidence: Number((0.7 + 0.3 * random()).toFixed(3)) });
    }
  };
  const job = { ms, finish, arrived: performance.now(), timer: undefined, endsAt: 0 };
  if (WORKERS === undefined || working < Number(WORKERS)) {
    begin(job, job.arrived);
  } else if (waiting.length < Number(QUEUE)) {
    waiting.push(job);
  } else {
    answer(response, 503, { error: 'too many pictures at once' });
    return;
  }
  response.on('close', () => leave(job));
}

function begin(job, at) {
  working += 1;
  job.endsAt = at + job.ms;
  job.timer = setTimeout(() => end(job), job.endsAt - performance.now());
}

/** The next begins when this one was to end: a timer that comes late on a busy machine takes nothing from what can be done in a second. */
function end(job) {
  job.timer = undefined;
  working -= 1;
  next(job.endsAt);
  job.finish();
}

function next(at) {
  const job = waiting.shift();
  if (job !== undefined) {
    begin(job, Math.max(at, job.arrived));
  }
}

/** Whoever has gone is not worked for. */
function leave(job) {
  const place = waiting.indexOf(job);
  if (place >= 0) {
    waiting.splice(place, 1);
  } else if (job.timer !== undefined) {
    clearTimeout(job.timer);
    job.timer = undefined;
    working -= 1;
    next(performance.now());
  }
}

function answer(response, status, body) {
  const headers = { 'content-type': 'application/json', 'x-surefoot-revision': SUREFOOT_REVISION };
  if (stopping) {
    headers.connection = 'close';
  }
  response.writeHead(status, headers).end(JSON.stringify(body));
}

/** Logs a request when it starts and when it ends: `end` when the answer was handed over whole, `abort` when the client left first. */
function observe(request, response, path) {
  const id = request.headers['x-request-id'] ?? null;
  const began = performance.now();
  writeLog({ event: 'start', at: new Date().toISOString(), id, path });
  response.on('close', () => {
    const event = response.writableFinished ? 'end' : 'abort';
    const ms = Math.round(performance.now() - began);
    writeLog({
      event,
      at: new Date().toISOString(),
      id,
      path,
      status: response.headersSent ? response.statusCode : null,
      ms,
    });
  });
}

/** One write to the system for each line, in append mode: nothing is kept in this process that SIGKILL could take along. */
function requestLog(file) {
  if (file === undefined) {
    return () => {};
  }
  const descriptor = openSync(file, 'a');
  return (entry) =>
    writeSync(descriptor, `${JSON.stringify({ revision: SUREFOOT_REVISION, pid: process.pid, ...entry })}\n`);
}

/** mulberry32: numbers in [0, 1) that are the same for the same seed. */
function randomNumbers(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What ECS asks for when it stops a task: take nothing new, finish what is there, end with 0. */
function stop() {
  if (stopping) {
    return;
  }
  if (!server.listening) {
    process.exit(0); // still in its cold start
  }
  stopping = true;
  server.close(() => process.exit(0));
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);

if (CRASH_AT_START !== undefined) {
  process.stderr.write('cannot load the model: weights not found\n');
  process.exit(1);
}
setTimeout(
  () => server.listen(Number(PORT), HOST, () => process.stdout.write(`listening on http://${HOST}:${PORT}\n`)),
  Number(START_SECONDS) * 1000,
);
