/** What a run of an experiment is asked for, and what it needs of the world. */
import type { StreamEvent } from '../../../measure/counting/stream.ts';
import type { LoadProgress, RunningLoad } from '../../../measure/types.ts';
import type { Objective } from '../../../platform/model/objectives.ts';
import type { Ports } from '../../ports.ts';
import type { ChaosPlanRequest } from '../plan/request.ts';
import type { LedgerAddress } from './measure/ledger.ts';

export interface ChaosRunRequest extends ChaosPlanRequest {
  /** The SLOs of the service. */
  readonly objectives: readonly Objective[];
  /** What nothing undoes may be done. */
  readonly allowIrreversible: boolean;
  /** Seconds of downtime after which the experiment is stopped. */
  readonly downtimeBudgetSeconds: number;
  readonly load: PlannedRate | undefined;
  /** Where the service shows the writes of the load; undefined: the load does not write, or nobody asks what becomes of it. */
  readonly ledger: LedgerAddress | undefined;
}

/** The load that the entry has planned: at one rate from its start to its end. */
export interface PlannedRate {
  /** Requests per second. */
  readonly rate: number;
  /** Of a probe over new connections beside it; 0: there is none. */
  readonly probeRate: number;
}

export interface LoadListeners {
  readonly onEvent: (event: StreamEvent) => void;
  readonly onProgress: (progress: LoadProgress) => void;
}

export interface ChaosRunPorts extends Ports {
  readonly k6Version: string;
  /** Starts the load or the probe, for so many seconds at the most. */
  readonly startLoad: (which: 'load' | 'probe', seconds: number, listeners: LoadListeners) => Promise<RunningLoad>;
}
