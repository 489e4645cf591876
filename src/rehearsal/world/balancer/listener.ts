/** A listener's HTTP server: applies the rules to each request and hands it on, or answers it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AccessLog } from './access-log.ts';
import { Exchange, type ListenerContext } from './exchange.ts';
import { answer, answerFixed, answerRaw } from './own-responses.ts';
import type { ListenerConfig } from './protocol.ts';
import { type CompiledRule, chooseGroup, findAction, type RequestView, splitTarget } from './rules.ts';
import type { TargetGroup } from './target-group.ts';
import { countOwnStatus, type TrafficCounter } from './traffic.ts';

/** AWS's limit for all headers of a request together. */
const MAX_REQUEST_HEADER_BYTES = 64 * 1024;
const BACKLOG = 4096;

export class Listener {
  readonly #server: Server;
  readonly #traffic: TrafficCounter;
  readonly #log: AccessLog | undefined;
  /** Connections with a request that an exchange or an answer accounts for. */
  readonly #busy = new WeakSet<Duplex>();
  #context: ListenerContext;
  #rules: readonly CompiledRule<TargetGroup>[] = [];

  constructor(config: ListenerConfig, traffic: TrafficCounter, log?: AccessLog) {
    this.#traffic = traffic;
    this.#log = log;
    this.#context = this.#contextOf(config);
    this.#server = createServer({
      maxHeaderSize: MAX_REQUEST_HEADER_BYTES,
      keepAliveTimeout: config.idleTimeoutMs,
      // Long uploads are fine as long as data keeps coming: RequestBody watches over that.
      requestTimeout: 0,
      // Answered here instead, so that it is counted.
      requireHostHeader: false,
    });
    this.#server.on('request', (request, response) => this.#handle(request, response));
    this.#server.on('checkExpectation', (request, response) => this.#handle(request, response));
    this.#server.on('clientError', (error, socket) => this.#unparsable(error, socket));
  }

  #contextOf(config: ListenerConfig): ListenerContext {
    return {
      dimension: config.loadBalancer.dimension,
      portText: String(config.port),
      idleTimeoutMs: config.idleTimeoutMs,
      traffic: this.#traffic,
    };
  }

  /** Binds the address; rejects with the system's error. */
  open(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port, backlog: BACKLOG }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  /** From the next request on, these rules hold. */
  update(config: ListenerConfig, rules: readonly CompiledRule<TargetGroup>[]): void {
    this.#context = this.#contextOf(config);
    this.#server.keepAliveTimeout = config.idleTimeoutMs;
    this.#rules = rules;
  }

  /** Frees the port at once; requests in flight finish. */
  close(): void {
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const socket = request.socket;
    this.#busy.add(socket);
    this.#log?.follow(request, response);
    response.on('close', () => this.#answered(socket));
    if (!this.#server.listening) {
      response.shouldKeepAlive = false;
    }
    const split = splitTarget(request.url ?? '');
    if (split === undefined || (request.httpVersion === '1.1' && !hasHost(request.rawHeaders))) {
      this.#answer(response, 400);
      return;
    }
    if (request.method === 'TRACE') {
      this.#answer(response, 405);
      return;
    }
    const view: RequestView = { path: split.path, headers: () => request.headersDistinct };
    const action = findAction(this.#rules, view);
    if (action?.type === 'fixed-response') {
      answerFixed(response, action.status, action.contentType, action.body);
      this.#countOwn(action.status);
      return;
    }
    const group = action && chooseGroup(action, Math.random());
    const target = group?.choose();
    if (group === undefined || target === undefined) {
      this.#answer(response, 503);
      return;
    }
    new Exchange(this.#context, group, target, request, response).start(split.target);
  }

  #answered(socket: Socket): void {
    this.#busy.delete(socket);
    if (!this.#server.listening) {
      this.#server.closeIdleConnections();
    }
  }

  #answer(response: ServerResponse, status: number): void {
    answer(response, status);
    this.#countOwn(status);
  }

  #countOwn(status: number): void {
    const row = this.#traffic.row(this.#context.dimension, null, null);
    row.requests++;
    countOwnStatus(row, status);
  }

  /** What is not HTTP, or breaks off as such. A connection with a request in progress is accounted for by that request. */
  #unparsable(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (error.code === 'ECONNRESET' || !socket.writable || this.#busy.has(socket) || nothingSent(error, socket)) {
      socket.destroy();
      return;
    }
    const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
    answerRaw(socket, status);
    this.#countOwn(status);
  }
}

function hasHost(raw: readonly string[]): boolean {
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]?.length === 4 && raw[i]?.toLowerCase() === 'host') {
      return true;
    }
  }
  return false;
}

/** A connection that was opened and closed, or timed out, without a byte is no request. */
function nothingSent(error: NodeJS.ErrnoException, socket: Duplex): boolean {
  return error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && (socket as Socket).bytesRead === 0;
}
