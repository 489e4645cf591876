/** Two regions of moto with users between them, and surefoot before a recorder of its calls. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {
  ApplicationAutoScalingClient,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CreateBackupCommand, CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { startDnsServer } from '../../../src/rehearsal/world/dns/server.ts';
import { type Ended, surefoot } from '../../cli/surefoot.ts';
import { startMotoServer } from '../../contract/support/moto-server.ts';
import { K6 } from '../../measure/k6.ts';
import { makeStandalone } from '../../operations/recover/region/databases.ts';
import { FILE } from '../../operations/recover/region/lab.ts';
import { makeWorld, NAME } from '../../operations/recover/region/world.ts';
import { type Call, startRecorder } from './recorder.ts';

const WEST = '127.0.0.11';
const EAST = '127.0.0.12';

export interface Moved {
  /** Runs a command in the standby region, and gives what it asked AWS for. */
  run(args: readonly string[]): Promise<{ readonly ended: Ended; readonly calls: readonly Call[] }>;
  /** ARN of a backup of the table `ledger`, whose reads scale. */
  readonly backup: string;
  /** Of the users. */
  readonly url: string;
  readonly zone: string;
  stop(): Promise<void>;
}

/** Users are in us-west-2. */
export async function startMoved(python: string): Promise<Moved> {
  const moto = await startMotoServer(python);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-moved-'));
  const world = await makeWorld(moto.endpoint);
  const backup = await makeTable(moto.endpoint);
  let answer = WEST;
  const dns = await startDnsServer('127.0.0.1', 0, ({ name, type }) => {
    const data = name === NAME ? answer : name === world.primary.dnsName.toLowerCase() ? WEST : EAST;
    return { code: 'NOERROR', answers: type === 'A' ? [{ type: 'A', name, ttl: 1, data }] : [] };
  });
  const shop = createServer((_, response) => response.end('ok'));
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  const recorder = await startRecorder(moto.endpoint, {
    about: (endpoint) => ({
      ...{ speed: 1, region: 'us-east-2', services: {}, dns: `${dns.host}:${dns.port}` },
      regions: { 'us-west-2': endpoint, 'us-east-2': endpoint },
    }),
    // What moto does not do after a promotion and a change of records.
    after: async ({ operation }) => {
      if (operation === 'PromoteReadReplica') {
        await makeStandalone(world.standby, 'moved-dr');
      } else if (operation === 'ChangeResourceRecordSets') {
        answer = EAST;
      }
    },
  });
  return {
    async run(args) {
      const env = { AWS_ENDPOINT_URL: recorder.endpoint, SUREFOOT_K6: K6 };
      const where = ['-c', FILE, '-e', 'dr', '--json', '--report-dir', path.join(folder, String(args[1]))];
      const ended = await surefoot([...args, ...where], { env });
      return { ended, calls: recorder.take() };
    },
    backup,
    url: `http://127.0.0.1:${(shop.address() as AddressInfo).port}/`,
    zone: world.zone,
    async stop() {
      world.stop();
      shop.close();
      await recorder.close();
      await dns.stop();
      await moto.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeTable(endpoint: string): Promise<string> {
  const configuration = {
    endpoint,
    region: 'us-east-2',
    credentials: { accessKeyId: 'moto', secretAccessKey: 'moto' },
  };
  const dynamodb = new DynamoDBClient(configuration);
  const scaling = new ApplicationAutoScalingClient(configuration);
  const TableName = 'ledger';
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }),
  );
  await dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: '7' } } }));
  const reads = {
    ServiceNamespace: 'dynamodb',
    ResourceId: `table/${TableName}`,
    ScalableDimension: 'dynamodb:table:ReadCapacityUnits',
  } as const;
  await scaling.send(new RegisterScalableTargetCommand({ ...reads, MinCapacity: 5, MaxCapacity: 50 }));
  await scaling.send(
    new PutScalingPolicyCommand({
      ...reads,
      PolicyName: 'reads',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 70,
        PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBReadCapacityUtilization' },
      },
    }),
  );
  const { BackupDetails } = await dynamodb.send(new CreateBackupCommand({ TableName, BackupName: 'nightly' }));
  dynamodb.destroy();
  scaling.destroy();
  return BackupDetails?.BackupArn ?? '';
}
