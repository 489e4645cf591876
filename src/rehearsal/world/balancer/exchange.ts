/** One request from its arrival to the end of its response, streamed both ways between the client and one target. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { requestHeaders, responseHeaders } from './headers.ts';
import { Hold } from './hold.ts';
import type { Journey } from './network.ts';
import { answer } from './own-responses.ts';
import { RequestBody } from './request-body.ts';
import { CONNECT_TIMEOUT_MS, DrainExpired, type Target } from './target.ts';
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
  /** Set while a faulty network has what comes next; then the target's end of the response waits, too. */
  #hold: Hold | undefined;
  #completeHeld = false;

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
    const send = () => this.#dispatch(path, head.headers);
    this.#response.on('close', () => this.#finished());
    this.#target.inFlight++;
    if (this.#target.network.conditions(this.#target) === undefined) {
      send();
    } else {
      this.#sendOverFaults(send);
    }
  }

  #dispatch(path: string, headers: string[]): void {
    const { idleTimeoutMs } = this.#listener;
    this.#target.pool.dispatch(
      {
        path,
        method: this.#request.method ?? 'GET',
        headers,
        body: this.#body,
        headersTimeout: idleTimeoutMs,
        bodyTimeout: idleTimeoutMs,
      },
      this,
    );
  }

  /** The request goes over a connection that is there, or opens one: what a fault does to it, and how long AWS waits, differ. */
  #sendOverFaults(send: () => void): void {
    const target = this.#target;
    const { idleTimeoutMs } = this.#listener;
    const open = () => this.#wait('to-target', idleTimeoutMs, send);
    if (target.pool.stats.free <= target.underway) {
      this.#wait('handshake', CONNECT_TIMEOUT_MS, open);
      return;
    }
    target.underway++;
    this.#response.once('close', settle);
    this.#wait('to-target', idleTimeoutMs, () => {
      this.#response.off('close', settle);
      settle();
      send();
    });
    function settle(): void {
      target.underway--;
    }
  }

  /** Does `then` when a segment is through, and answers 504 when it is not in time. */
  #wait(journey: Journey, timeoutMs: number, then: () => void): void {
    const hold = new Hold(this.#target, journey, timeoutMs);
    this.#hold = hold;
    hold.begin(
      () => {
        this.#hold = undefined;
        then();
      },
      () => {
        this.#hold = undefined;
        this.#connectionFailed = journey === 'handshake';
        this.#unanswered(journey);
      },
    );
  }

  /** Nobody answered in time. Before the request is dispatched, there is no dispatcher that would release the target. */
  #unanswered(journey: Journey): void {
    if (journey !== 'from-target') {
      this.#target.release();
      this.#body?.destroy();
      if (this.#ownStatus === 0) {
        this.#respond(504);
      }
    } else if (this.#targetStatus === 0) {
      this.#fail(504);
    } else {
      this.#abort?.(new Error('the target fell silent'));
    }
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
    this.#resume = resume;
    if (this.#target.network.conditions(this.#target) === undefined) {
      this.#head(status, raw, statusText);
      return true;
    }
    this.#wait('from-target', this.#listener.idleTimeoutMs, () => {
      try {
        this.#head(status, raw, statusText);
      } catch (error) {
        this.#abort?.(error as Error);
        return;
      }
      this.#goOn();
    });
    return this.#hold === undefined;
  }

  /** Throws on headers that are not HTTP; the dispatcher turns that into onError, and it is a 502. */
  #head(status: number, raw: Buffer[], statusText: string): void {
    this.#responseSeconds = (performance.now() - this.#sentAt) / 1000;
    const head = responseHeaders(raw);
    this.#response.writeHead(status, statusText, head.headers);
    this.#bodyLength = head.contentLength;
    this.#targetStatus = status;
    if (turn.push(this) === 1) {
      setImmediate(endTurn);
    }
  }

  /** What waited behind a held part of the response. */
  #goOn(): void {
    if (this.#completeHeld) {
      this.onComplete();
    } else {
      this.#resume?.();
    }
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
    if (this.#target.network.conditions(this.#target)?.blockedBack === true) {
      this.#wait('from-target', this.#listener.idleTimeoutMs, () => {
        this.#forward(chunk);
        this.#goOn();
      });
      return false;
    }
    return this.#forward(chunk);
  }

  #forward(chunk: Buffer): boolean {
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
    if (this.#hold !== undefined) {
      this.#completeHeld = true;
      return;
    }
    this.#headSent = true;
    this.#target.release();
    this.#abort = undefined;
    if (!this.#whole) {
      this.#response.end();
    }
  }

  onError(error: Error): void {
    this.#hold?.cancel();
    this.#hold = undefined;
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
      this.#giveUp();
    }
  }
  /** The client closed. A request that never left the load balancer has no dispatcher to abort. */
  #giveUp(): void {
    const held = this.#hold;
    held?.cancel();
    this.#hold = undefined;
    if (this.#abort !== undefined) {
      this.#abort(new Error('the client closed'));
    } else if (held !== undefined) {
      this.#target.release();
      this.#body?.destroy();
    }
  }
}
