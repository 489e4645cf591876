/** The control plane's side of the relays through which tasks reach databases, one for each zone. */
import type { AddressPlan, TaskAddress } from '../addresses/plan.ts';
import { Helper } from '../database/helper.ts';
import type { Address, WayFaults, ZoneRelayCommand, ZoneRelayDone } from './protocol.ts';

/** What the relays need to know of a task: its zone, and its addresses, of which the first names it. */
export interface RelayedTask {
  readonly zone: string;
  readonly addresses: readonly Address[];
}

/** A database as tasks are told of it, and the port that it has in surefoot.yml. */
export interface RelayedDatabase {
  readonly address: Address;
  readonly port: number;
}

export interface ZoneRelays {
  /**
   * A task's environment in which each variable with the address of a database (`http://host:port`) has that of the relay in the task's
   * zone instead: a port of its own for this task and database, so that faults on one task are not felt by its neighbours.
   */
  lead(task: RelayedTask, environment: Readonly<Record<string, string>>): Promise<Record<string, string>>;
  /** Cuts and forgets the ways of a task that has ended. */
  release(task: RelayedTask): Promise<void>;
  /** These faults and no others; resolves when they are in force. */
  disturb(faults: WayFaults): Promise<void>;
  stop(): Promise<void>;
}

export interface ZoneRelayOptions {
  readonly addresses: Pick<AddressPlan, 'task'>;
  /** Those of the moment. */
  readonly databases: () => readonly RelayedDatabase[];
}

/** Starts the process; each relay has an address of its zone, taken when its first task comes. */
export async function startZoneRelays({ addresses, databases }: ZoneRelayOptions): Promise<ZoneRelays> {
  const helper: Helper<ZoneRelayDone, never> = await Helper.start('__zone-relay', () => {});
  const ask = (command: ZoneRelayCommand) => helper.ask({ command });
  const relays = new Map<string, Promise<TaskAddress>>();
  const ways = new Map<string, Promise<ZoneRelayDone>>();

  const relayIn = (zone: string): Promise<TaskAddress> => {
    const relay = relays.get(zone) ?? addresses.task(zone, 0);
    relays.set(zone, relay);
    return relay;
  };

  /** The containers of a task share its ways. */
  async function wayOf({ zone, addresses: [task] }: RelayedTask, { address, port }: RelayedDatabase): Promise<string> {
    if (task === undefined) {
      throw new Error('a task without an address cannot reach a database');
    }
    const { host } = await relayIn(zone);
    const key = wayKey(task, address);
    const own = { host: task.host, port: task.port };
    const way =
      ways.get(key) ??
      ask({ type: 'open', way: { host, zone, task: own, database: { ...address }, databasePort: port } });
    ways.set(key, way);
    return urlOf({ host, port: (await way).port });
  }

  return {
    async lead(task, environment) {
      const known = new Map(databases().map((database) => [urlOf(database.address), database]));
      const led = Object.entries(environment).map(async ([name, value]): Promise<[string, string]> => {
        const database = known.get(value);
        return [name, database === undefined ? value : await wayOf(task, database)];
      });
      return Object.fromEntries(await Promise.all(led));
    },
    async release({ addresses: [task] }) {
      const own = task && [...ways.keys()].filter((key) => key.startsWith(wayKey(task)));
      if (task === undefined || own === undefined || own.length === 0 || helper.isGone) {
        return;
      }
      for (const key of own) {
        ways.delete(key);
      }
      await ask({ type: 'close', task: { host: task.host, port: task.port } });
    },
    disturb: async (faults) => void (await ask({ type: 'disturb', faults })),
    stop: () => helper.kill(),
  };
}

function urlOf({ host, port }: Address): string {
  return `http://${host}:${port}`;
}

/** What all keys of a task begin with, without a database. */
function wayKey(task: Address, database?: Address): string {
  return `${urlOf(task)} ${database === undefined ? '' : urlOf(database)}`;
}
