/** The proxy lets everything through unchanged, and nothing that AWS would not say goes by unseen. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { startCapture } from './capture.ts';
import { judge, type RawExchange } from './exchange.ts';

const JSON_TYPE = 'application/x-amz-json-1.1';

interface Sketch {
  readonly target?: string;
  readonly request?: string | Buffer;
  readonly requestHeaders?: Record<string, string>;
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** A good ListClusters, with what is given instead. */
function json(sketch: Sketch): RawExchange {
  return {
    request: {
      headers: {
        'x-amz-target': sketch.target ?? 'AmazonEC2ContainerServiceV20141113.ListClusters',
        ...sketch.requestHeaders,
      },
      body: Buffer.from(sketch.request ?? '{}'),
    },
    response: {
      status: sketch.status ?? 200,
      headers: { 'content-type': JSON_TYPE, 'x-amzn-requestid': '1', ...sketch.headers },
      body: Buffer.from(sketch.body ?? '{"clusterArns":[]}'),
    },
  };
}

/** A good answer to DescribeTags, with what is given instead. */
function query(sketch: Sketch): RawExchange {
  const request = 'Action=DescribeTags&Version=2015-12-01&ResourceArns.member.1=arn';
  const body =
    '<DescribeTagsResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeTagsResult><TagDescriptions>' +
    '<member><ResourceArn>arn</ResourceArn><Tags><member><Key>team</Key><Value>core</Value></member></Tags></member>' +
    '</TagDescriptions></DescribeTagsResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></DescribeTagsResponse>';
  const { response } = json({ body, ...sketch });
  return {
    request: { headers: {}, body: Buffer.from(sketch.request ?? request) },
    response: { ...response, headers: { ...response.headers, 'content-type': 'text/xml', ...sketch.headers } },
  };
}

/** A good GetSafetyLever, with what is given instead. */
function rest(sketch: Sketch & { readonly method?: string; readonly url?: string }): RawExchange {
  const lever =
    '{"safetyLever":{"id":"default","arn":"arn:aws:fis:::safety-lever","state":{"status":"engaged","reason":"x"}}}';
  const { response } = json({ body: lever, ...sketch });
  const { method = 'GET', url = '/safetyLevers/default', request = '' } = sketch;
  return {
    request: { headers: {}, method, url, body: Buffer.from(request) },
    response: { ...response, headers: { ...response.headers, 'content-type': 'application/json', ...sketch.headers } },
  };
}

function xmlError(error: string): string {
  return `<ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">${error}<RequestId>1</RequestId></ErrorResponse>`;
}

describe('the judge', () => {
  it.each<[string, RawExchange]>([
    ['JSON', json({})],
    ['a modelled error', json({ status: 400, body: '{"__type":"com.amazonaws.ecs#ClientException","message":"no"}' })],
    [
      'an error of every service',
      json({ status: 400, body: '{"__type":"ThrottlingException","Message":"slow down"}' }),
    ],
    ['Query and XML', query({})],
    ['REST', rest({})],
    [
      'REST with a body and labels',
      rest({
        method: 'PATCH',
        url: '/safetyLevers/default/state',
        request: '{"state":{"status":"engaged","reason":"x"}}',
      }),
    ],
    [
      'a modelled error of REST, by its header',
      rest({ status: 404, body: '{"message":"no"}', headers: { 'x-amzn-errortype': 'ResourceNotFoundException:' } }),
    ],
    [
      'an error in XML by its Query code',
      query({
        status: 400,
        body: xmlError('<Error><Type>Sender</Type><Code>LoadBalancerNotFound</Code><Message>no</Message></Error>'),
      }),
    ],
    [
      'a faulty request that was refused',
      json({
        request: '{"maxResults":"7"}',
        status: 400,
        body: '{"__type":"InvalidParameterException","message":"no"}',
      }),
    ],
    [
      'an empty body of an operation without output',
      json({
        target: 'GraniteServiceVersion20100801.DeleteAlarms',
        request: '{"AlarmNames":["a"]}',
        body: '',
        headers: { 'content-type': 'application/x-amz-json-1.0' },
      }),
    ],
  ])('passes %s', (_, exchange) => {
    expect(judge(exchange).violations).toEqual([]);
  });

  it.each<[string, RawExchange, RegExp]>([
    [
      'a wrong member',
      json({ body: '{"clusterArns":[],"clusters":[]}' }),
      /ListClusters answered 200: \$\.clusters is not a member/,
    ],
    ['a member missing that AWS always has', json({ body: '{}' }), /\$\.clusterArns is missing: AWS always has it/],
    ['what is no JSON', json({ body: '<html>' }), /answered 200: \$ .*not valid JSON/],
    ['an empty body of an operation with output', json({ body: '' }), /answered 200/],
    [
      'a wrong answer of REST',
      rest({ body: '{"lever":{}}' }),
      /GetSafetyLever answered 200: \$\.lever is not a member/,
    ],
    [
      'a member that REST has elsewhere',
      rest({ url: '/actions?maxResult=5', body: '{"actions":[]}' }),
      /ListActions accepted a request in which \$\.maxResult is not a member/,
    ],
    [
      'a wrong value in a query',
      rest({ url: '/actions?maxResults=500', body: '{"actions":[]}' }),
      /ListActions accepted a request in which \$\.maxResults/,
    ],
    [
      'an error of REST without its header',
      rest({ status: 404, body: '{"__type":"ResourceNotFoundException","message":"no"}' }),
      /undefined is no error of this operation/,
    ],
    [
      'another content type',
      json({ headers: { 'content-type': 'application/json' } }),
      /content-type is application\/json, not/,
    ],
    ['no request id', json({ headers: { 'x-amzn-requestid': '' } }), /x-amzn-requestid is missing/],
    [
      'a faulty request that was accepted',
      json({ request: '{"maxResults":"7"}' }),
      /accepted a request in which \$\.maxResults must be an integer/,
    ],
    ['a request that is no JSON and was accepted', json({ request: '{' }), /accepted a request in which \$ /],
    [
      'an unknown error',
      json({ status: 400, body: '{"__type":"OddException","message":"no"}' }),
      /OddException is no error of this operation/,
    ],
    ['an error without message', json({ status: 400, body: '{"__type":"ClientException"}' }), /has no message/],
    ['an error in HTML', json({ status: 500, body: '<html>' }), /answered 500: \$ /],
    [
      'an unknown operation',
      json({ target: 'AmazonEC2ContainerServiceV20141113.Fly' }),
      /ecs\.Fly is not among the models/,
    ],
    ['an unknown service', json({ target: 'Odd.Fly' }), /of a service that is not among the models/],
    [
      'an unknown protocol',
      query({ request: 'hello' }),
      /neither AWS JSON nor AWS REST-JSON nor AWS Query: POST \/ hello/,
    ],
    [
      'a faulty form that was accepted',
      query({ request: 'Action=DescribeTags&Version=2015-12-01&Odd=1' }),
      /\$\.Odd is not a member/,
    ],
    ['JSON for a Query client', query({ body: '{}' }), /not one root element/],
    [
      'another root element',
      query({ body: '<TagsResponse/>' }),
      /root element: TagsResponse, not DescribeTagsResponse/,
    ],
    ['no namespace', query({ body: '<DescribeTagsResponse/>' }), /xmlns: undefined, not http/],
    [
      'an error without type',
      query({ status: 400, body: xmlError('<Error><Code>LoadBalancerNotFound</Code><Message>no</Message></Error>') }),
      /has Error with Type/,
    ],
    [
      'the name of an error’s shape for its Query code',
      query({
        status: 400,
        body: xmlError(
          '<Error><Type>Sender</Type><Code>LoadBalancerNotFoundException</Code><Message>no</Message></Error>',
        ),
      }),
      /LoadBalancerNotFoundException is no error of this operation/,
    ],
  ])('finds %s', (_, exchange, violation) => {
    expect(judge(exchange).violations.join('\n')).toMatch(violation);
  });

  it('gives the values of both sides', () => {
    const exchange = judge(query({}));
    expect(exchange).toMatchObject({ service: 'elbv2', operation: 'DescribeTags', protocol: 'query', status: 200 });
    expect(exchange.request).toEqual({ ResourceArns: ['arn'] });
    expect(exchange.response).toEqual({
      TagDescriptions: [{ ResourceArn: 'arn', Tags: [{ Key: 'team', Value: 'core' }] }],
    });
  });
});

describe('the proxy', () => {
  const open: { close(): unknown }[] = [];

  afterEach(async () => {
    for (const each of open.splice(0)) {
      await each.close();
    }
  });

  /** Keeps the bodies of requests, and answers each as a ListClusters with one member too many. */
  async function upstream(): Promise<{ endpoint: string; bodies: Buffer[] }> {
    const bodies: Buffer[] = [];
    const server: Server = createServer(async (request, response) => {
      bodies.push(await buffer(request));
      response.writeHead(200, { 'content-type': JSON_TYPE, 'x-amzn-requestid': '1', 'x-seen-path': request.url });
      response.end('{"clusterArns":["a"],"odd":1}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()) });
    return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
  }

  const headers = { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters', 'content-type': JSON_TYPE };

  it('passes bytes on as they are, also compressed, and reads them', async () => {
    const { endpoint, bodies } = await upstream();
    const capture = await startCapture(endpoint);
    open.push(capture);
    const body = gzipSync('{"maxResults":5}');
    const answer = await fetch(`${capture.endpoint}/some/path?x=1`, {
      method: 'POST',
      headers: { ...headers, 'content-encoding': 'gzip' },
      body,
    });
    expect(await answer.text()).toBe('{"clusterArns":["a"],"odd":1}');
    expect(answer.headers.get('x-seen-path')).toBe('/some/path?x=1');
    expect(bodies).toEqual([body]);
    expect(capture.exchanges().map(({ request }) => request)).toEqual([{ maxResults: 5 }]);
    expect(capture.violations()).toEqual([
      'ecs.ListClusters answered 200: $.odd is not a member of ListClustersResponse',
    ]);
  });

  it('leaves out what is not meant for AWS', async () => {
    const { endpoint } = await upstream();
    const capture = await startCapture(endpoint);
    open.push(capture);
    expect((await fetch(`${capture.endpoint}/_surefoot`)).status).toBe(200);
    expect(capture.exchanges()).toEqual([]);
  });

  it('says so when nothing answers behind it', async () => {
    const capture = await startCapture('http://127.0.0.1:1');
    open.push(capture);
    const answer = await fetch(capture.endpoint, { method: 'POST', headers, body: '{}' });
    expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining('ECONNREFUSED')]);
  });
});
