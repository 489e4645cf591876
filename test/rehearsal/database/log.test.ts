import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commonPosition, DurableLog } from '../../../src/rehearsal/world/database/node/log.ts';
import type { Entry } from '../../../src/rehearsal/world/database/protocol.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-log-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const entry = (position: number, epoch: number, value = 'é'): Entry => ({
  position,
  epoch,
  at: 0,
  write: { type: 'put', key: 'k', value },
});

describe('a log', () => {
  it('is the same after it was opened again, without a last line that was cut off', async () => {
    const file = path.join(folder, 'torn.log');
    const log = await DurableLog.open(file);
    await log.append([entry(1, 1), entry(2, 1)]);
    await log.append([entry(3, 4)]);
    await log.close();
    await appendFile(file, '{"position":4,"epoch":4,"at":0,"wri');

    const again = await DurableLog.open(file);
    expect(again.all()).toEqual([entry(1, 1), entry(2, 1), entry(3, 4)]);
    expect(again.epochs()).toEqual([
      { epoch: 1, last: 2 },
      { epoch: 4, last: 3 },
    ]);
    await again.append([entry(4, 5)]);
    await again.close();
    expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(4);
  });

  it('drops what follows a position, on disk too', async () => {
    const file = path.join(folder, 'cut.log');
    const log = await DurableLog.open(file);
    await log.append([entry(1, 1, 'ü'), entry(2, 1), entry(3, 1)]);
    await log.truncate(1);
    await log.append([entry(2, 2)]);
    await log.close();
    const again = await DurableLog.open(file);
    expect(again.all()).toEqual([entry(1, 1, 'ü'), entry(2, 2)]);
    await again.truncate(0);
    expect(again.position).toBe(0);
    await again.close();
  });

  it('refuses a file with a gap', async () => {
    const file = path.join(folder, 'gap.log');
    await appendFile(file, `${JSON.stringify(entry(2, 1))}\n`);
    await expect(DurableLog.open(file)).rejects.toThrow('position 2 follows 0');
  });
});

/** Where each epoch ends, from the epochs of the entries. */
const epochsOf = (epochs: readonly number[]) =>
  [...new Map(epochs.map((epoch, index) => [epoch, index + 1]))].map(([epoch, last]) => ({ epoch, last }));

describe('the common part of two logs', () => {
  it('is what comparing them entry by entry gives', () => {
    // Histories as primaries make them: each begins on a part of the one before it, and writes an epoch of its own.
    const histories = fc
      .array(fc.record({ keep: fc.nat({ max: 1000 }), from: fc.nat(), length: fc.integer({ min: 1, max: 5 }) }), {
        minLength: 1,
        maxLength: 8,
      })
      .map((steps) => {
        const logs: number[][] = [[]];
        for (const [index, { keep, from, length }] of steps.entries()) {
          const base = logs[from % logs.length] ?? [];
          const kept = base.slice(0, keep % (base.length + 1));
          logs.push([...kept, ...Array.from({ length }, () => index + 1)]);
        }
        return logs;
      });
    fc.assert(
      fc.property(histories, fc.nat(), fc.nat(), (logs, one, other) => {
        const [a = [], b = []] = [logs[one % logs.length], logs[other % logs.length]];
        let same = 0;
        while (same < a.length && same < b.length && a[same] === b[same]) {
          same += 1;
        }
        expect(commonPosition(epochsOf(a), epochsOf(b))).toBe(same);
      }),
    );
  });
});
