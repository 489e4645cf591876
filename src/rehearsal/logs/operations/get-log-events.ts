import { GetLogEvents$, type GetLogEventsRequest, type GetLogEventsResponse } from '@aws-sdk/client-cloudwatch-logs';
import { operation } from '../../wire/operation.ts';
import { groupOf, type LogsContext, limitOf } from '../context.ts';
import { errors } from '../errors.ts';
import { type Reading, timeOf } from '../log-file.ts';
import { type Cursor, narrow, rangeOf, readToken, take, token } from '../window.ts';

/** Source: API_GetLogEvents, limit */
const MOST_EVENTS = 10_000;

/** Events of one stream, oldest first in every answer; without a token the newest, or from the head the oldest. */
export function getLogEvents({ source, fileOf }: LogsContext) {
  return operation<GetLogEventsRequest, GetLogEventsResponse>({
    schema: GetLogEvents$,
    supports: [
      'logGroupName',
      'logGroupIdentifier',
      'logStreamName',
      'startTime',
      'endTime',
      'nextToken',
      'limit',
      'startFromHead',
    ],
    inert: { unmask: 'nothing is masked here' },
    source: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html',
    handle: async (input) => {
      const group = groupOf(input);
      const limit = limitOf(input.limit, MOST_EVENTS);
      const cursor = cursorOf(input);
      const stream = await source.find(group, input.logStreamName ?? '');
      if (stream === undefined) {
        throw (await source.hasGroup(group)) ? errors.streamNotFound() : errors.groupNotFound();
      }
      return fileOf(stream).read(stream.ended, (reading) => answer(reading, cursor, { ...input, limit }));
    },
  });
}

function cursorOf({ nextToken, startFromHead }: GetLogEventsRequest): Cursor {
  if (nextToken !== undefined) {
    return readToken(nextToken);
  }
  return startFromHead ? { side: 'head', offset: 0 } : { side: 'tail', offset: Number.MAX_SAFE_INTEGER };
}

async function answer(
  reading: Reading,
  cursor: Cursor,
  { startTime, endTime, limit }: Pick<GetLogEventsRequest, 'startTime' | 'endTime'> & { readonly limit: number },
): Promise<GetLogEventsResponse> {
  const { from, to } = narrow(rangeOf(reading.marks, startTime, endTime), cursor);
  const lines = take(await reading.lines(from, to, cursor.side), limit, cursor.side);
  const rest = cursor.side === 'head' ? from : to;
  return {
    events: lines.map(({ text, end }) => {
      const timestamp = timeOf(reading.marks, end);
      return { timestamp, message: text, ingestionTime: timestamp };
    }),
    nextForwardToken: token('f', lines.at(-1)?.end ?? rest),
    nextBackwardToken: token('b', lines[0]?.start ?? rest),
  };
}
