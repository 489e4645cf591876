/** One registered target: its pool of connections, what is in flight on it, and its end by draining. */
import { Pool } from 'undici';
import { type Health, INITIAL_HEALTH } from './health.ts';
import type { Network } from './network.ts';
import type { TargetConfig } from './protocol.ts';

/** AWS's limit for establishing a connection to a target. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** AWS's limit for the headers of a response. */
const MAX_RESPONSE_HEADER_BYTES = 32 * 1024;

/** The reason that requests are cut with when the deregistration delay is over. */
export class DrainExpired extends Error {
  constructor() {
    super('deregistration delay elapsed with the request in flight');
    this.name = 'DrainExpired';
  }
}

/** What a target tells its group of. */
export interface TargetEvents {
  /** Nothing is in flight any more on a draining target. */
  readonly onDrained: () => void;
  /** The deregistration delay is over; the target is gone. */
  readonly onExpired: (target: Target) => void;
}

export class Target {
  readonly host: string;
  readonly port: number;
  readonly network: Network;
  zone: string;
  health: Health = INITIAL_HEALTH;
  inFlight = 0;
  /** Requests on their way over connections that the pool still counts as free. */
  underway = 0;
  drainUntil: number | undefined;
  pool: Pool;
  #idleTimeoutMs: number;
  #expiry: NodeJS.Timeout | undefined;
  readonly #events: TargetEvents;
  /** Pools that finish what they have: the cut at the end of the deregistration delay reaches these too. */
  readonly #closing = new Set<Pool>();

  constructor(config: TargetConfig, idleTimeoutMs: number, network: Network, events: TargetEvents) {
    this.network = network;
    this.host = config.host;
    this.port = config.port;
    this.zone = config.zone;
    this.#events = events;
    this.#idleTimeoutMs = idleTimeoutMs;
    this.pool = this.#openPool();
  }

  /**
   * Connections stay open for the load balancer's idle timeout whatever Keep-Alive hint a target gives, as AWS's do:
   * a target with a shorter keep-alive than its load balancer is a known cause of 502, and hiding it would be unfaithful.
   */
  #openPool(): Pool {
    const idle = this.#idleTimeoutMs;
    return new Pool(`http://${this.host}:${this.port}`, {
      pipelining: 1,
      connectTimeout: CONNECT_TIMEOUT_MS,
      keepAliveTimeout: idle,
      keepAliveMaxTimeout: idle,
      keepAliveTimeoutThreshold: -idle,
      maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
    });
  }

  /** Takes over what may change of a registered target. */
  update(config: TargetConfig, idleTimeoutMs: number): void {
    this.zone = config.zone;
    if (config.drainUntil !== undefined) {
      this.#drain(config.drainUntil);
    } else if (this.drainUntil !== undefined || idleTimeoutMs !== this.#idleTimeoutMs) {
      this.#reopen(idleTimeoutMs);
    }
  }

  /** Registered again while draining, or the idle timeout changed: new requests get new connections, the old ones finish. */
  #reopen(idleTimeoutMs: number): void {
    if (this.drainUntil !== undefined) {
      this.drainUntil = undefined;
      this.health = INITIAL_HEALTH;
      clearTimeout(this.#expiry);
    }
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#closePool();
    this.pool = this.#openPool();
  }

  #drain(until: number): void {
    if (this.drainUntil === until) {
      return;
    }
    this.drainUntil = until;
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => this.#expire(), Math.max(0, until - Date.now()));
    this.#closePool();
  }

  #expire(): void {
    for (const pool of this.#closing) {
      void pool.destroy(new DrainExpired());
    }
    this.#events.onExpired(this);
  }

  #closePool(): void {
    const pool = this.pool;
    if (this.#closing.has(pool)) {
      return;
    }
    this.#closing.add(pool);
    const forget = () => this.#closing.delete(pool);
    pool.close().then(forget, forget);
  }

  /** Ends without a deregistration delay: idle connections close now, requests in flight finish. */
  leave(): void {
    clearTimeout(this.#expiry);
    this.#closePool();
  }

  /** Closes every connection at once. */
  destroy(): void {
    clearTimeout(this.#expiry);
    void this.pool.destroy();
  }

  /** One request on this target ended. */
  release(): void {
    this.inFlight--;
    if (this.inFlight === 0 && this.drainUntil !== undefined) {
      this.#events.onDrained();
    }
  }
}
