/** A fresh platform with the service of `platform/` on it, and the bundled command line pointed at it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DescribeServiceDeploymentsResponse, DescribeServicesResponse, Service } from '@aws-sdk/client-ecs';
import { requirePlatform } from '../../src/platform/load.ts';
import type { ServiceInEnvironment } from '../../src/platform/model.ts';
import { resolveService } from '../../src/platform/select.ts';
import type { RehearsalOptions } from '../../src/rehearsal/platform/options.ts';
import { type Rehearsal, startRehearsal } from '../../src/rehearsal/platform.ts';
import { type Evidence, evidenceSchema } from '../../src/report/evidence.ts';
import { type FaultProxy, startFaultProxy } from '../survival/fault-proxy.ts';
import { type Ended, type Running, start } from './surefoot.ts';

const PLATFORM_FILE = path.resolve('test/cli/platform/surefoot.yml');
const SPEED = 40;
const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 60_000;

export interface DeployLab {
  readonly target: ServiceInEnvironment;
  readonly rehearsal: Rehearsal;
  readonly url: string;
  /** Between the command line and the platform. */
  readonly proxy: FaultProxy;
  /** Starts `surefoot` with these arguments; `--json`, and reports go to the lab's folder. */
  start(...args: readonly string[]): Running;
  /** Runs it to the end. */
  run(...args: readonly string[]): Promise<Finished>;
  service(): Promise<Service>;
  /** Resolves with the deployment's ARN once it waits for an answer at `stage`. */
  untilPaused(stage: string): Promise<string>;
  /** What the service answers: its revision. */
  answer(): Promise<string>;
  stop(): Promise<void>;
}

export interface Result {
  readonly operation: string;
  readonly verdict: string | null;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly evidence: string | null;
  readonly status?: Record<string, unknown>;
}

export interface Finished extends Ended {
  readonly result: Result;
  /** What it ended with: exit code, verdict, codes of its reasons or of its error. */
  readonly end: readonly [code: number | null, verdict: string | null, ...codes: string[]];
}

/** The full name of an image of the platform file. */
export function image(name: string): string {
  return `000000000000.dkr.ecr.eu-west-1.amazonaws.com/${name}`;
}

/** Starts the platform with `web:1` running. */
export async function startDeployLab(
  environment: string,
  options: Pick<RehearsalOptions, 'stepBake'> = {},
): Promise<DeployLab> {
  const workDirectory = await mkdtemp(path.join(os.tmpdir(), 'surefoot-terminal-'));
  const platform = await requirePlatform(PLATFORM_FILE);
  const target = resolveService(platform, { environment });
  const rehearsal = await startRehearsal({
    target,
    region: 'eu-west-1',
    zones: platform.environments[environment]?.zones ?? [],
    speed: SPEED,
    workDirectory,
    signal: new AbortController().signal,
    ...options,
  });
  const proxy = await startFaultProxy(rehearsal.endpoint);
  const url = rehearsal.services[target.ecsService]?.url ?? '';
  const startHere = (...[command = '', ...rest]: readonly string[]) => {
    const where = ['--config', PLATFORM_FILE, '--environment', environment, '--json'];
    const reports = ['deploy', 'rollback', 'slo'].includes(command)
      ? ['--report-dir', path.join(workDirectory, 'reports')]
      : [];
    return start([command, ...where, ...reports, ...rest], { env: { AWS_ENDPOINT_URL: proxy.endpoint } });
  };
  const service = () => describe(rehearsal, target);
  return {
    target,
    rehearsal,
    url,
    proxy,
    start: startHere,
    run: async (...args) => finished(await startHere(...args).ended),
    service,
    untilPaused: (stage) => untilPaused(rehearsal, service, stage),
    answer: async () => (await fetch(url)).text(),
    async stop() {
      await proxy.close();
      await rehearsal.stop();
      await rm(workDirectory, { recursive: true, force: true });
    },
  };
}

/** What a run printed and how it ended. */
export function finished(ended: Ended): Finished {
  if (ended.stdout === '') {
    throw new Error(`it printed no JSON and ended with ${ended.code}: ${ended.stderr}`);
  }
  const result = JSON.parse(ended.stdout) as Result;
  const codes = result.error === null ? result.reasons.map((reason) => reason.code) : [result.error.code];
  return { ...ended, result, end: [ended.code, result.verdict, ...codes] };
}

/** The record that a run left, as a reader of it sees it. */
export async function evidenceOf({ result }: Finished): Promise<Evidence> {
  return evidenceSchema.parse(JSON.parse(await readFile(result.evidence ?? '', 'utf8')));
}

async function describe({ wire }: Rehearsal, { cluster, ecsService }: ServiceInEnvironment): Promise<Service> {
  const answer = await wire.call<DescribeServicesResponse>('ecs', 'DescribeServices', {
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

async function untilPaused({ wire }: Rehearsal, service: () => Promise<Service>, stage: string): Promise<string> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const arn = (await service()).currentServiceDeployment ?? '';
    const { serviceDeployments: [deployment] = [] } = await wire.call<DescribeServiceDeploymentsResponse>(
      'ecs',
      'DescribeServiceDeployments',
      { serviceDeploymentArns: [arn] },
    );
    const waits = deployment?.lifecycleHookDetails?.some((hook) => hook.status === 'AWAITING_ACTION') ?? false;
    if (waits && deployment?.lifecycleStage === stage) {
      return arn;
    }
    if (Date.now() > deadline) {
      throw new Error(`no pause at ${stage}: the deployment is ${deployment?.status} at ${deployment?.lifecycleStage}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
