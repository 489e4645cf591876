import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type DnsReply, type Question, startDnsServer } from '../../../src/rehearsal/world/dns/server.ts';

/** The c-ares resolver of Node, pointed at the server. */
async function serve(answer: (question: Question) => DnsReply) {
  const server = await startDnsServer('127.0.0.1', 0, answer);
  onTestFinished(() => server.stop());
  const resolver = new Resolver({ timeout: 5000, tries: 1 });
  resolver.setServers([`${server.host}:${server.port}`]);
  return { server, resolver };
}

describe('the DNS server', () => {
  it('answers an independent resolver, with the time to live of each record', async () => {
    const asked: Question[] = [];
    const { resolver } = await serve((question) => {
      asked.push(question);
      return { code: 'NOERROR', answers: [{ name: question.name, type: 'A', ttl: 7, data: '127.0.3.4' }] };
    });
    expect(await resolver.resolve4('Api.Shop.example', { ttl: true })).toEqual([{ address: '127.0.3.4', ttl: 7 }]);
    expect(asked).toEqual([{ name: 'api.shop.example', type: 'A' }]);
  });

  it('says what it does not have, and what it does not serve', async () => {
    const codes: Record<string, DnsReply['code']> = { 'no.shop.example': 'NXDOMAIN', 'shop.example': 'NOERROR' };
    const { resolver } = await serve(({ name }) => ({ code: codes[name] ?? 'REFUSED', answers: [] }));
    await expect(resolver.resolve4('no.shop.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolver.resolve4('shop.example')).rejects.toMatchObject({ code: 'ENODATA' });
    await expect(resolver.resolve4('elsewhere.example')).rejects.toMatchObject({ code: 'EREFUSED' });
  });

  it('sends over TCP what is too long for UDP', async () => {
    const many = Array.from({ length: 100 }, (_, index) => `127.0.1.${index + 1}`);
    const { resolver } = await serve(({ name }) => ({
      code: 'NOERROR',
      answers: many.map((data) => ({ name, type: 'A', ttl: 1, data })),
    }));
    expect((await resolver.resolve4('many.shop.example')).sort()).toEqual([...many].sort());
  });

  it('outlives packets that are no questions', async () => {
    const { resolver, server } = await serve(({ name }) => ({
      code: 'NOERROR',
      answers: [{ name, type: 'A', ttl: 1, data: '127.0.0.1' }],
    }));
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('nonsense'),
      Buffer.alloc(12, 0xff),
      Buffer.alloc(600, 1),
      Buffer.alloc(12),
    ]) {
      await new Promise((resolve) => socket.send(bytes, server.port, server.host, resolve));
    }
    expect(await resolver.resolve4('api.shop.example')).toEqual(['127.0.0.1']);
  });
});
