/** A service that is healthy by its health check and, by MODE, answers, closes the connection, or never answers. */
import { createServer } from 'node:http';

const { HOST, PORT, MODE = 'good', SUREFOOT_REVISION = 'unknown' } = process.env;

const server = createServer((request, response) => {
  if (request.url === '/health' || MODE === 'good') {
    response.writeHead(200, { 'x-surefoot-revision': SUREFOOT_REVISION }).end('ok');
  } else if (MODE === 'closing') {
    request.socket.destroy();
  }
});
process.on('SIGTERM', () => server.close(() => process.exit(0)));
server.listen(Number(PORT), HOST);
