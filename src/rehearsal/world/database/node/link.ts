/** The primary's side of one follower: brings its log up to the primary's and keeps it there. */
import { Agent, request } from 'node:http';
import { delay } from '../../clock.ts';
import type { FollowerConfig, JoinRequest, ShipRequest } from '../protocol.ts';
import type { DurableLog } from './log.ts';

/** Writes in one message. */
const BATCH = 500;
const RETRY_MS = 50;
/** A follower that takes longer to answer counts as unreachable. */
const ANSWER_WITHIN_MS = 1000;
/** How long a waiting commit sees its standby unreachable before the control plane is asked. */
const LOST_AFTER_MS = 1000;

export interface LinkEvents {
  /** The follower has all up to this position on its disk. */
  readonly acknowledged: (position: number) => void;
  /** The follower has not answered for a while. */
  readonly unreachable: () => void;
  /** The follower knows a later epoch: whoever sends to it is no primary any more. */
  readonly refused: () => void;
}

interface LinkOptions {
  readonly follower: FollowerConfig;
  readonly epoch: number;
  readonly log: DurableLog;
  /** The last position that the follower may have now, and in how many ms to ask again (undefined: when poked). */
  readonly allowed: () => { readonly position: number; readonly nextInMs: number | undefined };
  readonly events: LinkEvents;
}

/** A link to a follower; runs until it is closed or refused. */
export class Link {
  readonly follower: FollowerConfig;
  readonly #options: LinkOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #closed = new AbortController();
  #wake: () => void = () => {};

  constructor(options: LinkOptions) {
    this.#options = options;
    this.follower = options.follower;
    void this.#run();
  }

  /** There may be more to send. */
  poke(): void {
    this.#wake();
  }

  close(): void {
    this.#closed.abort();
    this.#wake();
    this.#agent.destroy();
  }

  async #run(): Promise<void> {
    let failingSince: number | undefined;
    while (!this.#closed.signal.aborted) {
      try {
        await this.#serve(() => {
          failingSince = undefined;
        });
        return;
      } catch {
        failingSince ??= Date.now();
        if (Date.now() - failingSince >= LOST_AFTER_MS) {
          this.#options.events.unreachable();
        }
        await delay(RETRY_MS, this.#closed.signal).catch(() => {});
      }
    }
  }

  /** Joins and sends until the link is closed or refused; rejects when the follower cannot be reached or has lost its place. */
  async #serve(answered: () => void): Promise<void> {
    const { log, epoch, events } = this.#options;
    let position = await this.#ask('join', { epoch, epochs: log.epochs() });
    while (position !== undefined && !this.#closed.signal.aborted) {
      answered();
      events.acknowledged(position);
      const { position: allowed, nextInMs } = this.#options.allowed();
      if (position < allowed) {
        position = await this.#ask('entries', { epoch, after: position, entries: log.slice(position, allowed, BATCH) });
      } else {
        await this.#sleep(nextInMs);
      }
    }
  }

  #sleep(ms: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** The follower's position after the message; undefined when it refuses this epoch. */
  async #ask(what: 'join' | 'entries', body: JoinRequest | ShipRequest): Promise<number | undefined> {
    const { host, port } = this.follower;
    const { status, text } = await post({ host, port, path: `/replication/${what}`, agent: this.#agent }, body);
    if (this.#closed.signal.aborted) {
      return undefined;
    }
    if (status === 409) {
      this.#options.events.refused();
      return undefined;
    }
    if (status !== 200) {
      throw new Error(`${this.follower.name} answered ${status}`);
    }
    return (JSON.parse(text) as { position: number }).position;
  }
}

function post(
  target: { readonly host: string; readonly port: number; readonly path: string; readonly agent: Agent },
  body: object,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ ...target, method: 'POST', timeout: ANSWER_WITHIN_MS }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}
