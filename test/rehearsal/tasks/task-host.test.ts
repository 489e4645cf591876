import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProcessEvent, startTaskHost, type TaskHost } from '../../../src/rehearsal/world/tasks/client.ts';

let folder: string;
let host: TaskHost | undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'task-host-'));
});

afterEach(async () => {
  await host?.stop();
  host = undefined;
  await rm(folder, { recursive: true, force: true });
});

class Started {
  readonly events: ProcessEvent[] = [];
  readonly #waiting: (() => void)[] = [];

  readonly listener = (event: ProcessEvent): void => {
    this.events.push(event);
    for (const wake of this.#waiting.splice(0)) {
      wake();
    }
  };

  async until<Type extends ProcessEvent['type']>(type: Type): Promise<Extract<ProcessEvent, { type: Type }>> {
    for (;;) {
      const found = this.events.find((event) => event.type === type);
      if (found !== undefined) {
        return found as Extract<ProcessEvent, { type: Type }>;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

function run(taskHost: TaskHost, id: string, script: string, env: Record<string, string> = {}): Started {
  const started = new Started();
  taskHost.start(
    {
      id,
      command: [process.execPath, '-e', script],
      cwd: folder,
      env,
      logFile: path.join(folder, 'logs', `${id}.log`),
    },
    started.listener,
  );
  return started;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function eventually(what: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await what())) {
    if (Date.now() > deadline) {
      throw new Error(`did not happen within ${timeoutMs} ms: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const FOREVER = 'setInterval(() => {}, 1000);';

describe('task host', () => {
  test('starts a process with the environment it was given and nothing else of ours, and keeps its output', async () => {
    host = await startTaskHost();
    const task = run(
      host,
      'one',
      'console.log(process.env.GREETING, process.env.SUREFOOT_SELF); console.error("to stderr"); process.exit(7)',
      { GREETING: 'hello' },
    );
    expect(await task.until('exited')).toEqual({ type: 'exited', exitCode: 7, signal: null });
    expect(task.events[0]?.type).toBe('started');
    expect(await readFile(path.join(folder, 'logs', 'one.log'), 'utf8')).toBe('hello undefined\nto stderr\n');
  });

  test('a program that is not there is a failure that names it', async () => {
    host = await startTaskHost();
    const started = new Started();
    host.start(
      { id: 'x', command: ['/no/such/program'], cwd: folder, env: {}, logFile: path.join(folder, 'x.log') },
      started.listener,
    );
    expect((await started.until('failed')).message).toContain('/no/such/program');
    expect(started.events).toHaveLength(1);
  });

  test('signals reach the whole group, also what the first process started', async () => {
    host = await startTaskHost();
    const task = run(
      host,
      'tree',
      `const c = require('node:child_process').spawn(process.execPath, ['-e', '${FOREVER}'], { stdio: 'inherit' });
       require('node:fs').writeFileSync('grandchild', String(c.pid)); ${FOREVER}`,
    );
    await task.until('started');
    await eventually(async () => (await readFile(path.join(folder, 'grandchild'), 'utf8').catch(() => '')) !== '');
    const grandchild = Number(await readFile(path.join(folder, 'grandchild'), 'utf8'));
    expect(alive(grandchild)).toBe(true);
    host.signal('tree', 'SIGTERM');
    expect(await task.until('exited')).toMatchObject({ signal: 'SIGTERM' });
    await eventually(() => !alive(grandchild));
  });

  test('stop resolves when every process and the host are gone', async () => {
    host = await startTaskHost();
    const hostPid = host.pid;
    const stubborn = run(host, 'a', `process.on('SIGTERM', () => {}); ${FOREVER}`);
    const plain = run(host, 'b', FOREVER);
    const pids = [(await stubborn.until('started')).pid, (await plain.until('started')).pid];
    await host.stop();
    expect([...pids, hostPid].filter(alive)).toEqual([]);
    expect(await stubborn.until('exited')).toMatchObject({ signal: 'SIGKILL' });
  });

  test('ignores the terminal signals; a killed host takes its tasks with it and says so', async () => {
    host = await startTaskHost();
    const task = run(host, 'a', FOREVER);
    const { pid } = await task.until('started');
    process.kill(host.pid, 'SIGINT');
    process.kill(host.pid, 'SIGTERM');
    const second = run(host, 'b', FOREVER);
    await second.until('started');
    process.kill(host.pid, 'SIGKILL');
    expect(await task.until('exited')).toMatchObject({ signal: 'SIGKILL' });
    await eventually(() => !alive(pid));
  });

  test('when the control plane is killed with SIGKILL, no task is left', async () => {
    const parent = path.join(folder, 'parent.cjs');
    await writeFile(
      parent,
      `const { fork } = require('node:child_process');
       const host = fork(process.env.SUREFOOT_SELF, ['__task-host'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'advanced' });
       const pids = [host.pid];
       host.on('message', (m) => {
         if (m.type === 'ready') for (const id of ['a', 'b', 'c'])
           host.send({ type: 'start', id, command: [process.execPath, '-e', "process.on('SIGTERM',()=>{});${FOREVER}"], cwd: '.', env: {}, logFile: id + '.log' });
         if (m.type === 'started') pids.push(m.pid);
         if (pids.length === 4) console.log(JSON.stringify(pids));
       });`,
    );
    const child = spawn(process.execPath, [parent], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    const pids: number[] = await new Promise((resolve) =>
      child.stdout.on('data', (text) => resolve(JSON.parse(String(text)))),
    );
    expect(pids.filter(alive)).toHaveLength(4);
    child.kill('SIGKILL');
    await eventually(() => pids.every((pid) => !alive(pid)));
  });
});
