/** `surefoot rehearse`: each scenario on a fresh platform, under real load, held against what it expects. */
import path from 'node:path';
import { createClients } from '../aws/clients.ts';
import { createGateways } from '../aws/gateways.ts';
import type { Load, LoadProgress, RunningLoad } from '../measure/types.ts';
import type { Profile } from '../operations/load/profile.ts';
import type { Clock, HttpProbe, Ports, Reporter } from '../operations/ports.ts';
import { createRecorder } from '../operations/recorder.ts';
import { atTestListener } from '../platform/in-rehearsal.ts';
import type { Platform, ServiceInEnvironment } from '../platform/model.ts';
import type { Check, Evidence, LoadRecord, Verdict } from '../report/evidence.ts';
import { type Rehearsal, type RehearsalOptions, startRehearsal } from './platform.ts';
import { shareProgress } from './progress.ts';
import { GENERATOR_CHECK } from './scenarios/load-checks.ts';
import { metricsReconcile, readBalancerCounts } from './scenarios/reconcile.ts';
import { requireImages, requirePatience } from './scenarios/request.ts';
import type { LoadScenario, OperationScenario, Scenario } from './scenarios/scenario.ts';

/** Load flows this long before the operation starts and after it ended, so that both steady states are seen. */
const WARM_UP_MS = 5000;
const TAIL_MS = 5000;
/** The balancer reports a second of traffic once it is over. */
const METRICS_LAG_MS = 2500;
/** A scenario that takes longer than this has no load any more, and says so. */
const MAX_LOAD_SECONDS = 900;

export interface RehearseRequest
  extends Pick<RehearsalOptions, 'target' | 'region' | 'zones' | 'speed' | 'workDirectory' | 'addressing'> {
  readonly platform: Platform;
  readonly scenarios: readonly Scenario[];
  readonly version: string;
  readonly k6Version: string;
  /** `SEED` in every task's environment; undefined: as the service has it. */
  readonly seed?: number;
}

export interface RehearsePorts {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly http: HttpProbe;
  readonly startLoad: (
    load: Load,
    workDirectory: string,
    onProgress: (progress: LoadProgress) => void,
  ) => Promise<RunningLoad>;
  /** A load profile that surefoot ships, by its name. */
  readonly findProfile: (name: string) => Promise<Profile>;
}

/** Runs the scenarios one after the other. The verdict is pass when every one showed what it expects. */
export async function rehearse(request: RehearseRequest, ports: RehearsePorts): Promise<Evidence> {
  requireImages(request.target, request.scenarios);
  requirePatience(request.target, request.speed);
  const targets = new Map(request.scenarios.map((scenario) => [scenario, targetOf(scenario, request.target)]));
  const recorder = createRecorder({
    operation: 'rehearse',
    title: `Rehearsal of ${request.platform.name}`,
    subject: {
      platform: request.platform.name,
      environment: request.target.environment,
      service: request.target.ecsService,
    },
    rehearsalSpeed: request.speed,
    tools: [{ name: 'k6', version: request.k6Version }],
    clock: ports.clock,
  });
  const parts: Evidence[] = [];
  for (const scenario of request.scenarios) {
    ports.signal.throwIfAborted();
    ports.reporter.stage(`scenario ${scenario.name}: ${scenario.expects}`);
    const target = targets.get(scenario) ?? request.target;
    const part = await runScenario(scenario, { ...request, target }, ports);
    parts.push(part);
    const seconds = (Date.parse(part.finishedAt) - Date.parse(part.startedAt)) / 1000;
    recorder.check({
      name: scenario.name,
      verdict: part.verdict,
      expected: scenario.expects,
      observed: part.reasons.map((reason) => reason.message).join('; '),
      seconds,
    });
    ports.reporter.info(`scenario ${scenario.name}: ${part.verdict} after ${seconds.toFixed(0)} s`);
  }
  const verdict = worst(parts.map((part) => part.verdict));
  const shown = parts.filter((part) => part.verdict === 'pass').length;
  const message = `${shown} of ${parts.length} scenarios showed what they expect`;
  return recorder.finish(verdict, [{ code: verdict === 'pass' ? 'as-expected' : 'not-as-expected', message }], {
    parts,
  });
}

/** The service as the scenario runs it. */
function targetOf(scenario: Scenario, target: ServiceInEnvironment): ServiceInEnvironment {
  return 'setUp' in scenario ? scenario.setUp(target) : target;
}

async function runScenario(scenario: Scenario, request: RehearseRequest, ports: RehearsePorts): Promise<Evidence> {
  const { target, platform } = request;
  const recorder = createRecorder({
    operation: `rehearse ${scenario.name}`,
    title: scenario.name,
    subject: { platform: platform.name, environment: target.environment, service: target.ecsService },
    rehearsalSpeed: request.speed,
    tools: [],
    clock: ports.clock,
  });
  const startedAt = ports.clock.now();
  const workDirectory = path.join(request.workDirectory, scenario.name);
  const rehearsal = await startRehearsal({
    target,
    region: request.region,
    zones: request.zones,
    speed: request.speed,
    workDirectory,
    signal: ports.signal,
    onBug: (error) =>
      ports.reporter.warn(`the rehearsal platform has a bug: ${error instanceof Error ? error.stack : String(error)}`),
    ...(request.addressing ? { addressing: request.addressing } : {}),
    ...(request.seed === undefined ? {} : { environment: { SEED: `${request.seed}` } }),
  });
  try {
    ports.reporter.info(`platform ready at ${rehearsal.endpoint}`);
    const scene = { request, rehearsal, workDirectory };
    const { operation, load } =
      'setUp' in scenario ? await loadItself(scenario, scene, ports) : await underLoad(scenario, scene, ports);
    await ports.clock.sleep(METRICS_LAG_MS, ports.signal);
    const balancer = await readBalancerCounts(rehearsal, startedAt, ports.clock.now());
    const observation = { operation, load, balancer };
    const checks = [...scenario.judge(observation), metricsReconcile(observation)];
    const verdict = verdictOf(checks);
    const notes = checks
      .filter((check) => check.verdict !== 'pass')
      .map((check) => ({
        code: 'expectation',
        message: `not shown: ${check.name}; expected ${check.expected}, observed ${check.observed}`,
      }));
    const reasons = notes.length > 0 ? notes : [{ code: 'as-expected', message: scenario.summarise(observation) }];
    for (const check of [...checks, ...operation.checks.filter((check) => !checks.includes(check))]) {
      recorder.check(check);
    }
    const evidence = recorder.finish(verdict, reasons, {
      load,
      ...(operation.deployment ? { deployment: operation.deployment } : {}),
      ...(operation.judgement ? { judgement: operation.judgement } : {}),
      ...(operation.watch ? { watch: operation.watch } : {}),
      ...(operation.slos ? { slos: operation.slos } : {}),
      ...(operation.burnGuard ? { burnGuard: operation.burnGuard } : {}),
    });
    return {
      ...evidence,
      events: operation.events,
      series: operation.series,
      measurements: [...operation.measurements, ...evidence.measurements],
    };
  } finally {
    await rehearsal.stop();
  }
}

interface Scene {
  readonly request: RehearseRequest;
  readonly rehearsal: Rehearsal;
  readonly workDirectory: string;
}

async function underLoad(
  scenario: OperationScenario,
  scene: Scene,
  ports: RehearsePorts,
): Promise<{ operation: Evidence; load: LoadRecord }> {
  const { request, rehearsal } = scene;
  const { target } = request;
  const settings = target.rehearsal?.load;
  const [front, side] = shareProgress(ports.reporter);
  const load = await ports.startLoad(
    {
      name: scenario.name,
      url: new URL(settings?.path ?? '/', rehearsal.services[target.ecsService]?.url).href,
      rate: settings?.requestsPerSecond ?? 1,
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
      platform: request.platform,
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
  const { request, rehearsal, workDirectory } = scene;
  const { operationPorts, disconnect } = connect(scene, ports, ports.reporter);
  try {
    const operation = await scenario.runLoad({
      platform: request.platform,
      target: request.target,
      rehearsal,
      ports: operationPorts,
      workDirectory,
      k6Version: request.k6Version,
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

/** Ports to the rehearsal platform, as `surefoot` would have them to AWS. */
function connect(
  { request, rehearsal }: Scene,
  ports: RehearsePorts,
  reporter: Reporter,
): { operationPorts: Ports; disconnect: () => void } {
  const clients = createClients({
    region: rehearsal.region,
    endpoint: rehearsal.endpoint,
    credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
    version: request.version,
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

/** When the instrument failed nothing else can be believed: inconclusive. Else the worst of the checks. */
export function verdictOf(checks: readonly Check[]): Verdict {
  const instrument = checks.find((check) => check.name === GENERATOR_CHECK);
  return instrument !== undefined && instrument.verdict !== 'pass'
    ? 'inconclusive'
    : worst(checks.map((check) => check.verdict));
}

function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('fail')) {
    return 'fail';
  }
  return verdicts.length === 0 || verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}
