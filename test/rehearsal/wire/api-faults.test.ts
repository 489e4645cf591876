/** Errors injected into the calls of a role, through real clients. */
import { DescribeClustersCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type ApiFault,
  createApiFaults,
  namespaceOf,
  serviceOfNamespace,
} from '../../../src/rehearsal/wire/api-faults.ts';
import { createWire, type Wire } from '../../../src/rehearsal/wire/server.ts';
import { serviceById } from '../../../src/rehearsal/wire/services.ts';

const ROLE = 'arn:aws:iam::000000000000:role/deployer';
const roleOf = (key: string | undefined) => (key === 'AKIDDEPLOYER' ? ROLE : 'arn:aws:iam::000000000000:role/other');

const fault = (more: Partial<ApiFault> = {}): ApiFault => ({
  kind: 'throttle',
  roles: new Set([ROLE]),
  namespace: 'ecs',
  operations: new Set(['ListClusters']),
  percentage: 100,
  ...more,
});

const request = (operation: string, accessKeyId: string | undefined = 'AKIDDEPLOYER') => ({
  service: serviceById('ecs'),
  operation,
  accessKeyId,
});

describe('a fault on calls', () => {
  it('hits the operations of the roles alone, until it is ended', () => {
    const faults = createApiFaults({ roleOf });
    const end = faults.inject(fault());
    expect(faults.errorFor(request('ListClusters'))?.code).toBe('ThrottlingException');
    expect(faults.errorFor(request('DescribeClusters'))).toBeUndefined();
    expect(faults.errorFor(request('ListClusters', 'AKIDOTHER'))).toBeUndefined();
    expect(faults.errorFor({ ...request('ListClusters'), accessKeyId: undefined })).toBeUndefined();
    expect(faults.errorFor({ ...request('ListClusters'), service: serviceById('ecr') })).toBeUndefined();
    end();
    expect(faults.errorFor(request('ListClusters'))).toBeUndefined();
  });

  it.each([
    ['throttle', 400, 'ThrottlingException'],
    ['internal', 500, 'InternalFailure'],
    ['unavailable', 503, 'ServiceUnavailable'],
  ] as const)('of kind %s is HTTP %d, %s', (kind, status, code) => {
    const faults = createApiFaults({ roleOf });
    faults.inject(fault({ kind }));
    expect(faults.errorFor(request('ListClusters'))).toMatchObject({ code, status });
  });

  it.each([1, 10, 33, 50, 75, 99])('hits %d %% of the calls, evenly', (percentage) => {
    const faults = createApiFaults({ roleOf });
    faults.inject(fault({ percentage }));
    const hits = Array.from({ length: 1000 }, () => faults.errorFor(request('ListClusters')) !== undefined);
    expect(Math.abs(hits.filter(Boolean).length - percentage * 10)).toBeLessThanOrEqual(3);
    if (percentage <= 50) {
      expect(hits.some((hit, index) => hit && hits[index + 1] && hits[index + 2])).toBe(false);
    }
  });

  it('twice is two faults, of which each ends for itself', () => {
    const faults = createApiFaults({ roleOf });
    const twice = fault();
    const end = faults.inject(twice);
    faults.inject(twice);
    end();
    end();
    expect(faults.errorFor(request('ListClusters'))).toBeDefined();
  });

  it('names services as IAM does', () => {
    expect(namespaceOf(serviceById('cloudwatch'))).toBe('cloudwatch');
    expect(serviceOfNamespace('elasticloadbalancing')?.id).toBe('elbv2');
    expect(serviceOfNamespace('ec2')).toBeUndefined();
  });
});

describe('on the wire', () => {
  let wire: Wire | undefined;
  afterEach(() => wire?.close());

  it('a throttled client tries again and gets through; another is not hit; the input is not looked at', async () => {
    const faults = createApiFaults({ roleOf });
    wire = createWire({ services: [], accountId: '000000000000', region: 'us-east-1', fault: faults.errorFor });
    const { endpoint } = await wire.listen('127.0.0.1', 0);
    const client = (accessKeyId: string, maxAttempts: number) =>
      new ECSClient({ endpoint, region: 'us-east-1', maxAttempts, credentials: { accessKeyId, secretAccessKey: 'x' } });
    faults.inject(fault({ operations: new Set(['ListClusters', 'DescribeClusters']), percentage: 50 }));
    const patient = client('AKIDDEPLOYER', 5);
    // Behind the fault there is no operation: who gets through is told so, who is throttled is not.
    const calls = [
      () => patient.send(new ListClustersCommand({})),
      () => patient.send(new DescribeClustersCommand({})),
      () => patient.send(new ListClustersCommand({})),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({ name: 'UnsupportedOperationException' });
    }
    const codes = wire.requests().map(({ code }) => code);
    expect(codes).toContain('ThrottlingException');
    expect(codes.filter((code) => code === 'UnsupportedOperationException')).toHaveLength(3);

    const other = client('AKIDOTHER', 1);
    for (let call = 0; call < 6; call++) {
      await expect(other.send(new ListClustersCommand({}))).rejects.toThrow('does not support');
    }
    for (const each of [patient, other]) {
      each.destroy();
    }
  });
});
