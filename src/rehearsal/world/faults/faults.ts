/** The faults that can be put on the platform's real parts. Several may be in force at once; each ends for itself. */
import type { Balancer } from '../balancer/client.ts';
import type { NetworkFaults, TargetImpairment } from '../balancer/protocol.ts';
import type { Databases } from '../database/databases.ts';
import type { ZoneRelays } from '../zone-relay/client.ts';
import type { Blackhole } from '../zone-relay/protocol.ts';

/** Takes a fault back; resolves when it is gone. Calling it again does nothing. */
export type Undo = () => Promise<void>;

export interface WorldFaults {
  /** Cuts zones off: no packet between their tasks and the load balancer or databases, and no power for the nodes of databases in them. */
  cutZones(zones: readonly string[]): Promise<Undo>;
  /** Has a load balancer, by ARN, send nothing to targets of a zone. */
  shiftAway(loadBalancer: string, zone: string): Promise<Undo>;
  /** Delays, loses or blocks packets of targets: between them and the load balancer, and of what they send to databases. */
  impair(impairments: readonly TargetImpairment[]): Promise<Undo>;
  /** Loses all that tasks send to a port of databases. */
  blackhole(blackholes: readonly Blackhole[]): Promise<Undo>;
  /** The ports of databases, as surefoot.yml has them. */
  databasePorts(): readonly number[];
}

export interface FaultyParts {
  readonly balancer: Pick<Balancer, 'disturb'>;
  readonly databases: Pick<Databases, 'faults' | 'all' | 'settings'>;
  /** undefined where there are no databases. */
  readonly zoneRelays: Pick<ZoneRelays, 'disturb'> | undefined;
}

interface WorldFault extends NetworkFaults {
  readonly blackholes: readonly Blackhole[];
}

/** No fault yet. Each function resolves when its fault is in force. */
export function createWorldFaults({ balancer, databases, zoneRelays }: FaultyParts): WorldFaults {
  const active = new Set<Partial<WorldFault>>();
  let turn: Promise<unknown> = Promise.resolve();

  const isDark = (zone: string) => [...active].some(({ darkZones = [] }) => darkZones.includes(zone));

  /** A zone has no power as long as any fault says so. */
  async function change(fault: Partial<WorldFault>, apply: () => void): Promise<void> {
    const zones = new Set(fault.darkZones);
    const before = new Map([...zones].map((zone) => [zone, isDark(zone)]));
    apply();
    const power = [...zones].filter((zone) => before.get(zone) !== isDark(zone));
    const { blackholes, ...network } = merged([...active]);
    await Promise.all([
      balancer.disturb(network),
      zoneRelays?.disturb({ darkZones: network.darkZones, impairments: network.impairments, blackholes }),
      ...power.map((zone) => databases.faults.setZoneDark(zone, isDark(zone))),
    ]);
  }

  /** One change after the other, so that what is in force last is what was asked for last. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  async function add(fault: Partial<WorldFault>): Promise<Undo> {
    await inTurn(() => change(fault, () => void active.add(fault)));
    return () => inTurn(async () => (active.has(fault) ? change(fault, () => void active.delete(fault)) : undefined));
  }

  return {
    cutZones: (zones) => add({ darkZones: [...zones] }),
    shiftAway: (loadBalancer, zone) => add({ shifts: [{ loadBalancer, zone }] }),
    impair: (impairments) => add({ impairments: [...impairments] }),
    blackhole: (blackholes) => add({ blackholes: [...blackholes] }),
    databasePorts: () => databases.all.flatMap(({ name }) => databases.settings(name)?.port ?? []),
  };
}

function merged(faults: readonly Partial<WorldFault>[]): WorldFault {
  return {
    darkZones: [...new Set(faults.flatMap(({ darkZones = [] }) => darkZones))],
    shifts: faults.flatMap(({ shifts = [] }) => shifts),
    impairments: faults.flatMap(({ impairments = [] }) => impairments),
    blackholes: faults.flatMap(({ blackholes = [] }) => blackholes),
  };
}
