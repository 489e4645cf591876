/** What is asked of a deployment, and the state of one under way. */
import type { WatchRecord } from '../../report/evidence.ts';
import type { Recorder } from '../recorder.ts';
import type { DeployPlan } from './plan/plan.ts';
import type { PlanRequest } from './plan/request.ts';
import type { BlockJournal } from './shift/block-source.ts';
import type { BurnGuard } from './shift/burn-guard.ts';
import type { GrowingLines } from './shift/k6-blocks.ts';
import type { ShiftJudge } from './shift/shift-judge.ts';
import type { RollbackCause } from './verdict.ts';
import type { Watch } from './watch/watch.ts';

export interface DeployRequest extends PlanRequest {
  readonly platform: string;
  /** Asked once the plan is known and nothing refuses it; false ends it with nothing changed. */
  readonly approve: (plan: DeployPlan) => Promise<boolean>;
  /** What the judge of a shift in steps reads and writes. */
  readonly blocks?: {
    /** The journal of a load that runs beside; undefined: CloudWatch's counts are judged. */
    readonly load?: GrowingLines;
    readonly journal?: BlockJournal;
  };
}

/** The state of one deployment under way. */
export interface DeployContext {
  readonly request: DeployRequest;
  readonly plan: DeployPlan;
  readonly arn: string;
  /** What the candidate runs. */
  readonly taskDefinition: string;
  readonly recorder: Recorder;
  /** Compares the revisions while both have traffic; undefined where they never do. */
  readonly shift: ShiftJudge | undefined;
  /** Looks at the whole service meanwhile; undefined where nothing is to look at its error budget. */
  readonly guard: BurnGuard | undefined;
  /** Deployment stages before a step of a shift that were answered. */
  shiftPauses: number;
  /** The candidate's share of production traffic at the last look, in percent. */
  percent: number;
  /** The candidate was promoted by policy, without evidence. */
  withoutEvidence: boolean;
  /** From when on the candidate may have had all production traffic. */
  productionSince: Date | undefined;
  /** Why surefoot asked for a rollback. */
  cause: RollbackCause | undefined;
  /** Counts on while the old revision is warm, once the candidate has all traffic. */
  watching: Watch | undefined;
  /** By what the candidate was watched, once it was. */
  watch: WatchRecord | undefined;
}
