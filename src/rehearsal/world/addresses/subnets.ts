/** Zones as loopback subnets: 127.<block>.<zone number>.<10 to 250>, load balancers on 127.<block>.0.<10 + n>. */
import type net from 'node:net';
import type { AddressPlan, TaskAddress } from './plan.ts';
import { bind, canBind, listenerPort, unbind } from './sockets.ts';

/** Who holds this port on 127.<block>.0.1 owns the block; the system frees it when the process ends, however it ends. */
const CLAIM_PORT = 47_217;
const BLOCKS = 255;
const FIRST_HOST = 10;
const LAST_HOST = 250;
const HOSTS = LAST_HOST - FIRST_HOST + 1;

/**
 * Where the search begins. A block rests after its platform has ended: a load that outlives its platform, as that of a killed run does for a
 * moment, would otherwise reach the next one. Processes begin at different blocks, and each goes on from its last.
 */
let next = process.pid % BLOCKS;

async function claimBlock(): Promise<{ block: number; claim: net.Server }> {
  for (let tries = 0; tries < BLOCKS; tries++) {
    const block = next;
    next = (next + 1) % BLOCKS;
    try {
      return { block, claim: await bind(`127.${block}.0.1`, CLAIM_PORT) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
        throw error;
      }
    }
  }
  throw new Error(`all ${BLOCKS} loopback blocks are taken by other platforms: stop one`);
}

/** Claims a free block and gives out addresses of it. */
export async function createSubnetPlan(zones: readonly string[]): Promise<AddressPlan> {
  const { block, claim } = await claimBlock();
  claim.unref();
  const taken = new Map<string, string>();
  const cursors = new Map<string, number>();

  /** Goes round the subnet, so that an address rests as long as possible: its last target may still be draining. */
  async function nextHost(zone: string, subnet: string, port: number): Promise<string> {
    for (let tries = 0; tries < HOSTS; tries++) {
      const cursor = cursors.get(zone) ?? 0;
      cursors.set(zone, (cursor + 1) % HOSTS);
      const host = `${subnet}.${FIRST_HOST + cursor}`;
      if (!taken.has(host)) {
        taken.set(host, zone);
        if (await canBind(host, port)) {
          return host;
        }
        taken.delete(host);
      }
    }
    throw new Error(
      `no address left in ${zone} for port ${port}: ${subnet}.${FIRST_HOST} to .${LAST_HOST} are all in use, or another program listens on 0.0.0.0:${port}${port < 1024 ? ', or this user may not bind ports below 1024' : ''}`,
    );
  }

  return {
    mode: 'subnets',
    zones,
    async task(zone, containerPort): Promise<TaskAddress> {
      const number = zones.indexOf(zone) + 1;
      if (number === 0) {
        throw new RangeError(`there is no zone ${zone}; the zones are ${zones.join(', ')}`);
      }
      const host = await nextHost(zone, `127.${block}.${number}`, containerPort);
      return { host, port: containerPort, zone, release: () => void taken.delete(host) };
    },
    async listener(loadBalancerIndex, port) {
      const host = `127.${block}.0.${FIRST_HOST + loadBalancerIndex}`;
      return { host, port: await listenerPort(host, port) };
    },
    zoneOf: (host) => taken.get(host),
    release: () => unbind(claim),
  };
}
