import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { answerQuestion } from '../../../src/rehearsal/route53/answer.ts';
import { firstRecords, keyOf, type ZoneRecord } from '../../../src/rehearsal/route53/state.ts';

const NAME = 'api.shop.example.';

function zoneWith(...records: ResourceRecordSet[]): ZoneRecord {
  const served = new Map([
    ...firstRecords('shop.example.'),
    ...records.map((record) => [keyOf(record), record] as const),
  ]);
  return { id: 'Z1', name: 'shop.example.', comment: undefined, callerReference: '', records: served, served };
}

const set = (address: string, more: Partial<ResourceRecordSet>): ResourceRecordSet => ({
  Name: NAME,
  Type: 'A',
  SetIdentifier: address,
  TTL: 2,
  ResourceRecords: [{ Value: address }],
  ...more,
});
const alias = (address: string, more: Partial<ResourceRecordSet>): ResourceRecordSet => ({
  Name: NAME,
  Type: 'A',
  SetIdentifier: address,
  AliasTarget: { DNSName: `${address}.`, HostedZoneId: 'Z2', EvaluateTargetHealth: true },
  ...more,
});

function ask(zone: ZoneRecord, { random = 0, sick = [] as string[], name = 'api.shop.example', type = 'A' } = {}) {
  const reply = answerQuestion(
    { name, type },
    {
      zones: [zone],
      checkPasses: (id) => !sick.includes(id),
      loadBalancerHealthy: (host) => !sick.includes(host),
      random: () => random,
    },
  );
  return { code: reply.code, data: reply.answers.map((answer) => ('data' in answer ? answer.data : undefined)), reply };
}

describe('which record Route 53 answers with', () => {
  it('takes weighted records by their shares', () => {
    const zone = zoneWith(set('127.0.0.1', { Weight: 3 }), set('127.0.0.2', { Weight: 1 }));
    const shares = Array.from({ length: 100 }, (_, index) => ask(zone, { random: index / 100 }).data[0]);
    expect(shares.filter((address) => address === '127.0.0.1')).toHaveLength(75);
  });

  it('never takes a record of weight 0 while another one is healthy, and takes it when none is', () => {
    const zone = zoneWith(alias('127.0.0.1', { Weight: 100 }), alias('127.0.0.2', { Weight: 0 }));
    expect(ask(zone, { random: 0.999 }).data).toEqual(['127.0.0.1']);
    expect(ask(zone, { sick: ['127.0.0.1'] }).data).toEqual(['127.0.0.2']);
    expect(ask(zone, { sick: ['127.0.0.1', '127.0.0.2'] }).data).toEqual(['127.0.0.1']);
  });

  it('leaves out weighted records whose health check fails', () => {
    const zone = zoneWith(
      set('127.0.0.1', { Weight: 50, HealthCheckId: 'w' }),
      set('127.0.0.2', { Weight: 50, HealthCheckId: 'e' }),
    );
    for (const random of [0, 0.5, 0.99]) {
      expect(ask(zone, { random, sick: ['w'] }).data).toEqual(['127.0.0.2']);
    }
  });

  it.each([
    [[], '127.0.0.1'],
    [['127.0.0.1'], '127.0.0.2'],
    [['127.0.0.2'], '127.0.0.1'],
    [['127.0.0.1', '127.0.0.2'], '127.0.0.1'],
  ])('of a failover pair with %j unhealthy takes %s', (sick, address) => {
    const zone = zoneWith(alias('127.0.0.1', { Failover: 'PRIMARY' }), alias('127.0.0.2', { Failover: 'SECONDARY' }));
    expect(ask(zone, { sick }).data).toEqual([address]);
  });

  it('answers an alias with what its target has, for 60 seconds when that is a load balancer', () => {
    const inner: ResourceRecordSet = {
      Name: 'inner.shop.example.',
      Type: 'A',
      TTL: 7,
      ResourceRecords: [{ Value: '127.0.0.9' }],
    };
    const outer = {
      Name: NAME,
      Type: 'A',
      AliasTarget: { DNSName: 'inner.shop.example.', HostedZoneId: 'Z1', EvaluateTargetHealth: false },
    } as const;
    expect(ask(zoneWith(alias('127.0.0.1', { SetIdentifier: undefined }))).reply.answers).toEqual([
      { name: 'api.shop.example', type: 'A', ttl: 60, data: '127.0.0.1' },
    ]);
    expect(ask(zoneWith(inner, outer)).reply.answers).toEqual([
      { name: 'api.shop.example', type: 'A', ttl: 7, data: '127.0.0.9' },
    ]);
  });

  it('follows CNAMEs and knows wildcards, and does not go round in circles', () => {
    const cname = (from: string, to: string): ResourceRecordSet => ({
      Name: from,
      Type: 'CNAME',
      TTL: 9,
      ResourceRecords: [{ Value: to }],
    });
    const zone = zoneWith(
      cname('www.shop.example.', 'api.shop.example'),
      set('127.0.0.1', { SetIdentifier: undefined }),
      set('127.0.0.5', { Name: '\\052.shop.example.', SetIdentifier: undefined }),
      cname('a.loop.shop.example.', 'b.loop.shop.example'),
      cname('b.loop.shop.example.', 'a.loop.shop.example'),
    );
    expect(ask(zone, { name: 'www.shop.example' }).data).toEqual(['api.shop.example', '127.0.0.1']);
    expect(ask(zone, { name: 'any.shop.example' }).data).toEqual(['127.0.0.5']);
    expect(ask(zone, { name: 'a.loop.shop.example' }).data.length).toBeGreaterThan(0);
  });

  it('tells a name that is not there from a record that is not there, with how long that may be kept', () => {
    const zone = zoneWith(set('127.0.0.1', { SetIdentifier: undefined }));
    expect(ask(zone, { name: 'no.shop.example' })).toMatchObject({
      code: 'NXDOMAIN',
      data: [],
      reply: { authority: { type: 'SOA', ttl: 900 } },
    });
    expect(ask(zone, { type: 'AAAA' })).toMatchObject({
      code: 'NOERROR',
      data: [],
      reply: { authority: { type: 'SOA' } },
    });
    expect(ask(zone, { name: 'shop.other' })).toMatchObject({ code: 'REFUSED', data: [] });
    expect(ask(zone, { name: 'shop.example', type: 'SOA' }).data).toMatchObject([{ minimum: 86_400 }]);
  });
});
