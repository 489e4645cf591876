/** The control plane's side of the balancer process. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { forkHelper } from '../self.ts';
import type {
  BalancerConfig,
  FromBalancer,
  NetworkFaults,
  TargetHealthReport,
  ToBalancer,
  TrafficRow,
} from './protocol.ts';

const READY_WITHIN_MS = 15_000;
const STOPPED_WITHIN_MS = 5_000;

type InFlight = Extract<FromBalancer, { type: 'in-flight' }>['targets'];

/** What the balancer process reports; see `protocol.ts` for when. */
export interface BalancerEvents {
  readonly traffic: (second: number, rows: readonly TrafficRow[]) => void;
  readonly health: (reports: readonly TargetHealthReport[]) => void;
  readonly 'in-flight': (targets: InFlight) => void;
  /** The process ended without having been asked to. */
  readonly exit: (cause: string) => void;
}

export interface Balancer {
  readonly pid: number;
  /**
   * Resolves once the configuration is in force; health and in-flight reports that belong to it came before.
   * Rejects with the bind error, in which case the configuration before stays in force.
   */
  configure(config: BalancerConfig): Promise<void>;
  /** Puts these faults, and no others, on the way to the targets; resolves once they are in force. */
  disturb(faults: NetworkFaults): Promise<void>;
  /** Adds a listener; the returned function takes it off. */
  on<K extends keyof BalancerEvents>(event: K, listener: BalancerEvents[K]): () => void;
  /** Requests in flight on a target by the last report, at most a second old and always newer than the last `configure`. */
  inFlight(targetGroupArn: string, host: string, port: number): number;
  /** Ends the process; traffic not yet reported is reported before it resolves. */
  stop(): Promise<void>;
}

interface Pending {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

class BalancerProcess implements Balancer {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #listeners: { [K in keyof BalancerEvents]: Set<BalancerEvents[K]> } = {
    traffic: new Set(),
    health: new Set(),
    'in-flight': new Set(),
    exit: new Set(),
  };
  readonly #pending = new Map<number, Pending>();
  readonly #disturbing = new Map<number, Pending>();
  #disturbances = 0;
  readonly #inFlight = new Map<string, number>();
  #gone: string | undefined;
  #stopping = false;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    child.on('message', (message) => this.#receive(message as FromBalancer));
    child.on('error', (error) => this.#ended(error.message));
    child.on('exit', (code, signal) => this.#ended(signal === null ? `exit code ${code}` : `signal ${signal}`));
  }

  configure(config: BalancerConfig): Promise<void> {
    if (this.#gone !== undefined) {
      return Promise.reject(new Error(`the load balancer process is gone (${this.#gone})`));
    }
    return new Promise((resolve, reject) => {
      this.#pending.set(config.version, { resolve, reject });
      this.#send({ type: 'configure', config });
    });
  }

  disturb(faults: NetworkFaults): Promise<void> {
    if (this.#gone !== undefined) {
      return Promise.reject(new Error(`the load balancer process is gone (${this.#gone})`));
    }
    const request = ++this.#disturbances;
    return new Promise((resolve, reject) => {
      this.#disturbing.set(request, { resolve, reject });
      this.#send({ type: 'disturb', request, faults });
    });
  }

  on<K extends keyof BalancerEvents>(event: K, listener: BalancerEvents[K]): () => void {
    this.#listeners[event].add(listener);
    return () => this.#listeners[event].delete(listener);
  }

  inFlight(targetGroupArn: string, host: string, port: number): number {
    return this.#inFlight.get(`${targetGroupArn} ${host}:${port}`) ?? 0;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#gone !== undefined) {
      return;
    }
    const ended = once(this.#child, 'exit');
    this.#send({ type: 'stop' });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOPPED_WITHIN_MS);
    await ended;
    clearTimeout(timer);
  }

  /** A failed send means that the process is going; its end reports that. */
  #send(message: ToBalancer): void {
    this.#child.send(message, () => undefined);
  }

  #receive(message: FromBalancer): void {
    switch (message.type) {
      case 'applied':
        this.#applied(message.version, message.error);
        break;
      case 'disturbed':
        this.#disturbing.get(message.request)?.resolve();
        this.#disturbing.delete(message.request);
        break;
      case 'traffic':
        for (const listener of this.#listeners.traffic) {
          listener(message.second, message.rows);
        }
        break;
      case 'health':
        for (const listener of this.#listeners.health) {
          listener(message.reports);
        }
        break;
      case 'in-flight':
        this.#inFlight.clear();
        for (const [arn, host, port, count] of message.targets) {
          this.#inFlight.set(`${arn} ${host}:${port}`, count);
        }
        for (const listener of this.#listeners['in-flight']) {
          listener(message.targets);
        }
        break;
    }
  }

  #applied(version: number, error: string | undefined): void {
    const pending = this.#pending.get(version);
    this.#pending.delete(version);
    if (error === undefined) {
      pending?.resolve();
    } else {
      pending?.reject(new Error(error));
    }
  }

  #ended(cause: string): void {
    if (this.#gone !== undefined) {
      return;
    }
    this.#gone = cause;
    for (const { reject } of [...this.#pending.values(), ...this.#disturbing.values()]) {
      reject(new Error(`the load balancer process ended (${cause})`));
    }
    this.#pending.clear();
    this.#disturbing.clear();
    if (!this.#stopping) {
      for (const listener of this.#listeners.exit) {
        listener(cause);
      }
    }
  }
}

/** Resolves with the helper's `ready`; rejects when it ends or stays silent. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit).off('error', onError);
      done();
    };
    const onMessage = (message: unknown) => {
      if ((message as FromBalancer).type === 'ready') {
        settle(resolve);
      }
    };
    const onExit = (code: number | null) =>
      settle(() => reject(new Error(`the load balancer process ended at its start with exit code ${code}`)));
    const onError = (error: Error) => settle(() => reject(error));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      settle(() => reject(new Error(`the load balancer process was not ready within ${READY_WITHIN_MS} ms`)));
    }, READY_WITHIN_MS);
    child.on('message', onMessage).on('exit', onExit).on('error', onError);
  });
}

export interface BalancerOptions {
  /** A file that gets a line for each request (`access-log.ts`); undefined: there is none. */
  readonly accessLog?: string | undefined;
}

/** Starts the balancer process and waits until it can be configured; it ends with this process at the latest. */
export async function startBalancer({ accessLog }: BalancerOptions = {}): Promise<Balancer> {
  const child = forkHelper('__balancer');
  await ready(child);
  if (accessLog !== undefined) {
    child.send({ type: 'log', file: accessLog } satisfies ToBalancer);
  }
  return new BalancerProcess(child);
}
