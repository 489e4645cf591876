/**
 * The load balancer's own log of single requests, for those who must know to the millisecond what became of which: a line of JSON for each.
 * What of it an ALB's access log has too: the time of creation, the status, the client's X-Request-Id only as its trace id.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
 */
import { createWriteStream, type WriteStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Times are milliseconds since 1970, with fractions. */
export interface AccessLogLine {
  /** When the head of the request had arrived. */
  readonly received: number;
  /** When the response was out, or its connection closed. */
  readonly ended: number;
  /** What the client was answered; 460, as AWS has it, for a client that closed before. */
  readonly status: number;
  /** The client got the response whole. */
  readonly whole: boolean;
  readonly method: string;
  readonly path: string;
  /** X-Request-Id as the client sent it; '' without. */
  readonly id: string;
  /** The client asked for the connection to be closed after it. */
  readonly single: boolean;
}

const CLIENT_CLOSED = 460;

const now = (): number => performance.timeOrigin + performance.now();

export class AccessLog {
  readonly #file: WriteStream;

  /** Appends to `file`, whose folder must be there. */
  constructor(file: string) {
    this.#file = createWriteStream(file, { flags: 'a' });
  }

  /** Writes the request's line when its response has ended. */
  follow(request: IncomingMessage, response: ServerResponse): void {
    const received = now();
    response.once('close', () => {
      const line: AccessLogLine = {
        received,
        ended: now(),
        status: response.headersSent ? response.statusCode : CLIENT_CLOSED,
        whole: response.writableFinished,
        method: request.method ?? '',
        path: request.url ?? '',
        id: String(request.headers['x-request-id'] ?? ''),
        single: request.headers.connection?.toLowerCase() === 'close',
      };
      this.#file.write(`${JSON.stringify(line)}\n`);
    });
  }
}
