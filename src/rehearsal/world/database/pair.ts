/** The primary and the standby of a database: who is which, in which epoch, and whether the standby may take over. */
import type { Member } from './member.ts';
import type { FollowerConfig, NodePositions, NodeReport } from './protocol.ts';
import type { ZonePower } from './zones.ts';

export class Pair {
  #primary: Member;
  #standby: Member | undefined;
  readonly #zones: ZonePower;
  #epoch = 0;
  #acknowledged = 0;
  #inSync = false;
  #serving = false;

  constructor([primary, standby]: readonly [Member, Member?], zones: ZonePower) {
    this.#primary = primary;
    this.#standby = standby;
    this.#zones = zones;
  }

  get primary(): Member {
    return this.#primary;
  }

  get standby(): Member | undefined {
    return this.#standby;
  }

  /** That of the primary, or of the last one that there was. */
  get epoch(): number {
    return this.#epoch;
  }

  /** The last position that a primary said it had acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Whether every acknowledged write is on the standby. */
  get inSync(): boolean {
    return this.#inSync;
  }

  /** Whether a failover would lose nothing, and there is power where the standby is. */
  standbyMayLead(): boolean {
    return this.#standby !== undefined && this.#inSync && this.#zones.isLit(this.#standby.zone);
  }

  /** From now on the primary is not allowed to go on without its standby, which may be about to take over. */
  close(): void {
    this.#serving = false;
  }

  /** The standby is the primary now, in name; it leads with the next `lead`. */
  swap(): void {
    if (this.#standby !== undefined) {
      [this.#primary, this.#standby] = [this.#standby, this.#primary];
    }
  }

  /** Has the primary lead a new epoch, starting its process if need be. Until the standby has caught up it may not take over. */
  async lead(followers: readonly FollowerConfig[]): Promise<void> {
    this.#epoch += 1;
    this.#inSync = false;
    await this.#primary.start();
    const { acknowledged } = await this.#primary.execute({ type: 'lead', epoch: this.#epoch, followers });
    this.#acknowledged = acknowledged;
    this.#serving = true;
  }

  /** Tells the primary whom to send its log to. Rejects when it does not run. */
  sendFollowers(followers: readonly FollowerConfig[]): Promise<NodePositions> {
    return this.#primary.execute({ type: 'set-followers', followers });
  }

  /** Starts the standby's process if need be, and has it take this epoch's log, or a later one's. */
  async follow(): Promise<void> {
    await this.#standby?.start();
    await this.#standby?.execute({ type: 'follow', epoch: this.#epoch, readable: false });
  }

  /** A node's own word. */
  reported(member: Member, report: NodeReport): void {
    if (member !== this.#primary) {
      return;
    }
    if (report.type === 'acknowledged') {
      this.#acknowledged = report.position;
    } else if (report.epoch === this.#epoch && report.type === 'in-sync') {
      this.#inSync = true;
    } else if (report.epoch === this.#epoch && this.#serving) {
      // First it is settled that the standby must not take over, then the primary may acknowledge what the standby lacks.
      this.#inSync = false;
      member.execute({ type: 'go-alone', epoch: this.#epoch }).catch(() => {});
    }
  }
}
