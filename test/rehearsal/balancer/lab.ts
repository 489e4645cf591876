/** A small laboratory: a real balancer process, real servers on loopback, and a client that says what it saw. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { freePort } from '../../../src/rehearsal/world/addresses/sockets.ts';
import { type Balancer, type BalancerOptions, startBalancer } from '../../../src/rehearsal/world/balancer/client.ts';
import type {
  BalancerConfig,
  ListenerConfig,
  RuleConfig,
  TargetConfig,
  TargetGroupConfig,
  TargetHealthReport,
  TrafficRow,
} from '../../../src/rehearsal/world/balancer/protocol.ts';

export const HOST = '127.0.0.1';
export const LOAD_BALANCER = 'app/lab/1';

/** A server of the test's own; `requests` counts what is not a health check. */
export interface LabServer {
  readonly port: number;
  readonly requests: () => number;
  /** Health checks that were answered. */
  readonly checks: () => number;
  /** Open connections, those of health checks included. */
  readonly connections: () => number;
  /** What health checks are answered with. */
  health: number | 'hang';
  close(): Promise<void>;
}

export async function serve(handler: http.RequestListener): Promise<LabServer> {
  let count = 0;
  let checks = 0;
  const server = http.createServer((request, response) => {
    if (request.url === '/health') {
      if (lab.health !== 'hang') {
        checks++;
        response.writeHead(lab.health).end();
      }
      return;
    }
    count++;
    handler(request, response);
  });
  let open = 0;
  server.on('connection', (socket) => {
    open++;
    socket.on('close', () => open--);
  });
  const port = await listen(server);
  const lab: LabServer = {
    port,
    requests: () => count,
    checks: () => checks,
    connections: () => open,
    health: 200,
    close: () => closeServer(server),
  };
  return lab;
}

/** A server below HTTP, for answers that are not HTTP. */
export async function serveRaw(
  handler: (socket: net.Socket) => void,
): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    handler(socket);
  });
  const port = await listen(server);
  return {
    port,
    close: () => {
      for (const socket of sockets) {
        socket.destroy();
      }
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: net.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, () => resolve((server.address() as AddressInfo).port));
  });
}

function closeServer(server: http.Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

export const target = (port: number, more: Partial<TargetConfig> = {}): TargetConfig => ({
  host: HOST,
  port,
  zone: 'zone-a',
  ...more,
});

/** A group whose checks are a few times a second, so that tests need not wait; their time-out forgives a machine that is busy. */
export function group(
  name: string,
  targets: readonly TargetConfig[],
  more: Partial<TargetGroupConfig> = {},
): TargetGroupConfig {
  return {
    arn: name,
    dimension: `targetgroup/${name}/1`,
    algorithm: 'round_robin',
    healthCheck: {
      path: '/health',
      intervalMs: 100,
      timeoutMs: 2000,
      healthyThreshold: 3,
      unhealthyThreshold: 2,
      matcher: '200',
    },
    targets,
    ...more,
  };
}

/** A default rule that forwards by weight. */
export const forward = (weights: Readonly<Record<string, number>>): RuleConfig => ({
  arn: 'default',
  priority: null,
  conditions: [],
  action: { type: 'forward', groups: Object.entries(weights).map(([arn, weight]) => ({ arn, weight })) },
});

export interface Lab {
  readonly balancer: Balancer;
  /** The listener's port. */
  readonly port: number;
  readonly rows: TrafficRow[];
  readonly healthReports: TargetHealthReport[];
  configure(rules: readonly RuleConfig[], groups: readonly TargetGroupConfig[]): Promise<void>;
  /** Resolves when the last report on a target, where asked of this group, says `state`. */
  becomes(port: number, state: TargetHealthReport['state'], inGroup?: string): Promise<TargetHealthReport>;
  /** Stops the balancer and adds up all rows, also by (group, zone). */
  totals(): Promise<Record<string, number>>;
}

export async function startLab(more: Partial<ListenerConfig> = {}, options: BalancerOptions = {}): Promise<Lab> {
  const [balancer, port] = await Promise.all([startBalancer(options), freePort(HOST)]);
  const rows: TrafficRow[] = [];
  const healthReports: TargetHealthReport[] = [];
  balancer.on('traffic', (_second, found) => void rows.push(...found));
  balancer.on('health', (found) => void healthReports.push(...found));
  let version = 0;
  const lab: Lab = {
    balancer,
    port,
    rows,
    healthReports,
    configure(rules, groups) {
      const listener: ListenerConfig = {
        arn: 'listener',
        loadBalancer: { arn: 'lb', dimension: LOAD_BALANCER },
        host: HOST,
        port,
        idleTimeoutMs: 60_000,
        rules,
        ...more,
      };
      const config: BalancerConfig = { version: ++version, listeners: [listener], targetGroups: groups };
      return balancer.configure(config);
    },
    async becomes(of, state, inGroup) {
      const last = () =>
        healthReports.findLast(
          (report) => report.port === of && (inGroup === undefined || report.targetGroupArn === inGroup),
        );
      await until(
        () => last()?.state === state,
        () => `target ${of} is ${last()?.state}, not ${state}`,
      );
      return last() as TargetHealthReport;
    },
    async totals() {
      await balancer.stop();
      return sum(rows);
    },
  };
  return lab;
}

/** Far more than anything here takes, also on a machine that is busy with other things. */
const PATIENCE_MS = 20_000;

/** Polls until `holds`; fails with `what` when that takes unreasonably long. */
export async function until(holds: () => boolean, what: () => string): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > end) {
      throw new Error(`after ${PATIENCE_MS} ms ${what()}`);
    }
    await pause(10);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Every numeric column added up. */
export function sum(rows: readonly TrafficRow[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      if (typeof value === 'number') {
        total[name] = (total[name] ?? 0) + value;
      }
    }
  }
  return total;
}

export interface Seen {
  /** 0 when the connection broke instead. */
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface Ask extends http.RequestOptions {
  readonly payload?: string;
}

/** One request; never rejects. */
export function ask(port: number, path = '/', { payload, ...options }: Ask = {}): Promise<Seen> {
  return new Promise((resolve) => {
    const request = http.request({ host: HOST, port, path, agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => resolve({ status: 0, headers: {}, body: '' }));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.on('error', () => resolve({ status: 0, headers: {}, body: '' }));
    request.end(payload);
  });
}

/** Sends bytes as they are and gives back all that comes until the other side closes. */
export function askRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = net.connect(port, HOST, () => socket.write(text));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}

/** `count` requests, `width` at a time, over kept connections. */
export async function askMany(port: number, count: number, width: number, path = '/'): Promise<Map<string, number>> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: width });
  const seen = new Map<string, number>();
  let sent = 0;
  const worker = async () => {
    while (sent < count) {
      sent++;
      const { status, body } = await ask(port, path, { agent });
      const key = `${status} ${body.length > 40 ? '' : body}`.trim();
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  agent.destroy();
  return seen;
}
