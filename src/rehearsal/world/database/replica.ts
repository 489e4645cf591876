/** A read replica: a node that follows a primary late, until it is promoted to a database of its own. */
import type { TaskAddress } from '../addresses/plan.ts';
import type { RehearsalClock } from '../clock.ts';
import { Member } from './member.ts';
import type { FollowerConfig } from './protocol.ts';
import type { DatabaseTimings } from './timings.ts';
import type { ZonePower } from './zones.ts';

/** What a promotion cost. Positions count acknowledged writes, so their difference is the number of those lost. */
export interface Promotion {
  /** The last write that the replica has. */
  readonly appliedPosition: number;
  /** The last write that the source had acknowledged when it stopped sending. */
  readonly acknowledgedPosition: number;
}

export type ReplicaStatus = 'creating' | 'available' | 'modifying' | 'rebooting';

export interface ReplicaOptions {
  readonly name: string;
  readonly address: TaskAddress;
  readonly logFile: string;
  readonly lagMs: number;
  readonly clock: RehearsalClock;
  readonly timings: DatabaseTimings;
  readonly zones: ZonePower;
  readonly signal: AbortSignal;
  readonly onChange: (change: 'promoted' | 'restarted') => void;
}

export class Replica {
  readonly name: string;
  readonly member: Member;
  #lagMs: number;
  #epoch = 0;
  #promotion: Promise<Promotion> | undefined;
  #status: ReplicaStatus = 'creating';
  #restarting: Promise<void> = Promise.resolve();
  /** Of its own, once it is promoted. */
  #followers: readonly FollowerConfig[] = [];
  readonly #options: ReplicaOptions;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.name = options.name;
    this.#lagMs = options.lagMs;
    this.member = new Member(options.name, options.address, options.logFile, {
      report: () => {},
      crashed: () => {
        this.#restarting = this.#restart();
      },
    });
  }

  get status(): ReplicaStatus {
    return this.#status;
  }

  /** Whether it takes the source's log (no longer once its promotion has begun). */
  get replicating(): boolean {
    return this.#promotion === undefined;
  }

  /** That in which it leads; 0 while it is a replica. */
  get epoch(): number {
    return this.#epoch;
  }

  get lagMs(): number {
    return this.#lagMs;
  }

  set lagMs(value: number) {
    this.#lagMs = value;
  }

  follower(): FollowerConfig {
    return this.member.follower('asynchronous', this.#lagMs);
  }

  async start(): Promise<void> {
    await this.#takeRole();
    this.#status = 'available';
  }

  /**
   * Makes a database of its own out of the replica; `detach` ends the source's sending and says what the source had acknowledged by
   * then. What the replica has by then is all that it will ever have of the source.
   */
  promote(detach: () => Promise<number>, epoch: number): Promise<Promotion> {
    const { clock, timings, signal } = this.#options;
    this.#status = 'modifying';
    this.#promotion ??= (async () => {
      const acknowledgedPosition = await detach();
      await clock.sleepScaled(timings.promotionMs, signal);
      this.#epoch = epoch;
      await this.member.start();
      const { position } = await this.member.execute({ type: 'lead', epoch, followers: [] });
      this.#options.onChange('promoted');
      this.#status = 'available';
      return { appliedPosition: position, acknowledgedPosition };
    })();
    return this.#promotion;
  }

  /** Once promoted: sends the log to these from now on. Resolves with what it has acknowledged. */
  async feed(followers: readonly FollowerConfig[]): Promise<number> {
    this.#followers = followers;
    return (await this.member.execute({ type: 'set-followers', followers })).acknowledged;
  }

  /** RebootDBInstance: the same replica in a new process. */
  async reboot(): Promise<void> {
    this.#status = 'rebooting';
    await this.member.crash();
    await this.#restarting;
  }

  /** Ends the process; the signal must have been aborted before, so that it is not started again. */
  async stop(): Promise<void> {
    await Promise.allSettled([this.#restarting, this.#promotion]);
    await this.member.stop();
  }

  async #restart(): Promise<void> {
    const { clock, timings, zones, signal } = this.#options;
    try {
      this.#status = 'rebooting';
      await clock.sleepScaled(timings.rebootMs, signal);
      await zones.until(() => zones.isLit(this.member.zone), signal);
      await this.#takeRole();
      this.#options.onChange('restarted');
      this.#status = 'available';
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
    }
  }

  async #takeRole(): Promise<void> {
    await this.member.start();
    if (this.#epoch === 0) {
      await this.member.execute({ type: 'follow', epoch: 0, readable: true });
    } else {
      this.#epoch += 1;
      await this.member.execute({ type: 'lead', epoch: this.#epoch, followers: this.#followers });
    }
  }
}
