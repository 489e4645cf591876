/** A platform with one service that scales, and surefoot's command line before it through a proxy that can interrupt any call. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type {
  DescribeScalableTargetsResponse,
  ScalableTarget,
  SuspendedState,
} from '@aws-sdk/client-application-auto-scaling';
import type { DescribeServicesResponse, Service } from '@aws-sdk/client-ecs';
import { requirePlatform } from '../../../src/platform/load.ts';
import type { ServiceInEnvironment } from '../../../src/platform/model.ts';
import { resolveService } from '../../../src/platform/select.ts';
import { type Rehearsal, startRehearsal } from '../../../src/rehearsal/platform.ts';
import { type Evidence, evidenceSchema } from '../../../src/report/evidence.ts';
import { type Running, start } from '../../cli/surefoot.ts';
import { type FaultProxy, startFaultProxy } from '../../survival/fault-proxy.ts';

export const FILE = path.resolve('test/operations/manage/platform/surefoot.yml');
/** So fast that the waits which ECS puts between starts of failing tasks are seconds. */
const SPEED = 600;

/** Only scaling out is suspended from the start, so that what is brought back is not what a pause leaves. */
export const SUSPENDED: SuspendedState = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: true,
  ScheduledScalingSuspended: false,
};

export interface Lab {
  readonly target: ServiceInEnvironment;
  readonly rehearsal: Rehearsal;
  readonly proxy: FaultProxy;
  readonly workDirectory: string;
  readonly bugs: readonly unknown[];
  stop(): Promise<void>;
}

/** Two tasks run, within bounds of 1 to 4. */
export async function startLab(): Promise<Lab> {
  const workDirectory = await mkdtemp(path.join(os.tmpdir(), 'surefoot-manage-'));
  const platform = await requirePlatform(FILE);
  const target = resolveService(platform, { environment: 'dev' });
  const bugs: unknown[] = [];
  const rehearsal = await startRehearsal({
    target,
    region: 'eu-central-1',
    zones: platform.environments['dev']?.zones ?? [],
    speed: SPEED,
    workDirectory,
    environment: { LIVES: path.join(workDirectory, 'lives') },
    signal: new AbortController().signal,
    onBug: (error) => bugs.push(error),
  });
  await rehearsal.wire.call('autoscaling', 'RegisterScalableTarget', {
    ...identity(target),
    MinCapacity: 1,
    MaxCapacity: 4,
    SuspendedState: SUSPENDED,
  });
  const proxy = await startFaultProxy(rehearsal.endpoint);
  return {
    target,
    rehearsal,
    proxy,
    workDirectory,
    bugs,
    async stop() {
      await proxy.close();
      await rehearsal.stop();
      await rm(workDirectory, { recursive: true, force: true });
    },
  };
}

/** How Application Auto Scaling names the service. */
export function identity({ cluster, ecsService }: ServiceInEnvironment) {
  return {
    ServiceNamespace: 'ecs',
    ResourceId: `service/${cluster}/${ecsService}`,
    ScalableDimension: 'ecs:service:DesiredCount',
  } as const;
}

/** The service as it is now, with its tags. */
export async function describeService({ target, rehearsal }: Pick<Lab, 'target' | 'rehearsal'>): Promise<Service> {
  const { cluster, ecsService } = target;
  const answer = await rehearsal.wire.call<DescribeServicesResponse>('ecs', 'DescribeServices', {
    cluster,
    services: [ecsService],
    include: ['TAGS'],
  });
  const [service] = answer.services ?? [];
  if (service === undefined) {
    throw new Error(`the platform has no service ${ecsService}`);
  }
  return service;
}

async function scalableTarget({ target, rehearsal }: Lab): Promise<ScalableTarget | undefined> {
  const { ServiceNamespace, ResourceId } = identity(target);
  const answer = await rehearsal.wire.call<DescribeScalableTargetsResponse>('autoscaling', 'DescribeScalableTargets', {
    ServiceNamespace,
    ResourceIds: [ResourceId],
  });
  return answer.ScalableTargets?.[0];
}

/** Everything that a pause changes, as the platform has it. */
export async function snapshot(lab: Lab) {
  const [service, scaling] = await Promise.all([describeService(lab), scalableTarget(lab)]);
  return {
    desired: service.desiredCount,
    running: service.runningCount,
    minimum: scaling?.MinCapacity,
    maximum: scaling?.MaxCapacity,
    suspended: scaling?.SuspendedState,
    tags: (service.tags ?? []).map(({ key }) => key),
  };
}

export const AWAKE = { desired: 2, running: 2, minimum: 1, maximum: 4, suspended: SUSPENDED, tags: [] };
export const PAUSED = {
  desired: 0,
  running: 0,
  minimum: 0,
  maximum: 0,
  suspended: {
    DynamicScalingInSuspended: true,
    DynamicScalingOutSuspended: true,
    ScheduledScalingSuspended: true,
  },
  tags: ['surefoot:paused'],
};

/** Starts the command line on the service, through the proxy. */
export function surefoot(lab: Lab, args: readonly string[], environment = 'dev'): Running {
  const [command = '', ...rest] = args;
  const where = ['--config', FILE, '--environment', environment];
  const reports = command === 'status' ? [] : ['--report-dir', path.join(lab.workDirectory, 'reports')];
  return start([command, ...rest, ...where, ...reports], { env: { AWS_ENDPOINT_URL: lab.proxy.endpoint } });
}

/** Runs to the end, which must be exit code 0 or the one that is expected, and gives the evidence that it left. */
export async function carryOut(lab: Lab, args: readonly string[], code = 0): Promise<Evidence> {
  const ended = await surefoot(lab, [...args, '--yes', '--json']).ended;
  if (ended.code !== code) {
    throw new Error(
      `surefoot ${args.join(' ')} ended with ${ended.code}, not ${code}:\n${ended.stdout}${ended.stderr}`,
    );
  }
  const { evidence } = JSON.parse(ended.stdout) as { evidence: string };
  return evidenceSchema.parse(JSON.parse(await readFile(evidence, 'utf8')));
}
