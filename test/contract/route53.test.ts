/** Route 53 and the data plane of routing controls under boto3. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { minimalEnvironment } from '../../src/tools/environment.ts';
import { runProgram } from '../../src/tools/run-program.ts';
import { startRoute53 } from '../rehearsal/route53/wire.ts';
import { pythonOrReason } from './support/python.ts';

const found = await pythonOrReason();
const python = 'python' in found ? found.python : '';
const title = 'skipped' in found ? `boto3's route53 (skipped: ${found.skipped})` : "boto3's route53";

describe.skipIf('skipped' in found)(title, () => {
  it('changes records in batches, follows changes, and switches routing controls', async () => {
    const { endpoint, bugs } = await startRoute53({ speed: 20 });
    const { code, stdout, stderr, timedOut } = await runProgram(
      python,
      ['-B', '-m', 'unittest', '-v', 'test_route53'],
      {
        directory: path.join(import.meta.dirname, 'python'),
        timeoutMs: 100_000,
        environment: {
          ...minimalEnvironment(process.env),
          AWS_ENDPOINT_URL: endpoint,
          AWS_ACCESS_KEY_ID: 'AKIDREHEARSAL',
          AWS_SECRET_ACCESS_KEY: 'none',
          AWS_DEFAULT_REGION: 'us-east-2',
          AWS_EC2_METADATA_DISABLED: 'true',
          AWS_CONFIG_FILE: '/dev/null',
          AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
          NO_PROXY: '127.0.0.1',
          // What the other modules of this folder are told of their platform.
          PLATFORM_CLUSTER: '',
          PLATFORM_SERVICE: '',
          PLATFORM_CONTAINER: '',
          PLATFORM_IMAGE: '',
          PLATFORM_NEXT_IMAGE: '',
        },
      },
    );
    expect({ code, timedOut }, `${stdout}\n${stderr}`).toEqual({ code: 0, timedOut: false });
    expect(bugs).toEqual([]);
  }, 120_000);
});
