import { createServer } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import {
  CreateCluster$,
  DescribeServices$,
  type DescribeServicesResponse,
  ListServices$,
  ListServicesCommand,
  type ListServicesRequest,
  type ListServicesResponse,
} from '@aws-sdk/client-ecs';
import { DescribeRules$ } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { AwsError, operation } from '../../../src/rehearsal/wire/operation.ts';
import { createRequestLog } from '../../../src/rehearsal/wire/request-log.ts';
import { createWire } from '../../../src/rehearsal/wire/server.ts';
import { start } from './support/clients.ts';

const LIST_SERVICES = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListServices',
};

function listServices(handle: (input: ListServicesRequest) => ListServicesResponse | Promise<ListServicesResponse>) {
  return operation({ schema: ListServices$, supports: ['cluster', 'maxResults'], source: 'test', handle });
}

const empty = listServices(() => ({ serviceArns: [] }));

describe('the server', () => {
  it('answers a bug of ours with a 500 that tells the client nothing of its inside', async () => {
    const broken = listServices(() => {
      throw new TypeError('secret detail');
    });
    const { endpoint, bugs, wire } = await start([{ id: 'ecs', operations: [broken] }]);
    const answer = await fetch(endpoint, { method: 'POST', body: '{}', headers: LIST_SERVICES });
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ __type: 'InternalFailure' });
    expect(text).not.toMatch(/secret|at .*\.ts/);
    expect(text).toContain(String(answer.headers.get('x-amzn-requestid')));
    expect(bugs).toEqual([new TypeError('secret detail')]);
    expect(wire.requests()).toMatchObject([{ operation: 'ListServices', status: 500, code: 'InternalFailure' }]);
  });

  it.each([
    [{ serviceArns: 'not a list' }, 'serviceArns must be a list, not "not a list"'],
    [{ services: [] }, 'services is not a member of this API'],
    [{ serviceArns: [1] }, 'serviceArns[0] must be a string, not 1'],
  ])("counts an answer that does not fit AWS's schema as a bug: %j", async (output, problem) => {
    const { endpoint, bugs } = await start([
      { id: 'ecs', operations: [listServices(() => output as ListServicesResponse)] },
    ]);
    const answer = await fetch(endpoint, { method: 'POST', body: '{}', headers: LIST_SERVICES });
    expect(answer.status).toBe(500);
    expect(bugs.map(String)).toEqual([`Error: the answer of ecs.ListServices does not fit AWS's schema: ${problem}`]);
  });

  it('refuses a body over the limit, plain or unpacked, and stays usable', async () => {
    const { endpoint } = await start([{ id: 'ecs', operations: [empty] }]);
    const huge = Buffer.alloc(3 * 1024 * 1024, 0x20);
    const plain = await fetch(endpoint, { method: 'POST', body: huge, headers: LIST_SERVICES });
    expect([plain.status, (await plain.json()) as object]).toMatchObject([
      413,
      { __type: 'RequestEntityTooLargeException' },
    ]);
    const packed = await fetch(endpoint, {
      method: 'POST',
      body: gzipSync(huge),
      headers: { ...LIST_SERVICES, 'content-encoding': 'gzip' },
    });
    expect(packed.status).toBe(413);
    expect((await fetch(endpoint, { method: 'POST', body: '{}', headers: LIST_SERVICES })).status).toBe(200);
  });

  it('takes a client that hangs up in the middle of a body for what it is', async () => {
    const { endpoint, bugs, wire } = await start([{ id: 'ecs', operations: [empty] }]);
    const { hostname, port } = new URL(endpoint);
    const socket = connect(Number(port), hostname);
    await new Promise((resolve) => socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{', resolve));
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await expect
      .poll(() => wire.requests(), { timeout: 10_000 })
      .toMatchObject([{ service: 'unknown', code: 'IncompleteBody' }]);
    expect(bugs).toEqual([]);
  });

  it('closes at once although a client keeps its connection', async () => {
    const { wire, ecs, endpoint } = await start([{ id: 'ecs', operations: [empty] }]);
    await ecs.send(new ListServicesCommand({}));
    const before = performance.now();
    await wire.close();
    // A request in flight is given a second; a connection without one is not.
    expect(performance.now() - before).toBeLessThan(950);
    await expect(fetch(endpoint)).rejects.toThrow('fetch failed');
  });

  it('lets a request in flight end before it closes', async () => {
    let entered: () => void = () => {};
    const running = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const slow = listServices(async () => {
      entered();
      await new Promise((resolve) => setTimeout(resolve, 200));
      return { serviceArns: ['late'] };
    });
    const { wire, ecs } = await start([{ id: 'ecs', operations: [slow] }]);
    const answer = ecs.send(new ListServicesCommand({}));
    await running;
    await wire.close();
    expect((await answer).serviceArns).toEqual(['late']);
  });

  it('ends a request that never ends when it closes', async () => {
    const stuck = listServices(() => new Promise(() => {}));
    const { wire, endpoint } = await start([{ id: 'ecs', operations: [stuck] }]);
    const answer = fetch(endpoint, { method: 'POST', body: '{}', headers: LIST_SERVICES }).catch(
      (error: unknown) => error,
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    await wire.close();
    expect(await answer).toBeInstanceOf(TypeError);
  });

  it('says which port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { wire } = await start([]);
    const second = createWire({ services: [], accountId: '000000000000', region: 'us-east-1' });
    await expect(second.listen('127.0.0.1', port)).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    await second.close();
    await wire.close();
    taken.close();
  });
});

describe('call', () => {
  const wireWith = (handle: Parameters<typeof listServices>[0]) =>
    createWire({
      services: [{ id: 'ecs', operations: [listServices(handle)] }],
      accountId: '000000000000',
      region: 'us-east-1',
    });

  it('passes the same refusals as a request over the wire, and is recorded', async () => {
    const wire = wireWith(() => ({}));
    await expect(wire.call('ecs', 'ListServices', { launchType: 'FARGATE' })).rejects.toMatchObject({
      code: 'UnsupportedParameterException',
    });
    await expect(wire.call('ecs', 'ListServices', { maxResults: '1' })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    });
    await expect(wire.call('ecs', 'ListClusters', {})).rejects.toMatchObject({ code: 'UnsupportedOperationException' });
    await expect(wire.call('elbv2', 'Nonsense', {})).rejects.toBeInstanceOf(AwsError);
    expect(wire.requests().map(({ origin, code }) => [origin, code])).toEqual([
      ['platform', 'UnsupportedParameterException'],
      ['platform', 'InvalidParameterException'],
      ['platform', 'UnsupportedOperationException'],
      ['platform', 'UnknownOperationException'],
    ]);
  });

  it('is recorded when it changes something or fails: what services read of each other is not a request of anybody', async () => {
    const create = operation<object, object>({
      schema: CreateCluster$,
      supports: [],
      source: 'test',
      handle: () => ({}),
    });
    const wire = createWire({
      services: [{ id: 'ecs', operations: [empty, create] }],
      accountId: '000000000000',
      region: 'us-east-1',
    });
    await wire.call('ecs', 'ListServices', {});
    await wire.call('ecs', 'CreateCluster', {});
    await expect(wire.call('ecs', 'ListServices', { launchType: 'FARGATE' })).rejects.toThrow();
    expect(wire.requests().map(({ operation: name, status }) => [name, status])).toEqual([
      ['CreateCluster', 200],
      ['ListServices', 400],
    ]);
  });

  it('shares no object with the handler, as a request over the wire would not', async () => {
    const state = { serviceArns: ['a'] };
    const inputs: ListServicesRequest[] = [];
    const wire = wireWith((input) => {
      inputs.push(input);
      return state;
    });
    const input = { cluster: 'c' };
    const first = await wire.call<ListServicesResponse>('ecs', 'ListServices', input);
    first.serviceArns?.push('b');
    input.cluster = 'changed';
    expect(state).toEqual({ serviceArns: ['a'] });
    expect(inputs).toEqual([{ cluster: 'c' }]);
  });

  it('keeps dates to the millisecond', async () => {
    const createdAt = new Date(1_795_219_200_123);
    const describeServices = operation<object, DescribeServicesResponse>({
      schema: DescribeServices$,
      supports: ['services'],
      source: 'test',
      handle: () => ({ services: [{ createdAt }] }),
    });
    const wire = createWire({ services: [], accountId: '000000000000', region: 'us-east-1' });
    wire.register({ id: 'ecs', operations: [describeServices] });
    const answer = await wire.call<DescribeServicesResponse>('ecs', 'DescribeServices', { services: ['a'] });
    expect(answer.services?.[0]?.createdAt).toEqual(createdAt);
  });

  it('hands on errors of the handler as they are', async () => {
    const error = new AwsError('ClusterNotFoundException', 'none');
    await expect(
      wireWith(() => {
        throw error;
      }).call('ecs', 'ListServices', {}),
    ).rejects.toBe(error);
  });
});

describe('register', () => {
  const options = { services: [], accountId: '000000000000', region: 'us-east-1' };

  it('takes a service in parts, and refuses an operation twice', () => {
    const wire = createWire(options);
    wire.register({ id: 'ecs', operations: [empty] });
    wire.register({
      id: 'ecs',
      operations: [operation({ schema: DescribeServices$, supports: [], source: 'test', handle: () => ({}) })],
    });
    expect(() => wire.register({ id: 'ecs', operations: [empty] })).toThrow('ecs.ListServices is registered twice');
  });

  it('refuses an operation of another service, and paths that the input does not have', () => {
    const wire = createWire(options);
    const rules = operation({
      schema: DescribeRules$,
      supports: ['RuleArn', 'PageSize', 'RuleArns[].x'],
      source: 'test',
      handle: () => ({}),
    });
    expect(() => wire.register({ id: 'ecs', operations: [rules] })).toThrow('not in the API of Amazon ECS');
    expect(() => wire.register({ id: 'elbv2', operations: [rules] })).toThrow('does not have: RuleArn, RuleArns[].x');
  });
});

describe('the request log', () => {
  it('keeps the last records in order', () => {
    const log = createRequestLog(3);
    const record = (operationName: string) =>
      ({ service: 'ecs', operation: operationName, at: new Date(0), status: 200, origin: 'client' }) as const;
    for (const name of ['a', 'b']) {
      log.add(record(name));
    }
    expect(log.recent().map((r) => r.operation)).toEqual(['a', 'b']);
    for (const name of ['c', 'd', 'e', 'f', 'g']) {
      log.add(record(name));
    }
    expect(log.recent().map((r) => r.operation)).toEqual(['e', 'f', 'g']);
  });
});
