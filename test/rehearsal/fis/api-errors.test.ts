/** Errors injected into the calls of the role that surefoot runs as, while it deploys and pauses; and a client of another role beside it. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FisInputs, FisOutputs } from '../../../src/aws/fis/types.ts';
import { ownRoleArn } from '../../../src/rehearsal/sts/callers.ts';
import { minimalEnvironment } from '../../../src/tools/environment.ts';
import { runProgram } from '../../../src/tools/run-program.ts';
import { surefoot } from '../../cli/surefoot.ts';
import { pythonOrReason } from '../../contract/support/python.ts';
import { type Artguard, startArtguard } from '../artguard.ts';
import { eventually } from '../ecs/lab.ts';

const ACCOUNT = '000000000000';
const OTHER_ROLE = `arn:aws:iam::${ACCOUNT}:role/somebody-else`;
const PATIENCE_MS = 60_000;
/** Of the same service: one without the watch, which needs users; one in which dev may be paused. */
const TO_DEPLOY = path.resolve('test/contract/platform/surefoot.yml');
const TO_PAUSE = path.resolve('examples/artguard/surefoot.yml');

const found = await pythonOrReason();

let platform: Artguard;
beforeAll(async () => {
  platform = await startArtguard({ ANALYZE_MS: '20' });
}, 120_000);
afterAll(async () => {
  await platform?.stop();
  expect(platform.bugs).toEqual([]);
}, 60_000);

const call = <Name extends keyof FisInputs>(name: Name, input: FisInputs[Name]) =>
  platform.rehearsal.wire.call<FisOutputs[Name]>('fis', name, input);

interface Injected {
  readonly error: 'throttle' | 'internal' | 'unavailable';
  readonly service: string;
  readonly operations: string;
  readonly percentage?: string;
}

async function start(injected: readonly Injected[], role = ownRoleArn(ACCOUNT)): Promise<string> {
  const actions = injected.map(({ error, service, operations, percentage = '30' }, index) => [
    `errors-${index}`,
    {
      actionId: `aws:fis:inject-api-${error}-error`,
      parameters: { duration: 'PT12H', service, operations, percentage },
      targets: { Roles: 'who' },
    },
  ]);
  const { experimentTemplate } = await call('CreateExperimentTemplate', {
    clientToken: crypto.randomUUID(),
    description: 'errors for the callers of a role',
    roleArn: `arn:aws:iam::${ACCOUNT}:role/fis-experiments`,
    stopConditions: [{ source: 'none' }],
    targets: { who: { resourceType: 'aws:iam:role', selectionMode: 'ALL', resourceArns: [role] } },
    actions: Object.fromEntries(actions),
  });
  const { experiment } = await call('StartExperiment', {
    clientToken: crypto.randomUUID(),
    experimentTemplateId: experimentTemplate?.id ?? '',
  });
  return experiment?.id ?? '';
}

const get = async (id: string) => (await call('GetExperiment', { id })).experiment;
const acting = (id: string) =>
  eventually(async () => {
    const states = Object.values((await get(id))?.actions ?? {}).map(({ state }) => state?.status);
    return states.every((status) => status === 'running') ? states : undefined;
  }, PATIENCE_MS);
const ended = (id: string) =>
  eventually(async () => {
    const experiment = await get(id);
    return experiment?.endTime === undefined ? undefined : experiment;
  }, PATIENCE_MS);

/** How many requests of clients got this code, by operation. */
function refused(code: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const request of platform.rehearsal.wire.requests()) {
    if (request.origin === 'client' && request.code === code) {
      counts.set(request.operation, (counts.get(request.operation) ?? 0) + 1);
    }
  }
  return counts;
}

const run = (config: string, ...args: readonly string[]) =>
  surefoot([...args, '--config', config, '--environment', 'dev', '--json'], {
    cwd: platform.workDirectory,
    env: { AWS_ENDPOINT_URL: platform.rehearsal.endpoint },
  });

describe('errors for the role that surefoot runs as', () => {
  it('are retried: a deployment, a pause and a resumption go through', async () => {
    const ecs = [
      ...['DescribeServices', 'UpdateService', 'DescribeServiceDeployments', 'ContinueServiceDeployment'],
      ...['DescribeTaskDefinition', 'RegisterTaskDefinition', 'ListTasks', 'DescribeTasks', 'TagResource'],
    ].join(',');
    const id = await start([
      { error: 'throttle', service: 'ecs', operations: ecs },
      { error: 'internal', service: 'elasticloadbalancing', operations: 'DescribeRules,DescribeTargetHealth' },
      {
        error: 'unavailable',
        service: 'application-autoscaling',
        operations: 'DescribeScalableTargets,RegisterScalableTarget',
      },
    ]);
    await acting(id);
    const deployed = await run(TO_DEPLOY, 'deploy', '--yes', '--image', 'artguard-backend:1.1.0');
    expect(deployed.code, `${deployed.stdout}\n${deployed.stderr}`).toBe(0);
    const paused = await run(TO_PAUSE, 'pause', '--yes');
    expect(paused.code, `${paused.stdout}\n${paused.stderr}`).toBe(0);
    const resumed = await run(TO_PAUSE, 'resume', '--yes');
    expect(resumed.code, `${resumed.stdout}\n${resumed.stderr}`).toBe(0);
    await call('StopExperiment', { id });
    expect((await ended(id))?.state?.status).toBe('stopped');
    const throttled = refused('ThrottlingException');
    expect([...throttled.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(5);
    expect([...throttled.keys()]).toEqual(expect.arrayContaining(['DescribeServices', 'DescribeServiceDeployments']));
    expect(refused('InternalFailure').size).toBeGreaterThan(0);
    expect(refused('ServiceUnavailable').size).toBeGreaterThan(0);
  }, 300_000);
});

const skipped = 'skipped' in found ? ` (skipped: ${found.skipped})` : '';

describe.skipIf(skipped !== '')(`errors for one role${skipped}`, () => {
  it('are not for a client of another role, by boto3', async () => {
    const id = await start([{ error: 'throttle', service: 'ecs', operations: 'ListClusters', percentage: '100' }]);
    await acting(id);
    const { code, stdout, stderr } = await runProgram('python' in found ? found.python : '', ['-c', TWO_ROLES], {
      directory: platform.workDirectory,
      timeoutMs: 60_000,
      environment: {
        ...minimalEnvironment(process.env),
        AWS_ENDPOINT_URL: platform.rehearsal.endpoint,
        AWS_ACCESS_KEY_ID: 'AKIDREHEARSAL',
        AWS_SECRET_ACCESS_KEY: 'none',
        AWS_DEFAULT_REGION: platform.rehearsal.region,
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        OTHER_ROLE,
      },
    });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      own: Array(5).fill('ThrottlingException'),
      other: Array(5).fill('ok'),
    });
    await call('StopExperiment', { id });
    await ended(id);
  }, 120_000);
});

describe('errors that cannot be', () => {
  it.each([
    ['of a service that is not here', { service: 'ec2', operations: 'DescribeInstances' }, 'into calls of ec2'],
    ['of an operation that is not', { service: 'ecs', operations: 'ListClusters,Dance' }, 'has no operation Dance'],
  ])('%s fail the experiment', async (_, parameters, text) => {
    const { state } = (await ended(await start([{ error: 'throttle', ...parameters }]))) ?? {};
    expect(state).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(text),
      error: { code: 'ConfigurationFailure', location: 'errors-0' },
    });
  });

  it('for a role of another account fail the experiment', async () => {
    const stranger = 'arn:aws:iam::111122223333:role/deployer';
    const id = await start([{ error: 'throttle', service: 'ecs', operations: 'ListClusters' }], stranger);
    expect((await ended(id))?.state).toMatchObject({ status: 'failed', error: { code: 'InvalidTarget' } });
  });

  it('for a service that AWS does not have are refused with the template', async () => {
    await expect(start([{ error: 'throttle', service: 'teleport', operations: 'Go' }])).rejects.toThrow(
      'it must be one of ec2, kinesis, ecs, ',
    );
  });
});

/** Five calls as the platform's own role and five as another, each tried once. */
const TWO_ROLES = `
import boto3, json, os
from botocore.config import Config
from botocore.exceptions import ClientError
once = Config(retries={"total_max_attempts": 1})
keys = boto3.client("sts").assume_role(RoleArn=os.environ["OTHER_ROLE"], RoleSessionName="test")["Credentials"]
other = boto3.client("ecs", config=once, aws_access_key_id=keys["AccessKeyId"],
    aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys["SessionToken"])
def ask(client):
    try:
        client.list_clusters()
        return "ok"
    except ClientError as error:
        return error.response["Error"]["Code"]
own = boto3.client("ecs", config=once)
print(json.dumps({"own": [ask(own) for _ in range(5)], "other": [ask(other) for _ in range(5)]}))
`;
