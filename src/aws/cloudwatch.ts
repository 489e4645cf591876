/** CloudWatch as operations read it: sums of sparse counters, and the state of alarms. */
import {
  type CloudWatchClient,
  type CompositeAlarm,
  DescribeAlarmsCommand,
  type MetricAlarm,
  type MetricDataQuery,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { OutsideError } from '../errors.ts';
import { awsCall } from './errors.ts';

export { CloudWatchClient } from '@aws-sdk/client-cloudwatch';

export interface MetricRequest {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly stat: string;
}

/** What metric alarms and composite alarms have in common. */
export type Alarm = Pick<MetricAlarm & CompositeAlarm, 'AlarmName' | 'StateValue' | 'StateReason'>;

/** Values by period start (epoch seconds). A period without a datapoint is absent: absence is not zero. */
export type MetricPoints = ReadonlyMap<number, number>;

export interface CloudWatchGateway {
  metrics(
    requests: readonly MetricRequest[],
    window: { start: Date; end: Date; periodSeconds: number },
  ): Promise<ReadonlyMap<string, MetricPoints>>;
  /** Of these names, the metric alarms and composite alarms that exist. */
  alarms(names: readonly string[]): Promise<Alarm[]>;
}

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createCloudWatchGateway(client: CloudWatchClient, signal?: AbortSignal): CloudWatchGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return {
    async metrics(requests, window) {
      const results = new Map<string, Map<number, number>>(requests.map((request) => [request.id, new Map()]));
      const input = {
        MetricDataQueries: requests.map((request) => toQuery(request, window.periodSeconds)),
        StartTime: window.start,
        EndTime: window.end,
      };
      const status = new Map<string, string | undefined>();
      await awsCall('cloudwatch:GetMetricData', async () => {
        for await (const page of paginateGetMetricData({ client }, input, options)) {
          for (const result of page.MetricDataResults ?? []) {
            const points = results.get(result.Id ?? '');
            status.set(result.Id ?? '', result.StatusCode);
            result.Timestamps?.forEach((at, index) => {
              points?.set(Math.floor(at.getTime() / 1000), result.Values?.[index] ?? Number.NaN);
            });
          }
        }
      });
      // Earlier pages are PartialData; what is not Complete in the end must not be read as zero.
      const incomplete = requests.find((request) => status.get(request.id) !== 'Complete');
      if (incomplete !== undefined) {
        const message = `cloudwatch:GetMetricData gave ${status.get(incomplete.id) ?? 'nothing'} for ${incomplete.name}`;
        throw new OutsideError('metrics-incomplete', message, 'cloudwatch:GetMetricData');
      }
      return results;
    },
    async alarms(names) {
      if (names.length === 0) {
        return [];
      }
      const answer = await awsCall('cloudwatch:DescribeAlarms', () =>
        client.send(
          new DescribeAlarmsCommand({ AlarmNames: [...names], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
          options,
        ),
      );
      return [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])];
    },
  };
}

function toQuery(request: MetricRequest, period: number): MetricDataQuery {
  return {
    Id: request.id,
    MetricStat: {
      Metric: {
        Namespace: request.namespace,
        MetricName: request.name,
        Dimensions: Object.entries(request.dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: period,
      Stat: request.stat,
    },
  };
}
