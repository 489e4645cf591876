/** A rehearsed service with a bucket, a table, a secret, a database and an alarm beside it, and surefoot before a recorder of its calls. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ApplicationAutoScalingClient, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { DescribeTaskDefinitionCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { requirePlatform } from '../../../src/platform/load.ts';
import { resolveService } from '../../../src/platform/select.ts';
import { startRehearsal } from '../../../src/rehearsal/platform.ts';
import { type Ended, surefoot } from '../../cli/surefoot.ts';
import { K6 } from '../../measure/k6.ts';
import { startTraffic } from '../../survival/traffic.ts';
import { type Call, startRecorder } from './recorder.ts';

export const FILE = path.resolve('test/aws/permissions/platform/surefoot.yml');
const REGION = 'eu-west-1';
const SPEED = 60;

export interface Lab {
  /** Runs a command in the environment, and gives what it asked AWS for; several may run side by side. */
  run(args: readonly string[]): Promise<{ readonly ended: Ended; readonly calls: readonly Call[] }>;
  readonly folder: string;
  readonly bugs: readonly unknown[];
  stop(): Promise<void>;
}

/** One task of `web:1` runs, and has users. */
export async function startLab(): Promise<Lab> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-permissions-'));
  const target = resolveService(await requirePlatform(FILE), { environment: 'dev' });
  const bugs: unknown[] = [];
  const rehearsal = await startRehearsal({
    target,
    region: REGION,
    zones: [`${REGION}a`, `${REGION}b`],
    speed: SPEED,
    workDirectory: folder,
    signal: new AbortController().signal,
    onBug: (error) => bugs.push(error),
  });
  await furnish(rehearsal.endpoint, `service/${target.cluster}/${target.ecsService}`);
  const traffic = startTraffic(rehearsal.services[target.ecsService]?.url ?? '', 20);
  let runs = 0;
  return {
    async run(args) {
      runs += 1;
      const recorder = await startRecorder(rehearsal.endpoint);
      const reads = /^(status|plan|chaos list)( |$)/.test(args.join(' '));
      const reports = reads ? [] : ['--report-dir', path.join(folder, `reports-${runs}`)];
      const env = { AWS_ENDPOINT_URL: recorder.endpoint, SUREFOOT_K6: K6 };
      const ended = await surefoot([...args, '-c', FILE, '-e', 'dev', '--json', ...reports], { env });
      await recorder.close();
      return { ended, calls: recorder.take() };
    },
    folder,
    bugs,
    async stop() {
      await traffic.stop();
      await rehearsal.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What the operations need to find, by names that the policies are narrowed to. */
async function furnish(endpoint: string, service: string): Promise<void> {
  const configuration = {
    region: REGION,
    endpoint,
    credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
  };
  const ecs = new ECSClient(configuration);
  const s3 = new S3Client({ ...configuration, forcePathStyle: true });
  const dynamodb = new DynamoDBClient(configuration);
  const scaling = new ApplicationAutoScalingClient(configuration);
  const secrets = new SecretsManagerClient(configuration);
  const cloudwatch = new CloudWatchClient(configuration);
  const count = {
    ServiceNamespace: 'ecs',
    ResourceId: service,
    ScalableDimension: 'ecs:service:DesiredCount',
  } as const;
  await scaling.send(new RegisterScalableTargetCommand({ ...count, MinCapacity: 1, MaxCapacity: 4 }));
  await ecs.send(generatorTask());
  await s3.send(new CreateBucketCommand({ Bucket: 'states' }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: 'states', VersioningConfiguration: { Status: 'Enabled' } }));
  const state = (serial: number) => JSON.stringify({ version: 4, serial, lineage: 'one', outputs: {}, resources: [] });
  for (const body of [state(1), '{"version":']) {
    await s3.send(new PutObjectCommand({ Bucket: 'states', Key: 'dev.tfstate', Body: body }));
  }
  await makeTable(dynamodb);
  const { ARN: valueFrom = '' } = await secrets.send(
    new CreateSecretCommand({ Name: 'dev/key', SecretString: 'former' }),
  );
  await ecs.send(await revisionWith(ecs, valueFrom));
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      ...{ AlarmName: 'stop', Namespace: 'Test', MetricName: 'Nothing', Statistic: 'Sum', Period: 60 },
      ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
      TreatMissingData: 'notBreaching',
    }),
  );
  for (const client of [ecs, s3, dynamodb, scaling, secrets, cloudwatch]) {
    client.destroy();
  }
}

/** `web:2` with the secret, to be deployed. */
async function revisionWith(ecs: ECSClient, valueFrom: string): Promise<RegisterTaskDefinitionCommand> {
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web-dev' }));
  const [container] = taskDefinition?.containerDefinitions ?? [];
  return new RegisterTaskDefinitionCommand({
    family: 'web-dev',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: taskDefinition?.cpu ?? '256',
    memory: taskDefinition?.memory ?? '512',
    containerDefinitions: [
      {
        ...container,
        image: `000000000000.dkr.ecr.${REGION}.amazonaws.com/web:2`,
        secrets: [{ name: 'KEY', valueFrom }],
      },
    ],
  });
}

/** Parts of a load are made by surefoot itself. */
function generatorTask(): RegisterTaskDefinitionCommand {
  const options = { 'awslogs-group': '/ecs/load', 'awslogs-stream-prefix': 'load', 'awslogs-region': REGION };
  return new RegisterTaskDefinitionCommand({
    family: 'web-load',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      {
        name: 'generator',
        image: 'web:1',
        essential: true,
        command: [process.execPath, process.env['SUREFOOT_SELF'] ?? '', 'load-part'],
        environment: [{ name: 'SUREFOOT_K6', value: K6 }],
        logConfiguration: { logDriver: 'awslogs', options },
      },
    ],
  });
}

/** With everything that a restore does not bring along. */
async function makeTable(dynamodb: DynamoDBClient): Promise<void> {
  const TableName = 'ledger';
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      Tags: [{ Key: 'team', Value: 'art' }],
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 30, minDelay: 1 }, { TableName });
  await dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: '7' } } }));
  await dynamodb.send(
    new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' } }),
  );
  await dynamodb.send(
    new UpdateContinuousBackupsCommand({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  );
}
