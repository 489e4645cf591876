/** A fresh platform with one small service on it, users that send requests, and a proxy before its AWS endpoint. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DescribeServicesResponse, Service } from '@aws-sdk/client-ecs';
import { requirePlatform } from '../../src/platform/load.ts';
import type { Platform, ServiceInEnvironment } from '../../src/platform/model.ts';
import { resolveService } from '../../src/platform/select.ts';
import { type Rehearsal, startRehearsal } from '../../src/rehearsal/platform.ts';
import { type Running, start } from '../cli/surefoot.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { startTraffic, type Traffic } from './traffic.ts';

const PLATFORM_FILE = path.resolve('test/survival/platform/surefoot.yml');
/** An unanswered pause of a minute ends after 6 s. */
const SPEED = 10;

/** `smoked` pauses before production traffic, `watched` after it too, `migrated` runs a task before, `migrating` a slow one, `stuck` one that takes too long. */
export type Environment = 'smoked' | 'watched' | 'migrated' | 'migrating' | 'stuck';

export interface Lab {
  readonly environment: Environment;
  readonly platform: Platform;
  readonly target: ServiceInEnvironment;
  readonly rehearsal: Rehearsal;
  readonly proxy: FaultProxy;
  readonly traffic: Traffic;
  readonly workDirectory: string;
  /** The service before anything was deployed. */
  readonly original: Service;
  /** What the platform itself did wrong. */
  readonly bugs: readonly unknown[];
  stop(): Promise<void>;
}

/** Starts everything; `web:1` runs and is healthy, and an alarm guards deployments. */
export async function startLab(environment: Environment): Promise<Lab> {
  const workDirectory = await mkdtemp(path.join(os.tmpdir(), 'surefoot-survival-'));
  const platform = await requirePlatform(PLATFORM_FILE);
  const target = resolveService(platform, { environment });
  const bugs: unknown[] = [];
  const rehearsal = await startRehearsal({
    target,
    region: 'eu-central-1',
    zones: platform.environments[environment]?.zones ?? [],
    speed: SPEED,
    workDirectory,
    environment: { MIGRATION_LOCK: path.join(workDirectory, 'migration.lock') },
    signal: new AbortController().signal,
    onBug: (error) => bugs.push(error),
  });
  await addAlarm(rehearsal, target);
  const proxy = await startFaultProxy(rehearsal.endpoint);
  const traffic = startTraffic(rehearsal.services[target.ecsService]?.url ?? '', environment === 'watched' ? 20 : 5);
  const lab = { environment, platform, target, rehearsal, proxy, traffic, workDirectory, bugs };
  return {
    ...lab,
    original: await describeService(lab),
    async stop() {
      await traffic.stop();
      await proxy.close();
      await rehearsal.stop();
      await rm(workDirectory, { recursive: true, force: true });
    },
  };
}

async function addAlarm({ wire }: Rehearsal, target: ServiceInEnvironment): Promise<void> {
  const name = 'too-many-errors';
  await wire.call('cloudwatch', 'PutMetricAlarm', {
    AlarmName: name,
    Namespace: 'Survival',
    MetricName: 'Errors',
    Statistic: 'Sum',
    Period: 10,
    EvaluationPeriods: 1,
    Threshold: 1000,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  });
  await wire.call('ecs', 'UpdateService', {
    cluster: target.cluster,
    service: target.ecsService,
    deploymentConfiguration: { alarms: { alarmNames: [name], enable: true, rollback: true } },
  });
}

/** The service as it is now, with its tags. */
export async function describeService({ target, rehearsal }: Pick<Lab, 'target' | 'rehearsal'>): Promise<Service> {
  const answer = await rehearsal.wire.call<DescribeServicesResponse>('ecs', 'DescribeServices', {
    cluster: target.cluster,
    services: [target.ecsService],
    include: ['TAGS'],
  });
  const [service] = answer.services ?? [];
  if (service === undefined) {
    throw new Error(`the platform has no service ${target.ecsService}`);
  }
  return service;
}

/** The full name of an image of the fixture. */
export function image(name: string): string {
  return `000000000000.dkr.ecr.eu-central-1.amazonaws.com/web:${name}`;
}

/** Starts the command line on this lab's service, through the proxy. */
export function surefoot(lab: Lab, [command = '', ...rest]: readonly string[]): Running {
  const where = ['--config', PLATFORM_FILE, '--environment', lab.environment];
  // Only what deploys writes reports.
  const reports = command === 'status' ? [] : ['--report-dir', path.join(lab.workDirectory, 'reports')];
  return start([command, ...where, ...reports, ...rest], { env: { AWS_ENDPOINT_URL: lab.proxy.endpoint } });
}
