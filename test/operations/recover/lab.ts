/** Procedures on moto's server, cut off at any call that changes something. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { createClients } from '../../../src/aws/clients.ts';
import { type AwsGateways, createGateways } from '../../../src/aws/gateways.ts';
import { journalFile } from '../../../src/entry/recover/journal-file.ts';
import type { Ports } from '../../../src/operations/ports.ts';
import { runOf } from '../../../src/operations/recover/journal.ts';
import { carryOut } from '../../../src/operations/recover/procedure.ts';
import type { Planned, RecoverRequest } from '../../../src/operations/recover/request.ts';
import { requirePlatform } from '../../../src/platform/load.ts';
import type { Platform } from '../../../src/platform/model.ts';
import { type Evidence, evidenceSchema } from '../../../src/report/evidence.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { type MotoServer, startMotoServer } from '../../contract/support/moto-server.ts';

export const FILE = path.resolve('test/operations/recover/platform/surefoot.yml');

/** The n-th call that changes something is cut off before AWS hears of it, or after it acted. */
export interface Cut {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** Ports that can be cut off, and know the calls that changed something. */
export type CutPorts = Ports & { readonly changes: () => readonly string[] };

export interface Lab {
  readonly endpoint: string;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly scaling: ApplicationAutoScalingClient;
  readonly platform: Platform;
  /** A folder for the journal of one run and those that go on with it. */
  folder(): Promise<string>;
  ports(cut?: Cut): CutPorts;
  run(procedure: Procedure, how: How): Promise<Ran>;
  stop(): Promise<void>;
}

export type Procedure = (request: RecoverRequest, ports: Ports) => Promise<Planned>;

export interface How {
  readonly folder: string;
  readonly drill?: boolean;
  readonly keep?: boolean;
  readonly cut?: Cut;
  readonly failedAt?: Date;
}

export interface Ran {
  readonly planned: Planned;
  /** Undefined when the plan refused. */
  readonly evidence: Evidence | undefined;
  /** Calls that changed something, in order. */
  readonly changes: readonly string[];
  readonly journal: string;
}

export async function startLab(python: string): Promise<Lab> {
  const server: MotoServer = await startMotoServer(python);
  const root = await mkdtemp(path.join(os.tmpdir(), 'surefoot-recover-'));
  const configuration = {
    region: 'eu-central-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'moto', secretAccessKey: 'moto' },
  };
  const s3 = new S3Client(configuration);
  const dynamodb = new DynamoDBClient(configuration);
  const scaling = new ApplicationAutoScalingClient(configuration);
  const clients = createClients({ ...configuration, version: 'test' });
  const platform = await requirePlatform(FILE);
  const ports = (cut?: Cut) => portsOf((signal) => createGateways(clients, signal), cut);
  return {
    endpoint: server.endpoint,
    s3,
    dynamodb,
    scaling,
    platform,
    ports,
    folder: () => mkdtemp(path.join(root, 'run-')),
    run: (procedure, how) => run(procedure, how, platform, ports(how.cut)),
    async stop() {
      clients.destroy();
      s3.destroy();
      dynamodb.destroy();
      scaling.destroy();
      await server.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** As the command does it: the journal says whether this goes on with a run that was cut off. */
export async function run(
  procedure: Procedure,
  how: How,
  platform: Platform,
  ports: CutPorts,
  rehearsalSpeed?: number,
): Promise<Ran> {
  const { drill = false, keep = false } = how;
  const environment = platform.environments['dev'];
  if (environment === undefined) {
    throw new Error('the platform of these tests has no dev');
  }
  const journal = journalFile(how.folder, 'test', {});
  const request: RecoverRequest = {
    procedure: 'test',
    platform,
    environment,
    rehearsalSpeed,
    reason: undefined,
    drill,
    keep,
    failedAt: how.failedAt,
    inputs: {},
    run: runOf(journal.entries, ports.clock.now()),
  };
  const planned = await procedure(request, ports);
  const evidence =
    planned.refusals.length > 0
      ? undefined
      : evidenceSchema.parse(await carryOut(request, planned, journal.note, ports));
  const text = await readFile(journal.file, 'utf8').catch(() => '');
  return { planned, evidence, changes: ports.changes(), journal: text };
}

const CHANGES = new Set([
  'copyVersion',
  'deleteVersion',
  'put',
  'restoreToPointInTime',
  'restoreFromBackup',
  'enableTimeToLive',
  'tag',
  'enableStream',
  'enableRecovery',
  'protect',
  'deleteTable',
  'scaleCapacity',
  'unscaleCapacity',
  'moveStage',
  'updateService',
  'restoreInstance',
  'modify',
  'deleteInstance',
]);

/** Ports over the gateways that `open` makes. */
export function portsOf(open: (signal: AbortSignal) => AwsGateways, cut: Cut | undefined): CutPorts {
  const controller = new AbortController();
  const real = open(controller.signal);
  const changes: string[] = [];
  const die = (): never => {
    controller.abort(Object.assign(new Error('cancelled by a test'), { name: 'AbortError' }));
    throw controller.signal.reason;
  };
  const watched = <Gateway extends object>(gateway: Gateway): Gateway =>
    new Proxy(gateway, {
      get: (inner, member) => {
        const call = Reflect.get(inner, member) as (...args: readonly unknown[]) => Promise<unknown>;
        return async (...args: readonly unknown[]) => {
          controller.signal.throwIfAborted();
          if (!CHANGES.has(String(member))) {
            return call(...args);
          }
          changes.push(String(member));
          const mine = changes.length === cut?.call;
          if (mine && cut.when === 'before') {
            die();
          }
          const answer = await call(...args);
          return mine ? die() : answer;
        };
      },
    });
  const aws: AwsGateways = {
    ...real,
    s3: watched(real.s3),
    dynamodb: watched(real.dynamodb),
    dynamodbScaling: watched(real.dynamodbScaling),
    ecs: watched(real.ecs),
    secretsManager: watched(real.secretsManager),
    rds: watched(real.rds),
  };
  const nothing = () => undefined;
  return {
    aws,
    awsForUndo: aws,
    clock: systemClock,
    reporter: { stage: nothing, info: nothing, warn: nothing, progress: nothing },
    http: () => Promise.reject(new Error('these tests send no requests')),
    signal: controller.signal,
    changes: () => changes,
  };
}

/** Every place where a procedure that makes so many changes can be cut off. */
export function cutsOf(changes: number): Cut[] {
  return Array.from({ length: changes }, (_, at) => at + 1).flatMap((call) => [
    { call, when: 'before' as const },
    { call, when: 'after' as const },
  ]);
}
