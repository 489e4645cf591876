/** Composite alarms over alarms whose states are set by hand. */
import type {
  DescribeAlarmHistoryOutput,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  StateValue,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, describe, expect, it } from 'vitest';
import { type CloudWatch, createCloudWatch } from '../../../src/rehearsal/cloudwatch/cloudwatch.ts';
import { call, DAY_START, settableClock } from './fixtures.ts';

const opened: CloudWatch[] = [];
afterEach(() => {
  for (const cloudwatch of opened.splice(0)) {
    cloudwatch.stop();
  }
});

const BOTH = ['MetricAlarm', 'CompositeAlarm'] as const;

async function open() {
  const { clock } = settableClock(DAY_START);
  const cloudwatch = createCloudWatch({ clock, region: 'ca-central-1', accountId: '000000000000' });
  opened.push(cloudwatch);
  const perform = <Output>(name: string, input: object) => call<Output>(cloudwatch.module.operations, name, input);
  for (const AlarmName of ['long', 'short']) {
    await perform('PutMetricAlarm', {
      AlarmName,
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'RequestCount',
      Statistic: 'Sum',
      Period: 3600,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    });
  }
  const set = (AlarmName: string, state: StateValue) =>
    perform('SetAlarmState', { AlarmName, StateValue: state, StateReason: 'by hand' });
  const described = async (input: DescribeAlarmsInput = { AlarmTypes: [...BOTH] }) => {
    const { MetricAlarms = [], CompositeAlarms = [] } = await perform<DescribeAlarmsOutput>('DescribeAlarms', input);
    return {
      metric: MetricAlarms.map(({ AlarmName }) => AlarmName),
      composite: CompositeAlarms.map(({ AlarmName, StateValue }) => [AlarmName, StateValue]),
    };
  };
  return { perform, set, described };
}

const RULE = { AlarmName: 'page', AlarmRule: 'ALARM("long") AND ALARM("short")' };
const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'ValidationError', message: expect.stringMatching(message) });

describe('composite alarms', () => {
  it('follow the alarms of their rule', async () => {
    const { described, perform, set } = await open();
    await perform('PutCompositeAlarm', RULE);
    expect((await described()).composite).toEqual([['page', 'OK']]);
    await set('long', 'ALARM');
    expect((await described()).composite).toEqual([['page', 'OK']]);
    await set('short', 'ALARM');
    expect((await described()).composite).toEqual([['page', 'ALARM']]);
    await set('short', 'INSUFFICIENT_DATA');
    expect((await described()).composite).toEqual([['page', 'OK']]);
    const history = await perform<DescribeAlarmHistoryOutput>('DescribeAlarmHistory', {
      AlarmTypes: [...BOTH],
      AlarmName: 'page',
      ScanBy: 'TimestampAscending',
    });
    expect(history.AlarmHistoryItems?.map(({ AlarmType, HistorySummary }) => [AlarmType, HistorySummary])).toEqual([
      ['CompositeAlarm', 'Alarm updated from INSUFFICIENT_DATA to OK'],
      ['CompositeAlarm', 'Alarm updated from OK to ALARM'],
      ['CompositeAlarm', 'Alarm updated from ALARM to OK'],
    ]);
  });

  it('follow each other', async () => {
    const { described, perform, set } = await open();
    await perform('PutCompositeAlarm', RULE);
    await perform('PutCompositeAlarm', { AlarmName: 'quiet', AlarmRule: 'NOT ALARM(page)' });
    expect((await described()).composite).toEqual([
      ['page', 'OK'],
      ['quiet', 'ALARM'],
    ]);
    await set('long', 'ALARM');
    await set('short', 'ALARM');
    expect((await described()).composite).toEqual([
      ['page', 'ALARM'],
      ['quiet', 'OK'],
    ]);
  });

  it('are shown only where they are asked for', async () => {
    const { described, perform } = await open();
    await perform('PutCompositeAlarm', RULE);
    expect(await described({})).toEqual({ metric: ['long', 'short'], composite: [] });
    expect(await described({ AlarmTypes: ['CompositeAlarm'] })).toEqual({ metric: [], composite: [['page', 'OK']] });
    expect(await described({ AlarmTypes: [...BOTH], AlarmNamePrefix: 'p' })).toEqual({
      metric: [],
      composite: [['page', 'OK']],
    });
  });

  it('speak of alarms that exist, not of themselves, and hold them', async () => {
    const { described, perform } = await open();
    await expect(perform('PutCompositeAlarm', { AlarmName: 'x', AlarmRule: 'ALARM(gone)' })).rejects.toEqual(
      refused(/gone/),
    );
    await perform('PutCompositeAlarm', RULE);
    await expect(perform('PutCompositeAlarm', { ...RULE, AlarmRule: 'OK(page)' })).rejects.toEqual(refused(/page/));
    await expect(perform('DeleteAlarms', { AlarmNames: ['long'] })).rejects.toEqual(
      refused(/Cannot delete long as there are composite alarm\(s\) depending on it/),
    );
    await perform('DeleteAlarms', { AlarmNames: ['page', 'long'] });
    expect(await described()).toEqual({ metric: ['short'], composite: [] });
  });

  it('are deleted one at a time, and keep their state when they are replaced', async () => {
    const { described, perform, set } = await open();
    await perform('PutCompositeAlarm', RULE);
    await perform('PutCompositeAlarm', { AlarmName: 'ticket', AlarmRule: 'TRUE' });
    await set('long', 'ALARM');
    await set('short', 'ALARM');
    await perform('PutCompositeAlarm', { ...RULE, AlarmRule: 'ALARM("long")', ActionsEnabled: false });
    expect((await described()).composite).toEqual([
      ['page', 'ALARM'],
      ['ticket', 'ALARM'],
    ]);
    await expect(perform('DeleteAlarms', { AlarmNames: ['page', 'ticket'] })).rejects.toEqual(refused(/one composite/));
    await perform('EnableAlarmActions', { AlarmNames: ['page'] });
    const { CompositeAlarms = [] } = await perform<DescribeAlarmsOutput>('DescribeAlarms', {
      AlarmTypes: ['CompositeAlarm'],
      AlarmNames: ['page'],
    });
    expect(CompositeAlarms[0]).toMatchObject({ ActionsEnabled: true, AlarmRule: 'ALARM("long")' });
  });
});
