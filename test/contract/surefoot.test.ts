/** surefoot's own calls, held against AWS's models like those of any other client. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minimalEnvironment } from '../../src/tools/environment.ts';
import { runProgram } from '../../src/tools/run-program.ts';
import { type Capture, startCapture } from './capture.ts';
import { KNOWN_VIOLATIONS } from './known-deviations.ts';
import { type RunningPlatform, startPlatform } from './support/platform.ts';

const CONFIG = path.join(import.meta.dirname, 'platform/surefoot.yml');

describe('surefoot on the rehearsal platform', () => {
  let platform: RunningPlatform;
  let capture: Capture;
  let folder: string;

  beforeAll(async () => {
    platform = await startPlatform({ name: 'artguard', speed: 20 });
    capture = await startCapture(platform.endpoint);
    folder = await mkdtemp(path.join(tmpdir(), 'surefoot-contract-'));
  }, 90_000);

  afterAll(async () => {
    await capture?.close();
    await platform?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const surefoot = (...args: string[]) =>
    runProgram(process.execPath, [process.env['SUREFOOT_SELF'] ?? '', ...args, '--config', CONFIG, '--json'], {
      directory: folder,
      timeoutMs: 150_000,
      environment: {
        ...minimalEnvironment(process.env),
        AWS_ENDPOINT_URL: capture.endpoint,
        AWS_ACCESS_KEY_ID: 'AKIDREHEARSAL',
        AWS_SECRET_ACCESS_KEY: 'none',
      },
    });

  it('says what runs', async () => {
    const { code, stderr } = await surefoot('status', '--environment', 'dev');
    expect(code, stderr).toBe(0);
  });

  it('deploys', async () => {
    const { code, stdout, stderr } = await surefoot(
      'deploy',
      '--environment',
      'dev',
      '--yes',
      '--image',
      'artguard-backend:1.1.0',
    );
    expect(code, `${stdout}\n${stderr}`).toBe(0);
  }, 160_000);

  it('sent and got nothing that AWS would not', () => {
    const shown = new Set(capture.exchanges().map(({ service, operation }) => `${service}.${operation}`));
    expect([...shown]).toEqual(
      expect.arrayContaining(['ecs.UpdateService', 'ecs.ContinueServiceDeployment', 'elbv2.DescribeRules']),
    );
    expect(capture.violations().filter((violation) => !KNOWN_VIOLATIONS.includes(violation))).toEqual([]);
  });
});
