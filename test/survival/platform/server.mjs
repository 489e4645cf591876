/** Answers at once; BROKEN fails all but the health check, CRASH ends before it listens. */
import { createServer } from 'node:http';

const { HOST = '127.0.0.1', PORT = '8000', REVISION = 'unknown', BROKEN, CRASH } = process.env;

if (CRASH !== undefined) {
  process.stderr.write('cannot start: no configuration\n');
  process.exit(1);
}

const server = createServer((request, response) => {
  const fails = BROKEN !== undefined && request.url !== '/health';
  response.writeHead(fails ? 500 : 200, { 'content-type': 'text/plain' }).end(REVISION);
});
// Longer than the load balancer keeps its connections.
server.keepAliveTimeout = 75_000;
server.listen(Number(PORT), HOST);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
