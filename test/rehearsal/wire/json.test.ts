import {
  DeleteAlarms$,
  DeleteAlarmsCommand,
  GetMetricData$,
  GetMetricDataCommand,
  type GetMetricDataInput,
  type GetMetricDataOutput,
  InvalidParameterValueException,
  MissingRequiredParameterException,
  PutMetricData$,
  PutMetricDataCommand,
  type PutMetricDataInput,
  ResourceNotFound,
} from '@aws-sdk/client-cloudwatch';
import {
  ClusterNotFoundException,
  CreateService$,
  CreateServiceCommand,
  type CreateServiceRequest,
  type CreateServiceResponse,
  DescribeServices$,
  DescribeServicesCommand,
  type DescribeServicesRequest,
  type DescribeServicesResponse,
  InvalidParameterException,
} from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { AwsError, operation, type RequestContext } from '../../../src/rehearsal/wire/operation.ts';
import { start } from './support/clients.ts';

describe('AWS JSON 1.1 (ECS)', () => {
  it('carries nested lists, maps and dates both ways through the real client', async () => {
    const createdAt = new Date('2026-11-21T10:00:00.123Z');
    const seen: { input: CreateServiceRequest; context: RequestContext }[] = [];
    const createService = operation<CreateServiceRequest, CreateServiceResponse>({
      schema: CreateService$,
      supports: ['serviceName', 'loadBalancers[].*', 'deploymentConfiguration.*', 'tags[].*', 'clientToken'],
      source: 'test',
      handle: (input, context) => {
        seen.push({ input, context });
        return {
          service: {
            serviceName: input.serviceName,
            createdAt,
            loadBalancers: input.loadBalancers,
            deploymentConfiguration: input.deploymentConfiguration,
            events: [],
          },
        };
      },
    });
    const { ecs } = await start([{ id: 'ecs', operations: [createService] }]);
    const loadBalancers = [
      {
        targetGroupArn: 'arn:blue',
        containerPort: 80,
        advancedConfiguration: { alternateTargetGroupArn: 'arn:green', roleArn: 'r' },
      },
      { targetGroupArn: 'arn:ünïcode "quoted" 😀', containerPort: 0 },
    ];
    const deploymentConfiguration = {
      strategy: 'BLUE_GREEN' as const,
      bakeTimeInMinutes: 0,
      lifecycleHooks: [{ hookTargetArn: 'arn', hookDetails: { a: [1, { b: null }] } }],
    };
    const answer = await ecs.send(
      new CreateServiceCommand({
        serviceName: 'web',
        loadBalancers,
        deploymentConfiguration,
        tags: [{ key: 'k', value: 'v' }],
      }),
    );
    expect(answer.service).toEqual({
      serviceName: 'web',
      createdAt,
      loadBalancers,
      deploymentConfiguration,
      events: [],
    });
    expect(seen[0]?.input.tags).toEqual([{ key: 'k', value: 'v' }]);
    expect(seen[0]?.context).toMatchObject({ region: 'us-west-2', accountId: '000000000000' });
    expect(answer.$metadata.requestId).toBe(seen[0]?.context.requestId);
  });

  it("makes the client's own exception class of an error", async () => {
    const describeServices = operation<DescribeServicesRequest, DescribeServicesResponse>({
      schema: DescribeServices$,
      supports: ['services'],
      source: 'test',
      handle: () => {
        throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
      },
    });
    const { ecs, wire } = await start([{ id: 'ecs', operations: [describeServices] }]);
    const error = await ecs.send(new DescribeServicesCommand({ services: ['a'] })).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ClusterNotFoundException);
    expect(error).toMatchObject({ message: 'Cluster not found.', $metadata: { httpStatusCode: 400, attempts: 1 } });
    expect(wire.requests()).toMatchObject([
      {
        service: 'ecs',
        operation: 'DescribeServices',
        status: 400,
        code: 'ClusterNotFoundException',
        origin: 'client',
      },
    ]);
  });

  it('answers a missing required member as ECS does, before the handler runs', async () => {
    const createService = operation<CreateServiceRequest, CreateServiceResponse>({
      schema: CreateService$,
      supports: ['serviceName'],
      source: 'test',
      handle: () => {
        throw new Error('must not run');
      },
    });
    const { ecs, bugs } = await start([{ id: 'ecs', operations: [createService] }]);
    const error = await ecs.send(new CreateServiceCommand({ serviceName: undefined })).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(InvalidParameterException);
    expect(error).toMatchObject({ message: 'CreateService: serviceName is required.' });
    expect(bugs).toEqual([]);
  });
});

describe('AWS JSON 1.0 with Query errors (CloudWatch)', () => {
  it('reads a gzipped PutMetricData of 400 metrics', async () => {
    const received: PutMetricDataInput[] = [];
    const putMetricData = operation<PutMetricDataInput, Record<string, never>>({
      schema: PutMetricData$,
      supports: ['Namespace', 'MetricData[].*'],
      source: 'test',
      handle: (input) => {
        received.push(input);
        return {};
      },
    });
    const { cloudwatch, wire } = await start([{ id: 'cloudwatch', operations: [putMetricData] }]);
    const encodings: unknown[] = [];
    cloudwatch.middlewareStack.add(
      (next) => (args) => {
        encodings.push((args.request as { headers: Record<string, string> }).headers['content-encoding']);
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    const MetricData = Array.from({ length: 400 }, (_, i) => ({
      MetricName: `metric-${i}`,
      Value: i / 7,
      Timestamp: new Date(Date.UTC(2026, 10, 21, 0, 0, i)),
      Dimensions: [{ Name: 'zone', Value: `${i % 3}` }],
      Values: [1, 2.5],
    }));
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'test', MetricData }));
    expect(encodings).toEqual(['gzip']);
    expect(received).toEqual([{ Namespace: 'test', MetricData }]);
    expect(wire.requests()).toHaveLength(1);
  });

  it('carries lists of dates and numbers', async () => {
    const start2026 = new Date('2026-11-21T00:00:00Z');
    const getMetricData = operation<GetMetricDataInput, GetMetricDataOutput>({
      schema: GetMetricData$,
      supports: ['StartTime', 'EndTime', 'MetricDataQueries[].Id'],
      source: 'test',
      handle: ({ StartTime, EndTime }) => ({
        MetricDataResults: [{ Id: 'm1', Timestamps: [StartTime as Date, EndTime as Date], Values: [0.1, 1e9] }],
      }),
    });
    const { cloudwatch } = await start([{ id: 'cloudwatch', operations: [getMetricData] }]);
    const EndTime = new Date('2026-11-21T00:05:00.250Z');
    const answer = await cloudwatch.send(
      new GetMetricDataCommand({ StartTime: start2026, EndTime, MetricDataQueries: [{ Id: 'm1' }] }),
    );
    expect(answer.MetricDataResults).toEqual([{ Id: 'm1', Timestamps: [start2026, EndTime], Values: [0.1, 1e9] }]);
  });

  it('sends the class by shape, the Query code beside it, and the status of the model', async () => {
    const deleteAlarms = operation<{ AlarmNames?: string[] }, Record<string, never>>({
      schema: DeleteAlarms$,
      supports: ['AlarmNames'],
      source: 'test',
      handle: () => {
        throw new AwsError('ResourceNotFound', 'no such alarm');
      },
    });
    const { cloudwatch } = await start([{ id: 'cloudwatch', operations: [deleteAlarms] }]);
    const error = await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['a'] })).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ResourceNotFound);
    expect(error).toMatchObject({
      message: 'no such alarm',
      Code: 'ResourceNotFound',
      Type: 'Sender',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('tells a missing parameter from an invalid one', async () => {
    const deleteAlarms = operation<object, object>({
      schema: DeleteAlarms$,
      supports: ['AlarmNames'],
      source: 'test',
      handle: () => ({}),
    });
    const { cloudwatch } = await start([{ id: 'cloudwatch', operations: [deleteAlarms] }]);
    const missing = await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: undefined })).catch((e: unknown) => e);
    expect(missing).toBeInstanceOf(MissingRequiredParameterException);
    expect(missing).toMatchObject({ Code: 'MissingParameter' });
    const AlarmNames = [7] as unknown as string[];
    const invalid = await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames })).catch((e: unknown) => e);
    expect(invalid).toBeInstanceOf(InvalidParameterValueException);
    expect(invalid).toMatchObject({
      Code: 'InvalidParameterValue',
      message: 'DeleteAlarms: AlarmNames[0] must be a string, not 7.',
    });
  });

  it('answers an operation without output', async () => {
    const deleteAlarms = operation<object, void>({
      schema: DeleteAlarms$,
      supports: ['AlarmNames'],
      source: 'test',
      handle: () => {},
    });
    const { cloudwatch } = await start([{ id: 'cloudwatch', operations: [deleteAlarms] }]);
    const answer = await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['a'] }));
    expect(answer.$metadata.httpStatusCode).toBe(200);
  });
});
