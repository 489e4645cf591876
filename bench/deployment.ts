/**
 * What a deployment costs beside what ECS itself takes: AWS calls, counted where they arrive, and wall time. The bundled command line
 * deploys on rehearsal platforms, under a little traffic, with more and more stages where it has something to decide.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { requirePlatform } from '../src/platform/load.ts';
import { resolveService } from '../src/platform/select.ts';
import { type Rehearsal, startRehearsal } from '../src/rehearsal/platform.ts';
import type { RequestRecord } from '../src/rehearsal/wire/request-log.ts';

const SPEED = 20;
const EXAMPLE = path.resolve('examples/artguard');

interface Case {
  readonly name: string;
  /** Pauses at which surefoot decides. */
  readonly pauses: number;
  readonly deploy: Readonly<Record<string, unknown>>;
}

const SMOKE = { path: '/health', requests: 3, timeout: '10s' };
const CASES: readonly Case[] = [
  { name: 'no pause, bake 1 m', pauses: 0, deploy: { bake: '1m' } },
  { name: 'no pause, bake 5 m', pauses: 0, deploy: { bake: '5m' } },
  { name: 'smoke check, bake 1 m', pauses: 1, deploy: { bake: '1m', smoke: SMOKE } },
  { name: 'smoke and watch of 4 m, bake 1 m', pauses: 2, deploy: { bake: '1m', smoke: SMOKE, watch: '4m' } },
  { name: 'smoke and watch of 10 m, bake 1 m', pauses: 2, deploy: { bake: '1m', smoke: SMOKE, watch: '10m' } },
];

export interface DeploymentCost {
  readonly name: string;
  readonly pauses: number;
  /** Seconds from the start of the process to its end, and from ECS's createdAt to its finishedAt. */
  readonly wall: number;
  readonly ecs: number;
  /** Calls while ECS was at work that only read; and all others. */
  readonly looks: number;
  readonly others: number;
  /** Seconds between two calls of the same reading operation while ECS was at work; the smallest. */
  readonly closest: number;
}

/** Measures each case once; a case is a deployment of a minute or less. */
export async function benchDeployment(quick: boolean): Promise<readonly DeploymentCost[]> {
  const costs: DeploymentCost[] = [];
  for (const each of quick ? CASES.slice(0, 1) : CASES) {
    costs.push(await measure(each));
  }
  return costs;
}

async function measure({ name, pauses, deploy }: Case): Promise<DeploymentCost> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-bench-'));
  try {
    const file = path.join(folder, 'surefoot.yml');
    await writeFile(file, await platformFile(deploy));
    const target = resolveService(await requirePlatform(file), { environment: 'dev' });
    const rehearsal = await startRehearsal({
      target,
      region: 'ca-central-1',
      zones: ['ca-central-1a', 'ca-central-1b'],
      speed: SPEED,
      workDirectory: folder,
      environment: { ANALYZE_MS: '20-60' },
      signal: new AbortController().signal,
    });
    const service = rehearsal.services[target.ecsService];
    const users = setInterval(() => void visit(`${service?.url}/analyze`), 50);
    try {
      const wall = await runDeploy(file, folder, rehearsal);
      return { name, pauses, wall, ...(await countCalls(rehearsal, target.cluster, target.ecsService)) };
    } finally {
      clearInterval(users);
      await rehearsal.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The example with other stages, and with an objective that a little traffic can show to be kept. */
async function platformFile(deploy: Case['deploy']): Promise<string> {
  const documents = parseAllDocuments(await readFile(path.join(EXAMPLE, 'surefoot.yml'), 'utf8'));
  const [platform, slo] = documents;
  if (platform === undefined || slo === undefined || !('setIn' in platform) || !('setIn' in slo)) {
    throw new Error('examples/artguard/surefoot.yml has no platform and objective any more');
  }
  const watch =
    deploy['watch'] === undefined ? {} : { watch: { duration: deploy['watch'], objective: 'availability' } };
  platform.setIn(
    ['services', 'backend', 'deploy'],
    platform.createNode({ strategy: 'BLUE_GREEN', hookTimeout: '60m', ...deploy, ...watch }),
  );
  // Prod's own watch has nothing to differ from here.
  platform.deleteIn(['services', 'backend', 'environments', 'prod', 'deploy']);
  platform.setIn(['services', 'backend', 'rehearsal', 'directory'], path.join(EXAMPLE, 'service'));
  slo.setIn(['spec', 'objectives', 0, 'target'], 0.9);
  return documents.map(String).join('---\n');
}

async function visit(url: string): Promise<void> {
  await fetch(url)
    .then((answer) => answer.text())
    .catch(() => undefined);
}

/** Seconds of the whole process. @throws Error with its output when the deployment does not pass */
function runDeploy(file: string, folder: string, rehearsal: Rehearsal): Promise<number> {
  const image = '000000000000.dkr.ecr.ca-central-1.amazonaws.com/artguard-backend:1.1.0';
  const args = ['deploy', '--config', file, '--environment', 'dev', '--image', image, '--yes', '--report-dir', folder];
  const startedAt = performance.now();
  const child = spawn(process.execPath, [process.env['SUREFOOT_SELF'] ?? 'dist/cli.cjs', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, AWS_ENDPOINT_URL: rehearsal.endpoint },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) {
        resolve((performance.now() - startedAt) / 1000);
      } else {
        reject(new Error(`the deployment ended with exit code ${code}:\n${output}`));
      }
    });
  });
}

interface Deployments {
  readonly serviceDeployments: readonly {
    readonly serviceDeploymentArn: string;
    readonly createdAt: Date;
    readonly finishedAt: Date;
  }[];
}

async function countCalls(rehearsal: Rehearsal, cluster: string, service: string) {
  const { serviceDeployments } = await rehearsal.wire.call<Deployments>('ecs', 'ListServiceDeployments', {
    cluster,
    service,
  });
  const [deployment] = serviceDeployments;
  if (deployment === undefined) {
    throw new Error('there is no deployment');
  }
  const [from, to] = [deployment.createdAt.getTime(), deployment.finishedAt.getTime()];
  const calls = rehearsal.wire.requests().filter((record) => record.origin === 'client');
  const looks = calls.filter(
    ({ at, operation }) => at.getTime() > from && at.getTime() < to && /^(?:Describe|List|Get)/.test(operation),
  );
  return {
    ecs: (to - from) / 1000,
    looks: looks.length,
    others: calls.length - looks.length,
    closest: closestOf(looks.filter(({ at }) => at.getTime() > from + 1000)),
  };
}

function closestOf(looks: readonly RequestRecord[]): number {
  const lastAt = new Map<string, number>();
  let closest = Number.POSITIVE_INFINITY;
  for (const { operation, at } of looks) {
    const before = lastAt.get(operation);
    closest = before === undefined ? closest : Math.min(closest, (at.getTime() - before) / 1000);
    lastAt.set(operation, at.getTime());
  }
  return closest;
}

/** A row for each case, and what follows from them. */
export function renderDeploymentBench(costs: readonly DeploymentCost[]): string {
  const row = (cells: readonly (string | number)[]) =>
    `${String(cells[0]).padEnd(36)}${cells
      .slice(1)
      .map((cell) => String(cell).padStart(10))
      .join('')}`;
  const rows = costs.map(({ name, pauses, wall, ecs, looks, others, closest }) =>
    row([
      name,
      pauses,
      others,
      looks,
      (looks / ecs).toFixed(2),
      closest.toFixed(2),
      ecs.toFixed(1),
      wall.toFixed(1),
      (wall - ecs).toFixed(1),
      (wall / ecs).toFixed(3),
    ]),
  );
  return `${[
    row([
      'stages (speed 20)',
      'pauses',
      'calls',
      'looks',
      'looks/s',
      'closest s',
      'ECS s',
      'wall s',
      'beyond s',
      'wall/ECS',
    ]),
    ...rows,
  ].join('\n')}

calls: all but looks; looks: reads while ECS was at work, each second in a rehearsal and each 5 s on AWS
aim: calls linear in pauses, looks linear in time, none closer than 1 s
`;
}
