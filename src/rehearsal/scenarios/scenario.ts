/** What a rehearsal scenario is, and what it gets to work with. */
import type { RunningLoad } from '../../measure/types.ts';
import type { LoadPorts } from '../../operations/load/load.ts';
import type { Profile } from '../../operations/load/profile.ts';
import type { Clock, Ports, Reporter } from '../../operations/ports.ts';
import type { Platform, ServiceInEnvironment } from '../../platform/model.ts';
import type { Check, Evidence, LoadRecord, Measurement, Series } from '../../report/evidence.ts';
import type { Rehearsal } from '../platform.ts';
import type { RegionSides, Regions } from '../regions/regions.ts';
import type { AccessLogLine } from '../world/balancer/access-log.ts';
import type { BalancerCounts } from './balancer-counts.ts';

interface Surroundings {
  readonly platform: Platform;
  readonly target: ServiceInEnvironment;
  readonly rehearsal: Rehearsal;
  readonly ports: Ports;
  /** Files of this scenario go here. */
  readonly workDirectory: string;
}

export interface Stage extends Surroundings {
  readonly load: RunningLoad;
}

/** For scenarios whose operation is a load itself. */
export interface LoadStage extends Surroundings, Pick<LoadPorts, 'startLoad' | 'k6Version'> {
  /** A profile that surefoot ships, by its name. */
  readonly findProfile: (name: string) => Promise<Profile>;
}

/** What happened, for the scenario's expectations to be held against. */
export interface Observation {
  /** The operation's own evidence. */
  readonly operation: Evidence;
  readonly load: LoadRecord;
  /** What the load balancer counted meanwhile. */
  readonly balancer: BalancerCounts;
}

interface Named {
  readonly name: string;
  /** One sentence: what is done and what must come of it. */
  readonly expects: string;
  /** The example that it runs on when no other platform is asked for; `artguard` where it says nothing. */
  readonly example?: string;
  /** The service is made worse than it is, or asked for more than it can do: what it then does says nothing of what is promised. */
  readonly adverse?: true;
}

interface Expectations extends Named {
  /** The expectations, each as a check with what was expected and observed. Pure. */
  judge(observation: Observation): readonly Check[];
  /** One sentence with the numbers that matter, for when everything was as expected. Pure. */
  summarise(observation: Observation): string;
}

/** An operation on a service that is under a steady load. */
export interface OperationScenario extends Expectations {
  /** As many requests a second are enough to see what happens; as surefoot.yml has it where it says nothing, and never more. */
  readonly requestsPerSecond?: number;
  /** The operation under test, with the load already flowing. */
  act(stage: Stage): Promise<Evidence>;
}

/** A load, on a service of which the truth is known. */
export interface LoadScenario extends Expectations {
  /** The service as this scenario runs it, from the image that surefoot.yml names for the scenario. @throws InputError */
  setUp(target: ServiceInEnvironment): ServiceInEnvironment;
  /** Runs the load; the evidence holds its record. */
  runLoad(stage: LoadStage): Promise<Evidence>;
}

/** For scenarios whose operation is the run of an experiment, which brings its own load. */
export interface ChaosStage extends Surroundings {
  readonly zones: readonly string[];
  readonly startLoad: LoadPorts['startLoad'];
  /** Every request that the load balancer has answered so far. */
  readonly accessLog: () => Promise<readonly AccessLogLine[]>;
}

/** What happened in the run of an experiment, by itself and by those who saw it from elsewhere. */
export interface ChaosObservation {
  /** What the run left; of one that was killed, what the scenario saw of it. */
  readonly operation: Evidence;
  /** Of the run's process; null when it was killed. */
  readonly exitCode: number | null;
  /** When the platform began the fault; undefined: it has not. */
  readonly faultAt: Date | undefined;
  readonly log: readonly AccessLogLine[];
  /** What was looked up while the platform still ran. */
  readonly seen: readonly Check[];
}

/** An experiment, run as `surefoot chaos run` runs it, on a platform of which the truth is known. */
export interface ChaosScenario extends Named {
  /** Where the service's tasks stand, of all zones of the environment; all of them where it says nothing. */
  taskZones?(target: ServiceInEnvironment, zones: readonly string[]): readonly string[];
  /** What the platform must have for it. @throws InputError */
  requires?(target: ServiceInEnvironment, zones: readonly string[]): void;
  inject(stage: ChaosStage): Promise<ChaosObservation>;
  /** The expectations, each as a check with what was expected and observed. Pure. */
  judge(observation: ChaosObservation): readonly Check[];
  /** Numbers of the truth beside those of the run. Pure. */
  measure(observation: ChaosObservation): readonly Measurement[];
  /** One sentence with the numbers that matter, for when everything was as expected. Pure. */
  summarise(observation: ChaosObservation): string;
}

/** Two regions under one name, and users of that name. */
export interface RegionStage {
  readonly platform: Platform;
  readonly sides: RegionSides;
  readonly regions: Regions;
  readonly speed: number;
  readonly clock: Clock;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly workDirectory: string;
  readonly startLoad: LoadPorts['startLoad'];
}

/** What a move between regions left, and what is true of it. */
export interface RegionObservation {
  /** The move's own evidence; of one that was refused, what it would have been. */
  readonly operation: Evidence;
  readonly load: LoadRecord;
  /** What users got before anything was done: how many requests began, and how many of them were not answered well. */
  readonly before: { readonly planned: number; readonly lost: number };
  /** What was looked up while both regions were there. */
  readonly seen: readonly Check[];
  readonly measurements: readonly Measurement[];
  readonly series: readonly Series[];
}

/** Users are moved between two regions by `surefoot recover`. */
export interface RegionScenario extends Named {
  move(stage: RegionStage): Promise<RegionObservation>;
  /** The expectations, each as a check with what was expected and observed. Pure. */
  judge(observation: RegionObservation): readonly Check[];
  /** One sentence with the numbers that matter, for when everything was as expected. Pure. */
  summarise(observation: RegionObservation): string;
}

/** For commands that need no platform to run: they read files, or what the scenario has made for them. */
export interface FilesStage extends Pick<Surroundings, 'platform' | 'target' | 'workDirectory'> {
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly speed: number;
}

/** What commands made of the files, and what was known of them. */
export interface FilesObservation {
  /** Of the command that the scenario is about. */
  readonly operation: Evidence;
  readonly seen: readonly Check[];
}

/** Commands on the platform's own files: they must find what is right with them, and what is made wrong in a copy. */
export interface FilesScenario extends Named {
  examine(stage: FilesStage): Promise<FilesObservation>;
  /** One sentence with the numbers that matter, for when everything was as expected. Pure. */
  summarise(observation: FilesObservation): string;
}

export type Scenario = OperationScenario | LoadScenario | ChaosScenario | RegionScenario | FilesScenario;
