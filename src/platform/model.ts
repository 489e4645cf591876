/** surefoot.yml once it is read, checked and resolved: what operations and the rehearsal platform work from. */

import type { Fraction } from './decimal.ts';

export interface Platform {
  readonly name: string;
  /** The file it was read from, as it was given. */
  readonly file: string;
  /** The folder of surefoot.yml; relative paths in it start here. */
  readonly directory: string;
  readonly environments: Readonly<Record<string, Environment>>;
  readonly services: Readonly<Record<string, Service>>;
  readonly objectives: readonly Objective[];
  /** Valid OpenSLO objectives whose events surefoot does not count: on a scorecard they are unknown, never met. */
  readonly unjudged: readonly UnjudgedObjective[];
  /** Promises that are not ratios of events. */
  readonly targets: readonly Target[];
  /** What `surefoot rehearse --all` plays of it; undefined: nothing. */
  readonly rehearsal?: RehearsalPlan | undefined;
}

export interface RehearsalPlan {
  /** The longest time that each scenario may take (s), by its name, in the order in which they are played. */
  readonly budgets: Readonly<Record<string, number>>;
  /** Environments whose targets are held against the evidence of the scenarios; at least one. */
  readonly scorecards: readonly string[];
}

export interface Environment {
  readonly name: string;
  readonly region: string;
  /** The AWS account that this environment is in; undefined: any. */
  readonly account: string | undefined;
  readonly cluster: string;
  readonly zones: readonly string[];
  readonly protected: boolean;
  readonly pausable: boolean;
  /** What a load may do here, besides going to the services' own addresses. */
  readonly load: { readonly allow: readonly string[]; readonly maximum: number | undefined };
  /** What it has in rehearsal, by DB instance identifier. */
  readonly databases: Readonly<Record<string, DatabaseSettings>>;
  /** When it sleeps; undefined: only by hand. */
  readonly schedule: PauseSchedule | undefined;
  /** What is tried out at night; undefined: nothing. */
  readonly resilience?: ResilienceSettings | undefined;
  /** Whose standby it is; undefined: of none. */
  readonly standby?: StandbySettings | undefined;
  /** `file:line` of what the file says on it; of the environment's name where it says nothing. */
  readonly lines: { readonly protected: string; readonly pausable: string; readonly schedule: string };
}

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

/** A time of day in the schedule's time zone. */
export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

/** A stretch of the day on some days of the week; past midnight where it ends earlier than it begins. */
export interface Window {
  readonly days: readonly Day[];
  readonly from: TimeOfDay;
  readonly to: TimeOfDay;
  /** IANA name. */
  readonly timeZone: string;
}

/** An environment that sleeps at night: on each of `days` it wakes at `resume`, and sleeps from the next `pause` on. */
export interface PauseSchedule {
  readonly pause: TimeOfDay;
  readonly resume: TimeOfDay;
  /** In the order of the week. */
  readonly days: readonly Day[];
  /** IANA name. */
  readonly timeZone: string;
}

/** A service in one environment, with every `{environment}` replaced and per-environment overrides applied. */
export interface Service {
  readonly key: string;
  /** ECS service name by environment name; services need not run in every environment. */
  readonly inEnvironment: Readonly<Record<string, ServiceInEnvironment>>;
}

export interface ServiceInEnvironment {
  /** The key of the service in surefoot.yml. */
  readonly service: string;
  readonly environment: string;
  readonly ecsService: string;
  readonly cluster: string;
  /** The container that gets the traffic and the image that a deployment changes. */
  readonly container: string;
  readonly port: number;
  readonly healthPath: string;
  readonly tasks: { readonly minimum: number; readonly maximum: number };
  /** Fargate units: 1024 = 1 vCPU; MiB. */
  readonly cpu: number;
  readonly memory: number;
  readonly capacity: { readonly requestsPerSecond: number; readonly responseSeconds: number } | undefined;
  readonly coldStartSeconds: number | undefined;
  /** Where its users reach it, without a slash at the end. */
  readonly url: string | undefined;
  readonly load: LoadSettings;
  readonly deploy: DeploySettings;
  /** One-off tasks in the service's image and network, by name. */
  readonly jobs: Readonly<Record<string, Job>>;
  readonly rehearsal: RehearsalSettings | undefined;
  /** `file:line` of what the file says on it; of the service's name where it says nothing. */
  readonly lines: { readonly minimumTasks: string; readonly maximumTasks: string };
}

export interface LoadSettings {
  readonly path: string;
  readonly timeoutSeconds: number;
  readonly demand: Demand | undefined;
}

/** How much the users ask for. */
export interface Demand {
  readonly dailyUsers: number;
  readonly requestsPerUser: number;
  readonly peak:
    | { readonly kind: 'peak-to-mean'; readonly ratio: number }
    /** Users of one region, who come within so many hours of a day. */
    | { readonly kind: 'busy-hours'; readonly hours: number };
}

export interface DeploySettings {
  readonly strategy: 'BLUE_GREEN' | 'ROLLING' | 'CANARY' | 'LINEAR';
  /** After all production traffic has moved. */
  readonly bakeMinutes: number;
  /** With the strategy CANARY only: the candidate's first share of production traffic, and how long ECS leaves it at that. */
  readonly canary: { readonly percent: number; readonly bakeMinutes: number } | undefined;
  /** With the strategy LINEAR only: the share that moves with each step, and how long ECS waits between two of them. */
  readonly linear: { readonly stepPercent: number; readonly bakeMinutes: number } | undefined;
  /** With the strategies CANARY and LINEAR only: how the candidate is compared while both revisions have traffic. */
  readonly judge: JudgeSettings | undefined;
  /** Whether a deployment needs error budget that is left, only shows where there is none, or does not look. */
  readonly errorBudget: ErrorBudgetPolicy;
  /** How long a pause waits for its answer before ECS rolls back by itself. */
  readonly hookTimeoutMinutes: number;
  /** How long the candidate's tasks may take to become healthy. */
  readonly healthyWithinSeconds: number;
  /** A one-off task of the candidate that must end well first. */
  readonly before: BeforeTask | undefined;
  /** Checked through the test listener before production traffic moves. */
  readonly smoke: SmokeCheck | undefined;
  /** Watched after production traffic moved, while the old revision is still warm. */
  readonly watch: { readonly seconds: number; readonly objective: string } | undefined;
}

export type ErrorBudgetPolicy = 'require' | 'warn' | 'off';

export interface JudgeSettings {
  /** Name of the availability objective whose error budget is the tolerance. */
  readonly objective: string;
  /** Name of the latency objective whose threshold makes a request slow; undefined: errors alone are judged. */
  readonly latency: string | undefined;
  /** A threshold of the judge's own instead, above which a request is slow. */
  readonly slowerThanSeconds: number | undefined;
  /** The highest probability of rolling back a candidate within the boundary. */
  readonly alpha: number;
  /** The highest probability of promoting one beyond it. */
  readonly beta: number;
  /** candidate's rate = (1 + margin) * baseline's + burnRate * error budget. */
  readonly margin: number;
  readonly burnRate: number;
  /** After each shift so long nothing is judged. */
  readonly warmUpSeconds: number;
  /** How long the pause before 100 % may wait for evidence, and what to do when there is none by then. */
  readonly horizonSeconds: number;
  readonly onInconclusive: 'roll-back' | 'hold' | 'promote';
}

export interface BeforeTask {
  readonly command: readonly string[];
  /** Whose exit code decides. */
  readonly container: string;
  readonly timeoutSeconds: number;
}

export interface Job {
  readonly command: readonly string[];
  /** Whose exit code decides. */
  readonly container: string;
  readonly timeoutSeconds: number;
  /** Of the whole task, in Fargate units and MiB; undefined: as the task definition has it. */
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

export interface SmokeCheck {
  readonly path: string;
  readonly status: number;
  readonly requests: number;
  readonly timeoutSeconds: number;
  /** Where the test listener answers; the rehearsal platform fills it in by itself. */
  readonly url: string | undefined;
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

/** A ratio objective (OpenSLO): at most `budget.numerator` of every `budget.denominator` events may be bad. */
export interface Objective {
  /** The SLO's name; with several objectives in one SLO, `name/1`, `name/2`, …. */
  readonly name: string;
  readonly service: string;
  readonly indicator: 'availability' | 'latency';
  /** The target as it was written, e.g. `0.9995`. */
  readonly target: string;
  /** 1 − target as an exact fraction in lowest terms: 99.95 % is 1 / 2000. */
  readonly budget: Fraction;
  /** For latency: an event is good when it took at most this many seconds. */
  readonly thresholdSeconds: number | undefined;
  /** Rolling window in days. */
  readonly windowDays: number;
}

export interface UnjudgedObjective {
  readonly name: string;
  readonly service: string;
  readonly target: string | undefined;
  /** Why not, as a sentence that can be shown. */
  readonly reason: string;
  /** Of a rolling window. */
  readonly windowDays?: number | undefined;
  /** Set where `surefoot slo` can ask for the counts all the same. */
  readonly prometheus?: PrometheusObjective | undefined;
  /** Set where AWS keeps an SLO of its own for it, whose report `surefoot slo` can ask for. */
  readonly applicationSignals?: ApplicationSignalsObjective | undefined;
}

/** An objective on counters that Prometheus keeps. */
export interface PrometheusObjective extends Pick<Objective, 'name' | 'service' | 'target' | 'budget' | 'windowDays'> {
  /** Queries (PromQL) of counters that only grow: events that are good, or bad, and all of them. */
  readonly part: { readonly of: 'good' | 'bad'; readonly query: string };
  readonly total: string;
}

/** An objective that is an SLO in Application Signals. */
export interface ApplicationSignalsObjective
  extends Pick<Objective, 'name' | 'service' | 'target' | 'budget' | 'windowDays'> {
  /** Its name there, or its ARN. */
  readonly slo: string;
  /** What the target is a share of: requests (OpenSLO: Occurrences), or stretches of time (Timeslices). */
  readonly of: 'requests' | 'time-slices';
}

/** A promise such as "MTTR of at most 30 minutes over 30 days". */
export interface Target {
  readonly name: string;
  readonly description: string | undefined;
  /** undefined: the whole platform. */
  readonly service: string | undefined;
  /** undefined: every environment. */
  readonly environment: string | undefined;
  readonly indicator: string;
  readonly comparison: 'lte' | 'lt' | 'gte' | 'gt';
  /** As it was written, e.g. `30`. */
  readonly value: string;
  readonly exactly: Fraction;
  readonly unit: 'ratio' | 'percent' | 'count' | 'seconds' | 'minutes' | 'hours' | 'days' | 'per-day' | 'per-week';
  readonly windowDays: number | undefined;
  /** Of durations: what of them is promised; undefined: the indicator's own. */
  readonly statistic?: 'mean' | 'median' | 'maximum' | undefined;
  /** With fewer observations it is unknown; undefined: one is enough. */
  readonly minimumSamples?: number | undefined;
}

/** One thing wrong in a file of the user's: where, what, and what to write instead. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string;
}
