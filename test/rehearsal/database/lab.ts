/** Databases as real processes in a test, and clients that remember what was acknowledged to them. */
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseSettings } from '../../../src/platform/model/rehearsal.ts';
import type { AddressPlan } from '../../../src/rehearsal/world/addresses/plan.ts';
import { createAddressPlan } from '../../../src/rehearsal/world/addresses.ts';
import { createClock } from '../../../src/rehearsal/world/clock.ts';
import type { Database } from '../../../src/rehearsal/world/database/database.ts';
import { type Databases, startDatabases } from '../../../src/rehearsal/world/database/databases.ts';

export const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'] as const;

export interface Lab {
  readonly databases: Databases;
  readonly database: Database;
  /** What happened, in order. */
  readonly happenings: string[];
  readonly directory: string;
  readonly addresses: AddressPlan;
  stop(): Promise<void>;
}

/** One database called `orders`, Multi-AZ in zones a and b unless said otherwise. */
export async function startLab(settings: Partial<DatabaseSettings> = {}, speed = 200): Promise<Lab> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'surefoot-db-'));
  const addresses = await createAddressPlan({ zones: ZONES, mode: 'auto' });
  const orders: DatabaseSettings = {
    engine: 'postgres',
    port: 5432,
    zones: [ZONES[0], ZONES[1]],
    urlVariable: 'DATABASE_URL',
    replica: undefined,
    ...settings,
  };
  const databases = await startDatabases({ orders }, { addresses, clock: createClock(speed), directory });
  const happenings: string[] = [];
  databases.onHappening((name, happening) => happenings.push(`${name} ${happening}`));
  const [database] = databases.all;
  if (database === undefined) {
    throw new Error('no database was started');
  }
  return {
    databases,
    database,
    happenings,
    directory,
    addresses,
    stop: async () => {
      await databases.stop();
      await addresses.release();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export interface Answered {
  readonly status: number;
  readonly body: unknown;
}

/** One request on a connection of its own; rejects when there is no whole answer. */
export function send(
  method: 'GET' | 'PUT',
  address: { readonly host: string; readonly port: number },
  pathname: string,
  value?: unknown,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: address.host, port: address.port, method, path: pathname, agent: false, timeout: 10_000 },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
        response.on('error', reject);
        response.on('aborted', () => reject(new Error('cut off')));
      },
    );
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
    request.end(value === undefined ? undefined : JSON.stringify(value));
  });
}

/** All entries of a ledger by id. */
export async function ledger(
  address: { readonly host: string; readonly port: number },
  name: string,
): Promise<Map<string, { readonly position: number; readonly value: unknown }>> {
  const found = new Map<string, { position: number; value: unknown }>();
  for (let after = 0; ; ) {
    const { body } = await send('GET', address, `/ledgers/${name}?after=${after}`);
    const { entries } = body as { entries: { position: number; id: string; value: unknown }[] };
    if (entries.length === 0) {
      return found;
    }
    for (const entry of entries) {
      found.set(entry.id, entry);
      after = entry.position;
    }
  }
}

export interface Writers {
  /** Position of each write that was acknowledged, by id. */
  readonly acknowledged: ReadonlyMap<string, number>;
  /** Answers and errors that were no acknowledgement. */
  failures(): number;
  stop(): Promise<void>;
}

/** Clients that write one entry after the other to a ledger, and try none twice. */
export function startWriters(
  address: { readonly host: string; readonly port: number },
  count: number,
  name = 'orders',
): Writers {
  const acknowledged = new Map<string, number>();
  let failures = 0;
  let running = true;
  const write = async (writer: number) => {
    for (let number = 0; running; number += 1) {
      const id = `w${writer}-${number}`;
      try {
        const { status, body } = await send('PUT', address, `/ledgers/${name}/${id}`, { number });
        if (status === 201) {
          acknowledged.set(id, (body as { position: number }).position);
        } else {
          failures += 1;
        }
      } catch {
        failures += 1;
        await sleep(5);
      }
    }
  };
  const writers = Array.from({ length: count }, (_, writer) => write(writer));
  return {
    acknowledged,
    failures: () => failures,
    stop: async () => {
      running = false;
      await Promise.all(writers);
    },
  };
}

/** Resolves once `holds`; rejects after a generous time. */
export async function eventually(holds: () => boolean, withinMs = 60_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!holds()) {
    if (Date.now() > deadline) {
      throw new Error('it did not come true in time');
    }
    await sleep(10);
  }
}
