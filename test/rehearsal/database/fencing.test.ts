import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AddressPlan } from '../../../src/rehearsal/world/addresses/plan.ts';
import { createAddressPlan } from '../../../src/rehearsal/world/addresses.ts';
import { Member } from '../../../src/rehearsal/world/database/member.ts';
import type { NodeReport } from '../../../src/rehearsal/world/database/protocol.ts';
import { eventually, send, ZONES } from './lab.ts';

let folder: string;
let addresses: AddressPlan;
let former: Member;
let next: Member;
const reports: NodeReport[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-fence-'));
  addresses = await createAddressPlan({ zones: ZONES, mode: 'auto' });
  reports.length = 0;
  const member = async (name: string, zone: string) =>
    new Member(name, await addresses.task(zone, 5432), path.join(folder, name), {
      report: (report) => reports.push(report),
      crashed: () => {},
    });
  former = await member('former', ZONES[0]);
  next = await member('next', ZONES[1]);
  await Promise.all([former.start(), next.start()]);
  await next.execute({ type: 'follow', epoch: 0, readable: false });
  await former.execute({ type: 'lead', epoch: 1, followers: [next.follower('synchronous')] });
  await eventually(() => reports.some(({ type }) => type === 'in-sync'));
});

afterEach(async () => {
  await Promise.all([former.stop(), next.stop()]);
  await addresses.release();
  await rm(folder, { recursive: true, force: true });
});

const write = (member: Member, id: string) => send('PUT', member.address, `/ledgers/orders/${id}`, { id });

describe('a primary that was replaced without being told', () => {
  it('acknowledges nothing any more, and shows nothing either', async () => {
    expect((await write(former, 'before')).status).toBe(201);
    await next.execute({ type: 'lead', epoch: 2, followers: [] });
    const late = await write(former, 'late');
    expect(late).toEqual({ status: 503, body: { error: 'not acknowledged: another primary has taken over' } });
    expect((await write(former, 'later')).status).toBe(503);
    expect((await send('GET', former.address, '/ledgers/orders/before')).status).toBe(503);
    expect((await write(next, 'after')).body).toEqual({ position: 2, replayed: false });
  });

  it('acknowledges nothing when it wakes up from a standstill', async () => {
    process.kill(former.pid ?? 0, 'SIGSTOP');
    await next.execute({ type: 'lead', epoch: 2, followers: [] });
    expect((await write(next, 'while-away')).status).toBe(201);
    const late = write(former, 'late');
    process.kill(former.pid ?? 0, 'SIGCONT');
    expect((await late).status).toBe(503);
  });

  it('drops what it alone has when it becomes the standby', async () => {
    await next.stop();
    // Nobody allowed it to go on without its standby, so this is written, and never acknowledged.
    const lost = write(former, 'unacknowledged').catch(() => undefined);
    await eventually(() => reports.some(({ type }) => type === 'standby-lost'));
    await former.stop();
    expect(await lost).toBeUndefined();
    await Promise.all([former.start(), next.start()]);
    await former.execute({ type: 'follow', epoch: 2, readable: true });
    await next.execute({ type: 'lead', epoch: 2, followers: [former.follower('synchronous')] });
    expect((await write(next, 'kept')).body).toEqual({ position: 1, replayed: false });
    await eventually(() => reports.filter(({ type }) => type === 'in-sync').length === 2);
    expect((await send('GET', former.address, '/ledgers/orders/kept')).status).toBe(200);
    expect((await send('GET', former.address, '/ledgers/orders/unacknowledged')).status).toBe(404);
  });

  it('cannot be told to lead an epoch that is over', async () => {
    await expect(former.execute({ type: 'lead', epoch: 1, followers: [] })).rejects.toThrow('epoch 1 is over');
  });
});
