/** CloudWatch Logs: the last lines of a stream. */
import { type CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { awsCall } from './errors.ts';

export { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';

export interface LogsGateway {
  /** The last `lines` lines, oldest first. */
  tail(group: string, stream: string, lines: number): Promise<readonly string[]>;
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
  };
}
