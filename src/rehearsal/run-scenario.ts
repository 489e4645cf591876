/** One scenario on a platform of its own, from its start to its record. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createClients } from '../aws/clients.ts';
import { createGateways } from '../aws/gateways.ts';
import type { LoadProgress } from '../measure/types.ts';
import type { Ports, Reporter } from '../operations/ports.ts';
import { createRecorder } from '../operations/recorder.ts';
import { atTestListener } from '../platform/in-rehearsal.ts';
import type { Evidence, LoadRecord } from '../report/evidence.ts';
import { type Rehearsal, startRehearsal } from './platform.ts';
import type { Played, RehearsePorts, ScenarioOptions, Site } from './playing.ts';
import { shareProgress } from './progress.ts';
import { playRegions } from './regions/play.ts';
import { recordOf } from './scenario-record.ts';
import { readBalancerCounts } from './scenarios/balancer-counts.ts';
import { readAccessLog } from './scenarios/chaos/access-log.ts';
import { metricsReconcile } from './scenarios/reconcile.ts';
import type { ChaosScenario, FilesScenario, LoadScenario, OperationScenario, Scenario } from './scenarios/scenario.ts';

/** Load flows this long before the operation starts and after it ended, so that both steady states are seen. */
const WARM_UP_MS = 2000;
const TAIL_MS = 2000;
/** The balancer reports a second of traffic once it is over. */
const METRICS_LAG_MS = 2500;
/** A scenario that takes longer than this has no load any more, and says so. */
const MAX_LOAD_SECONDS = 900;

interface Scene {
  readonly site: Site;
  readonly options: ScenarioOptions;
  readonly rehearsal: Rehearsal;
  readonly workDirectory: string;
  readonly startedAt: Date;
  readonly accessLog: string;
}

/** What a scenario left: its own record, and that of the operation which it was about. */
export interface Shown {
  readonly evidence: Evidence;
  readonly operation: Evidence;
}

export async function runScenario(
  scenario: Scenario,
  site: Site,
  options: ScenarioOptions,
  ports: RehearsePorts,
): Promise<Shown> {
  const { target, platform } = site;
  const recorder = createRecorder({
    operation: `rehearse ${scenario.name}`,
    title: scenario.name,
    subject: { platform: platform.name, environment: target.environment, service: target.ecsService },
    rehearsalSpeed: options.speed,
    tools: [],
    clock: ports.clock,
  });
  const played = await play(
    scenario,
    site,
    { ...options, workDirectory: path.join(options.workDirectory, scenario.name) },
    ports,
  );
  // Whatever ran, and whether or not it knew: it ran in a rehearsal.
  const operation = { ...played.operation, rehearsal: true, speed: options.speed };
  return { evidence: recordOf(played, recorder), operation };
}

async function play(scenario: Scenario, site: Site, options: ScenarioOptions, ports: RehearsePorts): Promise<Played> {
  if ('move' in scenario) {
    return playRegions(scenario, site, options, ports);
  }
  return 'examine' in scenario ? playFiles(scenario, site, options, ports) : onPlatform(scenario, site, options, ports);
}

/** On a rehearsal platform of its own, which is gone afterwards. */
async function onPlatform(
  scenario: OperationScenario | LoadScenario | ChaosScenario,
  site: Site,
  options: ScenarioOptions,
  ports: RehearsePorts,
): Promise<Played> {
  const { target, region, zones } = site;
  const { workDirectory } = options;
  const accessLog = path.join(workDirectory, 'access.log');
  const startedAt = ports.clock.now();
  const rehearsal = await startRehearsal({
    target,
    region,
    zones,
    speed: options.speed,
    workDirectory,
    signal: ports.signal,
    onBug: (error) =>
      ports.reporter.warn(`the rehearsal platform has a bug: ${error instanceof Error ? error.stack : String(error)}`),
    ...('inject' in scenario ? { accessLog, taskZones: scenario.taskZones?.(target, zones) ?? zones } : {}),
    ...(options.addressing ? { addressing: options.addressing } : {}),
    ...(options.seed === undefined ? {} : { environment: { SEED: `${options.seed}` } }),
  });
  try {
    ports.reporter.info(`platform ready at ${rehearsal.endpoint}`);
    const scene = { site, options, rehearsal, workDirectory, startedAt, accessLog };
    return await ('inject' in scenario ? playChaos(scenario, scene, ports) : playLoad(scenario, scene, ports));
  } finally {
    await rehearsal.stop();
  }
}

async function playFiles(
  scenario: FilesScenario,
  { platform, target }: Site,
  { workDirectory, speed }: ScenarioOptions,
  { reporter, clock, signal }: RehearsePorts,
): Promise<Played> {
  await mkdir(workDirectory, { recursive: true });
  const observation = await scenario.examine({ platform, target, workDirectory, speed, reporter, clock, signal });
  const { operation, seen } = observation;
  return { operation, load: undefined, checks: seen, measurements: [], summary: scenario.summarise(observation) };
}

/** An operation under load, or a load that is the operation: what k6 counted is held against what the balancer did. */
async function playLoad(
  scenario: OperationScenario | LoadScenario,
  scene: Scene,
  ports: RehearsePorts,
): Promise<Played> {
  const { operation, load } =
    'setUp' in scenario ? await loadItself(scenario, scene, ports) : await underLoad(scenario, scene, ports);
  await ports.clock.sleep(METRICS_LAG_MS, ports.signal);
  const balancer = await readBalancerCounts(scene.rehearsal, scene.startedAt, ports.clock.now());
  const observation = { operation, load, balancer };
  return {
    operation,
    load,
    checks: [...scenario.judge(observation), metricsReconcile(observation)],
    measurements: [],
    summary: scenario.summarise(observation),
  };
}

async function underLoad(
  scenario: OperationScenario,
  scene: Scene,
  ports: RehearsePorts,
): Promise<{ operation: Evidence; load: LoadRecord }> {
  const { site, rehearsal } = scene;
  const { target } = site;
  const settings = target.rehearsal?.load;
  const [front, side] = shareProgress(ports.reporter);
  const load = await ports.startLoad(
    {
      name: scenario.name,
      url: new URL(settings?.path ?? '/', rehearsal.services[target.ecsService]?.url).href,
      rate: Math.min(settings?.requestsPerSecond ?? 1, scenario.requestsPerSecond ?? Number.POSITIVE_INFINITY),
      timeoutSeconds: settings?.timeoutSeconds ?? 10,
      maxSeconds: MAX_LOAD_SECONDS,
    },
    scene.workDirectory,
    (progress) => side(describeLoad(progress)),
  );
  const { operationPorts, disconnect } = connect(scene, ports, front);
  try {
    await load.startedAt;
    await ports.clock.sleep(WARM_UP_MS, ports.signal);
    const operation = await scenario.act({
      platform: site.platform,
      target: atTestListener(target, rehearsal.services[target.ecsService]?.testUrl),
      rehearsal,
      ports: operationPorts,
      load,
      workDirectory: scene.workDirectory,
    });
    front.stage(`operation ended: ${operation.verdict}; letting the load run out`);
    await ports.clock.sleep(TAIL_MS, ports.signal);
    return { operation, load: await load.finish() };
  } catch (error) {
    load.abort();
    throw error;
  } finally {
    disconnect();
  }
}

/** The load is the operation: nothing else goes through the balancer. */
async function loadItself(
  scenario: LoadScenario,
  scene: Scene,
  ports: RehearsePorts,
): Promise<{ operation: Evidence; load: LoadRecord }> {
  const { site, options, rehearsal, workDirectory } = scene;
  const { operationPorts, disconnect } = connect(scene, ports, ports.reporter);
  try {
    const operation = await scenario.runLoad({
      platform: site.platform,
      target: site.target,
      rehearsal,
      ports: operationPorts,
      workDirectory,
      k6Version: options.k6Version,
      findProfile: ports.findProfile,
      startLoad: (load, name, onProgress) => ports.startLoad(load, path.join(workDirectory, name), onProgress),
    });
    if (operation.load === undefined) {
      throw new Error(`the scenario ${scenario.name} left no record of its load`);
    }
    return { operation, load: operation.load };
  } finally {
    disconnect();
  }
}

/** The run of an experiment brings its own load; the witness is the balancer's log of single requests. */
async function playChaos(scenario: ChaosScenario, scene: Scene, ports: RehearsePorts): Promise<Played> {
  const { site, rehearsal, workDirectory, accessLog } = scene;
  const { operationPorts, disconnect } = connect(scene, ports, ports.reporter);
  try {
    const observation = await scenario.inject({
      platform: site.platform,
      target: site.target,
      zones: site.zones,
      rehearsal,
      ports: operationPorts,
      workDirectory,
      startLoad: (load, name, onProgress) => ports.startLoad(load, path.join(workDirectory, name), onProgress),
      accessLog: () => readAccessLog(accessLog),
    });
    const { operation } = observation;
    return {
      operation,
      load: operation.load,
      checks: scenario.judge(observation),
      measurements: scenario.measure(observation),
      summary: scenario.summarise(observation),
    };
  } finally {
    disconnect();
  }
}

/** Ports to the rehearsal platform, as `surefoot` would have them to AWS. */
function connect(
  { options, rehearsal }: Scene,
  ports: RehearsePorts,
  reporter: Reporter,
): { operationPorts: Ports; disconnect: () => void } {
  const clients = createClients({
    region: rehearsal.region,
    endpoint: rehearsal.endpoint,
    credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
    version: options.version,
  });
  const operationPorts: Ports = {
    aws: createGateways(clients, ports.signal),
    awsForUndo: createGateways(clients),
    clock: ports.clock,
    reporter,
    http: ports.http,
    signal: ports.signal,
  };
  return { operationPorts, disconnect: () => clients.destroy() };
}

function describeLoad(progress: LoadProgress): string {
  const latency = progress.p50 === undefined ? '' : `, median ${progress.p50.toFixed(1)} s`;
  return `load ${progress.second} s: ${progress.ok} ok, ${progress.failed} failed, ${progress.dropped} dropped, ${progress.inFlight} in flight${latency}`;
}
