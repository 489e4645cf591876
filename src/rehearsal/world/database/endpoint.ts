/** The control plane's side of the relay that holds a database's name. */
import { Helper } from './helper.ts';
import type { FromRelay } from './protocol.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

export class Endpoint {
  readonly address: Address;
  readonly #relay: Helper<Extract<FromRelay, { type: 'done' }>, never>;

  private constructor(address: Address, relay: Helper<Extract<FromRelay, { type: 'done' }>, never>) {
    this.address = address;
    this.#relay = relay;
  }

  /** Starts the relay; it refuses connections until it is pointed somewhere. */
  static async start(address: Address): Promise<Endpoint> {
    return new Endpoint(address, await Helper.start('__database-relay', () => {}));
  }

  get pid(): number {
    return this.#relay.pid;
  }

  /** Cuts every connection; new ones go to `target`, or are refused without one. Rejects with the bind error. */
  async point(target: Address | undefined): Promise<void> {
    const to = target && { host: target.host, port: target.port };
    await this.#relay.ask({ listen: this.address, target: to });
  }

  stop(): Promise<void> {
    return this.#relay.kill();
  }
}
