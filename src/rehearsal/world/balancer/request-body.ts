/**
 * A request's body on its way to the target. It stands between the client's stream and the dispatcher, because the dispatcher
 * destroys what it is given: so an upload that the target did not want is read to its end, and the client gets its answer.
 */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

export class RequestBody extends Readable {
  readonly #request: IncomingMessage;
  readonly #stall: NodeJS.Timeout;
  #detached = false;

  /** `onStalled` is called when the client sends nothing for `idleTimeoutMs` although data is wanted. */
  constructor(request: IncomingMessage, idleTimeoutMs: number, onStalled: () => void) {
    super();
    this.#request = request;
    this.#stall = setTimeout(() => {
      if (!request.isPaused()) {
        onStalled();
      }
    }, idleTimeoutMs);
    request.on('data', (chunk: Buffer) => this.#take(chunk));
    request.on('end', () => this.#finish());
    request.on('close', () => this.#closed());
    request.pause();
  }

  #take(chunk: Buffer): void {
    if (this.#detached) {
      return;
    }
    this.#stall.refresh();
    if (!this.push(chunk)) {
      this.#request.pause();
    }
  }

  #finish(): void {
    clearTimeout(this.#stall);
    if (!this.#detached) {
      this.push(null);
    }
  }

  #closed(): void {
    clearTimeout(this.#stall);
    if (!this.#request.complete) {
      this.destroy(new Error('the client closed before the end of the request body'));
    }
  }

  override _read(): void {
    this.#stall.refresh();
    this.#request.resume();
  }

  /** Nobody wants the rest: it is read and dropped. */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#detached = true;
    clearTimeout(this.#stall);
    this.#request.resume();
    callback(error);
  }
}
