import {
  type AlarmHistoryItem,
  type AlarmType,
  DescribeAlarmHistory$,
  type DescribeAlarmHistoryInput,
  type DescribeAlarmHistoryOutput,
} from '@aws-sdk/client-cloudwatch';
import { type Operation, operation } from '../../wire/operation.ts';
import type { CompositeRegistry } from '../alarms/composites.ts';
import type { AlarmCondition, AlarmHistoryEntry, AlarmRegistry } from '../alarms/registry.ts';
import { validationError } from '../errors.ts';
import { pageOf } from '../paging.ts';

const MOST_RECORDS = 100;

/** DescribeAlarmHistory, of state changes: the only kind that is kept. The newest first unless said otherwise. */
export function describeAlarmHistory({
  alarms,
  composites,
}: {
  readonly alarms: AlarmRegistry;
  readonly composites: CompositeRegistry;
}): Operation {
  return operation<DescribeAlarmHistoryInput, DescribeAlarmHistoryOutput>({
    schema: DescribeAlarmHistory$,
    supports: [
      'AlarmName',
      'AlarmTypes',
      'HistoryItemType',
      'StartDate',
      'EndDate',
      'MaxRecords',
      'NextToken',
      'ScanBy',
    ],
    source:
      'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html (state changes only)',
    handle(input) {
      const {
        AlarmName,
        AlarmTypes = ['MetricAlarm'],
        HistoryItemType,
        StartDate,
        EndDate,
        ScanBy,
        MaxRecords = MOST_RECORDS,
      } = input;
      if (HistoryItemType !== undefined && HistoryItemType !== 'StateUpdate') {
        throw validationError(
          `The rehearsal platform keeps no history of type ${HistoryItemType}; ask for StateUpdate.`,
        );
      }
      if (!Number.isInteger(MaxRecords) || MaxRecords < 1 || MaxRecords > MOST_RECORDS) {
        throw validationError(`MaxRecords must be 1 to ${MOST_RECORDS}, got ${MaxRecords}.`);
      }
      const found = [
        ...(AlarmTypes.includes('MetricAlarm') ? itemsOf('MetricAlarm', alarms.history()) : []),
        ...(AlarmTypes.includes('CompositeAlarm') ? itemsOf('CompositeAlarm', composites.history()) : []),
      ]
        .filter(({ entry: { name, at } }) => {
          return (AlarmName === undefined || name === AlarmName) && at >= (StartDate ?? at) && at <= (EndDate ?? at);
        })
        .sort((a, b) => a.entry.at.getTime() - b.entry.at.getTime())
        .map(historyItem);
      const { items, ...next } = pageOf(ScanBy === 'TimestampAscending' ? found : found.reverse(), input, MaxRecords);
      return { AlarmHistoryItems: [...items], ...next };
    },
  });
}

interface Item {
  readonly type: AlarmType;
  readonly entry: AlarmHistoryEntry;
}

function itemsOf(type: AlarmType, entries: readonly AlarmHistoryEntry[]): Item[] {
  return entries.map((entry) => ({ type, entry }));
}

function historyItem({ type, entry: { name, at, previous, next } }: Item): AlarmHistoryItem {
  return {
    AlarmName: name,
    AlarmType: type,
    Timestamp: at,
    HistoryItemType: 'StateUpdate',
    HistorySummary: `Alarm updated from ${previous.state} to ${next.state}`,
    HistoryData: JSON.stringify({ version: '1.0', oldState: stateData(previous), newState: stateData(next) }),
  };
}

function stateData({ state, reason, reasonData }: AlarmCondition): object {
  const data: unknown = reasonData === undefined ? undefined : JSON.parse(reasonData);
  return { stateValue: state, stateReason: reason, stateReasonData: data };
}
