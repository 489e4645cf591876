/** What the balancer's bench compares: two Node targets, reached directly, through our balancer, and through Debian's nginx. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { freePort } from '../../src/rehearsal/world/addresses/sockets.ts';
import { startBalancer } from '../../src/rehearsal/world/balancer/client.ts';

const HOST = '127.0.0.1';
const TARGETS = 2;

export interface Subject {
  readonly name: 'direct' | 'surefoot' | 'nginx';
  readonly url: string;
  /** The process that balances; none for direct. */
  readonly pid?: number;
}

export interface Subjects {
  readonly list: readonly Subject[];
  stop(): Promise<void>;
}

/** Answers `ok` at once, and after 5 s on /slow, as the slowest endpoint of the example platform does. */
const TARGET = `
const server = require('node:http').createServer((request, response) => {
  if (request.url === '/slow') setTimeout(() => response.end('ok'), 5000);
  else response.end('ok');
});
server.keepAliveTimeout = 70_000;
server.listen(Number(process.argv[1]), '${HOST}', 4096);
process.on('disconnect', () => process.exit(0));
`;

async function startTarget(port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', TARGET, String(port)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await untilOpen(port);
  return child;
}

async function untilOpen(port: number): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, HOST, () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`nothing listens on ${HOST}:${port}`);
}

/** One worker and one process, like ours; the same forwarding headers; connections to targets kept. */
function nginxConfiguration(folder: string, port: number, targets: readonly number[]): string {
  return `
daemon off;
master_process off;
error_log stderr warn;
pid ${folder}/nginx.pid;
events { worker_connections 16384; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  keepalive_requests 100000000;
  upstream targets {
    ${targets.map((target) => `server ${HOST}:${target};`).join('\n    ')}
    keepalive 1024;
    keepalive_requests 100000000;
  }
  server {
    listen ${HOST}:${port} backlog=4096;
    location / {
      proxy_pass http://targets;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto http;
      proxy_set_header X-Forwarded-Port $server_port;
    }
  }
}
`;
}

async function startNginx(folder: string, targets: readonly number[]): Promise<{ child: ChildProcess; port: number }> {
  const port = await freePort(HOST);
  const file = path.join(folder, 'nginx.conf');
  await writeFile(file, nginxConfiguration(folder, port, targets));
  const child = spawn('nginx', ['-p', folder, '-c', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
  });
  await Promise.race([untilOpen(port), once(child, 'error').then(([error]) => Promise.reject(error))]);
  return { child, port };
}

async function startOurs(targets: readonly number[]) {
  const balancer = await startBalancer();
  const port = await freePort(HOST);
  const healthy = new Promise<void>((resolve) => {
    const seen = new Set<number>();
    balancer.on('health', (reports) => {
      for (const report of reports.filter(({ state }) => state === 'healthy')) {
        seen.add(report.port);
      }
      if (seen.size === targets.length) {
        resolve();
      }
    });
  });
  await balancer.configure({
    version: 1,
    listeners: [
      {
        arn: 'listener',
        loadBalancer: { arn: 'lb', dimension: 'app/bench/1' },
        host: HOST,
        port,
        idleTimeoutMs: 60_000,
        rules: [
          {
            arn: 'default',
            priority: null,
            conditions: [],
            action: {
              type: 'forward',
              groups: [
                { arn: 'tg', weight: 90 },
                { arn: 'empty', weight: 0 },
              ],
            },
          },
        ],
      },
    ],
    targetGroups: [
      {
        arn: 'tg',
        dimension: 'targetgroup/bench/1',
        healthCheck: {
          path: '/',
          intervalMs: 5000,
          timeoutMs: 2000,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
          matcher: '200',
        },
        algorithm: 'round_robin',
        targets: targets.map((target) => ({ host: HOST, port: target, zone: 'a' })),
      },
    ],
  });
  await healthy;
  return { balancer, port };
}

/** Starts all parts; without nginx on the machine, that subject is left out. */
export async function startSubjects(folder: string): Promise<Subjects> {
  const ports = await Promise.all(Array.from({ length: TARGETS }, () => freePort(HOST)));
  const targets = await Promise.all(ports.map(startTarget));
  const { balancer, port } = await startOurs(ports);
  const nginx = await startNginx(folder, ports).catch(() => undefined);
  const list: Subject[] = [
    { name: 'direct', url: `http://${HOST}:${ports[0]}` },
    { name: 'surefoot', url: `http://${HOST}:${port}`, pid: balancer.pid },
  ];
  if (nginx?.child.pid !== undefined) {
    list.push({ name: 'nginx', url: `http://${HOST}:${nginx.port}`, pid: nginx.child.pid });
  }
  return {
    list,
    async stop() {
      await balancer.stop();
      const children = [...targets, ...(nginx ? [nginx.child] : [])];
      await Promise.all(
        children.map((child) => {
          const ended = once(child, 'exit');
          child.kill('SIGKILL');
          return ended;
        }),
      );
    },
  };
}

/** Resident memory in MB, from the kernel. */
export function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

const TICKS_PER_SECOND = 100;

/** CPU seconds that a process has used, user and system. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
