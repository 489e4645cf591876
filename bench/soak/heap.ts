/** The live heap of a Node process, over V8's inspector: what is left after a collection, so that growth is told from garbage. */
import { once } from 'node:events';
import { WebSocket } from 'undici';

export interface HeapReader {
  /** Bytes that are in use after a full collection. */
  live(): Promise<number>;
  close(): void;
}

const OPEN_TIMEOUT_MS = 10_000;

/**
 * Opens the inspector of a process with SIGUSR1. `log` gives its stderr so far, where it says the address; several processes may share it
 * if they are opened one after the other. @throws Error when it does not say one
 */
export async function openHeap(pid: number, log: () => string): Promise<HeapReader> {
  const from = log().length;
  process.kill(pid, 'SIGUSR1');
  const end = performance.now() + OPEN_TIMEOUT_MS;
  let address: string | undefined;
  while (address === undefined) {
    if (performance.now() > end) {
      throw new Error(`process ${pid} did not open its inspector; it said:\n${log()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    address = /^Debugger listening on (ws:\S+)$/m.exec(log().slice(from))?.[1];
  }
  const socket = new WebSocket(address);
  await once(socket, 'open');
  let id = 0;
  const ask = async (method: string): Promise<Record<string, unknown>> => {
    const own = ++id;
    const answer = new Promise<Record<string, unknown>>((resolve) => {
      const onMessage = (event: { data: unknown }) => {
        const message = JSON.parse(String(event.data)) as { id?: number; result?: Record<string, unknown> };
        if (message.id === own) {
          socket.removeEventListener('message', onMessage);
          resolve(message.result ?? {});
        }
      };
      socket.addEventListener('message', onMessage);
    });
    socket.send(JSON.stringify({ id: own, method }));
    return answer;
  };
  return {
    async live() {
      // Twice: the first collection lets finalisers run that free the rest.
      await ask('HeapProfiler.collectGarbage');
      await ask('HeapProfiler.collectGarbage');
      return Number((await ask('Runtime.getHeapUsage'))['usedSize']);
    },
    close: () => socket.close(),
  };
}
