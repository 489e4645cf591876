/** The control plane's side of the relay that users of a name come through. */
import type { ChildProcess } from 'node:child_process';
import { forkHelper } from '../self.ts';
import type { Address, ConnectionCount, FromDnsRelay, ToDnsRelay } from './relay.ts';

export interface DnsRelay {
  readonly pid: number;
  /** Connections so far, in order of their seconds. */
  counts(): readonly ConnectionCount[];
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;

/** Starts the relay; resolves when it listens. Rejects with the bind error. */
export async function startDnsRelay(order: ToDnsRelay): Promise<DnsRelay> {
  const child = forkHelper('__dns-relay');
  const counts: ConnectionCount[] = [];
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  const stop = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  try {
    await listening(child, order, gone, counts);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid ?? 0, counts: () => counts, stop };
}

function listening(
  child: ChildProcess,
  order: ToDnsRelay,
  gone: Promise<void>,
  counts: ConnectionCount[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the DNS relay did not listen in time')), READY_WITHIN_MS);
    const settle = (done: () => void) => {
      clearTimeout(timer);
      done();
    };
    child.on('message', (message) => {
      const report = message as FromDnsRelay;
      if (report.type === 'ready') {
        // What is passed may be more than an address, which no channel takes.
        child.send({ ...order, listen: only(order.listen), server: only(order.server) } satisfies ToDnsRelay);
      } else if (report.type === 'listening') {
        settle(resolve);
      } else if (report.type === 'failed') {
        settle(() => reject(new Error(report.message)));
      } else {
        counts.push(...report.counts);
      }
    });
    gone.then(() => settle(() => reject(new Error('the DNS relay ended before it listened'))));
  });
}

function only({ host, port }: Address): Address {
  return { host, port };
}
