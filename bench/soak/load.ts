/** A little traffic through the balancer for as long as the soak lasts, every answer counted by its status. */
import { Agent, get } from 'node:http';

export interface Traffic {
  /** Number of answers by status, and of failures by error code. */
  readonly counts: Readonly<Record<string, number>>;
  /** Ends it, and waits for what is in flight. */
  stop(): Promise<void>;
}

const TIMEOUT_MS = 20_000;

/** Sends `perSecond` requests a second to the paths in turn, over connections that are kept and used again. */
export function startTraffic(url: string, paths: readonly string[], perSecond: number): Traffic {
  const agent = new Agent({ keepAlive: true });
  const counts: Record<string, number> = {};
  const open = new Set<Promise<void>>();
  let sent = 0;
  const timer = setInterval(() => {
    const answer = request(new URL(paths[sent++ % paths.length] ?? '/', url), agent).then((result) => {
      counts[result] = (counts[result] ?? 0) + 1;
      open.delete(answer);
    });
    open.add(answer);
  }, 1000 / perSecond);
  return {
    counts,
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
      agent.destroy();
    },
  };
}

function request(url: URL, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    get(url, { agent, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
      response.on('end', () => resolve(String(response.statusCode))).on('error', () => resolve('cut off'));
      response.resume();
    }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name));
  });
}
