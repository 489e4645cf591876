/**
 * Route 53's health checks: each endpoint is really asked, over HTTP or by a TCP connection, at its interval in real time; a check of a
 * routing control follows that control. One checker asks where AWS has some in each of several regions.
 * Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
import http from 'node:http';
import net from 'node:net';
import type { HealthCheckConfig } from '@aws-sdk/client-route-53';

export interface CheckStatus {
  readonly healthy: boolean;
  /** As GetHealthCheckStatus words it: begins with `Success` or `Failure`. */
  readonly text: string;
  readonly checkedAt: Date;
}

export interface HealthChecks {
  watch(id: string, config: HealthCheckConfig): void;
  forget(id: string): void;
  /** Undefined before the first answer; a check counts as healthy until then. */
  status(id: string): CheckStatus | undefined;
  stop(): void;
}

export interface HealthChecksOptions {
  readonly now: () => Date;
  /** Whether a routing control is On. */
  readonly controlIsOn: (arn: string) => boolean;
  /** Between two probes; undefined: as each check says, 10 or 30 s. */
  readonly intervalMs?: number;
}

const CONNECT_WITHIN_MS = 4000;
const ANSWER_WITHIN_MS = 2000;
const DEFAULT_INTERVAL_S = 30;
const DEFAULT_THRESHOLD = 3;

/** No check yet. */
export function createHealthChecks({ now, controlIsOn, intervalMs }: HealthChecksOptions): HealthChecks {
  const running = new Map<
    string,
    { readonly timer: NodeJS.Timeout; readonly config: HealthCheckConfig; status: CheckStatus | undefined }
  >();

  function watch(id: string, config: HealthCheckConfig): void {
    const { FailureThreshold: threshold = DEFAULT_THRESHOLD, RequestInterval: seconds = DEFAULT_INTERVAL_S } = config;
    let inARow = 0;
    const look = async () => {
      const { ok, text } = await probe(config);
      const check = running.get(id);
      if (check === undefined) {
        return;
      }
      const healthy = check.status?.healthy ?? ok;
      inARow = ok === healthy ? 0 : inARow + 1;
      const turned = inARow >= threshold;
      inARow = turned ? 0 : inARow;
      check.status = { healthy: turned ? ok : healthy, text, checkedAt: now() };
    };
    const timer = setInterval(() => void look(), intervalMs ?? seconds * 1000);
    running.set(id, { timer, config, status: undefined });
    void look();
  }

  return {
    watch,
    forget(id) {
      clearInterval(running.get(id)?.timer);
      running.delete(id);
    },
    status(id) {
      const check = running.get(id);
      const arn = check?.config.RoutingControlArn;
      if (check?.config.Type === 'RECOVERY_CONTROL' && arn !== undefined) {
        const healthy = controlIsOn(arn);
        return {
          healthy,
          text: healthy ? 'Success: Routing control is On' : 'Failure: Routing control is Off',
          checkedAt: now(),
        };
      }
      return check?.status;
    },
    stop() {
      for (const { timer } of running.values()) {
        clearInterval(timer);
      }
      running.clear();
    },
  };
}

interface Seen {
  readonly ok: boolean;
  readonly text: string;
}

function probe({ Type, IPAddress: host = '', Port, ResourcePath = '/' }: HealthCheckConfig): Promise<Seen> {
  if (Type === 'HTTP') {
    return probeHttp(host, Port ?? 80, ResourcePath);
  }
  return Type === 'TCP' ? probeTcp(host, Port ?? 80) : Promise.resolve({ ok: true, text: 'Success' });
}

/** Healthy: an answer with a status from 200 to 399 within two seconds of a connection made within four. */
function probeHttp(host: string, port: number, path: string): Promise<Seen> {
  return new Promise((resolve) => {
    const request = http.get(
      { host, port, path: path.startsWith('/') ? path : `/${path}`, agent: false },
      (response) => {
        response.resume();
        const { statusCode = 0 } = response;
        const ok = statusCode >= 200 && statusCode < 400;
        resolve({
          ok,
          text: `${ok ? 'Success' : 'Failure'}: HTTP Status Code ${statusCode}, ${response.statusMessage ?? ''}`,
        });
      },
    );
    request.setTimeout(CONNECT_WITHIN_MS, () => request.destroy(new Error('no connection within 4 seconds')));
    request.on('socket', (socket) =>
      socket.once('connect', () =>
        request.setTimeout(ANSWER_WITHIN_MS, () => request.destroy(new Error('no answer within 2 seconds'))),
      ),
    );
    request.on('error', (error) => resolve({ ok: false, text: `Failure: ${error.message}` }));
  });
}

function probeTcp(host: string, port: number): Promise<Seen> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: 10_000 });
    const end = (seen: Seen) => {
      socket.destroy();
      resolve(seen);
    };
    socket.once('connect', () => end({ ok: true, text: 'Success: connection established' }));
    socket.once('timeout', () => end({ ok: false, text: 'Failure: no connection within 10 seconds' }));
    socket.once('error', (error) => end({ ok: false, text: `Failure: ${error.message}` }));
  });
}
