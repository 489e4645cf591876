/** The answers that the load balancer makes itself, in the form that AWS gives them. */
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  405: 'Not Allowed',
  408: 'Request Time-out',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

function page(status: number): string {
  const title = `${status} ${TITLES[status] ?? 'Error'}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}

/** Answers with one of the load balancer's own codes. */
export function answer(response: ServerResponse, status: number): void {
  answerFixed(response, status, 'text/html', page(status));
}

/** Answers with a listener rule's fixed response. */
export function answerFixed(response: ServerResponse, status: number, contentType: string, body: string): void {
  const headers = ['Server', 'awselb/2.0', 'Content-Length', String(Buffer.byteLength(body))];
  if (body !== '') {
    headers.push('Content-Type', contentType);
  }
  response.writeHead(status, headers);
  response.end(body);
}

/** Answers a request that could not be parsed, straight on its connection, and closes it. */
export function answerRaw(socket: Duplex, status: number): void {
  const body = page(status);
  socket.end(
    `HTTP/1.1 ${status} ${TITLES[status] ?? 'Error'}\r\nServer: awselb/2.0\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}
