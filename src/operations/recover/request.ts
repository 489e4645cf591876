/** What is asked of a recovery, and what a procedure makes of it. */
import type { Environment, Platform } from '../../platform/model.ts';
import type { Check, LoadRecord, Measurement, Reason } from '../../report/evidence.ts';
import type { Recorder } from '../recorder.ts';
import type { Run } from './journal.ts';

export interface RecoverRequest {
  readonly procedure: string;
  readonly platform: Platform;
  readonly environment: Environment;
  /** Set when the endpoint is a rehearsal platform. */
  readonly rehearsalSpeed: number | undefined;
  /** Why, in the words of whoever asked. */
  readonly reason: string | undefined;
  /** Restore beside, verify, and remove what was made. */
  readonly drill: boolean;
  /** A drill leaves what it made. */
  readonly keep: boolean;
  /** When the disaster happened; undefined: when the run began. RTO and RPO count from it. */
  readonly failedAt: Date | undefined;
  /** As they were given, for the journal. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly run: Run;
}

/** One thing that is done, known by what it leaves in AWS. */
export interface Step {
  /** Stable, for the journal. */
  readonly id: string;
  /** As in a plan: "restore version X of Y". */
  readonly title: string;
  /** How to undo it by hand. */
  readonly undo: string;
  /** Looks whether it is done already; resolves with what was seen, or undefined while it is not. */
  done(): Promise<string | undefined>;
  /** Does it, and resolves with what was done. May be cut off anywhere, and repeated. */
  carryOut(recorder: Recorder): Promise<string>;
}

/** A step saw that it did not help: the run fails there, with what was done until then. The same command goes on from it. */
export class StepFailed extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'StepFailed';
    this.code = code;
  }
}

/** What a procedure would do. Nothing is done while there are refusals. */
export interface Planned {
  /** "Restore …", for titles. */
  readonly title: string;
  /** The ECS service it is about; undefined: none. */
  readonly service?: string;
  readonly refusals: readonly Reason[];
  /** What is worth knowing but stops nothing. */
  readonly notes: readonly string[];
  readonly settled: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  /** Removes what a drill made; empty outside of one. */
  readonly removals: readonly Step[];
  /** Looks again, after the plan was approved, at what may have changed since. */
  guard(): Promise<readonly Reason[]>;
  verify(): Promise<readonly Check[]>;
  /** Until when the restored data is complete; undefined where no data is restored. */
  readonly recoveryPoint: { readonly at: Date; readonly method: string } | undefined;
  readonly measurements: readonly Measurement[];
  /** What is left for a person to do. */
  readonly afterwards: readonly string[];
  /** Rows of what was looked at before anything was done. */
  readonly preconditions?: readonly Check[];
  /** When what was lost was back, where that is known better than by the end of the verification. */
  readonly restoredAt?: () => Date | undefined;
  /** Ends what runs beside the steps, whatever became of them; may be called again. */
  readonly close?: () => Promise<{ readonly load?: LoadRecord }>;
  /** The share on the scorecard that a run counts in, as one that succeeded or did not. */
  readonly proves?: 'failover-success' | 'backups-verified';
}

/** A plan that only refuses. */
export function refused(title: string, refusals: readonly Reason[], notes: readonly string[] = []): Planned {
  return {
    title,
    refusals,
    notes,
    settled: {},
    steps: [],
    removals: [],
    guard: async () => refusals,
    verify: async () => [],
    recoveryPoint: undefined,
    measurements: [],
    afterwards: [],
  };
}

/** What a drill makes is named with this and the run. */
export const DRILL = 'surefoot-drill-';
