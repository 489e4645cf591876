import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { eventually, send, startLab, ZONES } from './lab.ts';

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the processes of a database', () => {
  it('end with stop, also while a failover goes on', async () => {
    const lab = await startLab({ replica: { name: 'reader', zone: ZONES[2], lagSeconds: 0 } }, 1);
    const { database } = lab;
    const pids = [database.primary.pid, database.standby?.pid, database.replica?.member.pid, database.endpointPid];
    expect(pids.every((pid) => pid !== undefined && alive(pid))).toBe(true);
    const failover = database.failover();
    await eventually(() => lab.happenings.length > 0);
    await Promise.all([lab.stop(), expect(failover).rejects.toThrow('the platform has ended')]);
    expect(pids.filter((pid) => pid !== undefined && alive(pid))).toEqual([]);
    await expect(send('GET', database.address, '/health')).rejects.toThrow();
  });

  it('end with a platform that is killed with SIGKILL', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'surefoot-db-parent-'));
    const source = path.join(folder, 'parent.ts');
    const from = (file: string) => JSON.stringify(path.resolve('src/rehearsal/world', file));
    await writeFile(
      source,
      `import { createAddressPlan } from ${from('addresses.ts')};
      import { createClock } from ${from('clock.ts')};
      import { startDatabases } from ${from('database/databases.ts')};
      const main = async () => {
        const addresses = await createAddressPlan({ zones: ['a', 'b'], mode: 'auto' });
        const orders = { engine: 'postgres', port: 5432, zones: ['a', 'b'], urlVariable: 'URL', replica: undefined } as const;
        const { all } = await startDatabases({ orders }, { addresses, clock: createClock(1), directory: ${JSON.stringify(folder)} });
        const [database] = all;
        process.stdout.write(JSON.stringify([database?.primary.pid, database?.standby?.pid, database?.endpointPid]));
      };
      void main();`,
    );
    const outfile = path.join(folder, 'parent.cjs');
    await build({ entryPoints: [source], outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
    const parent = spawn(process.execPath, [outfile], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pids = await new Promise<number[]>((resolve) =>
      parent.stdout.once('data', (chunk: Buffer) => resolve(JSON.parse(chunk.toString()) as number[])),
    );
    expect(pids.map(alive)).toEqual([true, true, true]);
    parent.kill('SIGKILL');
    await eventually(() => !pids.some(alive));
    await rm(folder, { recursive: true, force: true });
  });

  it('let terminal signals pass', async () => {
    const lab = await startLab({}, 1);
    const { database } = lab;
    for (const pid of [database.primary.pid ?? 0, database.endpointPid]) {
      process.kill(pid, 'SIGINT');
      process.kill(pid, 'SIGTERM');
    }
    expect((await send('PUT', database.address, '/keys/a', 1)).status).toBe(201);
    await lab.stop();
  });
});
