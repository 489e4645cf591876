/**
 * A database of one region with an asynchronous read replica in another: the replica is promoted when the first region is lost; and when
 * that region is back, its database is made anew as a replica of what was promoted. Nothing of what the old one alone had comes back.
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { DatabaseSettings } from '../../../platform/model/rehearsal.ts';
import type { AddressPlan } from '../addresses/plan.ts';
import type { RehearsalClock } from '../clock.ts';
import type { Database } from './database.ts';
import type { Databases } from './databases.ts';
import { Endpoint } from './endpoint.ts';
import { type Promotion, Replica } from './replica.ts';
import { RDS_TIMINGS } from './timings.ts';
import { ZonePower } from './zones.ts';

export interface InstanceName {
  readonly name: string;
  readonly region: string;
}

/** What is to be seen of an instance. */
export interface RegionInstance extends InstanceName {
  readonly status: string;
  readonly zone: string;
  readonly address: { readonly host: string; readonly port: number };
  /** What it replicates from; undefined: from nothing. */
  readonly source: InstanceName | undefined;
  /** What replicates from it. */
  readonly replicas: readonly InstanceName[];
}

export interface CrossRegionOptions {
  /** Those of the region that is lost. */
  readonly databases: Databases;
  readonly name: string;
  /** As surefoot.yml has it, its replica among it. */
  readonly settings: DatabaseSettings;
  /** Where the database is, and where its replica is. */
  readonly regions: { readonly primary: string; readonly standby: string };
  readonly plans: { readonly primary: AddressPlan; readonly standby: AddressPlan };
  readonly clock: RehearsalClock;
  /** Logs of the replicas go here; what is there from before is deleted. */
  readonly directory: string;
}

export class CrossRegionDatabase {
  readonly #options: CrossRegionOptions;
  readonly #ended: AbortController;
  readonly #replica: Replica;
  #database: Database | undefined;
  /** The first region's database once it is made anew. */
  #back: { readonly replica: Replica; readonly endpoint: Endpoint } | undefined;

  private constructor(options: CrossRegionOptions, database: Database, replica: Replica, ended: AbortController) {
    this.#options = options;
    this.#ended = ended;
    this.#database = database;
    this.#replica = replica;
  }

  /** Makes the replica, at an address that is known before. @throws Error when surefoot.yml has none in the other region */
  static async start(options: CrossRegionOptions): Promise<CrossRegionDatabase> {
    const { databases, name, settings, plans, directory } = options;
    const database = databases.all.find((each) => each.name === name);
    if (database === undefined || settings.replica === undefined) {
      throw new Error(`${name} has no replica in another region`);
    }
    await rm(directory, { recursive: true, force: true });
    for (const region of Object.values(options.regions)) {
      await mkdir(path.join(directory, region), { recursive: true });
    }
    const address = await plans.standby.task(settings.replica.zone, settings.port);
    const ended = new AbortController();
    const named = { name: settings.replica.name, region: options.regions.standby };
    const replica = replicaOf(options, named, address, ended.signal);
    await database.attach(replica);
    return new CrossRegionDatabase(options, database, replica, ended);
  }

  /** Where tasks of the standby region find it. */
  get replicaUrl(): string {
    const { host, port } = this.#replica.member.address;
    return `http://${host}:${port}`;
  }

  /** Files of the logs in the two regions. */
  get logs(): { readonly primary: string; readonly standby: string } {
    const first = this.#database?.primary ?? this.#back?.replica.member;
    return { primary: first?.logFile ?? '', standby: this.#replica.member.logFile };
  }

  /** The last position that the first region's own database has acknowledged. */
  get acknowledged(): number {
    return this.#database?.acknowledged ?? 0;
  }

  /** Processes of the first region. */
  pids(): number[] {
    const members = [this.#database?.primary, this.#database?.standby, this.#back?.replica.member];
    const nodes = members.flatMap((member) => member?.pid ?? []);
    return [...nodes, ...(this.#database === undefined ? [] : [this.#database.endpointPid])];
  }

  /** Nobody can reach the first region's nodes, or can again. */
  setOutOfReach(outOfReach: boolean): void {
    this.#database?.setOutOfReach(outOfReach);
  }

  instances(region: string): RegionInstance[] {
    const { name, regions } = this.#options;
    const [first, second] = [
      { name, region: regions.primary },
      { name: this.#replica.name, region: regions.standby },
    ];
    const follows = this.#replica.replicating;
    const backFollows = this.#back?.replica.replicating === true;
    const all: RegionInstance[] = [
      {
        ...second,
        status: this.#replica.status,
        zone: this.#replica.member.zone,
        address: this.#replica.member.address,
        source: follows ? first : undefined,
        replicas: backFollows ? [first] : [],
      },
    ];
    if (this.#database !== undefined) {
      const { status, address, primary } = this.#database;
      all.push({ ...first, status, zone: primary.zone, address, source: undefined, replicas: follows ? [second] : [] });
    } else if (this.#back !== undefined) {
      const { status, member } = this.#back.replica;
      const { address } = this.#back.endpoint;
      all.push({
        ...first,
        status,
        zone: member.zone,
        address,
        source: backFollows ? second : undefined,
        replicas: [],
      });
    }
    return all.filter((instance) => instance.region === region);
  }

  /** As PromoteReadReplica; says exactly what was lost. @throws RangeError for an instance that is no replica */
  promote({ name, region }: InstanceName): Promise<Promotion> {
    const { regions } = this.#options;
    if (region === regions.standby && name === this.#replica.name && this.#database !== undefined) {
      return this.#database.promoteReplica();
    }
    if (region === regions.primary && this.#back?.replica.replicating === true) {
      return this.#back.replica.promote(() => this.#replica.feed([]), this.#replica.epoch + 1);
    }
    throw new RangeError(`${name} in ${region} is no read replica`);
  }

  /** The region is back: its database goes, and under its name and address comes a replica of what was promoted. Resolves when it takes the log. */
  async rebuild(): Promise<void> {
    const { databases, name, settings, plans } = this.#options;
    const old = this.#database;
    if (old === undefined || this.#replica.replicating) {
      throw new Error(`${name} cannot be made anew: its replica was not promoted`);
    }
    const endpointAddress = old.address;
    old.release();
    this.#database = undefined;
    await databases.remove(name);
    const [zone] = settings.zones;
    const address = await plans.primary.task(zone, settings.port);
    const named = { name, region: this.#options.regions.primary };
    const replica = replicaOf(this.#options, named, address, this.#ended.signal);
    await replica.start();
    const endpoint = await Endpoint.start(endpointAddress);
    await endpoint.point(replica.member.address);
    await this.#replica.feed([replica.follower()]);
    this.#back = { replica, endpoint };
  }

  async stop(): Promise<void> {
    this.#ended.abort(new Error('the platform has ended'));
    await Promise.all([this.#replica.stop(), this.#back?.replica.stop(), this.#back?.endpoint.stop()]);
  }
}

function replicaOf(
  { clock, directory, settings }: CrossRegionOptions,
  { name, region }: InstanceName,
  address: ConstructorParameters<typeof Replica>[0]['address'],
  signal: AbortSignal,
): Replica {
  return new Replica({
    name,
    address,
    logFile: path.join(directory, region, `${name}.log`),
    lagMs: (settings.replica?.lagSeconds ?? 0) * 1000,
    clock,
    timings: RDS_TIMINGS,
    zones: new ZonePower(),
    signal,
    onChange: () => {},
  });
}
