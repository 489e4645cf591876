/** Users of the service: requests at a steady rate through the load balancer, every answer looked at. */
import http from 'node:http';

export interface Traffic {
  readonly sent: () => number;
  /** What went wrong, with its time; empty when every request so far was answered with 200. */
  readonly failures: () => readonly string[];
  stop(): Promise<void>;
}

const TIMEOUT_MS = 10_000;
const KEEP_FAILURES = 20;

/** Starts sending; each request is independent of the others' answers. */
export function startTraffic(url: string, perSecond: number): Traffic {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  const failures: string[] = [];
  const open = new Set<Promise<void>>();
  let sent = 0;
  const fail = (why: string) => failures.length < KEEP_FAILURES && failures.push(`${new Date().toISOString()} ${why}`);
  const timer = setInterval(() => {
    sent += 1;
    const request = once(url, agent)
      .then((status) => {
        if (status !== 200) {
          fail(`status ${status}`);
        }
      })
      .catch((error: unknown) => {
        fail(error instanceof Error ? error.message : String(error));
      })
      .finally(() => open.delete(request));
    open.add(request);
  }, 1000 / perSecond);
  return {
    sent: () => sent,
    failures: () => failures,
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
      agent.destroy();
    },
  };
}

function once(url: string, agent: http.Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent, timeout: TIMEOUT_MS }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0)).once('error', reject);
    });
    request
      .once('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)))
      .once('error', reject);
  });
}
