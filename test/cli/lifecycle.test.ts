/** `up` as others use it: plan, deploy and status against it from other processes, and an end that leaves nothing behind. */
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Running, start, surefoot } from './surefoot.ts';

interface Up {
  readonly endpoint: string;
  readonly region: string;
  readonly speed: number;
  readonly services: Record<string, { url: string; testUrl: string }>;
}

const CONFIG = ['--config', 'examples/artguard/surefoot.yml', '--environment', 'dev'];
const IMAGE = '000000000000.dkr.ecr.ca-central-1.amazonaws.com/artguard-backend';

let folder: string;
let running: Running | undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-up-'));
});

afterEach(async () => {
  running?.child.kill('SIGKILL');
  await running?.ended;
  running = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function up(...args: string[]): Promise<Up> {
  running = start(['up', ...CONFIG, '--speed', '20', '--work-dir', folder, ...args]);
  return JSON.parse(await running.firstLine) as Up;
}

const deployTo = (endpoint: string, ...args: string[]) =>
  surefoot(
    [...args, ...CONFIG, '--json', ...(args[0] === 'deploy' ? ['--report-dir', path.join(folder, 'reports')] : [])],
    {
      env: { AWS_ENDPOINT_URL: endpoint },
    },
  );

describe('surefoot up', { timeout: 300_000 }, () => {
  it('is deployed to by another process: plan, deploy, status', async () => {
    const { endpoint, services } = await up();
    expect((await fetch(`${services['artguard-backend-dev']?.url}/health`)).status).toBe(200);

    const plan = await deployTo(endpoint, 'plan', '--image', `${IMAGE}:1.2.1-broken`);
    expect(plan.code, plan.stderr).toBe(0);
    expect(JSON.parse(plan.stdout)).toMatchObject({
      operation: 'plan',
      verdict: 'pass',
      changes: [
        {
          path: 'containerDefinitions[artguard-backend].image',
          before: `${IMAGE}:1.0.0`,
          after: expect.stringMatching(/artguard-backend@sha256:[0-9a-f]{64}$/),
        },
      ],
      // A platform that has just been started has no request behind its budgets.
      findings: [{ code: 'mutable-tag' }, { code: 'error-budget-unknown' }, { code: 'error-budget-unknown' }],
    });
    const missing = await deployTo(endpoint, 'plan', '--image', `${IMAGE}:9.9.9`);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('[image-not-found]')]);

    const unasked = await deployTo(endpoint, 'deploy', '--image', `${IMAGE}:1.2.1-broken`);
    expect(unasked.code).toBe(2);
    expect(unasked.stderr).toContain('--yes');

    // Every analysis of this version fails: the smoke check sees it before any user would.
    const deployed = await deployTo(endpoint, 'deploy', '--yes', '--image', `${IMAGE}:1.2.1-broken`);
    const result = JSON.parse(deployed.stdout) as { verdict: string; reasons: { code: string }[]; evidence: string };
    expect([deployed.code, result.verdict, result.reasons[0]?.code], deployed.stderr).toEqual([
      1,
      'fail',
      'smoke-failed',
    ]);
    const evidence = JSON.parse(await readFile(result.evidence, 'utf8')) as {
      rehearsal: boolean;
      speed: number;
      deployment: { status: string; live: string; baseline: { revision: string } };
    };
    expect(evidence).toMatchObject({ rehearsal: true, speed: 20, deployment: { status: 'ROLLBACK_SUCCESSFUL' } });
    expect(evidence.deployment.live).toBe(evidence.deployment.baseline.revision);

    const status = await deployTo(endpoint, 'status');
    expect(JSON.parse(status.stdout)).toMatchObject({
      status: { tasks: { desired: 2, running: 2 }, deployment: null },
    });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly on %s', async (signal) => {
    await endLeavesNothing(signal);
    expect((await running?.ended)?.code).toBe(0);
  });

  it('leaves nothing even when it is killed', async () => {
    await endLeavesNothing('SIGKILL');
  });

  it('runs twice side by side, and on one address with ports', async () => {
    const first = await up();
    const second = start(['up', ...CONFIG, '--speed', '20', '--work-dir', path.join(folder, 'second')]);
    const third = start([
      'up',
      ...CONFIG,
      '--speed',
      '60',
      '--work-dir',
      path.join(folder, 'third'),
      '--addressing',
      'ports',
    ]);
    try {
      const platforms = [first, JSON.parse(await second.firstLine) as Up, JSON.parse(await third.firstLine) as Up];
      const urls = platforms.map((platform) => platform.services['artguard-backend-dev']?.url ?? '');
      expect(new Set(urls).size).toBe(3);
      expect(new URL(urls[2] ?? '').hostname).toBe('127.0.0.1');
      for (const url of urls) {
        expect((await fetch(`${url}/health`)).status).toBe(200);
      }
    } finally {
      second.child.kill('SIGINT');
      third.child.kill('SIGINT');
      await Promise.all([second.ended, third.ended]);
    }
  });
});

async function endLeavesNothing(signal: NodeJS.Signals): Promise<void> {
  const { endpoint, services } = await up();
  const parent = running?.child.pid ?? 0;
  const family = await descendants(parent);
  // The balancer, the task host and two tasks.
  expect(family.length).toBeGreaterThanOrEqual(4);
  const addresses = [endpoint, ...Object.values(services).flatMap((service) => [service.url, service.testUrl])];
  expect(await Promise.all(addresses.map(answers))).toEqual(addresses.map(() => true));
  process.kill(parent, signal);
  await running?.ended;
  for (let wait = 0; wait < 200 && (await alive(family)).length > 0; wait += 1) {
    await sleep(100);
  }
  expect(await alive(family)).toEqual([]);
  expect(await Promise.all(addresses.map(answers))).toEqual(addresses.map(() => false));
}

/** All processes below `parent`, from /proc (Linux). */
async function descendants(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map(await Promise.all(pids.map(async (pid) => [pid, await parentOf(pid)] as const)));
  const found: number[] = [];
  const queue = [parent];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const children = [...parents].filter(([, of]) => of === next).map(([pid]) => pid);
    found.push(...children);
    queue.push(...children);
  }
  return found;
}

async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return Number(
    stat
      .slice(stat.lastIndexOf(')') + 1)
      .trim()
      .split(' ')[1] ?? 0,
  );
}

/** Those that still run; a process that ended but was not yet collected has no program file any more. */
async function alive(pids: readonly number[]): Promise<number[]> {
  const found = await Promise.all(
    pids.map((pid) =>
      readlink(`/proc/${pid}/exe`).then(
        () => true,
        () => false,
      ),
    ),
  );
  return pids.filter((_, index) => found[index]);
}

function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = net.connect({ host: hostname, port: Number(port) });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
