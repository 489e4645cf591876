/**
 * A node while it is the primary: takes writes, several at a time, and acknowledges them once they are in its log and in that of its
 * synchronous standby. As soon as a standby refuses its epoch it never acknowledges anything again.
 */

import type { Entry, FollowerConfig, NodeReport, Write } from '../protocol.ts';
import type { Contents } from './contents.ts';
import { Link } from './link.ts';
import type { DurableLog } from './log.ts';

/** Writes that share one flush to the disk. */
const BATCH = 200;

export interface Acknowledgement {
  readonly position: number;
  /** The ledger had an entry of this id already; nothing was written. */
  readonly replayed: boolean;
}

/** The node is no primary (any more): nothing is known of the write except that it was not acknowledged. */
export class NotPrimary extends Error {}

/** The database was told to take no writes, as PostgreSQL is by default_transaction_read_only. */
export class ReadOnly extends Error {}

/** The ledger has an entry of this id with another value. */
export class Conflict extends Error {}

interface Pending {
  readonly write: Write;
  readonly resolve: (acknowledgement: Acknowledgement) => void;
  readonly reject: (error: Error) => void;
}

interface PrimaryOptions {
  readonly epoch: number;
  readonly log: DurableLog;
  readonly contents: Contents;
  readonly report: (report: NodeReport) => void;
}

export class Primary {
  readonly epoch: number;
  readonly #log: DurableLog;
  readonly #contents: Contents;
  readonly #report: (report: NodeReport) => void;
  #links: Link[] = [];
  #queue: Pending[] = [];
  #working = false;
  #work: Promise<void> = Promise.resolve();
  #readOnly = false;
  #ended: NotPrimary | undefined;
  #acknowledged: number;
  /** Whether a commit waits for the standby; so it does from the moment on at which the standby has caught up. */
  #synchronous = false;
  #lostReported = false;
  #standbyPosition = 0;
  #standbyWaiter: { readonly position: number; readonly done: () => void } | undefined;

  constructor({ epoch, log, contents, report }: PrimaryOptions) {
    this.epoch = epoch;
    this.#log = log;
    this.#contents = contents;
    this.#report = report;
    this.#acknowledged = log.position;
  }

  /** The last position that was, or might have been, acknowledged to a client. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Sends the log to these from now on. Links that are there already go on; a new standby counts once it has caught up. */
  setFollowers(followers: readonly FollowerConfig[]): void {
    const kept = this.#links.filter((link) => followers.some((follower) => isSame(link.follower, follower)));
    const gone = this.#links.filter((link) => !kept.includes(link));
    for (const link of gone) {
      link.close();
    }
    const added = followers.filter((follower) => !kept.some((link) => isSame(link.follower, follower)));
    this.#links = kept;
    if (gone.some(({ follower }) => follower.mode === 'synchronous')) {
      this.#standbyPosition = 0;
      this.goAlone();
    }
    this.#links = [...kept, ...added.map((follower) => this.#link(follower))];
  }

  /** Stops waiting for the standby until it has caught up again. */
  goAlone(): void {
    this.#synchronous = false;
    this.#lostReported = false;
    this.#standbyWaiter?.done();
    this.#noteSync();
  }

  /** Takes no writes from now on, or takes them again. Resolves when all that came before have been answered. */
  async setReadOnly(readOnly: boolean): Promise<void> {
    this.#readOnly = readOnly;
    await this.#work;
  }

  /** @throws NotPrimary, ReadOnly, Conflict */
  submit(write: Write): Promise<Acknowledgement> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined || this.#readOnly) {
        reject(this.#ended ?? new ReadOnly('this database is read only'));
        return;
      }
      this.#queue.push({ write, resolve, reject });
      if (!this.#working) {
        this.#work = this.#commitAll();
      }
    });
  }

  /** Nothing is acknowledged from now on. */
  end(reason: string): void {
    this.#ended ??= new NotPrimary(reason);
    for (const link of this.#links) {
      link.close();
    }
    this.#standbyWaiter?.done();
    for (const { reject } of this.#queue.splice(0)) {
      reject(this.#ended);
    }
  }

  async #commitAll(): Promise<void> {
    this.#working = true;
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, BATCH);
      try {
        await this.#commit(batch);
      } catch (error) {
        // A log that cannot be written is the end of this primary, as a broken volume would be.
        this.end((error as Error).message);
        for (const { reject } of batch) {
          reject(this.#ended ?? (error as Error));
        }
      }
    }
    this.#working = false;
  }

  async #commit(batch: readonly Pending[]): Promise<void> {
    const { entries, answers } = this.#plan(batch);
    if (entries.length > 0) {
      await this.#log.append(entries);
      for (const link of this.#links) {
        link.poke();
      }
      await this.#onStandby(this.#log.position);
      if (this.#ended !== undefined) {
        throw this.#ended;
      }
      this.#contents.apply(entries);
      this.#acknowledged = this.#log.position;
      this.#report({ type: 'acknowledged', position: this.#acknowledged });
      for (const link of this.#links) {
        link.poke();
      }
    }
    for (const answer of answers) {
      answer();
    }
  }

  /** New entries for what is not in the ledgers yet, and how each write is answered once they are committed. */
  #plan(batch: readonly Pending[]): { entries: Entry[]; answers: (() => void)[] } {
    const entries: Entry[] = [];
    const inBatch = new Map<string, Entry>();
    const at = Date.now();
    const answers = batch.map(({ write, resolve, reject }) => {
      const known = write.type === 'append' ? this.#known(write, inBatch) : undefined;
      if (known !== undefined) {
        return known.same
          ? () => resolve({ position: known.position, replayed: true })
          : () => reject(new Conflict('the ledger has an entry of this id with another value'));
      }
      const position = this.#log.position + entries.length + 1;
      const entry: Entry = { position, epoch: this.epoch, at, write };
      entries.push(entry);
      if (write.type === 'append') {
        inBatch.set(JSON.stringify([write.ledger, write.id]), entry);
      }
      return () => resolve({ position, replayed: false });
    });
    return { entries, answers };
  }

  #known(
    write: Extract<Write, { type: 'append' }>,
    inBatch: ReadonlyMap<string, Entry>,
  ): { readonly position: number; readonly same: boolean } | undefined {
    const waiting = inBatch.get(JSON.stringify([write.ledger, write.id]));
    const entry =
      waiting === undefined
        ? this.#contents.entry(write.ledger, write.id)
        : { position: waiting.position, value: waiting.write.value };
    return entry && { position: entry.position, same: JSON.stringify(entry.value) === JSON.stringify(write.value) };
  }

  /** Resolves when the standby has the position, need not have it any more, or this primary has ended. */
  #onStandby(position: number): Promise<void> {
    if (!this.#synchronous || this.#standbyPosition >= position || this.#ended !== undefined) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#standbyWaiter = {
        position,
        done: () => {
          this.#standbyWaiter = undefined;
          resolve();
        },
      };
    });
  }

  #link(follower: FollowerConfig): Link {
    const common = { follower, epoch: this.epoch, log: this.#log };
    if (follower.mode === 'asynchronous') {
      const events = { acknowledged: () => {}, unreachable: () => {}, refused: () => {} };
      return new Link({ ...common, allowed: () => this.#oldEnough(follower.lagMs), events });
    }
    return new Link({
      ...common,
      allowed: () => ({ position: this.#log.position, nextInMs: undefined }),
      events: {
        acknowledged: (position) => this.#standbyHas(position),
        unreachable: () => this.#standbyLost(),
        refused: () => this.end('another primary has taken over'),
      },
    });
  }

  /** Of what is acknowledged, the part that has reached the age at which a replica gets it, found by halving: ages only fall along a log. */
  #oldEnough(lagMs: number): { position: number; nextInMs: number | undefined } {
    const before = Date.now() - lagMs;
    const entries = this.#log.all();
    let [position, end] = [0, this.#acknowledged];
    while (position < end) {
      const middle = Math.ceil((position + end) / 2);
      if ((entries[middle - 1]?.at ?? 0) <= before) {
        position = middle;
      } else {
        end = middle - 1;
      }
    }
    const next = position < this.#acknowledged ? entries[position] : undefined;
    return { position, nextInMs: next && next.at - before };
  }

  #standbyHas(position: number): void {
    this.#standbyPosition = position;
    if (this.#standbyWaiter !== undefined && position >= this.#standbyWaiter.position) {
      this.#standbyWaiter.done();
    }
    this.#noteSync();
  }

  #noteSync(): void {
    const hasStandby = this.#links.some(({ follower }) => follower.mode === 'synchronous');
    if (!this.#synchronous && hasStandby && this.#ended === undefined && this.#standbyPosition >= this.#log.position) {
      this.#synchronous = true;
      this.#lostReported = false;
      this.#report({ type: 'in-sync', epoch: this.epoch });
    }
  }

  #standbyLost(): void {
    if (this.#synchronous && !this.#lostReported) {
      this.#lostReported = true;
      this.#report({ type: 'standby-lost', epoch: this.epoch });
    }
  }
}

function isSame(one: FollowerConfig, other: FollowerConfig): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
