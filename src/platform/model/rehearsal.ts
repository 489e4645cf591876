/** How a platform runs with no AWS. */

export interface RehearsalPlan {
  /** The longest time that each scenario may take (s), by its name, in the order in which they are played. */
  readonly budgets: Readonly<Record<string, number>>;
  /** Environments whose targets are held against the evidence of the scenarios; at least one. */
  readonly scorecards: readonly string[];
}

/** How a service runs with no AWS: images are commands. */
export interface RehearsalSettings {
  readonly command: readonly [string, ...string[]];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly startSeconds: number;
  /** Image references (`name:tag`) that can be "pulled", each with what its version changes in the environment. */
  readonly images: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The image that runs when the platform comes up. */
  readonly initialImage: string;
  readonly tasks: number;
  /** The image that each scenario deploys, by the scenario's name. */
  readonly scenarios: Readonly<Record<string, string>>;
  /** Target tracking policies: the average utilization to hold, in percent; undefined = no policies. */
  readonly scaling: { readonly cpu: number | undefined; readonly memory: number | undefined } | undefined;
  readonly load: { readonly path: string; readonly requestsPerSecond: number; readonly timeoutSeconds: number };
  readonly healthCheck: {
    readonly intervalSeconds: number;
    readonly timeoutSeconds: number;
    readonly healthyThreshold: number;
    readonly unhealthyThreshold: number;
  };
  readonly deregistrationDelaySeconds: number;
  /** The databases of the environment, by DB instance identifier. */
  readonly databases: Readonly<Record<string, DatabaseSettings>>;
}

/** A database that a rehearsal runs, as RDS would show it. */
export interface DatabaseSettings {
  /** RDS's name of the engine; only a label here. */
  readonly engine: string;
  readonly port: number;
  /** The zone of the primary and, with Multi-AZ, that of the standby. */
  readonly zones: readonly [string, string?];
  /** The environment variable that tells tasks its address. */
  readonly urlVariable: string;
  readonly replica:
    | {
        /** Its DB instance identifier. */
        readonly name: string;
        /** The environment that it is in, where that is another one than the database's. */
        readonly environment?: string | undefined;
        readonly zone: string;
        /** From a write's acknowledgement until it is sent; real time at every speed. */
        readonly lagSeconds: number;
        /** The environment variable that tells tasks its address, where they are to know it. */
        readonly urlVariable?: string | undefined;
      }
    | undefined;
}
