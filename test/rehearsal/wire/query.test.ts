import {
  GetMetricStatistics$,
  type GetMetricStatisticsInput,
  type GetMetricStatisticsOutput,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateRule$,
  CreateRuleCommand,
  type CreateRuleInput,
  type CreateRuleOutput,
  DeleteRule$,
  DeleteRuleCommand,
  DescribeLoadBalancers$,
  DescribeLoadBalancersCommand,
  type DescribeLoadBalancersInput,
  type DescribeLoadBalancersOutput,
  paginateDescribeLoadBalancers,
  RuleNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { AwsError, operation } from '../../../src/rehearsal/wire/operation.ts';
import { start } from './support/clients.ts';

const NAMES = ['alpha', 'beta', 'gamma'];

const describeLoadBalancers = operation<DescribeLoadBalancersInput, DescribeLoadBalancersOutput>({
  schema: DescribeLoadBalancers$,
  supports: ['Names', 'PageSize', 'Marker'],
  source: 'test',
  handle: ({ Names, Marker, PageSize }) => {
    const all = NAMES.filter((name) => Names === undefined || Names.includes(name));
    const from = Number(Marker ?? 0);
    const to = from + (PageSize ?? all.length);
    return {
      LoadBalancers: all.slice(from, to).map((name) => ({
        LoadBalancerName: name,
        CreatedTime: new Date('2026-11-21T10:00:00.123Z'),
        State: { Code: 'active' },
        AvailabilityZones: [],
      })),
      ...(to < all.length ? { NextMarker: String(to) } : {}),
    };
  },
});

describe('AWS Query (ELBv2)', () => {
  it('carries nested lists, numbers and booleans both ways through the real client', async () => {
    const received: CreateRuleInput[] = [];
    const createRule = operation<CreateRuleInput, CreateRuleOutput>({
      schema: CreateRule$,
      supports: ['ListenerArn', 'Priority', 'Conditions[].*', 'Actions[].*', 'Tags[].*'],
      source: 'test',
      handle: (input) => {
        received.push(input);
        return {
          Rules: [
            { RuleArn: 'arn', Priority: '10', IsDefault: false, Conditions: input.Conditions, Actions: input.Actions },
          ],
        };
      },
    });
    const { elbv2 } = await start([{ id: 'elbv2', operations: [createRule] }]);
    const input: CreateRuleInput = {
      ListenerArn: 'arn:listener',
      Priority: 10,
      Conditions: [
        { Field: 'path-pattern', PathPatternConfig: { Values: ['/a b+c%20&=', '/ü/<tag attr="\'">\n'] } },
        { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'v', Value: '1' }, { Value: 'only value' }] } },
      ],
      Actions: [
        {
          Type: 'forward',
          Order: 1,
          ForwardConfig: {
            TargetGroups: Array.from({ length: 11 }, (_, i) => ({ TargetGroupArn: `arn:${i}`, Weight: i })),
            TargetGroupStickinessConfig: { Enabled: false },
          },
        },
      ],
      Tags: [{ Key: 'team', Value: '' }],
    };
    const answer = await elbv2.send(new CreateRuleCommand(input));
    expect(received).toEqual([input]);
    expect(answer.Rules).toEqual([
      { RuleArn: 'arn', Priority: '10', IsDefault: false, Conditions: input.Conditions, Actions: input.Actions },
    ]);
    expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("pages with the client's own paginator; dates keep their milliseconds", async () => {
    const { elbv2, wire } = await start([{ id: 'elbv2', operations: [describeLoadBalancers] }]);
    const found: unknown[] = [];
    for await (const page of paginateDescribeLoadBalancers({ client: elbv2 }, { PageSize: 1 })) {
      found.push(...(page.LoadBalancers ?? []));
    }
    expect(found).toEqual(
      NAMES.map((name) => ({
        LoadBalancerName: name,
        CreatedTime: new Date('2026-11-21T10:00:00.123Z'),
        State: { Code: 'active' },
        AvailabilityZones: [],
      })),
    );
    expect(wire.requests()).toHaveLength(3);
  });

  it('keeps an empty list apart from an absent one', async () => {
    const { elbv2 } = await start([{ id: 'elbv2', operations: [describeLoadBalancers] }]);
    expect((await elbv2.send(new DescribeLoadBalancersCommand({ Names: [] }))).LoadBalancers).toEqual([]);
    expect((await elbv2.send(new DescribeLoadBalancersCommand({}))).LoadBalancers).toHaveLength(3);
  });

  it('maps the shape name to the code on the wire, and the client maps it back to its class', async () => {
    const deleteRule = operation<object, object>({
      schema: DeleteRule$,
      supports: ['RuleArn'],
      source: 'test',
      handle: () => {
        throw new AwsError('RuleNotFoundException', "Rule 'a<b>&c' not found");
      },
    });
    const { elbv2, endpoint } = await start([{ id: 'elbv2', operations: [deleteRule] }]);
    const error = await elbv2.send(new DeleteRuleCommand({ RuleArn: 'x' })).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RuleNotFoundException);
    expect(error).toMatchObject({
      message: "Rule 'a<b>&c' not found",
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
    const raw = await post(endpoint, 'Action=DeleteRule&Version=2015-12-01&RuleArn=x');
    expect(raw.text).toContain('<Type>Sender</Type><Code>RuleNotFound</Code>');
    expect(raw.text).toMatch(
      /^<\?xml .*<ErrorResponse xmlns="http:\/\/elasticloadbalancing\.amazonaws\.com\/doc\/2015-12-01\/">/s,
    );
    expect(raw.text).toContain(`<RequestId>${raw.headers.get('x-amzn-requestid')}</RequestId>`);
  });

  it('reads + as a space, and members in any order', async () => {
    const { endpoint } = await start([{ id: 'elbv2', operations: [describeLoadBalancers] }]);
    const { text } = await post(
      endpoint,
      'Names.member.2=alpha&Version=2015-12-01&Names.member.1=no+such%20one&Action=DescribeLoadBalancers&',
    );
    expect(text).toContain('<LoadBalancerName>alpha</LoadBalancerName>');
    expect(text.match(/<LoadBalancerName>/g)).toHaveLength(1);
  });
});

describe('AWS Query to CloudWatch, as older clients send it', () => {
  it('is answered in XML by the same handler', async () => {
    const getMetricStatistics = operation<GetMetricStatisticsInput, GetMetricStatisticsOutput>({
      schema: GetMetricStatistics$,
      supports: ['Namespace', 'MetricName', 'StartTime', 'EndTime', 'Period', 'Statistics'],
      source: 'test',
      handle: ({ MetricName, StartTime }) => ({ Label: MetricName, Datapoints: [{ Timestamp: StartTime, Sum: 2.5 }] }),
    });
    const { endpoint } = await start([{ id: 'cloudwatch', operations: [getMetricStatistics] }]);
    const { text } = await post(
      endpoint,
      'Action=GetMetricStatistics&Version=2010-08-01&Namespace=n&MetricName=m&Period=60&Statistics.member.1=Sum' +
        '&StartTime=2026-11-21T00%3A00%3A00Z&EndTime=2026-11-21T00%3A05%3A00.5Z',
    );
    expect(text).toContain(
      '<Datapoints><member><Timestamp>2026-11-21T00:00:00Z</Timestamp><Sum>2.5</Sum></member></Datapoints>',
    );
  });
});

async function post(endpoint: string, body: string) {
  const response = await fetch(endpoint, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
