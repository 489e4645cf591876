/**
 * Answers at once with its revision; FAIL_SHARE of its answers, health checks left out, are a 500, and those of /fail all. CRASH ends before
 * it listens, SIDECAR only stays.
 */
import { createServer } from 'node:http';

const { HOST = '127.0.0.1', PORT = '8000', REVISION = 'unknown', FAIL_SHARE = '0', CRASH, SIDECAR } = process.env;
const HEADERS = { 'content-type': 'text/plain', 'x-surefoot-revision': process.env['SUREFOOT_REVISION'] ?? 'unknown' };

if (CRASH !== undefined) {
  process.stderr.write('cannot start: no configuration\n');
  process.exit(1);
}
if (SIDECAR !== undefined) {
  setInterval(() => undefined, 60_000);
  process.on('SIGTERM', () => process.exit(0));
} else {
  const server = createServer(({ url }, response) => {
    const fails = url === '/fail' || (url !== '/health' && Math.random() < Number(FAIL_SHARE));
    response.writeHead(fails ? 500 : 200, HEADERS).end(REVISION);
  });
  // Longer than the load balancer keeps its connections.
  server.keepAliveTimeout = 75_000;
  server.listen(Number(PORT), HOST);
  process.on('SIGTERM', () => server.close(() => process.exit(0)));
}
