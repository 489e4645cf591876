/** verify:aws off, refused, and on: against the rehearsal platform, and against an emulator that this project did not write. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingsFrom } from '../../scripts/verify-aws/settings.ts';
import { minimalEnvironment } from '../../src/tools/environment.ts';
import { runProgram } from '../../src/tools/run-program.ts';
import { type Recorder, startRecorder } from '../aws/permissions/recorder.ts';
import { type MotoServer, startMotoServer } from '../contract/support/moto-server.ts';
import { type RunningPlatform, startPlatform } from '../contract/support/platform.ts';
import { pythonOrReason } from '../contract/support/python.ts';

const CONFIG = 'test/contract/platform/surefoot.yml';
const python = await pythonOrReason('moto');

interface Report {
  readonly account: string;
  readonly results: readonly {
    name: string;
    error?: string;
    calls: readonly string[];
    violations: readonly string[];
  }[];
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-verify-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function verify(environment: Readonly<Record<string, string>>, ...args: string[]) {
  const file = path.join(folder, 'report.json');
  const { code, stdout, stderr } = await runProgram(
    process.execPath,
    ['node_modules/tsx/dist/cli.mjs', 'scripts/verify-aws.ts', ...args],
    {
      directory: process.cwd(),
      timeoutMs: 100_000,
      environment: {
        ...minimalEnvironment(process.env),
        ...{ AWS_ACCESS_KEY_ID: 'AKIDREHEARSAL', AWS_SECRET_ACCESS_KEY: 'none', SUREFOOT_VERIFY_REPORT: file },
        ...environment,
      },
    },
  );
  return { code, stdout, stderr, report: async () => JSON.parse(await readFile(file, 'utf8')) as Report };
}

describe('the settings', () => {
  const on = { SUREFOOT_VERIFY_AWS: '1', SUREFOOT_VERIFY_ACCOUNTS: '123456789012', SUREFOOT_VERIFY_CONFIG: 'a.yml' };

  it('are read from the environment, writing only where that was said', () => {
    expect(settingsFrom(on, [])).toMatchObject({ settings: { accounts: ['123456789012'], write: false } });
    expect(settingsFrom({ ...on, SUREFOOT_VERIFY_WRITE: '1' }, ['--only', 'alarm'])).toMatchObject({
      settings: { write: true, only: ['alarm'] },
    });
  });

  it.each([
    [{ ...on, SUREFOOT_VERIFY_ACCOUNTS: '' }, [], /SUREFOOT_VERIFY_ACCOUNTS is not set/],
    [{ ...on, SUREFOOT_VERIFY_ACCOUNTS: '*' }, [], /"\*": an account has twelve digits/],
    [{ ...on, SUREFOOT_VERIFY_CONFIG: '' }, [], /SUREFOOT_VERIFY_CONFIG is not set/],
    [on, ['--onlx', 'alarm'], /--onlx alarm.*is not understood/],
    [on, ['--only'], /is not understood/],
  ])('are refused where they are not whole: %j %j', (environment, args, message) => {
    expect(settingsFrom(environment, args)).toEqual({ problems: [expect.stringMatching(message)] });
  });
});

describe('verify:aws', { timeout: 120_000 }, () => {
  it('is off: says what it needs and what it costs, and asks nothing', async () => {
    const { code, stdout } = await verify({ AWS_ENDPOINT_URL: 'http://127.0.0.1:9' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/SUREFOOT_VERIFY_ACCOUNTS.*Cost:/s);
  });

  describe('on the rehearsal platform', () => {
    let platform: RunningPlatform;
    let recorder: Recorder;
    const environment = () => ({
      AWS_ENDPOINT_URL: recorder.endpoint,
      ...{ SUREFOOT_VERIFY_AWS: '1', SUREFOOT_VERIFY_ACCOUNTS: '000000000000', SUREFOOT_VERIFY_CONFIG: CONFIG },
    });

    beforeAll(async () => {
      platform = await startPlatform({ name: 'artguard', speed: 60 });
      recorder = await startRecorder(platform.endpoint);
    }, 90_000);
    afterAll(async () => {
      await recorder?.close();
      await platform?.stop();
    });

    it('asks everything that only reads, and finds what it expects', async () => {
      const { code, stdout, stderr, report } = await verify(environment());
      expect(code, `${stdout}\n${stderr}`).toBe(0);
      const { account, results } = await report();
      expect(account).toBe('000000000000');
      expect(results.length).toBeGreaterThan(12);
      expect(results.filter(({ calls }) => calls.length === 0).map(({ name }) => name)).toEqual([]);
      const asked = recorder.take().map(({ operation }) => operation);
      expect(asked.filter((operation) => !/^(Describe|Get|List)/.test(operation))).toEqual([]);
    });

    it('makes an alarm where that was said, and leaves nothing', async () => {
      const { code, stdout } = await verify({ ...environment(), SUREFOOT_VERIFY_WRITE: '1' }, '--only', 'alarm');
      expect(code, stdout).toBe(0);
      const calls = recorder.take();
      const put = calls.find(({ operation }) => operation === 'PutMetricAlarm');
      expect(put?.input['Tags']).toEqual([{ Key: 'surefoot:verify', Value: expect.any(String) }]);
      expect(calls.map(({ operation }) => operation)).toContain('DeleteAlarms');
      const client = new CloudWatchClient({
        ...{ endpoint: platform.endpoint, region: platform.region },
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      });
      const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'surefoot/verify' }));
      expect(MetricAlarms).toEqual([]);
      client.destroy();
    });

    it('refuses an account that is not on the list after one question, and a case that there is not', async () => {
      const other = await verify({ ...environment(), SUREFOOT_VERIFY_ACCOUNTS: '123456789012' });
      expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('are of account 000000000000')]);
      expect(recorder.take().map(({ operation }) => operation)).toEqual(['GetCallerIdentity']);
      const unknown = await verify(environment(), '--only', 'alarms,weather');
      expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringMatching(/no case is called weather/)]);
      expect(recorder.take()).toEqual([]);
    });

    it('refuses a protected environment', async () => {
      const file = 'examples/artguard/surefoot.yml';
      const told = { SUREFOOT_VERIFY_CONFIG: file, SUREFOOT_VERIFY_ENVIRONMENT: 'prod' };
      const { code, stderr } = await verify({ ...environment(), ...told });
      expect([code, stderr]).toEqual([2, expect.stringContaining('prod is protected')]);
      expect(recorder.take()).toEqual([]);
    });
  });

  describe.skipIf('skipped' in python)('on moto', () => {
    let moto: MotoServer;

    beforeAll(async () => {
      moto = await startMotoServer('python' in python ? python.python : '');
      const ecs = new ECSClient({
        ...{ endpoint: moto.endpoint, region: 'ca-central-1' },
        credentials: { accessKeyId: 'moto', secretAccessKey: 'moto' },
      });
      await ecs.send(new CreateClusterCommand({ clusterName: 'artguard-cluster-dev' }));
      await ecs.send(
        new RegisterTaskDefinitionCommand({
          family: 'artguard',
          containerDefinitions: [{ name: 'artguard-backend', image: 'artguard-backend:1.0.0', memory: 64 }],
        }),
      );
      const service = { cluster: 'artguard-cluster-dev', serviceName: 'artguard-backend-dev', desiredCount: 0 };
      await ecs.send(new CreateServiceCommand({ ...service, taskDefinition: 'artguard' }));
      ecs.destroy();
    }, 150_000);
    afterAll(() => moto?.stop());

    it('reads what moto has, and tells what in its answers AWS would not say', async () => {
      const environment = {
        AWS_ENDPOINT_URL: moto.endpoint,
        ...{ SUREFOOT_VERIFY_AWS: '1', SUREFOOT_VERIFY_ACCOUNTS: '123456789012', SUREFOOT_VERIFY_CONFIG: CONFIG },
      };
      const { code, stdout, stderr, report } = await verify(environment);
      const { results } = await report();
      // moto has no ListServiceDeployments, and says other things of what is not there: a difference must not pass.
      expect(code, stderr).toBe(1);
      expect(stdout).toMatch(/✗ ecs-deployments/);
      const well = results.filter(({ error, violations }) => error === undefined && violations.length === 0);
      expect(well.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['ecs-tasks', 'absent-service', 'absent-database']),
      );
      expect(results.flatMap(({ violations }) => violations).join('\n')).toMatch(/answered|x-amzn-requestid/);
    });
  });
});
