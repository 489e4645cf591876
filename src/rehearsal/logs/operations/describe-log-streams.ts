import {
  DescribeLogStreams$,
  type DescribeLogStreamsRequest,
  type DescribeLogStreamsResponse,
  type LogStream,
} from '@aws-sdk/client-cloudwatch-logs';
import { operation } from '../../wire/operation.ts';
import { groupOf, type LogsContext, limitOf } from '../context.ts';
import { errors } from '../errors.ts';
import type { LogStreamRecord } from '../stream-source.ts';

/** Source: API_DescribeLogStreams, limit */
const MOST_STREAMS = 50;

/** The streams of a group by name or by last event; a page's token is the name of its last stream. */
export function describeLogStreams(context: LogsContext) {
  return operation<DescribeLogStreamsRequest, DescribeLogStreamsResponse>({
    schema: DescribeLogStreams$,
    supports: [
      'logGroupName',
      'logGroupIdentifier',
      'logStreamNamePrefix',
      'orderBy',
      'descending',
      'nextToken',
      'limit',
    ],
    source: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html',
    handle: async (input) => {
      const group = groupOf(input);
      const limit = limitOf(input.limit, MOST_STREAMS);
      const { logStreamNamePrefix: prefix, orderBy = 'LogStreamName', nextToken } = input;
      if (orderBy === 'LastEventTime' && prefix !== undefined) {
        throw errors.invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
      }
      if (!(await context.source.hasGroup(group))) {
        throw errors.groupNotFound();
      }
      const found = (await context.source.list(group)).filter(({ name }) => name.startsWith(prefix ?? ''));
      const streams: LogStream[] = [];
      for (const stream of found) {
        // One after the other: each opens its file.
        streams.push(await describe(context, stream));
      }
      const sorted = streams.sort(orderBy === 'LastEventTime' ? byLastEvent : byName);
      return page(input.descending ? sorted.reverse() : sorted, limit, nextToken);
    },
  });
}

async function describe({ fileOf, arnOf }: LogsContext, stream: LogStreamRecord): Promise<LogStream> {
  return fileOf(stream).read(stream.ended, async ({ marks, createdAt }) => {
    const [first, last] = [marks[0]?.at, marks.at(-1)?.at];
    return {
      logStreamName: stream.name,
      creationTime: createdAt,
      ...(first === undefined ? {} : { firstEventTimestamp: first }),
      ...(last === undefined ? {} : { lastEventTimestamp: last, lastIngestionTime: last }),
      arn: arnOf(stream),
      // Since 2019 always zero on AWS.
      storedBytes: 0,
    };
  });
}

function byName(a: LogStream, b: LogStream): number {
  const [one = '', other = ''] = [a.logStreamName, b.logStreamName];
  return one < other ? -1 : Number(one > other);
}

function byLastEvent(a: LogStream, b: LogStream): number {
  return (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0) || byName(a, b);
}

function page(streams: readonly LogStream[], limit: number, after: string | undefined): DescribeLogStreamsResponse {
  const start = after === undefined ? 0 : streams.findIndex(({ logStreamName }) => logStreamName === after) + 1;
  if (after !== undefined && start === 0) {
    throw errors.invalid('The specified nextToken is invalid.');
  }
  const logStreams = streams.slice(start, start + limit);
  const last = logStreams.at(-1)?.logStreamName;
  return { logStreams, ...(start + limit < streams.length && last !== undefined ? { nextToken: last } : {}) };
}
