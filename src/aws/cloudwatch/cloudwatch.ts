/** CloudWatch as operations read it: sums of sparse counters, and the state of alarms. */
import {
  type AlarmHistoryItem,
  type AlarmType,
  type CloudWatchClient,
  type CompositeAlarm,
  DescribeAlarmsCommand,
  type MetricAlarm,
  type MetricDataQuery,
  paginateDescribeAlarmHistory,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { OutsideError } from '../../errors.ts';
import { awsCall } from '../errors.ts';
import { type AlarmWriting, alarmWriting } from './alarms.ts';

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

/** A change of an alarm's state. */
export interface AlarmChange {
  readonly at: Date;
  readonly from: string;
  readonly to: string;
}

export interface CloudWatchGateway extends AlarmWriting {
  metrics(
    requests: readonly MetricRequest[],
    window: { start: Date; end: Date; periodSeconds: number },
  ): Promise<ReadonlyMap<string, MetricPoints>>;
  /** Of these names, the metric alarms and composite alarms that exist. */
  alarms(names: readonly string[]): Promise<Alarm[]>;
  /** The changes of state of one alarm since then, the oldest first. AWS keeps them for 30 days. */
  alarmChanges(name: string, since: Date): Promise<AlarmChange[]>;
}

/** Every call ends early, with an AbortError, when `signal` aborts. */
export function createCloudWatchGateway(client: CloudWatchClient, signal?: AbortSignal): CloudWatchGateway {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return {
    ...alarmWriting(client, options),
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
    async alarmChanges(AlarmName, StartDate) {
      const changes: AlarmChange[] = [];
      const input = {
        AlarmName,
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] satisfies AlarmType[],
        HistoryItemType: 'StateUpdate',
        StartDate,
        ScanBy: 'TimestampAscending',
      } as const;
      await awsCall('cloudwatch:DescribeAlarmHistory', async () => {
        for await (const page of paginateDescribeAlarmHistory({ client }, input, options)) {
          changes.push(...(page.AlarmHistoryItems ?? []).flatMap(changeOf));
        }
      });
      return changes;
    },
  };
}

/** The states stand in `HistoryData`, a JSON text (AWS: DescribeAlarmHistory). An item without them says nothing. */
function changeOf({ Timestamp, HistoryData = '{}' }: AlarmHistoryItem): AlarmChange[] {
  const data: unknown = JSON.parse(HistoryData);
  const { oldState, newState } = data as Partial<Record<'oldState' | 'newState', { stateValue?: string }>>;
  return Timestamp === undefined || oldState?.stateValue === undefined || newState?.stateValue === undefined
    ? []
    : [{ at: Timestamp, from: oldState.stateValue, to: newState.stateValue }];
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
