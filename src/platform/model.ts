/** surefoot.yml once it is read, checked and resolved: what operations and the rehearsal platform work from. */
import type { DeploySettings, Job } from './model/deploy.ts';
import type { LoadSettings } from './model/load.ts';
import type { Objective, Target, UnjudgedObjective } from './model/objectives.ts';
import type { DatabaseSettings, RehearsalPlan, RehearsalSettings } from './model/rehearsal.ts';
import type { ResilienceSettings, StandbySettings } from './model/resilience.ts';
import type { PauseSchedule } from './model/schedule.ts';

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
