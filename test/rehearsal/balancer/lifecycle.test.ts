import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterEach, describe, expect, it } from 'vitest';
import { bind, canBind, freePort, unbind } from '../../../src/rehearsal/world/addresses/sockets.ts';
import { startBalancer } from '../../../src/rehearsal/world/balancer/client.ts';
import { ask, askMany, forward, group, HOST, type Lab, serve, startLab, target, until } from './lab.ts';

let lab: Lab | undefined;

afterEach(async () => {
  await lab?.balancer.stop();
  lab = undefined;
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the balancer process', () => {
  it('is gone, and its port free, after stop', async () => {
    lab = await startLab();
    await lab.configure([forward({})], []);
    expect(await canBind(HOST, lab.port)).toBe(false);
    await lab.balancer.stop();
    expect(alive(lab.balancer.pid)).toBe(false);
    expect(await canBind(HOST, lab.port)).toBe(true);
    await expect(lab.configure([forward({})], [])).rejects.toThrow('gone');
  });

  it('lets terminal signals pass', async () => {
    lab = await startLab();
    await lab.configure([forward({})], []);
    process.kill(lab.balancer.pid, 'SIGINT');
    process.kill(lab.balancer.pid, 'SIGTERM');
    expect((await ask(lab.port)).status).toBe(503);
  });

  it('says so when it dies by itself, also to a configuration under way', async () => {
    lab = await startLab();
    const causes: string[] = [];
    lab.balancer.on('exit', (cause) => causes.push(cause));
    process.kill(lab.balancer.pid, 'SIGKILL');
    await expect(lab.configure([forward({})], [])).rejects.toThrow('SIGKILL');
    expect(causes).toEqual(['signal SIGKILL']);
  });

  it('ends with a parent that is killed with SIGKILL, and frees its ports', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'balancer-parent-'));
    const port = await freePort(HOST);
    const source = path.join(folder, 'parent.ts');
    const client = path.resolve('src/rehearsal/world/balancer/client.ts');
    await writeFile(
      source,
      `import { startBalancer } from ${JSON.stringify(client)};
      const rule = { arn: 'r', priority: null, conditions: [], action: { type: 'fixed-response', status: 200, contentType: 'text/plain', body: 'up' } };
      const listener = { arn: 'l', loadBalancer: { arn: 'lb', dimension: 'app/x/1' }, host: '${HOST}', port: ${port}, idleTimeoutMs: 60000, rules: [rule] };
      startBalancer().then(async (balancer) => {
        await balancer.configure({ version: 1, listeners: [listener], targetGroups: [] } as never);
        process.stdout.write(String(balancer.pid));
      });`,
    );
    const outfile = path.join(folder, 'parent.cjs');
    await build({ entryPoints: [source], outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
    const parent = spawn(process.execPath, [outfile], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString()))),
    );
    expect((await ask(port)).body).toBe('up');
    parent.kill('SIGKILL');
    await until(
      () => !alive(pid),
      () => `process ${pid} is still there`,
    );
    expect(await canBind(HOST, port)).toBe(true);
    await rm(folder, { recursive: true });
  });
});

describe('configuration', () => {
  it('is refused with the bind error, and what was in force stays in force', async () => {
    const balancer = await startBalancer();
    const [taken, free, kept] = [await bind(HOST, 0), await freePort(HOST), await freePort(HOST)];
    const { port } = taken.address() as { port: number };
    const listener = (at: number) => ({
      arn: `l-${at}`,
      loadBalancer: { arn: 'lb', dimension: 'app/x/1' },
      host: HOST,
      port: at,
      idleTimeoutMs: 60_000,
      rules: [forward({})],
    });
    await balancer.configure({ version: 1, listeners: [listener(kept)], targetGroups: [] });
    const wanted = { version: 2, listeners: [listener(free), listener(port)], targetGroups: [] };
    await expect(balancer.configure(wanted)).rejects.toThrow('EADDRINUSE');
    expect((await ask(kept)).status).toBe(503);
    expect(await canBind(HOST, free)).toBe(true);
    await unbind(taken);
    await balancer.configure({ ...wanted, version: 3 });
    expect((await ask(port)).status).toBe(503);
    expect(await canBind(HOST, kept)).toBe(true);
    await balancer.stop();
  });

  it('changes a hundred times under load without losing a request, and counts every one', async () => {
    const [blue, green] = await Promise.all([
      serve((_request, response) => response.end('blue')),
      serve((_request, response) => response.end('green')),
    ]);
    lab = await startLab();
    const groups = [group('blue', [target(blue.port)]), group('green', [target(green.port)])];
    await lab.configure([forward({ blue: 1, green: 0 })], groups);
    await Promise.all([lab.becomes(blue.port, 'healthy'), lab.becomes(green.port, 'healthy')]);
    const load = askMany(lab.port, 6000, 10);
    for (let i = 0; i < 100; i++) {
      await lab.configure([forward({ blue: i % 2, green: 1 - (i % 2) })], groups);
    }
    const seen = await load;
    expect([...seen.keys()].sort()).toEqual(['200 blue', '200 green']);
    expect((seen.get('200 blue') ?? 0) + (seen.get('200 green') ?? 0)).toBe(6000);
    expect(blue.requests()).toBe(seen.get('200 blue'));
    expect(await lab.totals()).toMatchObject({ requests: 6000, target2xx: 6000 });
    await Promise.all([blue.close(), green.close()]);
  });
});
