/** What playing a scenario is given, and what it leaves for its record. */
import type { Load, LoadProgress, RunningLoad } from '../measure/types.ts';
import type { Profile } from '../operations/load/profile.ts';
import type { Clock, HttpProbe, Reporter } from '../operations/ports.ts';
import type { Platform } from '../platform/model.ts';
import type { Check, Evidence, LoadRecord, Measurement } from '../report/evidence.ts';
import type { RehearsalOptions } from './platform/options.ts';

/** What a scenario runs on: a service of a platform in one of its environments. */
export interface Site extends Pick<RehearsalOptions, 'target' | 'region' | 'zones'> {
  readonly platform: Platform;
}

export interface ScenarioOptions extends Pick<RehearsalOptions, 'speed' | 'workDirectory' | 'addressing'> {
  readonly version: string;
  readonly k6Version: string;
  /** `SEED` in every task's environment; undefined: as the service has it. */
  readonly seed?: number;
}

export interface RehearsePorts {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly http: HttpProbe;
  readonly startLoad: (
    load: Load,
    workDirectory: string,
    onProgress: (progress: LoadProgress) => void,
  ) => Promise<RunningLoad>;
  /** A load profile that surefoot ships, by its name. */
  readonly findProfile: (name: string) => Promise<Profile>;
}

/** What there is once the scenario's work is done. */
export interface Played {
  readonly operation: Evidence;
  readonly load: LoadRecord | undefined;
  readonly checks: readonly Check[];
  readonly measurements: readonly Measurement[];
  readonly summary: string;
}
