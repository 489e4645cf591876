/** The rehearsal platform, put together: real parts, emulated AWS services over them, and one service of a platform file running on it. */
import path from 'node:path';
import { InputError } from '../errors.ts';
import type { RehearsalSettings } from '../platform/model/rehearsal.ts';
import type { ServiceInEnvironment } from '../platform/model.ts';
import type { RehearsalOptions } from './platform/options.ts';
import { ACCOUNT, type Parts, startParts, VPC } from './platform/parts.ts';
import { seedService } from './seed/seed.ts';
import type { Wire } from './wire/server.ts';

export interface Rehearsal
  extends Pick<Parts, 'wire' | 'databases' | 'findTask' | 'metrics' | 'loadBalancerHealthy' | 'balancerPid' | 'stop'> {
  readonly endpoint: string;
  readonly region: string;
  readonly speed: number;
  /** By ECS service name. */
  readonly services: Readonly<Record<string, { readonly url: string; readonly testUrl: string }>>;
  readonly loadBalancerArn: string;
}

/** Starts the platform with the target's service running and healthy on it. @throws InputError when the file says nothing on how to run it. */
export async function startRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const rehearsal = settingsOf(options.target);
  const parts = await startParts(options, rehearsal);
  try {
    const endpoint = await listen(parts.wire, options.port ?? 0);
    await parts.wire.call('ecs', 'CreateCluster', { clusterName: options.target.cluster });
    const seeded = await seedService(options.target, rehearsal, {
      call: parts.wire.call,
      subnets: [...parts.subnets.keys()],
      taskSubnets: subnetsIn(parts.subnets, options.taskZones),
      vpcId: VPC,
      accountId: ACCOUNT,
      region: options.region,
      environment: options.sharedImages ? parts.surroundings : {},
      logDirectory: path.join(options.workDirectory, 'tasks'),
      signal: options.signal,
    });
    const service = { url: parts.urlOf(seeded.productionListener), testUrl: parts.urlOf(seeded.testListener) };
    const services = { [options.target.ecsService]: service };
    parts.wire.describe({ speed: options.speed, region: options.region, services });
    return {
      endpoint,
      region: options.region,
      speed: options.speed,
      services,
      wire: parts.wire,
      loadBalancerArn: seeded.loadBalancer,
      databases: parts.databases,
      findTask: parts.findTask,
      metrics: parts.metrics,
      loadBalancerHealthy: parts.loadBalancerHealthy,
      balancerPid: parts.balancerPid,
      stop: parts.stop,
    };
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

/** All of them where no zones are chosen. */
function subnetsIn(subnets: ReadonlyMap<string, string>, zones: readonly string[] | undefined): string[] {
  return [...subnets].flatMap(([subnet, zone]) => ((zones?.includes(zone) ?? true) ? [subnet] : []));
}

async function listen(wire: Wire, port: number): Promise<string> {
  try {
    return (await wire.listen('127.0.0.1', port)).endpoint;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new InputError('port-in-use', `port ${port} is in use already: name another one, or 0 for any free one`);
    }
    throw error;
  }
}

function settingsOf(target: ServiceInEnvironment): RehearsalSettings {
  if (target.rehearsal === undefined) {
    throw new InputError(
      'no-rehearsal',
      `surefoot.yml says nothing on how "${target.ecsService}" runs in a rehearsal: add \`rehearsal:\` with command, images and load to the service`,
    );
  }
  return target.rehearsal;
}
