/**
 * What the parts of a database tell each other: the control plane and its nodes over the IPC channel, nodes among themselves over HTTP.
 * A database is a log of writes; a write is acknowledged once it is in the logs of the primary and of its synchronous standby.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What a client may change: the value of a key, or a ledger, to which an entry is added once for each id, however often it is sent. */
export type Write =
  | { readonly type: 'put'; readonly key: string; readonly value: Json }
  | { readonly type: 'append'; readonly ledger: string; readonly id: string; readonly value: Json };

/** One write in the log. Positions count from 1 without gaps; the epoch is that of the primary that took the write. */
export interface Entry {
  readonly position: number;
  readonly epoch: number;
  /** When the primary took it, epoch ms. */
  readonly at: number;
  readonly write: Write;
}

/** The last position that a log has of an epoch. One primary writes an epoch, so epoch and position name an entry. */
export interface EpochEnd {
  readonly epoch: number;
  readonly last: number;
}

export interface NodeConfig {
  /** For messages: `orders-a`. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly logFile: string;
}

/** Who a primary sends its log to. A replica gets a write once it is acknowledged and `lagMs` old (real time). */
export interface FollowerConfig {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly mode: 'synchronous' | 'asynchronous';
  readonly lagMs: number;
}

/** What the control plane asks of a node. Epochs are given out by the control plane alone and only ever grow. */
export type NodeCommand =
  | { readonly type: 'start'; readonly config: NodeConfig }
  /** Take writes, in this epoch. All that the log holds counts as acknowledged. */
  | { readonly type: 'lead'; readonly epoch: number; readonly followers: readonly FollowerConfig[] }
  /** Take the log of a primary of this epoch or a later one. */
  | { readonly type: 'follow'; readonly epoch: number; readonly readable: boolean }
  /** Send the log to these from now on. */
  | { readonly type: 'set-followers'; readonly followers: readonly FollowerConfig[] }
  /** Acknowledge writes without the standby until it has caught up. */
  | { readonly type: 'go-alone'; readonly epoch: number };

/** Where a node stands: the last position of its log, and the last one that it acknowledged to a client. */
export interface NodePositions {
  readonly position: number;
  readonly acknowledged: number;
}

export type ToNode = { readonly request: number; readonly command: NodeCommand };

/** What a node reports by itself. */
export type NodeReport =
  /** The primary cannot reach its standby and waits with its acknowledgements. */
  | { readonly type: 'standby-lost'; readonly epoch: number }
  /** From now on every acknowledged write is on the standby too. */
  | { readonly type: 'in-sync'; readonly epoch: number }
  /** Sent before the clients are answered. */
  | { readonly type: 'acknowledged'; readonly position: number };

export type FromNode =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly request: number; readonly positions: NodePositions }
  | { readonly type: 'failed'; readonly request: number; readonly message: string }
  | { readonly type: 'report'; readonly report: NodeReport };

/** First message of a primary to a follower: where its log has which epoch. The follower drops what differs and answers its position. */
export interface JoinRequest {
  readonly epoch: number;
  readonly epochs: readonly EpochEnd[];
}

/** Entries that follow `after`; answered with the follower's position once they are in its log for good. */
export interface ShipRequest {
  readonly epoch: number;
  readonly after: number;
  readonly entries: readonly Entry[];
}

/** The relay that holds a database's name: connections go to `target`; without one they are cut and new ones refused. */
export interface ToRelay {
  readonly request: number;
  readonly listen: { readonly host: string; readonly port: number };
  readonly target: { readonly host: string; readonly port: number } | undefined;
}

export type FromRelay =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly request: number }
  | { readonly type: 'failed'; readonly request: number; readonly message: string };
