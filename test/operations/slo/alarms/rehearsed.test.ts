/** Alarms of SLOs on the rehearsal platform: planned, put, changed by hand, put again, taken away; and one that fires on real requests. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { requirePlatform } from '../../../../src/platform/load.ts';
import { resolveService } from '../../../../src/platform/select.ts';
import { type Rehearsal, startRehearsal } from '../../../../src/rehearsal/platform.ts';
import { surefoot } from '../../../cli/surefoot.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const FILE = path.resolve('test/cli/platform/surefoot.yml');
/** An hour is 15 s, five minutes are one. */
const SPEED = 240;
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:pages';

interface Printed {
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
  readonly error: { readonly code: string } | null;
  readonly evidence: string | null;
  readonly put: readonly { readonly AlarmName: string; readonly differences: readonly string[] | null }[];
  readonly remove: readonly string[];
  readonly notes: readonly string[];
}

describe('slo alarms', () => {
  let rehearsal: Rehearsal;
  let folder: string;
  let cloudwatch: CloudWatchClient;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-alarms-'));
    const platform = await requirePlatform(FILE);
    rehearsal = await startRehearsal({
      target: resolveService(platform, { environment: 'plain' }),
      region: 'eu-west-1',
      zones: ['eu-west-1a', 'eu-west-1b'],
      speed: SPEED,
      workDirectory: folder,
      signal: new AbortController().signal,
    });
    cloudwatch = new CloudWatchClient({
      region: 'eu-west-1',
      endpoint: rehearsal.endpoint,
      credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
    });
  });

  afterAll(async () => {
    cloudwatch.destroy();
    await rehearsal.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (...args: string[]) => {
    const ended = await surefoot(
      ['slo', 'alarms', '--config', FILE, '--environment', 'plain', '--report-dir', folder, '--json', ...args],
      { env: { AWS_ENDPOINT_URL: rehearsal.endpoint } },
    );
    const printed = JSON.parse(ended.stdout || '{}') as Printed;
    return {
      code: ended.code,
      printed,
      stderr: ended.stderr,
      reason: printed.reasons?.[0]?.code ?? printed.error?.code,
    };
  };
  const there = async () => {
    const { MetricAlarms = [], CompositeAlarms = [] } = await cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100 }),
    );
    return { metric: MetricAlarms, composite: CompositeAlarms };
  };
  const names = (alarms: readonly { readonly AlarmName?: string | undefined }[]) =>
    alarms.map(({ AlarmName = '' }) => AlarmName).sort();
  const PREFIX = 'surefoot/slo/terminal/plain/web/';

  it('shows the plan and changes nothing', async () => {
    const { code, reason, printed } = await run('--dry-run', '--page', TOPIC);
    expect([code, reason]).toEqual([0, 'planned']);
    // 99 % over 30 d has four pairs of windows; at 90 % a burn rate of 14.4 is never reached, so that one pair less is left.
    expect(printed.put).toHaveLength(4 * 2 + 2 + 3 * 2 + 2);
    expect(printed.notes.join()).toMatch(/"availability" of web: no error rate burns its budget 14.4 times too fast/);
    expect(await there()).toEqual({ metric: [], composite: [] });
  });

  it('asks for somebody who agrees, or --yes', async () => {
    const { code, reason } = await run('--page', TOPIC);
    expect([code, reason]).toEqual([2, 'nobody-to-ask']);
    expect((await run('--yes', '--page', 'me@example.org')).reason).toBe('not-an-arn');
    expect(await there()).toEqual({ metric: [], composite: [] });
  });

  it('puts pairs of windows as metric math, and a composite alarm for each severity', async () => {
    const { code, reason, printed } = await run('--yes', '--page', TOPIC);
    expect([code, reason]).toEqual([0, 'alarms-applied']);
    const { composite, metric } = await there();
    expect(names(composite)).toEqual(
      ['availability page', 'availability ticket', 'strict page', 'strict ticket'].map((name) => PREFIX + name),
    );
    expect(metric).toHaveLength(14);
    const page = composite.find(({ AlarmName }) => AlarmName === `${PREFIX}strict page`);
    expect(page?.AlarmActions).toEqual([TOPIC]);
    expect(page?.AlarmRule).toBe(
      ['1 h', '6 h']
        .map((pair) => `(ALARM("${PREFIX}strict page ${pair} long") AND ALARM("${PREFIX}strict page ${pair} short"))`)
        .join(' OR '),
    );
    const long = metric.find(({ AlarmName }) => AlarmName === `${PREFIX}strict page 1 h long`);
    expect(long).toMatchObject({ Threshold: 14.4, EvaluationPeriods: 1, ComparisonOperator: 'GreaterThanThreshold' });
    expect(long?.Metrics?.find(({ Id }) => Id === 'burn')?.Expression).toBe(
      '(FILL(m2,0)+FILL(m3,0))/(FILL(m0,0)+FILL(m1,0))*100/1',
    );
    expect(long?.Metrics?.map(({ MetricStat }) => MetricStat?.Period).filter(Boolean)).toEqual([
      3600, 3600, 3600, 3600,
    ]);
    const record = await readFile(printed.evidence ?? '', 'utf8');
    expect(JSON.parse(record).events.filter(({ kind }: { kind: string }) => kind === 'change')).toHaveLength(18);
  });

  it('changes nothing a second time, and keeps who is told where nobody says', async () => {
    const before = await there();
    expect(await run('--yes')).toMatchObject({ code: 0, reason: 'nothing-to-change' });
    expect(await there()).toEqual(before);
  });

  it('mends what was changed by hand, and leaves what whoever minds the alarms has set', async () => {
    const name = `${PREFIX}strict page 1 h long`;
    const { metric } = await there();
    const long = metric.find(({ AlarmName }) => AlarmName === name);
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: name,
        AlarmDescription: long?.AlarmDescription,
        Metrics: long?.Metrics,
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 20,
      }),
    );
    await cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: [name] }));
    const { printed } = await run('--dry-run');
    expect(printed.put.map(({ AlarmName, differences }) => [AlarmName, differences])).toEqual([
      [name, ['threshold 20 → 14.4']],
    ]);
    expect((await run('--yes')).reason).toBe('alarms-applied');
    const after = (await there()).metric.find(({ AlarmName }) => AlarmName === name);
    expect([after?.Threshold, after?.ActionsEnabled]).toEqual([14.4, false]);
  });

  it('pages somebody while requests fail over both windows, and not before', async () => {
    const state = async (name: string) => {
      const { composite, metric } = await there();
      return [...composite, ...metric].find(({ AlarmName }) => AlarmName === PREFIX + name)?.StateValue;
    };
    const url = rehearsal.services['web-plain']?.url ?? '';
    expect(await state('strict page')).toBe('OK');
    const untilPaged = async (): Promise<number> => {
      for (let sent = 0; sent < 1500; sent += 1) {
        await (await fetch(`${url}/fail`)).text();
        if (sent % 20 === 19 && (await state('strict page')) === 'ALARM') {
          return sent;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return Number.POSITIVE_INFINITY;
    };
    expect(await untilPaged()).toBeLessThan(1500);
    const history = async (name: string) => {
      const { AlarmHistoryItems = [] } = await cloudwatch.send(
        new DescribeAlarmHistoryCommand({
          AlarmName: PREFIX + name,
          AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
          ScanBy: 'TimestampAscending',
        }),
      );
      return AlarmHistoryItems.map(({ Timestamp, HistorySummary = '' }) => ({
        at: Timestamp?.getTime() ?? 0,
        HistorySummary,
      }));
    };
    const paged = (await history('strict page')).find(({ HistorySummary }) => HistorySummary.endsWith('to ALARM'));
    const pairs = await Promise.all(
      ['1 h', '6 h'].map((pair) =>
        Promise.all(['long', 'short'].map((window) => history(`strict page ${pair} ${window}`))),
      ),
    );
    // It fired when the second of a pair did, and no later.
    const both = pairs.map((pair) =>
      Math.max(
        ...pair.map((changes) =>
          Math.min(...changes.filter(({ HistorySummary }) => HistorySummary.endsWith('to ALARM')).map(({ at }) => at)),
        ),
      ),
    );
    expect(Math.abs((paged?.at ?? 0) - Math.min(...both))).toBeLessThan(1000);
  });

  it('takes away what surefoot.yml no longer asks for, and never what somebody else made', async () => {
    const foreign = {
      AlarmName: `${PREFIX}theirs`,
      AlarmDescription: 'by hand',
      Namespace: 'AWS/ECS',
      MetricName: 'CPU',
    };
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        ...foreign,
        Statistic: 'Average',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    // At 90 % nothing burns 14.4 times too fast: one pair of windows goes, the rest counts and says something else.
    const looser = path.join(folder, 'surefoot.yml');
    await writeFile(looser, (await readFile(FILE, 'utf8')).replace('target: 0.99 ', 'target: 0.9 '));
    const { printed } = await run('--config', looser, '--dry-run');
    expect(printed.put.map(({ differences }) => differences?.[0])).toEqual([
      ...Array.from({ length: 6 }, () => 'what it counts'),
      'its rule',
      'its description',
    ]);
    expect(printed.remove).toEqual(['long', 'short'].map((window) => `${PREFIX}strict page 1 h ${window}`));
    expect((await run('--config', looser, '--yes')).reason).toBe('alarms-applied');
    expect((await there()).metric).toHaveLength(13);
    expect(await run('--remove', '--yes')).toMatchObject({ code: 0, reason: 'alarms-applied' });
    const { composite, metric } = await there();
    expect([names(composite), names(metric)]).toEqual([[], [foreign.AlarmName]]);
  });

  it('does not write over an alarm of the same name that somebody else made', async () => {
    const name = `${PREFIX}strict page 1 h long`;
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: name,
        Namespace: 'AWS/ECS',
        MetricName: 'CPU',
        Statistic: 'Average',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    const { code, reason, stderr } = await run('--yes');
    expect([code, reason]).toEqual([2, 'alarm-of-somebody-else']);
    expect(stderr).toContain(name);
    expect((await there()).composite).toEqual([]);
  });
});
