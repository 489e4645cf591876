/** A node's log on disk: one JSON line for each write, flushed to the disk before it counts. */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import type { Entry, EpochEnd } from '../protocol.ts';

/** The log of one node. Calls must not overlap: the node makes one change after the other. */
export class DurableLog {
  readonly #file: FileHandle;
  readonly #entries: Entry[];
  /** Byte after each entry. */
  readonly #ends: number[];

  private constructor(file: FileHandle, entries: Entry[], ends: number[]) {
    this.#file = file;
    this.#entries = entries;
    this.#ends = ends;
  }

  /** Opens or creates the file; a last line that was not written whole is dropped. @throws Error for a file that is no log */
  static async open(name: string): Promise<DurableLog> {
    await mkdir(path.dirname(name), { recursive: true });
    const file = await open(name, 'a+');
    try {
      const { entries, ends } = readLog(await file.readFile(), name);
      await file.truncate(ends.at(-1) ?? 0);
      return new DurableLog(file, entries, ends);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The last position; 0 for an empty log. */
  get position(): number {
    return this.#entries.length;
  }

  /** Entries from `after` (not included) up to and with `to`, at most `most` of them. */
  slice(after: number, to: number, most: number): readonly Entry[] {
    return this.#entries.slice(after, Math.min(to, after + most));
  }

  all(): readonly Entry[] {
    return this.#entries;
  }

  epochs(): EpochEnd[] {
    const ends = new Map<number, number>();
    for (const { epoch, position } of this.#entries) {
      ends.set(epoch, position);
    }
    return [...ends].map(([epoch, last]) => ({ epoch, last }));
  }

  /** Writes entries that follow the last one and flushes them to the disk. */
  async append(entries: readonly Entry[]): Promise<void> {
    const lines = entries.map((entry) => Buffer.from(`${JSON.stringify(entry)}\n`));
    await this.#file.appendFile(Buffer.concat(lines));
    await this.#file.datasync();
    for (const [index, entry] of entries.entries()) {
      this.#ends.push((this.#ends.at(-1) ?? 0) + (lines[index]?.length ?? 0));
      this.#entries.push(entry);
    }
  }

  /** Drops what follows `position`. */
  async truncate(position: number): Promise<void> {
    await this.#file.truncate(position === 0 ? 0 : this.#ends[position - 1]);
    await this.#file.datasync();
    this.#entries.length = position;
    this.#ends.length = position;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function readLog(bytes: Buffer, name: string): { entries: Entry[]; ends: number[] } {
  const entries: Entry[] = [];
  const ends: number[] = [];
  let start = 0;
  for (let end = bytes.indexOf(10, start); end !== -1; end = bytes.indexOf(10, start)) {
    const entry = JSON.parse(bytes.toString('utf8', start, end)) as Entry;
    if (entry.position !== entries.length + 1) {
      throw new Error(`${name} is no log: position ${entry.position} follows ${entries.length}`);
    }
    entries.push(entry);
    start = end + 1;
    ends.push(start);
  }
  return { entries, ends };
}

/**
 * The last position up to which two logs are the same. Epoch and position name an entry, as in Raft's log matching property
 * (Ongaro and Ousterhout 2014, section 5.3): logs are the same up to the shorter end of the last epoch that they share.
 */
export function commonPosition(one: readonly EpochEnd[], other: readonly EpochEnd[]): number {
  let common = 0;
  for (const [index, mine] of one.entries()) {
    const theirs = other[index];
    if (theirs?.epoch !== mine.epoch) {
      return common;
    }
    common = Math.min(mine.last, theirs.last);
    if (mine.last !== theirs.last) {
      return common;
    }
  }
  return common;
}
