/** Log events of real tasks, read by AWS's own client over the wire. */
import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  type GetLogEventsCommandInput,
  type GetLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { RegisterTaskDefinitionResponse } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogs } from '../../../src/rehearsal/logs/logs.ts';
import { createWire, type Wire } from '../../../src/rehearsal/wire/server.ts';
import { eventually, type Lab, shortArn, startLab } from '../ecs/lab.ts';

const GROUP = '/ecs/web';
const ROLLING = { strategy: 'ROLLING', maximumPercent: 200, minimumHealthyPercent: 0 } as const;

let lab: Lab;
let wire: Wire;
let client: CloudWatchLogsClient;
/** The two tasks of the service; the tests on paging write the first one's file themselves. */
let ids: string[];

beforeAll(async () => {
  lab = await startLab();
  const { module } = createLogs({
    call: lab.call,
    logDirectory: lab.logDirectory,
    accountId: '000000000000',
    region: 'ca-central-1',
  });
  wire = createWire({ services: [module], accountId: '000000000000', region: 'ca-central-1' });
  const { endpoint } = await wire.listen('127.0.0.1', 0);
  const credentials = { accessKeyId: 'AKIDREHEARSAL', secretAccessKey: 'none' };
  client = new CloudWatchLogsClient({ endpoint, region: 'ca-central-1', credentials, maxAttempts: 1 });
  await lab.service({
    taskDefinition: await taskDefinition('good', { 'awslogs-stream-prefix': 'web' }),
    deploymentConfiguration: ROLLING,
    loadBalancers: [],
  });
  ids = (await lab.tasks()).map(({ taskArn }) => shortArn(taskArn));
}, 30_000);

afterAll(async () => {
  client.destroy();
  await wire.close();
  await lab.stop();
});

async function taskDefinition(behaviour: string, options: Record<string, string>, family = 'web'): Promise<string> {
  const answer = await lab.call<RegisterTaskDefinitionResponse>('ecs', 'RegisterTaskDefinition', {
    family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      {
        name: 'app',
        image: `repository/web:${behaviour}`,
        portMappings: [{ containerPort: 8000 }],
        logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': GROUP, ...options } },
      },
    ],
  });
  return answer.taskDefinition?.taskDefinitionArn ?? '';
}

const streamOf = (id: string | undefined) => `web/app/${id}`;
const messages = (answer: GetLogEventsCommandOutput) => (answer.events ?? []).map(({ message }) => message);
const events = (input: Partial<GetLogEventsCommandInput>) =>
  client.send(new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: streamOf(ids[0]), ...input }));
const streams = (input: object) => client.send(new DescribeLogStreamsCommand({ logGroupName: GROUP, ...input }));

describe('GetLogEvents', () => {
  it('shows what a running task wrote, as prefix/container/task', async () => {
    const answer = await eventually(async () => {
      const found = await events({});
      return messages(found).length > 0 ? found : undefined;
    });
    expect(messages(answer)).toEqual(['listening']);
    const [event] = answer.events ?? [];
    expect(Math.abs(Date.now() - (event?.timestamp ?? 0))).toBeLessThan(20_000);
    expect(event?.ingestionTime).toBe(event?.timestamp);
  });

  it('shows why a task that crashed at its start did', async () => {
    await lab.update({ taskDefinition: await taskDefinition('crash', { 'awslogs-stream-prefix': 'web' }) });
    const crashed = await eventually(async () => {
      const stopped = await lab.tasks('STOPPED');
      return stopped.find(({ containers }) => containers?.[0]?.exitCode === 3);
    });
    const answer = await events({ logStreamName: streamOf(shortArn(crashed.taskArn)) });
    expect(messages(answer)).toEqual(['cannot start']);
  });

  it('says whether the group or the stream is not there', async () => {
    await expect(events({ logStreamName: 'web/app/none' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log stream does not exist.',
    });
    await expect(events({ logStreamName: `other/app/${ids[0]}` })).rejects.toThrow('log stream does not exist');
    await expect(events({ logGroupName: '/ecs/none' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
  });

  it('takes the group by name or ARN, one of them', async () => {
    const arn = `arn:aws:logs:ca-central-1:000000000000:log-group:${GROUP}`;
    for (const logGroupIdentifier of [GROUP, arn]) {
      const answer = await events({ logGroupName: undefined, logGroupIdentifier });
      expect(messages(answer)).toEqual(['listening']);
    }
    // The ARN with `:*` is of IAM policies.
    await expect(events({ logGroupName: undefined, logGroupIdentifier: `${arn}:*` })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('logGroupIdentifier'),
    });
    await expect(events({ logGroupIdentifier: GROUP })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(events({ logGroupName: undefined })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('refuses limits and tokens that AWS would', async () => {
    for (const input of [{ limit: 0 }, { limit: 10_001 }, { nextToken: 'f/12/s' }, { nextToken: 'elsewhere' }]) {
      await expect(events(input)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    }
  });

  it('pages backwards from the newest and forwards from the oldest event, and ends with the token it was given', async () => {
    await writeFile(logOf(ids[0]), numbered(1, 25));
    const newest = await events({ limit: 10 });
    expect(messages(newest)).toEqual(lines(16, 25));
    const pages = await walk({ limit: 10, startFromHead: true }, 'nextForwardToken');
    expect(pages.map(messages)).toEqual([lines(1, 10), lines(11, 20), lines(21, 25), []]);
    const back = await walk({ limit: 10 }, 'nextBackwardToken');
    expect(back.map(messages)).toEqual([lines(16, 25), lines(6, 15), lines(1, 5), []]);
  });

  it('goes on with what is new from a forward token', async () => {
    const { nextForwardToken } = await events({ startFromHead: true });
    await appendFile(logOf(ids[0]), numbered(26, 27));
    const later = await events({ startFromHead: true, nextToken: nextForwardToken });
    expect(messages(later)).toEqual(lines(26, 27));
  });

  it('leaves out events before startTime, and those at endTime or later', async () => {
    const logStreamName = streamOf(ids[1]);
    const event = await eventually(async () => (await events({ logStreamName })).events?.[0]);
    const at = event.timestamp ?? 0;
    const counted = async (range: object) => messages(await events({ logStreamName, ...range })).length;
    expect([await counted({ startTime: at }), await counted({ startTime: at + 1 })]).toEqual([1, 0]);
    expect([await counted({ endTime: at + 1 }), await counted({ endTime: at })]).toEqual([1, 0]);
  });
});

describe('DescribeLogStreams', () => {
  it('lists the streams of a group by name, by prefix and in pages', async () => {
    const { logStreams = [] } = await streams({ logStreamNamePrefix: streamOf(ids[0]) });
    expect(logStreams).toMatchObject([
      {
        logStreamName: streamOf(ids[0]),
        arn: `arn:aws:logs:ca-central-1:000000000000:log-group:${GROUP}:log-stream:${streamOf(ids[0])}`,
        storedBytes: 0,
      },
    ]);
    const first = await streams({ limit: 1 });
    const second = await streams({ limit: 1, nextToken: first.nextToken });
    const names = [first, second].flatMap((page) => page.logStreams?.map(({ logStreamName }) => logStreamName) ?? []);
    expect(names).toEqual([...names].sort());
    expect(new Set(names).size).toBe(2);
    const reversed = (await streams({ descending: true })).logStreams?.at(-1)?.logStreamName;
    expect(reversed).toBe(names[0]);
  });

  it('orders by the last event, but not together with a prefix', async () => {
    await appendFile(logOf(ids[1]), 'newest\n');
    await events({ logStreamName: streamOf(ids[1]) });
    const { logStreams = [] } = await streams({ orderBy: 'LastEventTime', descending: true });
    const times = logStreams.map(({ lastEventTimestamp }) => lastEventTimestamp ?? 0);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    await expect(streams({ orderBy: 'LastEventTime', logStreamNamePrefix: 'web' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('knows a group without streams once a task definition names it, and no other', async () => {
    await taskDefinition('good', { 'awslogs-group': '/ecs/idle', 'awslogs-stream-prefix': 'idle' }, 'idle');
    expect((await streams({ logGroupName: '/ecs/idle' })).logStreams).toEqual([]);
    await taskDefinition(
      'good',
      { 'awslogs-group': '/ecs/abroad', 'awslogs-stream-prefix': 'x', 'awslogs-region': 'us-east-2' },
      'idle',
    );
    await taskDefinition('good', { 'awslogs-group': '/ecs/bare' }, 'idle');
    for (const logGroupName of ['/ecs/abroad', '/ecs/bare', '/ecs/none']) {
      await expect(streams({ logGroupName })).rejects.toThrow('log group does not exist');
    }
  });
});

function logOf(id: string | undefined): string {
  return path.join(lab.logDirectory, `${id}-app.log`);
}

function lines(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `line ${first + index}`);
}

function numbered(first: number, last: number): string {
  return lines(first, last)
    .map((line) => `${line}\n`)
    .join('');
}

/** Follows a token until it comes back unchanged, as AWS's clients do. */
async function walk(
  input: Partial<GetLogEventsCommandInput>,
  direction: 'nextForwardToken' | 'nextBackwardToken',
): Promise<GetLogEventsCommandOutput[]> {
  const pages = [await events(input)];
  for (;;) {
    const nextToken = pages.at(-1)?.[direction];
    const page = await events({ ...input, nextToken });
    pages.push(page);
    if (page[direction] === nextToken) {
      return pages;
    }
  }
}
