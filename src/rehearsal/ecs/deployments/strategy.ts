/** What a deployment strategy is given, and what it must be able to do. */
import type { Stage } from '../plan/stages.ts';
import type { RevisionRecord } from '../records/revision.ts';
import type { DeploymentRecord, ServiceRecord, Workload } from '../records/service.ts';
import type { EcsWorld } from '../world.ts';

/** What a deployment may do with its service. */
export interface ServiceHandle {
  readonly service: ServiceRecord;
  /** The revision's workload; a new one when none is left. */
  workload(revision: RevisionRecord): Workload;
  /** Tells the scheduler that a scale changed. */
  changed(): void;
  until(condition: () => boolean, signal: AbortSignal): Promise<void>;
  event(message: string): void;
}

export interface StageControl {
  /** Enters a stage and records it. */
  enter(stage: Stage): void;
  /** Waits for the PAUSE hooks of a stage. */
  pauseAt(stage: Stage, signal: AbortSignal): Promise<void>;
  /** Where alarms are watched, waits at BAKE_TIME for as long as they need. */
  bakeAlarms(signal: AbortSignal): Promise<void>;
}

/** What a strategy works on, and with. */
export interface StrategyScene {
  readonly world: EcsWorld;
  readonly handle: ServiceHandle;
  readonly record: DeploymentRecord;
  readonly control: StageControl;
}

export interface Strategy {
  forward(signal: AbortSignal): Promise<void>;
  /** Back to `fallback`. */
  back(fallback: RevisionRecord, signal: AbortSignal): Promise<void>;
}
