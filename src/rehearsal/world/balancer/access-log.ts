/**
 * The load balancer's own log of single requests, for those who must know to the millisecond what became of which: a line of JSON for each.
 * What of it an ALB's access log has too: the time of creation, the status, the client's X-Request-Id only as its trace id.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
 */
import { createWriteStream, type WriteStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Times are milliseconds since 1970, with fractions. */
export interface AccessLogLine {
  /** When the head of the request was seen. */
  readonly received: number;
  /** It may have arrived by so much earlier, in ms: this process was not at work, as others had the processor. */
  readonly behind: number;
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

/** How often it is looked whether this process comes to its turn. */
const TICK_MS = 10;

const now = (): number => performance.timeOrigin + performance.now();

/** How late this process is, by a timer that should fire at its time: what arrived while it stood still is seen, one after the other, after it. */
class Lateness {
  #tickedAt = performance.now();
  #late = 0;
  #until = 0;

  constructor() {
    setInterval(() => this.#tick(), TICK_MS).unref();
  }

  #tick(): void {
    const at = performance.now();
    const late = at - this.#tickedAt - TICK_MS;
    this.#tickedAt = at;
    if (late > this.#late || at > this.#until) {
      this.#late = Math.max(0, late);
      this.#until = at + this.#late;
    }
  }

  /** Milliseconds, as of now. */
  get ms(): number {
    const at = performance.now();
    return Math.max(at < this.#until ? this.#late : 0, at - this.#tickedAt - TICK_MS, 0);
  }
}

export class AccessLog {
  readonly #file: WriteStream;
  readonly #lateness = new Lateness();

  /** Appends to `file`, whose folder must be there. */
  constructor(file: string) {
    this.#file = createWriteStream(file, { flags: 'a' });
  }

  /** Writes the request's line when its response has ended. */
  follow(request: IncomingMessage, response: ServerResponse): void {
    const received = now();
    const behind = Math.round(this.#lateness.ms);
    response.once('close', () => {
      const line: AccessLogLine = {
        received,
        behind,
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
