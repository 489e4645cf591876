/** moto's server, an emulator of AWS that this project did not write, on a free port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_WITHIN_MS = 120_000;

export interface MotoServer {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts it with a Python that has moto, and resolves when it answers. */
export async function startMotoServer(python: string): Promise<MotoServer> {
  const port = await freePort();
  const server = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  await untilAnswers(endpoint, server);
  return {
    endpoint,
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilAnswers(endpoint: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await fetch(`${endpoint}/moto-api/data.json`).catch(() => undefined);
    if (answer?.ok) {
      return;
    }
    if (server.exitCode !== null || Date.now() > deadline) {
      throw new Error(`moto's server did not start (exit code ${server.exitCode})`);
    }
    await sleep(200);
  }
}
