import {
  CreateService$,
  CreateServiceCommand,
  ListClustersCommand,
  ListServices$,
  ListServicesCommand,
} from '@aws-sdk/client-ecs';
import { DescribeRules$, DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { operation } from '../../../src/rehearsal/wire/operation.ts';
import { start } from './support/clients.ts';

/** Accepts what it is declared for and does nothing. */
function inertOperation(schema: unknown, supports: readonly string[], inert: Record<string, string> = {}) {
  return operation<object, object>({ schema, supports, inert, source: 'test', handle: () => ({}) });
}

const ecs11 = { 'content-type': 'application/x-amz-json-1.1' };

describe('refusals', () => {
  it.each(['ecs', 'sts'] as const)(
    'refuses an operation that AWS has and the platform has not, and %s clients do not try again',
    async (kind) => {
      const bench = await start([]);
      const sent =
        kind === 'ecs' ? bench.ecs.send(new ListClustersCommand({})) : bench.sts.send(new GetSessionTokenCommand({}));
      const error = await sent.catch((e: unknown) => e);
      expect(error).toMatchObject({
        name: 'UnsupportedOperationException',
        message: expect.stringMatching(
          /^surefoot's rehearsal platform does not support (Amazon ECS ListClusters|AWS STS GetSessionToken)\./,
        ),
        $metadata: { httpStatusCode: 400, attempts: 1 },
      });
      expect(bench.wire.requests()).toHaveLength(1);
    },
  );

  it('names every member it has no code for, once, with its path, and does not run the handler', async () => {
    const createService = inertOperation(
      CreateService$,
      ['serviceName', 'loadBalancers[].targetGroupArn', 'deploymentConfiguration.strategy', 'networkConfiguration.*'],
      { propagateTags: 'tags are not shown on tasks' },
    );
    const { ecs, wire } = await start([{ id: 'ecs', operations: [createService] }]);
    const error = await ecs
      .send(
        new CreateServiceCommand({
          serviceName: 'web',
          propagateTags: 'SERVICE',
          desiredCount: 2,
          loadBalancers: [
            { targetGroupArn: 'a', containerName: 'c' },
            {
              targetGroupArn: 'b',
              containerName: 'd',
              advancedConfiguration: { roleArn: 'r', alternateTargetGroupArn: 'x' },
            },
          ],
          deploymentConfiguration: { strategy: 'ROLLING', alarms: { alarmNames: ['a'], enable: true, rollback: true } },
          networkConfiguration: { awsvpcConfiguration: { subnets: ['s'] } },
          placementStrategy: [{ type: 'random' }],
          placementConstraints: [],
        }),
      )
      .catch((e: unknown) => e);
    expect(error).toMatchObject({
      name: 'UnsupportedParameterException',
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
    const paths = /CreateService: (.*)\. Leave/
      .exec((error as Error).message)?.[1]
      ?.split(', ')
      .sort();
    expect(paths).toEqual([
      'deploymentConfiguration.alarms',
      'desiredCount',
      'loadBalancers[].advancedConfiguration',
      'loadBalancers[].containerName',
      'placementStrategy',
    ]);
    expect(wire.requests()).toHaveLength(1);
  });

  it('names misspelt members, wrong types and unsupported members together', async () => {
    const { endpoint } = await start([{ id: 'ecs', operations: [inertOperation(CreateService$, ['serviceName'])] }]);
    const body = { servicename: 'x', serviceName: 7, desiredCount: '2', cluster: 'c', tags: [null, 'x'], role: null };
    const answer = await post(endpoint, JSON.stringify(body), target('CreateService'));
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toEqual({
      __type: 'InvalidParameterException',
      message:
        'CreateService: servicename is not a member of this API; did you mean serviceName?; serviceName must be a string, not 7; ' +
        'desiredCount must be a number, not "2"; tags[0] must be a structure, not null; tags[1] must be a structure, not "x". ' +
        "Besides: surefoot's rehearsal platform does not support these members of CreateService: desiredCount, cluster, tags. " +
        'Leave them out to rehearse the rest.',
    });
  });

  it('does the same for the Query protocol', async () => {
    const { elbv2, endpoint } = await start([
      { id: 'elbv2', operations: [inertOperation(DescribeRules$, ['RuleArns'])] },
    ]);
    const error = await elbv2
      .send(new DescribeRulesCommand({ ListenerArn: 'l', PageSize: 1 }))
      .catch((e: unknown) => e);
    expect(error).toMatchObject({
      name: 'UnsupportedParameterException',
      message: expect.stringContaining('members of DescribeRules: ListenerArn, PageSize.'),
      $metadata: { attempts: 1 },
    });
    const answer = await post(
      endpoint,
      'Action=DescribeRules&Version=2015-12-01&PageSize=x&Rulearns.member.1=a',
      form(),
    );
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('<Code>ValidationError</Code>');
    expect(answer.text).toContain(
      'PageSize must be a number, not &quot;x&quot;; Rulearns is not a member of this API; did you mean RuleArns?',
    );
  });

  it('counts null members as absent', async () => {
    const listServices = inertOperation(ListServices$, []);
    const { ecs } = await start([{ id: 'ecs', operations: [listServices] }]);
    const input = { cluster: null, maxResults: undefined } as unknown as { cluster?: string };
    expect((await ecs.send(new ListServicesCommand(input))).$metadata.httpStatusCode).toBe(200);
  });

  it.each([
    [
      'an operation that AWS does not have',
      '{}',
      target('CreateSrvice'),
      400,
      'UnknownOperationException',
      'Amazon ECS has no operation CreateSrvice.',
    ],
    [
      'a service that is not there',
      '{}',
      { ...ecs11, 'x-amz-target': 'AmazonSQS.SendMessage' },
      400,
      'UnsupportedOperationException',
      'no AWS service AmazonSQS; it has Amazon ECS',
    ],
    [
      'a target without a service',
      '{}',
      { ...ecs11, 'x-amz-target': 'CreateService' },
      400,
      'UnsupportedOperationException',
      'no AWS service CreateService',
    ],
    [
      'a REST service by its scope',
      '{}',
      { authorization: scope('lambda') },
      400,
      'UnsupportedOperationException',
      'no AWS service lambda',
    ],
    [
      'CBOR',
      '',
      { 'smithy-protocol': 'rpc-v2-cbor', authorization: scope('monitoring') },
      400,
      'UnsupportedOperationException',
      'The protocol rpc-v2-cbor is not supported',
    ],
    ['nothing at all', '', {}, 400, 'MissingAction', "This is surefoot's rehearsal platform"],
    ['JSON that breaks off', '{"a":', target('ListServices'), 400, 'SerializationException', 'The body is not JSON'],
    [
      'a body that is no structure',
      '[]',
      target('ListServices'),
      400,
      'InvalidParameterException',
      'ListServices: the request must be a structure, not a list.',
    ],
    [
      'gzip that is none',
      'x',
      { ...target('ListServices'), 'content-encoding': 'gzip' },
      400,
      'SerializationException',
      'is not gzip',
    ],
    [
      'another encoding',
      'x',
      { ...target('ListServices'), 'content-encoding': 'br' },
      415,
      'UnsupportedMediaTypeException',
      'Content-Encoding br',
    ],
    [
      'a web page',
      '{}',
      { ...target('ListServices'), origin: 'http://example.com' },
      403,
      'AccessDeniedException',
      'web pages',
    ],
  ])('answers %s in JSON', async (_, body, headers, status, code, text) => {
    const { endpoint, bugs } = await start([{ id: 'ecs', operations: [inertOperation(ListServices$, [])] }]);
    const answer = await post(endpoint, body, headers);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toEqual({ __type: code, message: expect.stringContaining(text) });
    expect(answer.headers.get('x-amzn-errortype')).toBe(code);
    expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(bugs).toEqual([]);
  });

  it.each([
    ['an action that AWS does not have', 'Action=DescribeRulez&Version=2015-12-01', form(), 400, 'InvalidAction'],
    ['no action', 'Version=2015-12-01', form(), 400, 'MissingAction'],
    [
      'another API version',
      'Action=DescribeLoadBalancers&Version=2012-06-01',
      form('elasticloadbalancing'),
      400,
      'InvalidAction',
    ],
    [
      'an unknown version without a signature',
      'Action=DescribeX&Version=1999-01-01',
      form(),
      400,
      'UnsupportedOperationException',
    ],
    ['another service', 'Action=RunInstances&Version=2016-11-15', form('ec2'), 400, 'UnsupportedOperationException'],
    ['bad escapes', 'Action=DescribeRules&Version=2015-12-01&ListenerArn=%E0%A4', form(), 404, 'MalformedQueryString'],
    [
      'a parameter twice',
      'Action=DescribeRules&Version=2015-12-01&PageSize=1&PageSize=2',
      form(),
      404,
      'MalformedQueryString',
    ],
    [
      'a value and members',
      'Action=DescribeRules&Version=2015-12-01&RuleArns=1&RuleArns.member.1=2',
      form(),
      404,
      'MalformedQueryString',
    ],
  ])('answers %s in XML', async (_, body, headers, status, code) => {
    const { endpoint, bugs } = await start([
      { id: 'elbv2', operations: [inertOperation(DescribeRules$, ['RuleArns', 'PageSize'])] },
    ]);
    const answer = await post(endpoint, body, headers);
    expect(answer.text).toContain(`<Type>Sender</Type><Code>${code}</Code>`);
    expect(answer.status).toBe(status);
    expect(bugs).toEqual([]);
  });
});

function target(name: string) {
  return { ...ecs11, 'x-amz-target': `AmazonEC2ContainerServiceV20141113.${name}` };
}

function scope(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=AKID/20261121/us-west-2/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

function form(service?: string): Record<string, string> {
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  return service === undefined ? type : { ...type, authorization: scope(service) };
}

async function post(endpoint: string, body: string, headers: Record<string, string>) {
  const response = await fetch(endpoint, { method: 'POST', body: Buffer.from(body), headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
