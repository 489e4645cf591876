/**
 * An experiment: an FIS template, and around it what makes it a test: the steady state, the load meanwhile, what must hold, and when it
 * may run at all. One file holds one experiment.
 *
 * In any text of `template`, in names of alarms and in `guards.stopRole`, `${…}` stands for what differs from place to place; see
 * `PLACEHOLDERS`. It is not the `{environment}` of surefoot.yml, as YAML reads a value that begins with `{` as a mapping.
 */
import type { Fraction } from '../../../platform/decimal.ts';
import type { Window } from '../../../platform/model/schedule.ts';
import type { Template } from './template.ts';

export const EXPERIMENT_VERSION = 'surefoot/v1';
export const EXPERIMENT_KIND = 'Experiment';

/** What `${…}` may stand for besides the experiment's own `variables`, which it must not redefine. All come from surefoot.yml and the environment chosen. */
export const PLACEHOLDERS = {
  platform: 'name of the platform',
  environment: 'name of the environment',
  region: 'its AWS region',
  account: 'its AWS account, 12 digits',
  partition: 'aws, aws-cn or aws-us-gov, by the region',
  cluster: 'name of its ECS cluster',
  zone: 'the availability zone that is hit; the first of the environment unless another is chosen',
  service: 'name of the ECS service that the load goes to',
} as const;
export type Placeholder = keyof typeof PLACEHOLDERS;

/** How a measured value must compare with its bound, in OpenSLO's words. */
export const COMPARISONS = ['lte', 'lt', 'gte', 'gt'] as const;

/** What must hold before the fault, or nothing is injected. */
export type SteadyState =
  /** An SLO of surefoot.yml by its name. */
  | { readonly kind: 'objective'; readonly objective: string }
  /** An indicator within a bound. `value` is as written, in `unit`. */
  | {
      readonly kind: 'bound';
      readonly indicator: string;
      readonly service: string | undefined;
      readonly comparison: (typeof COMPARISONS)[number];
      readonly value: string;
      readonly exactly: Fraction;
      readonly unit: string;
    };

/** That every request of the load is a write, and where the service shows which of them it has. */
export interface ExperimentWrites {
  readonly method: 'GET' | 'POST';
  /** Where they go, at the address of the load; undefined: the load's own path. */
  readonly path: string | undefined;
  readonly body: string | undefined;
  /** The request header in which each write has its id; the service keeps it once under that. */
  readonly idHeader: string;
  /** A path at the address of the load, or an address. */
  readonly ledger: string;
}

/** The load that runs meanwhile. */
export interface ExperimentLoad {
  /** Name of a profile, or the path of one, relative to this file. */
  readonly profile: string;
  /** Key of a service of surefoot.yml; undefined: the one it is run for. */
  readonly service: string | undefined;
  /** `150%` of the profile's level or requests per second, instead of the profile's own rates. */
  readonly rate: string | undefined;
  /** Under load before the experiment starts: what the fault is compared with. */
  readonly beforeSeconds: number;
  /** Of the whole load; undefined: as long as the experiment takes, and `afterSeconds` on top. */
  readonly durationSeconds: number | undefined;
  /** Under load after the last action ended. */
  readonly afterSeconds: number;
  /** Undefined: what becomes of writes is not measured. */
  readonly writes: ExperimentWrites | undefined;
}

/** An alarm that must go to ALARM, and how soon after the fault began. */
export interface ExpectedAlarm {
  readonly name: string;
  readonly withinSeconds: number;
}

/** What must hold. Undefined: not judged. */
export interface Expectations {
  /** From the beginning of the fault until the service has recovered for good. */
  readonly rtoSeconds: number | undefined;
  /** How far back the data may be afterwards; needs `load.writes`. */
  readonly rpoSeconds: number | undefined;
  /** Percent of the planned requests that are answered well, from the beginning of the fault to the end of the load. */
  readonly availability: { readonly percent: string; readonly exactly: Fraction } | undefined;
  readonly maximumLostRequests: number | undefined;
  readonly alarms: readonly ExpectedAlarm[];
  /** Whether the load must feel the fault, as proof that there was one. */
  readonly felt: 'required' | 'not-expected';
  /** Fewer, and the verdict is inconclusive. */
  readonly evidence: { readonly targets: number; readonly requests: number };
}

export interface Guards {
  /** Empty: at any time. */
  readonly windows: readonly Window[];
  /** Empty: in all that are not protected. */
  readonly environments: readonly string[];
  /** Of the experiment from its first action to the end of its last. */
  readonly maximumDurationSeconds: number;
  /** US dollars of FIS's own charges; undefined: any. */
  readonly maximumCost: number | undefined;
  /** ARN of the role by which EventBridge Scheduler stops the experiment, should nobody else; undefined: there is no such stop. */
  readonly stopRole: string | undefined;
}

export interface Experiment {
  readonly name: string;
  readonly description: string | undefined;
  /** Where it was read from. */
  readonly file: string;
  /** The experiment's own `${…}` with what they stand for when nothing else is chosen. */
  readonly variables: Readonly<Record<string, string>>;
  readonly template: Template;
  readonly steadyState: readonly SteadyState[];
  readonly load: ExperimentLoad | undefined;
  readonly expect: Expectations;
  readonly guards: Guards;
  /** Whether it may hold actions that neither end nor stop puts back. */
  readonly irreversible: boolean;
}

/** What holds where a file says nothing. */
export const EXPERIMENT_DEFAULTS = {
  before: '2m',
  writeMethod: 'POST',
  idHeader: 'idempotency-key',
  after: '2m',
  felt: 'required',
  evidenceTargets: 1,
  evidenceRequests: 100,
  maximumDuration: '1h',
} as const;
