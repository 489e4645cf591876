import type { DescribeAlarmHistoryOutput, DescribeAlarmsOutput, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { DAY_START } from '../fixtures.ts';
import { at, open, refused } from './opened.ts';

describe('alarms', () => {
  const ALARM: PutMetricAlarmInput = {
    AlarmName: 'errors',
    Namespace: 'AWS/ApplicationELB',
    MetricName: 'HTTPCode_Target_5XX_Count',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold',
    AlarmActions: ['arn:aws:sns:ca-central-1:000000000000:pager'],
  };
  const describeAlarms = async (perform: ReturnType<typeof open>['perform'], input: object = {}) =>
    (await perform<DescribeAlarmsOutput>('DescribeAlarms', input)).MetricAlarms ?? [];

  it('start in INSUFFICIENT_DATA and show what they were made of', async () => {
    const { perform } = open();
    await perform('PutMetricAlarm', ALARM);
    expect(await describeAlarms(perform)).toEqual([
      {
        ...ALARM,
        AlarmArn: 'arn:aws:cloudwatch:ca-central-1:000000000000:alarm:errors',
        AlarmConfigurationUpdatedTimestamp: at(600),
        ActionsEnabled: true,
        OKActions: [],
        InsufficientDataActions: [],
        Dimensions: [],
        StateValue: 'INSUFFICIENT_DATA',
        StateReason: 'Unchecked: Initial alarm creation',
        StateReasonData: undefined,
        StateUpdatedTimestamp: at(600),
        StateTransitionedTimestamp: at(600),
      },
    ]);
  });

  it('keep their state when they are updated, and lose everything else', async () => {
    const { perform, set } = open();
    await perform('PutMetricAlarm', { ...ALARM, AlarmDescription: 'old' });
    await perform('SetAlarmState', { AlarmName: 'errors', StateValue: 'OK', StateReason: 'by hand' });
    set(DAY_START + 700);
    await perform('PutMetricAlarm', { ...ALARM, Threshold: 9 });
    const [alarm] = await describeAlarms(perform);
    expect(alarm).toMatchObject({ StateValue: 'OK', StateReason: 'by hand', Threshold: 9 });
    expect(alarm?.AlarmDescription).toBeUndefined();
    expect(alarm?.AlarmConfigurationUpdatedTimestamp).toEqual(at(700));
    expect(alarm?.StateTransitionedTimestamp).toEqual(at(600));
  });

  it('are found by name, prefix, state and action, page by page', async () => {
    const { perform } = open();
    for (const name of ['web-5xx', 'api-5xx', 'web-slow']) {
      await perform('PutMetricAlarm', { ...ALARM, AlarmName: name, AlarmActions: [`arn:${name}`] });
    }
    await perform('SetAlarmState', { AlarmName: 'web-slow', StateValue: 'ALARM', StateReason: 'test' });
    const names = async (input: object) => (await describeAlarms(perform, input)).map(({ AlarmName }) => AlarmName);
    expect(await names({})).toEqual(['api-5xx', 'web-5xx', 'web-slow']);
    expect(await names({ AlarmNames: ['web-5xx', 'gone'] })).toEqual(['web-5xx']);
    expect(await names({ AlarmNamePrefix: 'web-' })).toEqual(['web-5xx', 'web-slow']);
    expect(await names({ StateValue: 'ALARM' })).toEqual(['web-slow']);
    expect(await names({ ActionPrefix: 'arn:api' })).toEqual(['api-5xx']);
    expect(await names({ AlarmTypes: ['CompositeAlarm'] })).toEqual([]);
    const first = await perform<DescribeAlarmsOutput>('DescribeAlarms', { MaxRecords: 2 });
    const second = await perform<DescribeAlarmsOutput>('DescribeAlarms', { MaxRecords: 2, NextToken: first.NextToken });
    expect(
      [...(first.MetricAlarms ?? []), ...(second.MetricAlarms ?? [])].map(({ AlarmName }) => AlarmName),
    ).toHaveLength(3);
    expect(second.NextToken).toBeUndefined();
    await expect(describeAlarms(perform, { AlarmNames: ['a'], AlarmNamePrefix: 'b' })).rejects.toEqual(
      refused('ValidationError', /cannot be given together/),
    );
  });

  it('set by hand are in the history, with both states', async () => {
    const { cloudwatch, perform } = open();
    const changes: string[] = [];
    const end = cloudwatch.alarms.onChange(({ name, previous, state }) =>
      changes.push(`${name}: ${previous} -> ${state}`),
    );
    await perform('PutMetricAlarm', ALARM);
    await perform('SetAlarmState', {
      AlarmName: 'errors',
      StateValue: 'ALARM',
      StateReason: 'drill',
      StateReasonData: '{"a":1}',
    });
    await perform('SetAlarmState', { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'again' });
    end();
    await perform('SetAlarmState', { AlarmName: 'errors', StateValue: 'OK', StateReason: 'over' });
    expect(changes).toEqual(['errors: INSUFFICIENT_DATA -> ALARM']);
    expect(cloudwatch.alarms.state('errors')).toBe('OK');
    const history = await perform<DescribeAlarmHistoryOutput>('DescribeAlarmHistory', { AlarmName: 'errors' });
    expect(history.AlarmHistoryItems?.map(({ HistorySummary }) => HistorySummary)).toEqual([
      'Alarm updated from ALARM to OK',
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
    ]);
    expect(JSON.parse(history.AlarmHistoryItems?.[1]?.HistoryData ?? '')).toEqual({
      version: '1.0',
      oldState: { stateValue: 'INSUFFICIENT_DATA', stateReason: 'Unchecked: Initial alarm creation' },
      newState: { stateValue: 'ALARM', stateReason: 'drill', stateReasonData: { a: 1 } },
    });
    await expect(perform('DescribeAlarmHistory', { HistoryItemType: 'Action' })).rejects.toEqual(
      refused('ValidationError', /keeps no history of type Action/),
    );
  });

  it('are deleted even if another name is wrong, which is said', async () => {
    const { perform } = open();
    await perform('PutMetricAlarm', ALARM);
    await expect(perform('DeleteAlarms', { AlarmNames: ['gone', 'errors'] })).rejects.toEqual(
      refused('ResourceNotFound', /gone/),
    );
    expect(await describeAlarms(perform)).toEqual([]);
  });

  it('have a switch for their actions', async () => {
    const { perform } = open();
    await perform('PutMetricAlarm', ALARM);
    await perform('DisableAlarmActions', { AlarmNames: ['errors'] });
    expect((await describeAlarms(perform))[0]?.ActionsEnabled).toBe(false);
    await perform('EnableAlarmActions', { AlarmNames: ['errors', 'gone'] });
    expect((await describeAlarms(perform))[0]?.ActionsEnabled).toBe(true);
  });

  it('that do not exist cannot be set, and reasons must be JSON', async () => {
    const { perform } = open();
    const set = { AlarmName: 'errors', StateValue: 'OK', StateReason: 'x' };
    await expect(perform('SetAlarmState', set)).rejects.toEqual(refused('ResourceNotFound', /no alarm named "errors"/));
    await expect(perform('SetAlarmState', { ...set, StateReasonData: '{' })).rejects.toEqual(
      refused('InvalidFormatFault', /JSON/),
    );
    await expect(perform('SetAlarmState', { ...set, StateValue: 'FINE' })).rejects.toEqual(
      refused('ValidationError', /FINE/),
    );
  });
});
