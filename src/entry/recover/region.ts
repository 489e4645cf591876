/** `recover region-failover` and `region-failback`: which regions, how each is reached, and by which requests users are watched. */
import path from 'node:path';
import type { AwsGateways } from '../../aws/gateways.ts';
import { InputError } from '../../errors.ts';
import { startLoad } from '../../measure/start-load.ts';
import type { ShapedLoad } from '../../measure/types.ts';
import type { Ports } from '../../operations/ports.ts';
import type { RegionInputs, RegionPorts, ServicePair, WriteHold } from '../../operations/recover/region/request.ts';
import type { Planned, RecoverRequest } from '../../operations/recover/request.ts';
import type { StandbySettings } from '../../platform/model/resilience.ts';
import type { Environment, Platform, ServiceInEnvironment } from '../../platform/model.ts';
import { addressesFrom } from '../../runtime/names.ts';
import { findK6 } from '../../tools/k6.ts';
import { type RehearsalInfo, withAws } from '../connect.ts';
import { writableFolder } from '../folders.ts';
import type { Session } from '../session.ts';
import type { ProcedureName, RecoverOptions } from './options.ts';
import { readRegionValues } from './region-options.ts';
import { runCommand } from './user-command.ts';

/** Which environment users leave, and which takes them. */
export interface Sides {
  readonly direction: RegionInputs['direction'];
  readonly from: Environment;
  readonly to: Environment;
  readonly standby: StandbySettings;
}

/** Longest that requests are sent: a promotion and a plan of AWS's take their time. */
const LONGEST_SECONDS = 4 * 3600;
const TIMEOUT_SECONDS = 5;

export function isRegional(procedure: ProcedureName): procedure is 'region-failover' | 'region-failback' {
  return procedure === 'region-failover' || procedure === 'region-failback';
}

/**
 * The standby by its own name or by that of the environment that it stands by for; may be left out where there is one.
 * @throws InputError where that is no one, or several
 */
export function sidesOf(platform: Platform, procedure: ProcedureName, name: string | undefined): Sides {
  const standbys = Object.values(platform.environments).flatMap((environment) =>
    environment.standby === undefined ? [] : [{ environment, standby: environment.standby }],
  );
  const meant = standbys.filter(
    ({ environment, standby }) => name === undefined || environment.name === name || standby.for === name,
  );
  const [one, ...more] = meant;
  if (one === undefined || more.length > 0) {
    const known = standbys.map(({ environment, standby }) => `${environment.name} (for ${standby.for})`).join(', ');
    const what = known === '' ? `${platform.file} has no environment with standby:` : `there are ${known}`;
    throw new InputError('no-standby', `${procedure} of which region? Name a standby with --environment: ${what}`);
  }
  const primary = platform.environments[one.standby.for];
  if (primary === undefined) {
    throw new Error(`${one.environment.name} stands by for the unknown environment ${one.standby.for}`);
  }
  const { environment: second, standby } = one;
  return procedure === 'region-failover'
    ? { direction: 'failover', from: primary, to: second, standby }
    : { direction: 'failback', from: second, to: primary, standby };
}

/** The other region is connected to only where it may be asked: a way back, a planned move, a drill. */
export async function withSource<T>(
  { direction, from }: Sides,
  { planned, drill }: RecoverOptions,
  session: Session,
  work: (aws: AwsGateways | undefined) => Promise<T>,
): Promise<T> {
  const asked = direction === 'failback' || planned === true || drill === true;
  return asked ? withAws(from.region, session, ({ ports }) => work(ports.aws)) : work(undefined);
}

export interface RegionScene {
  readonly sides: Sides;
  readonly platform: Platform;
  readonly options: RecoverOptions;
  readonly ports: Ports;
  readonly awsOfSource: AwsGateways | undefined;
  readonly rehearsal: RehearsalInfo | undefined;
  readonly session: Session;
}

/** Plans the move; nothing is changed. */
export async function planRegion(request: RecoverRequest, scene: RegionScene): Promise<Planned> {
  const { planRegionMove } = await import('../../operations/recover/region/plan.ts');
  const inputs = inputsOf(scene);
  const ports: RegionPorts = {
    ...scene.ports,
    awsOfSource: scene.awsOfSource,
    addresses: addressesFrom(scene.rehearsal?.dns),
    startLoad: loadFrom(inputs, scene),
  };
  return planRegionMove(request, inputs, ports);
}

function inputsOf({ sides, platform, options, rehearsal }: RegionScene): RegionInputs {
  const { direction, from, to } = sides;
  const { holdWrites } = options;
  const { rate: _, planned, ...values } = readRegionValues(options);
  const services = Object.values(platform.services);
  const here = services.filter(({ inEnvironment }) => inEnvironment[from.name] !== undefined);
  const pairs = here.flatMap(({ key, inEnvironment }): ServicePair[] => {
    const [left, taken] = [inEnvironment[from.name], inEnvironment[to.name]];
    return left === undefined || taken === undefined
      ? []
      : [{ service: key, from: left, to: taken, url: urlOf(taken, rehearsal) }];
  });
  return {
    ...sides,
    ...values,
    planned: planned || direction === 'failback',
    holdWrites: holdWrites === undefined ? undefined : holdBy(holdWrites, sides),
    pairs,
    missing: here.filter(({ inEnvironment }) => inEnvironment[to.name] === undefined).map(({ key }) => key),
    speed: rehearsal?.speed,
  };
}

/** The command finds what is asked of it, and where, in its environment. */
function holdBy(command: string, { from, to }: Sides): WriteHold {
  return (step, replicas, signal) =>
    runCommand(
      command,
      {
        SUREFOOT_STEP: step,
        SUREFOOT_FROM_REGION: from.region,
        SUREFOOT_TO_REGION: to.region,
        SUREFOOT_REPLICAS: replicas.join(' '),
      },
      undefined,
      signal,
    );
}

function urlOf({ ecsService, url }: ServiceInEnvironment, rehearsal: RehearsalInfo | undefined): string | undefined {
  return rehearsal === undefined ? url : rehearsal.services[ecsService]?.url;
}

/** Requests as of clients that come for the first time: those who keep a connection would stay where they are. */
function loadFrom(inputs: RegionInputs, { options, session }: RegionScene): RegionPorts['startLoad'] {
  const url = options.url ?? usersUrl(inputs);
  if (url === undefined) {
    return undefined;
  }
  const { rate } = readRegionValues(options);
  const load: ShapedLoad = {
    name: 'users',
    url,
    timeoutSeconds: TIMEOUT_SECONDS,
    shape: { startRate: rate, stages: [{ seconds: LONGEST_SECONDS, rate }] },
    newConnections: true,
  };
  return async (listeners) => {
    const { reporter, signal } = session;
    const { path: k6 } = await findK6({ reporter, signal });
    const workDirectory = await writableFolder(path.join(options.reportDir, 'work', 'users'), '--report-dir');
    return startLoad({ k6, load, workDirectory, signal, ...listeners });
  };
}

/** The address of a service at the name that users know. */
function usersUrl({ pairs, standby }: RegionInputs): string | undefined {
  return pairs
    .flatMap(({ from, to }) => [from, to])
    .flatMap(({ url, healthPath }) =>
      url !== undefined && new URL(url).hostname === standby.dns?.name ? [`${url}${healthPath}`] : [],
    )[0];
}
