/** CloudWatch Logs: the last lines of a stream. */
import { type CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { awsCall, isAwsError } from './errors.ts';

export { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';

export interface LogPage {
  readonly lines: readonly string[];
  readonly next: string | undefined;
}

export interface LogsGateway {
  /** The last `lines` lines, oldest first. */
  tail(group: string, stream: string, lines: number): Promise<readonly string[]>;
  /**
   * The next page of a stream's lines, oldest first, from its beginning or from where the page before ended. At the end of what is there
   * the page is empty and its `next` gives what comes later. Empty as well for a stream that does not exist yet.
   */
  after(group: string, stream: string, next: string | undefined): Promise<LogPage>;
}

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createLogsGateway(client: CloudWatchLogsClient, signal?: AbortSignal): LogsGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return {
    async tail(logGroupName, logStreamName, limit) {
      const answer = await awsCall('logs:GetLogEvents', () =>
        client.send(new GetLogEventsCommand({ logGroupName, logStreamName, limit, startFromHead: false }), options),
      );
      return (answer.events ?? []).map((event) => event.message ?? '');
    },
    async after(logGroupName, logStreamName, nextToken) {
      const place = { logGroupName, logStreamName, startFromHead: true };
      const input = nextToken === undefined ? place : { ...place, nextToken };
      try {
        const answer = await awsCall('logs:GetLogEvents', () => client.send(new GetLogEventsCommand(input), options));
        return { lines: (answer.events ?? []).map(({ message }) => message ?? ''), next: answer.nextForwardToken };
      } catch (error) {
        if (isAwsError(error, 'ResourceNotFoundException')) {
          return { lines: [], next: nextToken };
        }
        throw error;
      }
    },
  };
}
