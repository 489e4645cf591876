import type net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { AddressPlan } from '../../src/rehearsal/world/addresses/plan.ts';
import { bind, canBind, listenerPort, unbind } from '../../src/rehearsal/world/addresses/sockets.ts';
import { createAddressPlan } from '../../src/rehearsal/world/addresses.ts';

const zones = ['ca-central-1a', 'ca-central-1b'];
const plans: AddressPlan[] = [];

async function plan(mode: 'auto' | 'subnets' | 'ports'): Promise<AddressPlan> {
  const created = await createAddressPlan({ zones, mode });
  plans.push(created);
  return created;
}

afterEach(async () => {
  await Promise.all(plans.splice(0).map((each) => each.release()));
});

const blockOf = (host: string): number => Number(host.split('.')[1]);

describe('subnet plan', () => {
  it('gives each task an address of its own in the subnet of its zone, at the container port', async () => {
    const addresses = await plan('subnets');
    const [a, b, c] = await Promise.all([
      addresses.task('ca-central-1a', 18_321),
      addresses.task('ca-central-1b', 18_321),
      addresses.task('ca-central-1a', 18_321),
    ]);
    expect(a.host).toMatch(/^127\.\d+\.1\.\d+$/);
    expect(b.host).toMatch(/^127\.\d+\.2\.\d+$/);
    expect(c.host).not.toBe(a.host);
    expect([a.port, b.port, c.port]).toEqual([18_321, 18_321, 18_321]);
    expect(addresses.zoneOf(b.host, b.port)).toBe('ca-central-1b');
    b.release();
    expect(addresses.zoneOf(b.host, b.port)).toBeUndefined();
  });

  it('uses a released address again, but only after all others of the zone', async () => {
    const addresses = await plan('subnets');
    const first = await addresses.task('ca-central-1a', 18_321);
    first.release();
    const seen = new Set<string>();
    let next = await addresses.task('ca-central-1a', 18_321);
    while (next.host !== first.host && seen.size < 300) {
      seen.add(next.host);
      next.release();
      next = await addresses.task('ca-central-1a', 18_321);
    }
    expect(seen.size).toBe(240);
  });

  it('keeps platforms apart: a second plan has another block, and a released block rests before it is used again', async () => {
    const one = await plan('subnets');
    const two = await plan('subnets');
    const blockOne = blockOf((await one.listener(0, 18_321)).host);
    const blockTwo = blockOf((await two.listener(0, 18_321)).host);
    expect(blockTwo).not.toBe(blockOne);
    await two.release();
    plans.pop();
    const three = await plan('subnets');
    // Others on this machine may hold blocks, too: the next free one.
    expect([blockOne, blockTwo]).not.toContain(blockOf((await three.listener(0, 18_321)).host));
  });

  it('uses a released block again once it has gone round', async () => {
    const blocks = new Set<number>();
    for (let count = 0; count < 300; count += 1) {
      const one = await createAddressPlan({ zones, mode: 'subnets' });
      blocks.add(blockOf((await one.listener(0, 18_321)).host));
      await one.release();
    }
    expect(blocks.size).toBeGreaterThan(100);
    expect(blocks.size).toBeLessThan(300);
  });

  it('passes over an address whose port somebody else holds', async () => {
    const addresses = await plan('subnets');
    const first = await addresses.task('ca-central-1a', 18_321);
    first.release();
    const [a, b, c, d] = first.host.split('.').map(Number);
    const squatter = await bind(`${a}.${b}.${c}.${(d ?? 0) + 1}`, 18_321);
    expect((await addresses.task('ca-central-1a', 18_321)).host).toBe(`${a}.${b}.${c}.${(d ?? 0) + 2}`);
    await unbind(squatter);
  });

  it('says who may be in the way when every address of a port is taken', async () => {
    const addresses = await plan('subnets');
    const squatter = await bind('0.0.0.0', 0);
    const { port } = squatter.address() as net.AddressInfo;
    await expect(addresses.task('ca-central-1a', port)).rejects.toThrow(`0.0.0.0:${port}`);
    await unbind(squatter);
  });

  it('gives each load balancer an address of its own', async () => {
    const addresses = await plan('subnets');
    const first = await addresses.listener(0, 18_321);
    const second = await addresses.listener(1, 18_321);
    expect(first.host).toMatch(/^127\.\d+\.0\.10$/);
    expect(second.host).toMatch(/^127\.\d+\.0\.11$/);
    expect(second.port).toBe(18_321);
  });
});

describe('port plan', () => {
  it('gives tasks different free ports of 127.0.0.1 and remembers their zones', async () => {
    const addresses = await plan('ports');
    const a = await addresses.task('ca-central-1a', 8000);
    const b = await addresses.task('ca-central-1b', 8000);
    expect([a.host, b.host]).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(a.port).not.toBe(b.port);
    expect(await canBind('127.0.0.1', b.port)).toBe(true);
    expect(addresses.zoneOf('127.0.0.1', b.port)).toBe('ca-central-1b');
    expect(addresses.zoneOf('127.0.0.1', 1)).toBeUndefined();
  });
});

describe('plans of both kinds', () => {
  it.each(['subnets', 'ports'] as const)('%s: refuse an unknown zone by naming those there are', async (mode) => {
    const addresses = await plan(mode);
    await expect(addresses.task('ca-central-1z', 8000)).rejects.toThrow('ca-central-1a, ca-central-1b');
  });

  it('refuse zones that cannot be told apart', async () => {
    await expect(createAddressPlan({ zones: ['a', 'a'], mode: 'auto' })).rejects.toThrow(RangeError);
  });

  it('choose subnets by themselves where there are any', async () => {
    expect((await plan('auto')).mode).toBe((await canBind('127.0.1.1', 0)) ? 'subnets' : 'ports');
  });
});

describe('the port of a listener', () => {
  it('moves by 8000 when a privileged one is taken, and is any free one when an ordinary one is', async () => {
    const addresses = await plan('subnets');
    const { host } = await addresses.listener(200, 18_321);
    const privileged = await bind(host, 80).catch(() => undefined);
    expect(await listenerPort(host, 80)).toBe(8080);
    const ordinary = await bind(host, 18_321);
    const moved = await listenerPort(host, 18_321);
    expect(moved).not.toBe(18_321);
    expect(moved).toBeGreaterThan(1023);
    await Promise.all([...(privileged ? [unbind(privileged)] : []), unbind(ordinary)]);
  });
});
