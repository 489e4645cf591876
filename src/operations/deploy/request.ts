/** What is asked of a deployment, and the state of one under way. */
import type { Objective, ServiceInEnvironment } from '../../platform/model.ts';
import type { Recorder } from '../recorder.ts';
import type { DeployPlan } from './plan.ts';
import type { RollbackCause } from './verdict.ts';

export interface DeployRequest {
  readonly platform: string;
  readonly target: ServiceInEnvironment;
  /** The new image of the service's container. */
  readonly image: string;
  readonly objectives: readonly Objective[];
  /** Asked once the plan is known and nothing refuses it; false ends it with nothing changed. */
  readonly approve: (plan: DeployPlan) => Promise<boolean>;
  /** Set when the endpoint is a rehearsal platform. */
  readonly rehearsalSpeed: number | undefined;
}

/** The state of one deployment under way. */
export interface PauseContext {
  readonly request: DeployRequest;
  readonly plan: DeployPlan;
  readonly arn: string;
  readonly recorder: Recorder;
  /** From when on the candidate may have had production traffic. */
  productionSince: Date | undefined;
  /** Why surefoot asked for a rollback. */
  cause: RollbackCause | undefined;
}
