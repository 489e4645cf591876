/** CloudWatch's alarms as those who make them see them: what is there under a prefix, put, deleted. */
import {
  type CloudWatchClient,
  type CompositeAlarm,
  DeleteAlarmsCommand,
  type MetricAlarm,
  PutCompositeAlarmCommand,
  type PutCompositeAlarmInput,
  PutMetricAlarmCommand,
  type PutMetricAlarmInput,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import { awsCall } from '../errors.ts';

export interface AlarmsUnder {
  readonly metric: readonly MetricAlarm[];
  readonly composite: readonly CompositeAlarm[];
}

export interface AlarmWriting {
  /** All whose name begins so. */
  alarmsUnder(prefix: string): Promise<AlarmsUnder>;
  /** Creates it, or replaces all of it. Tags are only taken when it is new (AWS: PutMetricAlarm). */
  putMetricAlarm(alarm: PutMetricAlarmInput): Promise<void>;
  /** The same of a composite alarm; the permission must be for all resources (AWS: PutCompositeAlarm). */
  putCompositeAlarm(alarm: PutCompositeAlarmInput): Promise<void>;
  /** One composite alarm, or metric alarms: AWS deletes no two composite ones with one call. Those of a composite alarm that is there stay. */
  deleteAlarms(names: readonly string[]): Promise<void>;
}

/** AWS: "up to 100 alarms in a single operation" (DeleteAlarms). */
const MOST_DELETED = 100;

/** Every call ends early, with an AbortError, when `options.abortSignal` aborts. */
export function alarmWriting(client: CloudWatchClient, options: { readonly abortSignal?: AbortSignal }): AlarmWriting {
  return {
    async alarmsUnder(AlarmNamePrefix) {
      const found: { metric: MetricAlarm[]; composite: CompositeAlarm[] } = { metric: [], composite: [] };
      // Where AlarmTypes is left out only metric alarms are given (AWS: DescribeAlarms).
      const input = { AlarmNamePrefix, AlarmTypes: ['MetricAlarm' as const, 'CompositeAlarm' as const] };
      await awsCall('cloudwatch:DescribeAlarms', async () => {
        for await (const page of paginateDescribeAlarms({ client }, input, options)) {
          found.metric.push(...(page.MetricAlarms ?? []));
          found.composite.push(...(page.CompositeAlarms ?? []));
        }
      });
      return found;
    },
    async putMetricAlarm(alarm) {
      await awsCall('cloudwatch:PutMetricAlarm', () => client.send(new PutMetricAlarmCommand(alarm), options));
    },
    async putCompositeAlarm(alarm) {
      await awsCall('cloudwatch:PutCompositeAlarm', () => client.send(new PutCompositeAlarmCommand(alarm), options));
    },
    async deleteAlarms(names) {
      for (let first = 0; first < names.length; first += MOST_DELETED) {
        const AlarmNames = names.slice(first, first + MOST_DELETED);
        await awsCall('cloudwatch:DeleteAlarms', () => client.send(new DeleteAlarmsCommand({ AlarmNames }), options));
      }
    },
  };
}
