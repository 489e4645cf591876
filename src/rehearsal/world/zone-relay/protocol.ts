/** What the control plane and the process that holds the relays of all zones tell each other over the IPC channel. */
import type { TargetImpairment } from '../balancer/protocol.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A task's way to one database: a listener that it alone is told of, so what comes in there is the task's. */
export interface WayConfig {
  /** The relay's address in the task's zone. */
  readonly host: string;
  readonly zone: string;
  /** The task's own address, by which faults know it. */
  readonly task: Address;
  /** Where the database's name is. */
  readonly database: Address;
  /** The port that the database has in surefoot.yml; where all share one address, its name is at another one. */
  readonly databasePort: number;
}

/** Nothing that a task sends to a port of databases arrives. */
export interface Blackhole {
  readonly task: Address;
  readonly databasePort: number;
}

/** Faults on the ways to databases. */
export interface WayFaults {
  readonly darkZones: readonly string[];
  /** Delays and losses of what tasks send, by the tasks' addresses; blocks are those of the tasks' own ports, and not felt here. */
  readonly impairments: readonly TargetImpairment[];
  readonly blackholes: readonly Blackhole[];
}

export type ZoneRelayCommand =
  | { readonly type: 'open'; readonly way: WayConfig }
  /** Cut and forget all ways of a task. */
  | { readonly type: 'close'; readonly task: Address }
  /** These faults and no others, from now on. */
  | { readonly type: 'disturb'; readonly faults: WayFaults };

export interface ToZoneRelay {
  readonly request: number;
  readonly command: ZoneRelayCommand;
}

export interface ZoneRelayDone {
  readonly type: 'done';
  readonly request: number;
  /** Where a way that was opened listens; 0 for other commands. */
  readonly port: number;
}

export type FromZoneRelay =
  | { readonly type: 'ready' }
  | ZoneRelayDone
  | { readonly type: 'failed'; readonly request: number; readonly message: string };
