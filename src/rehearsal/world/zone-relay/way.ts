/**
 * A task's way to a database, with the faults on it. The relay's own sockets lose nothing: what a real network would lose is held back here
 * until TCP would have sent it again, by the rules that hold between the load balancer and its targets.
 */
import net from 'node:net';
import { type Journey, Network, type Place } from '../balancer/network.ts';
import type { TargetImpairment } from '../balancer/protocol.ts';
import { Passage } from './passage.ts';
import type { Address, WayConfig, WayFaults } from './protocol.ts';

const SILENT: Omit<TargetImpairment, 'host' | 'port'> = {
  delayMs: 0,
  jitterMs: 0,
  lossPercent: 0,
  flowsPercent: 100,
  blocked: false,
  silent: true,
};

/** Bytes that a task may send before its connection stands. */
const EARLY_BYTES = 64 * 1024;

export class Way {
  readonly config: WayConfig;
  readonly #network = new Network();
  readonly #place: Place;
  readonly #connections = new Set<() => void>();
  readonly #server: net.Server;

  /** Listens only with `listen`. */
  constructor(config: WayConfig) {
    this.config = config;
    this.#place = { ...config.task, zone: config.zone };
    this.#server = net.createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  }

  /** Resolves with the port; rejects with the bind error. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: this.config.host, port: 0, exclusive: true }, resolve);
    });
    return (this.#server.address() as net.AddressInfo).port;
  }

  /** From the next piece on, these faults hold and no others. */
  disturb({ darkZones, impairments, blackholes }: WayFaults): void {
    const { task, databasePort } = this.config;
    const silent = blackholes.filter((each) => each.databasePort === databasePort && isSame(each.task, task));
    this.#network.set({
      darkZones,
      shifts: [],
      impairments: [...impairments.filter(({ blocked }) => !blocked), ...silent.map(() => ({ ...SILENT, ...task }))],
    });
  }

  /** Cuts every connection and refuses new ones. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const cut of [...this.#connections]) {
      cut();
    }
    await closed;
  }

  /**
   * The task's system has the connection already, which cannot be helped; the database gets it when the handshake would be done. A task
   * that has given it up by then has sent nothing, as it would be without a relay.
   */
  #accept(client: net.Socket): void {
    const flow = Math.random() * 100;
    const send = (journey: Journey) => (arrive: () => void) => this.#network.send(this.#place, journey, arrive, flow);
    const early: Buffer[] = [];
    const keep = (bytes: Buffer) => {
      early.push(bytes);
      if (early.reduce((sum, { length }) => sum + length, 0) > EARLY_BYTES) {
        client.pause();
      }
    };
    const ends: (() => void)[] = [() => client.destroy()];
    const cut = () => {
      for (const end of ends) {
        end();
      }
      this.#connections.delete(cut);
    };
    this.#connections.add(cut);
    client.setNoDelay(true);
    client.on('error', () => {});
    client.on('data', keep).on('end', cut).on('close', cut);
    const forget = send('handshake')(() => {
      client.off('data', keep).off('end', cut).off('close', cut);
      const { host, port } = this.config.database;
      const upstream = net.connect({ host, port, allowHalfOpen: true, noDelay: true });
      upstream.on('error', () => {});
      const there = new Passage(client, upstream, send('from-target'), early);
      const back = new Passage(upstream, client, send('to-target'));
      ends.push(
        () => upstream.destroy(),
        () => there.stop(),
        () => back.stop(),
      );
      const settle = () => void (client.closed && upstream.closed && cut());
      client.on('close', settle);
      upstream.on('close', settle);
    });
    ends.push(forget);
  }
}

/** Whether two addresses are one. */
export function isSame(one: Address, other: Address): boolean {
  return one.host === other.host && one.port === other.port;
}
