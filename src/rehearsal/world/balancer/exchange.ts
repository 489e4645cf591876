/** One request from its arrival to the end of its response, streamed both ways between the client and one target. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { requestHeaders, responseHeaders } from './headers.ts';
import { answer } from './own-responses.ts';
import { RequestBody } from './request-body.ts';
import { DrainExpired, type Target } from './target.ts';
import type { TargetGroup } from './target-group.ts';
import { countOwnStatus, countResponseTime, countTargetStatus, type TrafficCounter } from './traffic.ts';

/** What an exchange needs to know of the listener it came in on. */
export interface ListenerContext {
  readonly dimension: string;
  readonly portText: string;
  readonly idleTimeoutMs: number;
  readonly traffic: TrafficCounter;
}

/** Failures to establish a connection that end in 504 instead of 502: nobody answered at all. */
const CONNECT_TIMEOUTS = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);
/** The dispatcher found the request itself unsendable. */
const MALFORMED = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED']);

/** Bodies up to here that came whole leave in one write with their head. */
const SMALL_BODY_BYTES = 16 * 1024;

/** Exchanges with something left to do when this turn of the event loop has handled what came in. */
let turn: Exchange[] = [];

function endTurn(): void {
  const exchanges = turn;
  turn = [];
  for (const exchange of exchanges) {
    exchange.endTurn();
  }
}

/**
 * The handler of a dispatched request. Methods called `on…` are undici's callbacks (its raw form, which hands headers over
 * unparsed). What happened is counted once, when the response to the client has ended one way or another.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #listener: ListenerContext;
  readonly #group: TargetGroup;
  readonly #target: Target;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #failOpen: boolean;
  /** The zone at the time of choosing, as the target may be re-registered meanwhile. */
  readonly #zone: string;
  #body: RequestBody | null = null;
  #abort: ((error?: Error) => void) | undefined;
  #resume: (() => void) | undefined;
  #sentAt = 0;
  #responseSeconds = 0;
  #targetStatus = 0;
  #ownStatus = 0;
  #connectionFailed = false;
  #headSent = false;
  #bodyLength = -1;
  /** The body came in one piece; `endTurn` ends the response. */
  #whole = false;
  #clientGone = false;

  constructor(
    listener: ListenerContext,
    group: TargetGroup,
    target: Target,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    this.#listener = listener;
    this.#group = group;
    this.#target = target;
    this.#request = request;
    this.#response = response;
    this.#failOpen = group.failOpen;
    this.#zone = target.zone;
  }

  /** Sends the request on; `path` with its query. */
  start(path: string): void {
    const { idleTimeoutMs, portText } = this.#listener;
    const request = this.#request;
    const head = requestHeaders(request.rawHeaders, request.socket.remoteAddress ?? '', portText);
    if (head.hasBody) {
      this.#body = new RequestBody(request, idleTimeoutMs, () => this.#fail(408));
    }
    this.#response.on('close', () => this.#finished());
    this.#target.inFlight++;
    this.#target.pool.dispatch(
      {
        path,
        method: request.method ?? 'GET',
        headers: head.headers,
        body: this.#body,
        headersTimeout: idleTimeoutMs,
        bodyTimeout: idleTimeoutMs,
      },
      this,
    );
  }

  onConnect(abort: (error?: Error) => void): void {
    if (this.#clientGone || this.#ownStatus !== 0) {
      abort();
      return;
    }
    this.#abort = abort;
    this.#sentAt = performance.now();
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void, statusText: string): boolean {
    if (status < 200) {
      return true;
    }
    this.#responseSeconds = (performance.now() - this.#sentAt) / 1000;
    this.#resume = resume;
    // Throws on headers that are not HTTP; the dispatcher turns that into onError, and it is a 502.
    const head = responseHeaders(raw);
    this.#response.writeHead(status, statusText, head.headers);
    this.#bodyLength = head.contentLength;
    this.#targetStatus = status;
    if (turn.push(this) === 1) {
      setImmediate(endTurn);
    }
    return true;
  }

  /** Ends a response that came whole, or sends the head of one whose body lets itself be waited for, as an event stream's does. */
  endTurn(): void {
    if (this.#whole) {
      this.#response.end();
    } else if (!this.#headSent && !this.#response.destroyed) {
      this.#headSent = true;
      this.#response.flushHeaders();
    }
  }

  /**
   * A small body that came whole with its head, the usual case, costs one write of one string: the end of the response, which would
   * add a second, empty one, waits until that has left. It saves a tenth of the balancer's time.
   */
  onData(chunk: Buffer): boolean {
    this.#whole = !this.#headSent && chunk.length === this.#bodyLength && chunk.length <= SMALL_BODY_BYTES;
    this.#headSent = true;
    const taken = this.#whole ? this.#response.write(chunk.toString('latin1'), 'latin1') : this.#response.write(chunk);
    if (taken || this.#whole) {
      return true;
    }
    this.#response.once('drain', () => this.#resume?.());
    return false;
  }

  onComplete(): void {
    this.#headSent = true;
    this.#target.release();
    this.#abort = undefined;
    if (!this.#whole) {
      this.#response.end();
    }
  }

  onError(error: Error): void {
    this.#target.release();
    this.#abort = undefined;
    this.#body?.destroy();
    if (this.#clientGone || this.#ownStatus !== 0) {
      return;
    }
    if (this.#targetStatus !== 0) {
      // The head is out: all that is left is to break off, so that the client does not take the part for the whole.
      this.#response.destroy();
      return;
    }
    this.#respond(this.#statusOf(error));
  }

  /** The code for a request that got no response, by AWS's rules (load-balancer-troubleshooting). */
  #statusOf(error: Error): number {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (MALFORMED.has(code)) {
      return 400;
    }
    if (this.#sentAt === 0 && !(error instanceof DrainExpired)) {
      this.#connectionFailed = true;
      return CONNECT_TIMEOUTS.has(code) ? 504 : 502;
    }
    return code === 'UND_ERR_HEADERS_TIMEOUT' ? 504 : 502;
  }

  /** Answers in the load balancer's own name and gives the target up. */
  #fail(status: number): void {
    if (this.#targetStatus === 0 && this.#ownStatus === 0 && !this.#clientGone) {
      this.#respond(status);
      this.#abort?.(new Error(`answered ${status}`));
    }
  }

  #respond(status: number): void {
    this.#ownStatus = status;
    answer(this.#response, status);
  }

  /** The response is out, or its connection is closed. */
  #finished(): void {
    const row = this.#listener.traffic.row(this.#listener.dimension, this.#group.config.dimension, this.#zone);
    row.requests++;
    if (this.#failOpen) {
      row.failOpenRequests++;
    }
    if (this.#connectionFailed) {
      row.connectionErrors++;
    }
    if (this.#targetStatus !== 0) {
      countTargetStatus(row, this.#targetStatus);
      countResponseTime(row, this.#responseSeconds);
    } else if (this.#ownStatus !== 0) {
      countOwnStatus(row, this.#ownStatus);
    } else if (this.#request.complete) {
      row.clientClosed++;
    } else {
      // AWS's 400: "the client closed the connection before sending the full request body".
      row.elb4xx++;
    }
    if (!this.#response.writableFinished) {
      this.#clientGone = true;
      this.#abort?.(new Error('the client closed'));
    }
  }
}
