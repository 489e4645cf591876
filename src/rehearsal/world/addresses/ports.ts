/** Everything on 127.0.0.1: tasks and listeners differ by port, and zones are a table. */
import type { AddressPlan, TaskAddress } from './plan.ts';
import { freePort, listenerPort } from './sockets.ts';

const HOST = '127.0.0.1';
const ATTEMPTS = 50;

/** A plan for systems that answer only on 127.0.0.1. */
export function createPortPlan(zones: readonly string[]): AddressPlan {
  const taken = new Map<number, string>();

  /** The system may offer a port again that was given to a task which has not bound it yet. */
  async function newPort(): Promise<number> {
    for (let tries = 0; tries < ATTEMPTS; tries++) {
      const port = await freePort(HOST);
      if (!taken.has(port)) {
        return port;
      }
    }
    throw new Error(`no free port on ${HOST} in ${ATTEMPTS} attempts`);
  }

  return {
    mode: 'ports',
    zones,
    async task(zone): Promise<TaskAddress> {
      if (!zones.includes(zone)) {
        throw new RangeError(`there is no zone ${zone}; the zones are ${zones.join(', ')}`);
      }
      const port = await newPort();
      taken.set(port, zone);
      return { host: HOST, port, zone, release: () => void taken.delete(port) };
    },
    listener: async (_loadBalancerIndex, port) => ({ host: HOST, port: await listenerPort(HOST, port) }),
    zoneOf: (host, port) => (host === HOST ? taken.get(port) : undefined),
    release: async () => taken.clear(),
  };
}
