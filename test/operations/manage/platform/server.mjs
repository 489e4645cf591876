/**
 * Answers at once. Once the file `sick` is in LIVES no process is healthy, old or new, until one starts when no other is left: what is
 * wrong goes only when everything goes, like a lock that tasks hand on.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';

const { HOST = '127.0.0.1', PORT = '8000', LIVES = '' } = process.env;
const sick = path.join(LIVES, 'sick');
const own = path.join(LIVES, `${process.pid}.pid`);

mkdirSync(LIVES, { recursive: true });
const others = readdirSync(LIVES)
  .filter((name) => name.endsWith('.pid'))
  .filter((name) => lives(Number.parseInt(name, 10)));
if (others.length === 0) {
  rmSync(sick, { force: true });
}
writeFileSync(own, '');

/** @param {number} pid */
function lives(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const server = createServer((_, response) => {
  response.writeHead(existsSync(sick) ? 500 : 200, { 'content-type': 'text/plain' }).end('here');
});
server.keepAliveTimeout = 75_000;
server.listen(Number(PORT), HOST);
process.on('SIGTERM', () => {
  rmSync(own, { force: true });
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
