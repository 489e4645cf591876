/** What `scorecard` takes; apart from what it does, so that reading options loads nothing else. */
import type { ReportOptions } from '../session.ts';

export const FAIL_ON = ['nothing', 'missed', 'unknown'] as const;
export type FailOn = (typeof FAIL_ON)[number];

export interface ScorecardOptions extends ReportOptions {
  readonly config: string;
  readonly environment?: string;
  /** Folders or files; the report folder where none is named. */
  readonly evidence?: readonly string[];
  readonly facts?: readonly string[];
  /** `missed`: exit code 1 when a target is. `unknown`: also 3 when one is unknown. */
  readonly failOn?: FailOn;
  readonly previous?: string;
  /** The file of an SVG; its JSON for shields.io is put beside it. */
  readonly badge?: string;
  /** Reads the SLOs of the environment first. */
  readonly slo?: boolean;
  /** Reads deliveries first: of a clone, of `OWNER/NAME`; true: of the repository that a workflow runs for, else of the clone here. */
  readonly dora?: string | true;
  /** As deployments on GitHub name it; that of the scorecard where nobody says so. */
  readonly doraEnvironment?: string;
  readonly doraWorkflow?: string;
  readonly doraIncidentLabel?: string;
  readonly githubToken?: string;
}
