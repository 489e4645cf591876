/** What a plan of an experiment is asked for. */
import type { Environment } from '../../../platform/model.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { ProtectedCluster } from './protected-clusters.ts';

export interface ChaosPlanRequest {
  readonly platform: string;
  readonly environment: Environment;
  /** The service that its load goes to. */
  readonly service: string;
  /** With its placeholders filled in, and checked. */
  readonly experiment: Experiment;
  /** What it may not hit, however its targets are chosen. */
  readonly protectedClusters: readonly ProtectedCluster[];
  /** Undefined where nobody knows it yet. */
  readonly account: string | undefined;
  /** Undefined outside a rehearsal. */
  readonly rehearsalSpeed: number | undefined;
  /** Tells what this run makes from what others make. */
  readonly runId: string;
  readonly version: string;
}
