/** What is tried out at night, and who takes over when a region is lost. */
import type { Window } from './schedule.ts';

/** What a night tries out in an environment, one after the other: a load, experiments, a drill. */
export interface ResilienceSettings {
  /** When a night may begin anything; at least one. */
  readonly windows: readonly Window[];
  /** The service that is loaded; undefined: the only one. */
  readonly service: string | undefined;
  /** A profile: a name, or a file below the platform file's folder. */
  readonly load: string | undefined;
  /** Names of what surefoot ships, or files below the platform file's folder. */
  readonly experiments: readonly string[];
  /** Actions that nothing undoes may be among them. */
  readonly allowIrreversible: boolean;
  readonly drill: DrillSettings | undefined;
}

export const DRILLS = ['terraform-state', 's3-restore', 'dynamodb-restore', 'database-restore'] as const;

/** A recovery procedure that restores beside, verifies, and removes what it made. */
export interface DrillSettings {
  readonly procedure: (typeof DRILLS)[number];
  /** Restores what was there so long ago; undefined: the latest. */
  readonly agoSeconds: number | undefined;
  /** By the names of `surefoot recover`. */
  readonly values: Readonly<
    Partial<Record<'bucket' | 'key' | 'prefix' | 'table' | 'item' | 'instance' | 'lockTable', string>>
  >;
}

/** An environment that takes the users of another one, which is in another region. */
export interface StandbySettings {
  /** The environment whose users it takes. */
  readonly for: string;
  readonly dns:
    | {
        /** The name that users know, without a dot at the end. */
        readonly name: string;
        /** Id in Route 53; undefined: found by the name. */
        readonly hostedZone: string | undefined;
        /** Set identifiers of the records that lead to the other environment and here; undefined: found by the load balancers. */
        readonly primaryRecord: string | undefined;
        readonly standbyRecord: string | undefined;
      }
    | undefined;
  /** ARNs; the one is On while the other environment takes the traffic, the other one while this does. */
  readonly routingControls:
    | {
        readonly endpoints: readonly { readonly region: string; readonly url: string }[];
        readonly primary: string;
        readonly standby: string;
      }
    | undefined;
  /** Read replicas in this region that become databases of their own, by DB instance identifier. */
  readonly replicas: readonly string[];
  readonly maximumLagSeconds: number;
}
