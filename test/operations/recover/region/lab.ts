/** Moves of users between two regions of moto, cut off at any call that changes something. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createClients } from '../../../../src/aws/clients.ts';
import { type AwsGateways, createGateways } from '../../../../src/aws/gateways.ts';
import { journalFile } from '../../../../src/entry/recover/journal-file.ts';
import { sidesOf } from '../../../../src/entry/recover/region.ts';
import type { Clock } from '../../../../src/operations/ports.ts';
import { runOf } from '../../../../src/operations/recover/journal.ts';
import { carryOut } from '../../../../src/operations/recover/procedure.ts';
import { planRegionMove } from '../../../../src/operations/recover/region/plan.ts';
import type { RegionInputs, RegionPorts, WriteHold } from '../../../../src/operations/recover/region/request.ts';
import type { Planned, RecoverRequest } from '../../../../src/operations/recover/request.ts';
import { requirePlatform } from '../../../../src/platform/load.ts';
import type { StandbySettings } from '../../../../src/platform/model/resilience.ts';
import type { Platform } from '../../../../src/platform/model.ts';
import { type Evidence, evidenceSchema } from '../../../../src/report/evidence.ts';
import { type MotoServer, startMotoServer } from '../../../contract/support/moto-server.ts';
import { makeStandalone } from './databases.ts';
import type { Wishes, World } from './sides.ts';
import { makeWorld, NAME, PRIMARY, STANDBY } from './world.ts';

export const FILE = path.resolve('test/operations/recover/region/surefoot.yml');

/** The n-th call that changes something is cut off before AWS hears of it, or after it acted; or the n-th of all calls. */
export interface Cut {
  readonly call: number;
  readonly when: 'before' | 'after';
  readonly of?: 'changes' | 'calls';
}

export type Choices = Partial<Omit<RegionInputs, 'from' | 'to' | 'standby' | 'pairs' | 'missing' | 'speed'>> & {
  /** Instead of records. */
  readonly routingControls?: StandbySettings['routingControls'];
  /** What DNS gives for the name; without it, what the records say. */
  readonly answers?: () => Promise<readonly string[]>;
  readonly drill?: boolean;
  readonly keep?: boolean;
  readonly failedAt?: Date;
  readonly cut?: Cut;
  /** Of an earlier run that this one goes on with. */
  readonly folder?: string;
  /** Between plan and approval. */
  readonly meanwhile?: () => Promise<unknown>;
};

export interface Ran {
  readonly planned: Planned;
  /** Undefined when the plan refused. */
  readonly evidence: Evidence | undefined;
  /** Calls that changed something, in order, with the region that they went to; and of the command that holds writes. */
  readonly changes: readonly string[];
  /** How many calls there were in all. */
  readonly calls: number;
  /** Every call to the region that is left. */
  readonly askedOfSource: readonly string[];
  readonly journal: string;
  readonly folder: string;
}

export interface Lab {
  readonly endpoint: string;
  world(wishes?: Wishes): Promise<World>;
  run(world: World, choices: Choices): Promise<Ran>;
  stop(): Promise<void>;
}

export async function startLab(python: string): Promise<Lab> {
  const server: MotoServer = await startMotoServer(python);
  const root = await mkdtemp(path.join(os.tmpdir(), 'surefoot-region-'));
  const platform = await requirePlatform(FILE);
  const clients = [PRIMARY, STANDBY].map((region) =>
    createClients({
      region,
      endpoint: server.endpoint,
      credentials: { accessKeyId: 'moto', secretAccessKey: 'moto' },
      version: 'test',
    }),
  );
  const worlds: World[] = [];
  return {
    endpoint: server.endpoint,
    async world(wishes = {}) {
      const world = await makeWorld(server.endpoint, wishes);
      worlds.push(world);
      return world;
    },
    async run(world, choices) {
      const folder = choices.folder ?? (await mkdtemp(path.join(root, 'run-')));
      const [west, east] = clients;
      if (west === undefined || east === undefined) {
        throw new Error('two regions have two sets of clients');
      }
      const gateways = (signal: AbortSignal) => ({
        [PRIMARY]: createGateways(west, signal),
        [STANDBY]: createGateways(east, signal),
      });
      return run(platform, world, gateways, folder, choices);
    },
    async stop() {
      for (const client of clients) {
        client.destroy();
      }
      for (const world of worlds) {
        world.stop();
      }
      await server.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

type Gateways = (signal: AbortSignal) => Readonly<Record<string, AwsGateways>>;

async function run(platform: Platform, world: World, open: Gateways, folder: string, choices: Choices): Promise<Ran> {
  const { drill = false, keep = false, direction = 'failover', cut } = choices;
  const watched = watchedGateways(open, cut, world);
  const inputs = inputsOf(platform, choices, watched.hold);
  const asked: string[] = [];
  const needed = direction === 'failback' || inputs.planned || drill;
  const source = recording(watched.gateways[inputs.from.region], asked);
  const ports: RegionPorts = {
    aws: required(watched.gateways[inputs.to.region]),
    awsForUndo: required(watched.gateways[inputs.to.region]),
    awsOfSource: needed ? source : undefined,
    addresses: async (name) => (name === NAME ? (choices.answers ?? world.answers)() : [name]),
    startLoad: undefined,
    clock: fastClock(),
    reporter: { stage: nothing, info: nothing, warn: nothing, progress: nothing },
    http: () => Promise.reject(new Error('these tests send no requests')),
    signal: watched.signal,
  };
  const journal = journalFile(folder, 'test', {});
  const request: RecoverRequest = {
    procedure: `region-${direction}`,
    platform,
    environment: required(platform.environments['prod']),
    rehearsalSpeed: undefined,
    reason: undefined,
    drill,
    keep,
    failedAt: choices.failedAt,
    inputs: {},
    run: runOf(journal.entries, ports.clock.now()),
  };
  const planned = await planRegionMove(request, inputs, ports);
  await choices.meanwhile?.();
  const evidence =
    planned.refusals.length > 0
      ? undefined
      : evidenceSchema.parse(await carryOut(request, planned, journal.note, ports));
  const text = await readFile(journal.file, 'utf8').catch(() => '');
  return {
    planned,
    evidence,
    changes: watched.changes,
    calls: watched.calls(),
    askedOfSource: asked,
    journal: text,
    folder,
  };
}

const nothing = () => undefined;

function required<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error('the lab lacks a part');
  }
  return value;
}

function inputsOf(platform: Platform, choices: Choices, watched: (hold: WriteHold) => WriteHold): RegionInputs {
  const { direction = 'failover', planned = direction === 'failback', weights = [100], holdSeconds = 2 } = choices;
  const { standby, ...sides } = sidesOf(platform, `region-${direction}`, 'dr');
  const web = required(platform.services['web']?.inEnvironment);
  const pair = {
    service: 'web',
    from: required(web[sides.from.name]),
    to: required(web[sides.to.name]),
    url: undefined,
  };
  const { database, override, switchPlan, routingControls } = choices;
  const holdWrites = choices.holdWrites && watched(choices.holdWrites);
  const rest = { planned, weights, holdSeconds, database, holdWrites, override, switchPlan };
  return { ...sides, ...rest, standby: { ...standby, routingControls }, pairs: [pair], missing: [], speed: undefined };
}

const CHANGES = new Set(['tag', 'untag', 'register', 'updateService', 'promote', 'upsert', 'setStates', 'start']);

/** Gateways that note what changes, and die at the cut. */
function watchedGateways(open: Gateways, cut: Cut | undefined, world: World) {
  const controller = new AbortController();
  const changes: string[] = [];
  const die = (): never => {
    controller.abort(Object.assign(new Error('cancelled by a test'), { name: 'AbortError' }));
    throw controller.signal.reason;
  };
  const acting = async (region: string, member: string, args: readonly unknown[], call: Call) => {
    const answer = await call(...args);
    await (member === 'promote'
      ? makeStandalone(region === PRIMARY ? world.primary : world.standby, String(args[0]))
      : undefined);
    return answer;
  };
  let all = 0;
  const noted = async (what: string, isChange: boolean, act: () => Promise<unknown>) => {
    controller.signal.throwIfAborted();
    all += 1;
    if (isChange) {
      changes.push(what);
    }
    const mine = cut?.of === 'calls' ? all === cut.call : isChange && changes.length === cut?.call;
    if (mine && cut?.when === 'before') {
      die();
    }
    const answer = await act();
    return mine ? die() : answer;
  };
  const watched =
    (region: string) =>
    (member: string, call: Call) =>
    (...args: readonly unknown[]) =>
      noted(`${region} ${member}`, CHANGES.has(member), () =>
        CHANGES.has(member) ? acting(region, member, args, call) : call(...args),
      );
  /** A run that is cut off may still let writes in again. */
  const hold =
    (command: WriteHold): WriteHold =>
    async (step, names, signal) => {
      if (step === 'release') {
        changes.push('release');
        return command(step, names, signal);
      }
      return (await noted(step, step === 'hold', () => command(step, names, signal))) as number;
    };
  const real = open(controller.signal);
  const gateways = Object.fromEntries(
    Object.entries(real).map(([region, each]) => [region, around(each, watched(region))]),
  );
  return { gateways, changes, calls: () => all, hold, signal: controller.signal };
}

type Call = (...args: readonly unknown[]) => Promise<unknown>;

/** Every call of every gateway goes through `wrap`. */
function around(gateways: AwsGateways, wrap: (member: string, call: Call) => Call): AwsGateways {
  return new Proxy(gateways, {
    get: (all, service) => {
      const gateway = Reflect.get(all, service) as object;
      return typeof gateway === 'function'
        ? gateway
        : new Proxy(gateway, { get: (inner, member) => wrap(String(member), Reflect.get(inner, member) as Call) });
    },
  });
}

function recording(gateways: AwsGateways | undefined, asked: string[]): AwsGateways {
  return around(required(gateways), (member, call) => (...args) => {
    asked.push(member);
    return call(...args);
  });
}

const FASTER = 60;

/** What AWS takes minutes for is over in moto at once; waits that are a matter of principle are shortened with everything else. */
function fastClock(): Clock {
  const begin = Date.now();
  return {
    now: () => new Date(begin + (Date.now() - begin) * FASTER),
    sleep: (ms, signal) =>
      new Promise<void>((resolve, reject) => {
        signal?.throwIfAborted();
        const aborted = () => {
          clearTimeout(timer);
          reject(signal?.reason);
        };
        const timer = setTimeout(() => {
          signal?.removeEventListener('abort', aborted);
          resolve();
        }, ms / FASTER);
        signal?.addEventListener('abort', aborted, { once: true });
      }),
  };
}

/** Every place where a run that makes so many changes can be cut off. */
export function cutsOf(changes: number): Cut[] {
  return Array.from({ length: changes }, (_, at) => at + 1).flatMap((call) => [
    { call, when: 'before' as const },
    { call, when: 'after' as const },
  ]);
}
