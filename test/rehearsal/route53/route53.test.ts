import http from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  DeleteHealthCheckCommand,
  GetChangeCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startRoute53 } from './wire.ts';

const weighted = (id: string, address: string, Weight: number): ResourceRecordSet => ({
  Name: 'api.shop.example.',
  Type: 'A',
  SetIdentifier: id,
  Weight,
  TTL: 5,
  ResourceRecords: [{ Value: address }],
});

async function zone(client: Route53Client, Name = 'shop.example'): Promise<string> {
  const made = await client.send(new CreateHostedZoneCommand({ Name, CallerReference: `${Name} ${Math.random()}` }));
  expect(made.Location).toBe(
    `https://route53.amazonaws.com/2013-04-01/hostedzone/${made.HostedZone?.Id?.split('/').at(-1)}`,
  );
  return made.HostedZone?.Id ?? '';
}

describe('Route 53', () => {
  it('shows a change at once, and serves it in DNS once it is INSYNC', async () => {
    const { client, gateway, route53 } = await startRoute53({ speed: 60 });
    const id = await zone(client);
    const [found] = await gateway.publicZonesOf('api.shop.example');
    expect(found?.id).toBe(id.replace('/hostedzone/', ''));

    const change = await gateway.upsert(
      found?.id ?? '',
      [weighted('west', '127.0.0.1', 100), weighted('east', '127.0.0.2', 0)],
      'first',
    );
    expect(await gateway.inSync(change)).toBe(false);
    expect(await gateway.records(found?.id ?? '', 'API.shop.example')).toMatchObject([
      { SetIdentifier: 'east', Weight: 0 },
      { SetIdentifier: 'west', Weight: 100, TTL: 5, ResourceRecords: [{ Value: '127.0.0.1' }] },
    ]);
    expect(route53.answer({ name: 'api.shop.example', type: 'A' }).code).toBe('NXDOMAIN');
    await vi.waitFor(async () => expect(await gateway.inSync(change)).toBe(true), 20_000);
    expect(route53.answer({ name: 'api.shop.example', type: 'A' }).answers).toEqual([
      { name: 'api.shop.example', type: 'A', ttl: 5, data: '127.0.0.1' },
    ]);
  });

  it('takes all of a batch or nothing, and says everything that is wrong with it', async () => {
    const { client, gateway } = await startRoute53();
    const id = await zone(client);
    await gateway.upsert(id, [weighted('west', '127.0.0.1', 1)], '');
    const batch = (Action: 'CREATE' | 'DELETE' | 'UPSERT', ...records: ResourceRecordSet[]) =>
      client.send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: id,
          ChangeBatch: { Changes: records.map((ResourceRecordSet) => ({ Action, ResourceRecordSet })) },
        }),
      );
    const refusal = { name: 'InvalidChangeBatch', $metadata: expect.objectContaining({ httpStatusCode: 400 }) };

    await expect(
      batch('CREATE', weighted('east', '127.0.0.2', 1), weighted('west', '127.0.0.1', 1)),
    ).rejects.toMatchObject({
      ...refusal,
      message:
        "[Tried to create resource record set [name='api.shop.example.', type='A', set-identifier='west'] but it already exists]",
    });
    await expect(batch('DELETE', weighted('west', '127.0.0.9', 1))).rejects.toMatchObject({
      message: expect.stringContaining('do not match the current values'),
    });
    await expect(batch('DELETE', weighted('north', '127.0.0.9', 1))).rejects.toMatchObject({
      message: expect.stringContaining('but it was not found'),
    });
    await expect(
      batch('UPSERT', weighted('east', '999.0.0.1', 1), {
        ...weighted('far', '127.0.0.3', 1),
        Name: 'api.other.example',
      }),
    ).rejects.toMatchObject({
      message:
        '[Value is not a valid IPv4 address: 999.0.0.1, RRSet with DNS name api.other.example. is not permitted in zone shop.example.]',
    });
    const { SetIdentifier: _, Weight: __, ...simple } = weighted('', '127.0.0.4', 0);
    await expect(batch('UPSERT', simple)).rejects.toMatchObject({
      message: expect.stringContaining('different routing policies: simple and weighted'),
    });
    expect(await gateway.records(id, 'api.shop.example')).toMatchObject([{ SetIdentifier: 'west', Weight: 1 }]);
    await batch('DELETE', weighted('west', '127.0.0.1', 1));
    expect(await gateway.records(id, 'api.shop.example')).toEqual([]);
  });

  it('lists zones and records in pages, by labels from the right', async () => {
    const { client, gateway } = await startRoute53();
    const ids = [await zone(client, 'shop.example'), await zone(client, 'example'), await zone(client, 'abc.example')];
    const first = await client.send(new ListHostedZonesCommand({ MaxItems: 2 }));
    const second = await client.send(new ListHostedZonesCommand({ Marker: first.NextMarker }));
    expect([...(first.HostedZones ?? []), ...(second.HostedZones ?? [])].map(({ Id }) => Id).sort()).toEqual(
      ids.sort(),
    );
    expect([first.IsTruncated, second.IsTruncated]).toEqual([true, false]);
    expect((await gateway.publicZonesOf('www.shop.example')).map(({ name }) => name)).toEqual(['shop.example.']);

    const id = (await gateway.publicZonesOf('shop.example'))[0]?.id ?? '';
    await gateway.upsert(
      id,
      ['b', 'a', 'c'].map((set) => weighted(set, '127.0.0.1', 1)),
      '',
    );
    const page = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId: id, MaxItems: 3 }));
    expect(page.ResourceRecordSets?.map(({ Name, Type }) => `${Name} ${Type}`)).toEqual([
      'shop.example. NS',
      'shop.example. SOA',
      'api.shop.example. A',
    ]);
    expect(page).toMatchObject({
      IsTruncated: true,
      NextRecordName: 'api.shop.example.',
      NextRecordType: 'A',
      NextRecordIdentifier: 'b',
    });
  });

  it('refuses what it has no code for, what is no XML, and what does not exist', async () => {
    const { client, endpoint, gateway } = await startRoute53();
    const id = await zone(client);
    await expect(
      gateway.upsert(id, [{ ...weighted('x', '127.0.0.1', 1), MultiValueAnswer: true }], ''),
    ).rejects.toThrow(/does not support.*MultiValueAnswer|MultiValueAnswer/);
    await expect(client.send(new GetChangeCommand({ Id: 'C0' }))).rejects.toMatchObject({ name: 'NoSuchChange' });
    await expect(gateway.records('Z0', 'api.shop.example')).rejects.toThrow(/No hosted zone found with ID: Z0/);
    const post = (body: string) => fetch(`${endpoint}/2013-04-01${id}/rrset/`, { method: 'POST', body });
    for (const body of [
      '<a><b></a>',
      '<Wrong/>',
      '<ChangeResourceRecordSetsRequest><ChangeBatch><Odd>1</Odd></ChangeBatch></ChangeResourceRecordSetsRequest>',
    ]) {
      const answer = await post(body);
      expect(answer.status).toBe(400);
      expect(await answer.text()).toMatch(/<Code>InvalidInput<\/Code>/);
    }
  });
});

describe('health checks', () => {
  it('ask their endpoint, and turn after as many answers in a row as they say', async () => {
    const { client, gateway } = await startRoute53();
    let status = 200;
    const server = http.createServer((_, response) => response.writeHead(status).end()).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await vi.waitFor(() => expect(server.listening).toBe(true));
    const made = await client.send(
      new CreateHealthCheckCommand({
        CallerReference: 'one',
        HealthCheckConfig: {
          Type: 'HTTP',
          IPAddress: '127.0.0.1',
          Port: (server.address() as AddressInfo).port,
          ResourcePath: '/health',
          RequestInterval: 10,
          FailureThreshold: 3,
        },
      }),
    );
    const id = made.HealthCheck?.Id ?? '';
    await vi.waitFor(async () => expect(await gateway.healthCheckPasses(id)).toBe(true), 10_000);
    status = 503;
    await vi.waitFor(async () => expect(await gateway.healthCheckPasses(id)).toBe(false), 10_000);
    await client.send(new DeleteHealthCheckCommand({ HealthCheckId: id }));
    await expect(gateway.healthCheckPasses(id)).rejects.toThrow(/No health check exists/);
  });
});
