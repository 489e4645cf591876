/** EventBridge Scheduler under boto3, on the platform as `surefoot up` starts it. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minimalEnvironment } from '../../src/tools/environment.ts';
import { runProgram } from '../../src/tools/run-program.ts';
import { type RunningPlatform, startPlatform } from './support/platform.ts';
import { pythonOrReason } from './support/python.ts';

const found = await pythonOrReason();
const python = 'python' in found ? found.python : '';
const title = 'skipped' in found ? `boto3's scheduler (skipped: ${found.skipped})` : "boto3's scheduler";

describe.skipIf('skipped' in found)(title, () => {
  let platform: RunningPlatform;

  beforeAll(async () => {
    platform = await startPlatform({ name: 'artguard', speed: 60 });
  }, 90_000);

  afterAll(async () => {
    await platform?.stop();
  });

  it('makes schedules, reads them back, deletes them, and has one stop an experiment', async () => {
    const { code, stdout, stderr, timedOut } = await runProgram(
      python,
      ['-B', '-m', 'unittest', '-v', 'test_scheduler'],
      {
        directory: path.join(import.meta.dirname, 'python'),
        timeoutMs: 170_000,
        environment: {
          ...minimalEnvironment(process.env),
          AWS_ENDPOINT_URL: platform.endpoint,
          AWS_ACCESS_KEY_ID: 'AKIDREHEARSAL',
          AWS_SECRET_ACCESS_KEY: 'none',
          AWS_DEFAULT_REGION: platform.region,
          AWS_EC2_METADATA_DISABLED: 'true',
          AWS_CONFIG_FILE: '/dev/null',
          AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
          NO_PROXY: '127.0.0.1',
          PLATFORM_CLUSTER: 'artguard-cluster-dev',
          PLATFORM_SERVICE: 'artguard-backend-dev',
          PLATFORM_CONTAINER: 'artguard-backend',
          PLATFORM_IMAGE: 'artguard-backend:1.0.0',
          PLATFORM_NEXT_IMAGE: 'artguard-backend:1.1.0',
        },
      },
    );
    expect({ code, timedOut }, `${stdout}\n${stderr}`).toEqual({ code: 0, timedOut: false });
  }, 180_000);
});
