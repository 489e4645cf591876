/**
 * A database as RDS runs it: a primary, with Multi-AZ a synchronous standby in another zone, one name in front, and a control plane that
 * notices a death, fails over, and brings the dead back as standby. The control plane alone gives out epochs and says when a primary may
 * go on without its standby, so no write is acknowledged that a failover could lose.
 */
import type { RehearsalClock } from '../clock.ts';
import { Changes } from './changes.ts';
import type { Endpoint } from './endpoint.ts';
import type { Member } from './member.ts';
import { Pair } from './pair.ts';
import type { FollowerConfig, NodeReport } from './protocol.ts';
import type { Promotion, Replica } from './replica.ts';
import type { DatabaseTimings } from './timings.ts';
import type { ZonePower } from './zones.ts';

export type DatabaseStatus = 'creating' | 'available' | 'rebooting';

/** What happened, for whoever words it. */
export type DatabaseHappening =
  | 'failover-started'
  | 'failover-completed'
  | 'failover-abandoned'
  | 'shut-down'
  | 'restarted'
  | 'recovery-started'
  | 'recovery-completed';

export interface DatabaseOptions {
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly clock: RehearsalClock;
  readonly timings: DatabaseTimings;
  readonly zones: ZonePower;
  readonly signal: AbortSignal;
  readonly onHappening: (happening: DatabaseHappening) => void;
}

const RETRY_MS = 100;

export class Database {
  readonly name: string;
  readonly #options: DatabaseOptions;
  readonly #pair: Pair;
  #replica: Replica | undefined;
  #status: DatabaseStatus = 'creating';
  /** Changes to who leads, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  readonly #changes = new Changes();
  #outOfReach = false;

  constructor(options: DatabaseOptions, members: (database: Database) => readonly [Member, Member?]) {
    this.#options = options;
    this.name = options.name;
    this.#pair = new Pair(members(this), options.zones);
  }

  get status(): DatabaseStatus {
    return this.#status;
  }

  get primary(): Member {
    return this.#pair.primary;
  }

  get standby(): Member | undefined {
    return this.#pair.standby;
  }

  get replica(): Replica | undefined {
    return this.#replica;
  }

  /** Whether every acknowledged write is on the standby. */
  get inSync(): boolean {
    return this.#pair.inSync;
  }

  /** The last position that a primary said it had acknowledged. */
  get acknowledged(): number {
    return this.#pair.acknowledged;
  }

  get address(): { readonly host: string; readonly port: number } {
    return this.#options.endpoint.address;
  }

  /** The process that holds the name. */
  get endpointPid(): number {
    return this.#options.endpoint.pid;
  }

  /** Starts the nodes; resolves when writes are taken and, with Multi-AZ, every one of them reaches the standby. */
  async start(replica: Replica | undefined): Promise<void> {
    this.#replica = replica;
    await Promise.all([this.primary.start(), this.#pair.follow(), replica?.start()]);
    await this.#inTurn(() => this.#serve());
    await this.until(() => this.standby === undefined || this.inSync);
    this.#setStatus('available');
  }

  /** Resolves when `holds`, which is asked whenever something changes. Rejects when the platform ends. */
  until(holds: () => boolean): Promise<void> {
    return this.#changes.until(holds, this.#options.signal);
  }

  /**
   * RebootDBInstance with ForceFailover: kills the primary and has the standby take over. Abandoned when the standby does not have every
   * acknowledged write, as it is for a while after a failover. @throws Error without Multi-AZ
   */
  failover(): Promise<'completed' | 'abandoned'> {
    if (this.standby === undefined) {
      throw new Error(`${this.name} has no standby: only a Multi-AZ database can fail over`);
    }
    this.#setStatus('rebooting');
    return this.#inTurn(async () => {
      if (this.standby?.alive !== true || !this.#pair.standbyMayLead()) {
        this.#options.onHappening('failover-abandoned');
        this.#setStatus('available');
        return 'abandoned';
      }
      await this.#failOver();
      return 'completed';
    });
  }

  /** RebootDBInstance without failover: the same primary in a new process. */
  reboot(): Promise<void> {
    const { onHappening, endpoint, clock, timings, signal } = this.#options;
    this.#setStatus('rebooting');
    return this.#inTurn(async () => {
      this.#pair.close();
      onHappening('shut-down');
      await endpoint.point(undefined);
      await this.primary.stop();
      await clock.sleepScaled(timings.rebootMs, signal);
      await this.#serve();
      onHappening('restarted');
      this.#setStatus('available');
    });
  }

  /** Kills the primary's process as a fault would; everything else follows from that. Resolves when it is gone. */
  killPrimary(): Promise<void> {
    return this.primary.crash();
  }

  /** Kills the processes that are in a zone. */
  async killIn(zone: string): Promise<void> {
    const members = [this.primary, this.standby, this.#replica?.member];
    await Promise.all(members.map((member) => (member?.zone === zone ? member.crash() : undefined)));
  }

  /** Sends the log to a read replica that is new, from its first write on. @throws Error when there is one already */
  async attach(replica: Replica): Promise<void> {
    if (this.#replica !== undefined) {
      throw new Error(`${this.name} has the read replica ${this.#replica.name} already`);
    }
    this.#replica = replica;
    await replica.start();
    await this.#sendFollowers();
  }

  /** Gives its replica away, which from now on does not end with it. */
  release(): void {
    this.#replica = undefined;
  }

  /** Whether anybody can reach its nodes; while nobody can, a promotion goes by what they said last. */
  setOutOfReach(outOfReach: boolean): void {
    this.#outOfReach = outOfReach;
  }

  /** Makes the replica a database of its own. @throws Error when there is none to promote */
  promoteReplica(): Promise<Promotion> {
    const replica = this.#replica;
    if (replica?.replicating !== true) {
      throw new Error(`${this.name} has no read replica to promote`);
    }
    const detach = async () => {
      const positions = this.#outOfReach ? undefined : await this.#sendFollowers().catch(() => undefined);
      return positions?.acknowledged ?? this.#pair.acknowledged;
    };
    return replica.promote(detach, this.#pair.epoch + 1);
  }

  /** How long after its acknowledgement a write reaches the replica, from now on (real time). */
  async setReplicaLag(lagMs: number): Promise<void> {
    if (this.#replica !== undefined) {
      this.#replica.lagMs = lagMs;
      await this.#sendFollowers().catch(() => undefined);
    }
  }

  /** Ends every process; the signal must have been aborted before, so that none is started again. */
  async stop(): Promise<void> {
    await this.#turn;
    await Promise.all([this.primary.stop(), this.standby?.stop(), this.#replica?.stop()]);
    await this.#options.endpoint.stop();
  }

  /** A node's own word; called by its member. */
  reported(member: Member, report: NodeReport): void {
    this.#pair.reported(member, report);
    this.#changes.note();
  }

  /** A node's process died; called by its member. */
  crashed(member: Member): void {
    if (member === this.standby) {
      this.#bringBack(member);
      return;
    }
    this.#unlessEnded(this.#inTurn(() => this.#recover(member)));
  }

  async #recover(member: Member): Promise<void> {
    const { onHappening, clock, timings, zones, signal, endpoint } = this.#options;
    if (member !== this.primary || member.alive) {
      return;
    }
    this.#pair.close();
    const inPlace = () => zones.isLit(member.zone);
    await clock.sleepScaled(timings.detectionMs, signal);
    await zones.until(() => this.#pair.standbyMayLead() || inPlace(), signal);
    if (this.#pair.standbyMayLead()) {
      await this.#failOver();
      return;
    }
    this.#setStatus('rebooting');
    onHappening('recovery-started');
    await endpoint.point(undefined);
    await clock.sleepScaled(timings.rebootMs, signal);
    await this.#serve();
    onHappening('restarted');
    onHappening('recovery-completed');
    this.#setStatus('available');
  }

  async #failOver(): Promise<void> {
    const { onHappening, endpoint, clock, timings, signal } = this.#options;
    const former = this.primary;
    this.#pair.close();
    onHappening('failover-started');
    await endpoint.point(undefined);
    await former.stop();
    await clock.sleepScaled(timings.activationMs, signal);
    this.#pair.swap();
    await this.#serve();
    onHappening('restarted');
    onHappening('failover-completed');
    this.#setStatus('available');
    this.#bringBack(former);
  }

  /** Has the primary lead a new epoch, starting its process if need be, and points the name at it. */
  async #serve(): Promise<void> {
    const { endpoint, clock, zones, signal } = this.#options;
    const { primary } = this;
    for (;;) {
      signal.throwIfAborted();
      try {
        await zones.until(() => zones.isLit(primary.zone), signal);
        await this.#pair.lead(this.#followers());
        await endpoint.point(primary.address);
        return;
      } catch {
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }

  /** After its time, has a member take the log again, as standby. */
  #bringBack(member: Member): void {
    const { clock, timings, zones, signal } = this.#options;
    const work = async () => {
      await clock.sleepScaled(timings.standbyMs, signal);
      await zones.until(() => zones.isLit(member.zone), signal);
      await this.#inTurn(async () => {
        if (member === this.standby) {
          await this.#pair.follow();
          await this.#sendFollowers().catch(() => undefined);
        }
      });
    };
    this.#unlessEnded(work().catch(() => (signal.aborted ? undefined : this.#bringBack(member))));
  }

  #followers(): FollowerConfig[] {
    return [
      ...(this.standby === undefined ? [] : [this.standby.follower('synchronous')]),
      ...(this.#replica?.replicating === true ? [this.#replica.follower()] : []),
    ];
  }

  #sendFollowers() {
    return this.#pair.sendFollowers(this.#followers());
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  #unlessEnded(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!this.#options.signal.aborted) {
        throw error;
      }
    });
  }

  #setStatus(status: DatabaseStatus): void {
    this.#status = status;
    this.#changes.note();
  }
}
