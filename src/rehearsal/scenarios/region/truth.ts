/** What is true of a move between regions: read from the logs on the databases' disks and from the users' connections. */
import { readFile } from 'node:fs/promises';
import type { Series } from '../../../report/evidence.ts';
import type { Entry } from '../../world/database/protocol.ts';
import type { ConnectionCount } from '../../world/dns/relay.ts';

/** Every write in the log of a node, by its position. */
export async function entriesOf(logFile: string): Promise<Entry[]> {
  const text = await readFile(logFile, 'utf8');
  // A line that is being written has no end yet.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Entry);
}

/** Names of writes. */
export function idsOf(entries: readonly Entry[]): string[] {
  return entries.flatMap(({ write }) => (write.type === 'append' ? [write.id] : []));
}

/** What of `acknowledged` is not in `kept`. */
export function lostOf(acknowledged: readonly string[], kept: readonly string[]): string[] {
  const there = new Set(kept);
  return acknowledged.filter((id) => !there.has(id));
}

/** The share of the users' new connections that DNS led to an address, second by second. */
export function shareSeries(name: string, address: string, counts: readonly ConnectionCount[]): Series {
  const seconds = new Map<number, { to: number; all: number }>();
  for (const { second, address: to, connections } of counts) {
    const sum = seconds.get(second) ?? { to: 0, all: 0 };
    seconds.set(second, { to: sum.to + (to === address ? connections : 0), all: sum.all + connections });
  }
  return {
    name,
    unit: 'ratio',
    source: "where the platform's resolvers led new connections to the name, by address",
    points: [...seconds]
      .sort(([one], [other]) => one - other)
      .map(([second, { to, all }]) => [new Date(second * 1000).toISOString(), to / all]),
  };
}
