/** One direction of a relayed connection: pieces arrive in the order in which they were sent, each after its own time on the way. */
import type net from 'node:net';

/** Sends one piece; `arrive` is called once it is there, also at once. The returned function gives it up. */
export type SendPiece = (arrive: () => void) => () => void;

/** Bytes, the end of the stream, or the end of the connection. */
type Piece = Buffer | 'end' | 'close';

interface Sent {
  readonly piece: Piece;
  arrived: boolean;
  forget: () => void;
}

/** Bytes on the way above which the sender waits, as with a full TCP window. */
const WINDOW_BYTES = 1024 * 1024;

export class Passage {
  readonly #from: net.Socket;
  readonly #to: net.Socket;
  readonly #send: SendPiece;
  /** In the order of sending. */
  readonly #onTheWay: Sent[] = [];
  #bytes = 0;

  /** Begins at once, with `early`, which was read before. */
  constructor(from: net.Socket, to: net.Socket, send: SendPiece, early: readonly Buffer[] = []) {
    this.#from = from;
    this.#to = to;
    this.#send = send;
    for (const bytes of early) {
      this.#take(bytes);
    }
    from.on('data', (bytes: Buffer) => this.#take(bytes));
    from.on('end', () => this.#take('end'));
    from.on('close', () => this.#take('close'));
    to.on('drain', () => this.#adjustFlow());
    from.resume();
  }

  /** Forgets what has not arrived. */
  stop(): void {
    for (const { forget } of this.#onTheWay.splice(0)) {
      forget();
    }
  }

  #take(piece: Piece): void {
    const sent: Sent = { piece, arrived: false, forget: () => {} };
    this.#onTheWay.push(sent);
    this.#bytes += piece.length;
    sent.forget = this.#send(() => {
      sent.arrived = true;
      this.#deliver();
    });
    this.#adjustFlow();
  }

  /** A stream has no gaps: what arrived waits for what was sent before it. */
  #deliver(): void {
    while (this.#onTheWay[0]?.arrived === true) {
      const { piece } = this.#onTheWay.shift() as Sent;
      this.#bytes -= piece.length;
      if (piece === 'close') {
        this.#to.destroy();
      } else if (piece === 'end') {
        this.#to.end();
      } else if (this.#to.writable) {
        this.#to.write(piece);
      }
    }
    this.#adjustFlow();
  }

  #adjustFlow(): void {
    if (this.#bytes + this.#to.writableLength > WINDOW_BYTES) {
      this.#from.pause();
    } else {
      this.#from.resume();
    }
  }
}
