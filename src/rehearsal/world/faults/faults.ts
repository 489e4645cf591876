/** The faults that can be put on the platform's real parts. Several may be in force at once; each ends for itself. */
import type { Balancer } from '../balancer/client.ts';
import type { NetworkFaults, TargetImpairment } from '../balancer/protocol.ts';
import type { DatabaseFaults } from '../database/databases.ts';

/** Takes a fault back; resolves when it is gone. Calling it again does nothing. */
export type Undo = () => Promise<void>;

export interface WorldFaults {
  /** Cuts zones off: no packet between their tasks and the load balancer, and no power for the nodes of databases in them. */
  cutZones(zones: readonly string[]): Promise<Undo>;
  /** Has a load balancer, by ARN, send nothing to targets of a zone. */
  shiftAway(loadBalancer: string, zone: string): Promise<Undo>;
  /** Delays, loses or blocks packets of targets. */
  impair(impairments: readonly TargetImpairment[]): Promise<Undo>;
}

export interface FaultyParts {
  readonly balancer: Pick<Balancer, 'disturb'>;
  readonly databases: { readonly faults: Pick<DatabaseFaults, 'setZoneDark'> };
}

/** No fault yet. Each function resolves when its fault is in force. */
export function createWorldFaults({ balancer, databases }: FaultyParts): WorldFaults {
  const active = new Set<Partial<NetworkFaults>>();
  let turn: Promise<unknown> = Promise.resolve();

  const isDark = (zone: string) => [...active].some(({ darkZones = [] }) => darkZones.includes(zone));

  /** A zone has no power as long as any fault says so. */
  async function change(fault: Partial<NetworkFaults>, apply: () => void): Promise<void> {
    const zones = new Set(fault.darkZones);
    const before = new Map([...zones].map((zone) => [zone, isDark(zone)]));
    apply();
    const power = [...zones].filter((zone) => before.get(zone) !== isDark(zone));
    await Promise.all([
      balancer.disturb(merged([...active])),
      ...power.map((zone) => databases.faults.setZoneDark(zone, isDark(zone))),
    ]);
  }

  /** One change after the other, so that what is in force last is what was asked for last. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  async function add(fault: Partial<NetworkFaults>): Promise<Undo> {
    await inTurn(() => change(fault, () => void active.add(fault)));
    return () => inTurn(async () => (active.has(fault) ? change(fault, () => void active.delete(fault)) : undefined));
  }

  return {
    cutZones: (zones) => add({ darkZones: [...zones] }),
    shiftAway: (loadBalancer, zone) => add({ shifts: [{ loadBalancer, zone }] }),
    impair: (impairments) => add({ impairments: [...impairments] }),
  };
}

function merged(faults: readonly Partial<NetworkFaults>[]): NetworkFaults {
  return {
    darkZones: [...new Set(faults.flatMap(({ darkZones = [] }) => darkZones))],
    shifts: faults.flatMap(({ shifts = [] }) => shifts),
    impairments: faults.flatMap(({ impairments = [] }) => impairments),
  };
}
