/** The databases of a rehearsal platform, and the faults that can be put on them. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { DatabaseSettings } from '../../../platform/model/rehearsal.ts';
import type { AddressPlan, TaskAddress } from '../addresses/plan.ts';
import type { RehearsalClock } from '../clock.ts';
import { linkSignals } from '../linked-signal.ts';
import { Database, type DatabaseHappening } from './database.ts';
import { Endpoint } from './endpoint.ts';
import { writeLog } from './history.ts';
import { Member } from './member.ts';
import type { Entry } from './protocol.ts';
import { type Promotion, Replica } from './replica.ts';
import { type DatabaseTimings, RDS_TIMINGS } from './timings.ts';
import { ZonePower } from './zones.ts';

/** Endpoints have addresses of their own beside those of the load balancers, whose numbers begin at 0. */
const FIRST_ENDPOINT = 200;

/** What happened to which instance: to a database, or to a read replica of its own name. */
export type InstanceHappening = DatabaseHappening | 'created' | 'promoted' | 'restored' | 'deleted';

/** Faults on databases by name; each throws for a name that is not there, and resolves when the fault is in force. */
export interface DatabaseFaults {
  /** As RebootDBInstance with ForceFailover; resolves when the standby serves. `abandoned`: the standby was not in sync. */
  failover(name: string): Promise<'completed' | 'abandoned'>;
  /** As RebootDBInstance; resolves when the database serves again. */
  reboot(name: string, options: { readonly failover: boolean }): Promise<void>;
  /** Kills the primary's process; the platform notices, and fails over where it can. */
  killPrimary(name: string): Promise<void>;
  /** As PromoteReadReplica, by the name of the replica; says exactly what was lost. */
  promote(replica: string): Promise<Promotion>;
  /** Takes a zone's power, or gives it back: its nodes are killed, and stay away until then. */
  setZoneDark(zone: string, dark: boolean): Promise<void>;
}

export interface Databases {
  readonly all: readonly Database[];
  /** Starts another database, which begins with these writes; resolves when it takes its own. @throws Error when it cannot be started */
  restore(name: string, settings: DatabaseSettings, entries: readonly Entry[]): Promise<Database>;
  /** Ends a database and deletes what it held. */
  remove(name: string): Promise<void>;
  /** The settings of a database, by its name. */
  settings(name: string): DatabaseSettings | undefined;
  readonly faults: DatabaseFaults;
  /** Adds a listener for what happens to instances, by the name of the database or replica. */
  onHappening(listener: (name: string, happening: InstanceHappening) => void): void;
  /** What tasks find in their environment: the address of each database under the variable that surefoot.yml names. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether `stop` has been called; what still ran then ends with an error. */
  readonly ended: boolean;
  stop(): Promise<void>;
}

export interface DatabaseWorld {
  readonly addresses: AddressPlan;
  readonly clock: RehearsalClock;
  /** Logs of the nodes go here; what is there from before is deleted. */
  readonly directory: string;
  readonly timings?: DatabaseTimings;
}

/** Starts every database; resolves when all take writes. @throws Error when one cannot be started */
export async function startDatabases(
  settings: Readonly<Record<string, DatabaseSettings>>,
  world: DatabaseWorld,
): Promise<Databases> {
  await rm(world.directory, { recursive: true, force: true });
  const ended = new AbortController();
  const zones = new ZonePower();
  const listeners: ((name: string, happening: InstanceHappening) => void)[] = [];
  const tell = (name: string, happening: InstanceHappening) => {
    for (const listener of listeners) {
      listener(name, happening);
    }
  };
  const all: Database[] = [];
  const known = new Map(Object.entries(settings));
  const built = new Map<string, Built>();
  const stop = async () => {
    ended.abort(new Error('the platform has ended'));
    await Promise.all(all.map((database) => database.stop()));
  };
  const add = async (name: string, each: DatabaseSettings) => {
    const gone = new AbortController();
    const { signal } = linkSignals(ended.signal, gone.signal);
    const number = freeNumber([...built.values()]);
    const made = await build(name, each, { ...world, zones, signal, tell, number });
    built.set(name, { ...made, number, gone });
    all.push(made.database);
    await made.database.start(made.replica);
    return made.database;
  };
  try {
    for (const [name, each] of known) {
      await add(name, each);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    all,
    settings: (name) => known.get(name),
    async restore(name, each, entries) {
      known.set(name, each);
      await writeLog(path.join(world.directory, name, '1.log'), entries);
      return add(name, each);
    },
    async remove(name) {
      const found = built.get(name);
      if (found === undefined) {
        throw new RangeError(`there is no database ${name}`);
      }
      found.gone.abort(new Error(`the database ${name} was deleted`));
      await found.database.stop();
      for (const address of found.addresses) {
        address.release();
      }
      all.splice(all.indexOf(found.database), 1);
      built.delete(name);
      known.delete(name);
      await rm(path.join(world.directory, name), { recursive: true, force: true });
    },
    faults: createFaults(all, zones),
    onHappening: (listener) => void listeners.push(listener),
    environment: Object.fromEntries(all.flatMap((database) => addressesOf(database, settings[database.name]))),
    get ended() {
      return ended.signal.aborted;
    },
    stop,
  };
}

interface Built {
  readonly database: Database;
  readonly number: number;
  readonly addresses: readonly TaskAddress[];
  /** Aborts when the database is deleted. */
  readonly gone: AbortController;
}

/** That of an endpoint's address. */
function freeNumber(built: readonly Built[]): number {
  let number = FIRST_ENDPOINT;
  while (built.some((each) => each.number === number)) {
    number += 1;
  }
  return number;
}

/** Under the variables that surefoot.yml names. */
function addressesOf({ address, replica }: Database, settings: DatabaseSettings | undefined): [string, string][] {
  const url = ({ host, port }: Database['address']) => `http://${host}:${port}`;
  const replicaVariable = settings?.replica?.urlVariable;
  return [
    [settings?.urlVariable ?? '', url(address)],
    ...(replica === undefined || replicaVariable === undefined
      ? []
      : [[replicaVariable, url(replica.member.address)] satisfies [string, string]]),
  ];
}

interface BuildContext extends DatabaseWorld {
  readonly zones: ZonePower;
  readonly signal: AbortSignal;
  readonly number: number;
  readonly tell: (name: string, happening: InstanceHappening) => void;
}

async function build(
  name: string,
  settings: DatabaseSettings,
  context: BuildContext,
): Promise<{ database: Database; replica: Replica | undefined; addresses: TaskAddress[] }> {
  const { addresses: plan, clock, zones, signal, tell, number, timings = RDS_TIMINGS } = context;
  const { port } = settings;
  const endpoint = await Endpoint.start(await plan.listener(number, port));
  const logOf = (member: string) => path.join(context.directory, name, `${member}.log`);
  const [primaryZone, standbyZone] = settings.zones;
  const first = await plan.task(primaryZone, port);
  const second = standbyZone === undefined ? undefined : await plan.task(standbyZone, port);
  const addresses = second === undefined ? [first] : [first, second];
  const database = new Database(
    { name, endpoint, clock, timings, zones, signal, onHappening: (happening) => tell(name, happening) },
    (self): readonly [Member, Member?] => {
      const events = (member: () => Member) => ({
        report: (report: Parameters<Database['reported']>[1]) => self.reported(member(), report),
        crashed: () => self.crashed(member()),
      });
      const one: Member = new Member(
        `${name}-1`,
        first,
        logOf('1'),
        events(() => one),
      );
      const other: Member | undefined =
        second &&
        new Member(
          `${name}-2`,
          second,
          logOf('2'),
          events((): Member => other ?? one),
        );
      return other === undefined ? [one] : [one, other];
    },
  );
  if (settings.replica === undefined) {
    return { database, replica: undefined, addresses };
  }
  const replicaName = settings.replica.name;
  const replicaAddress = await plan.task(settings.replica.zone, port);
  const replica = new Replica({
    name: replicaName,
    address: replicaAddress,
    logFile: logOf('replica'),
    lagMs: settings.replica.lagSeconds * 1000,
    ...{ clock, timings, zones, signal },
    onChange: (change) => tell(replicaName, change),
  });
  return { database, replica, addresses: [...addresses, replicaAddress] };
}

function createFaults(all: readonly Database[], zones: ZonePower): DatabaseFaults {
  const find = (name: string) => {
    const found = all.find((database) => database.name === name);
    if (found === undefined) {
      throw new RangeError(
        `there is no database ${name}; there is ${all.map((each) => each.name).join(', ') || 'none'}`,
      );
    }
    return found;
  };
  return {
    failover: async (name) => find(name).failover(),
    reboot: async (name, { failover }) => {
      await (failover ? find(name).failover() : find(name).reboot());
    },
    killPrimary: async (name) => find(name).killPrimary(),
    promote: async (name) => {
      const source = all.find(({ replica }) => replica?.name === name);
      if (source === undefined) {
        throw new RangeError(`there is no read replica ${name}`);
      }
      return source.promoteReplica();
    },
    setZoneDark: async (zone, dark) => {
      zones.setDark(zone, dark);
      if (dark) {
        await Promise.all(all.map((database) => database.killIn(zone)));
      }
    },
  };
}
