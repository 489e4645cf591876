/** How a service is deployed, and the tasks of its own that run once. */

export interface DeploySettings {
  readonly strategy: 'BLUE_GREEN' | 'ROLLING' | 'CANARY' | 'LINEAR';
  /** After all production traffic has moved. */
  readonly bakeMinutes: number;
  /** With the strategy CANARY only: the candidate's first share of production traffic, and how long ECS leaves it at that. */
  readonly canary: { readonly percent: number; readonly bakeMinutes: number } | undefined;
  /** With the strategy LINEAR only: the share that moves with each step, and how long ECS waits between two of them. */
  readonly linear: { readonly stepPercent: number; readonly bakeMinutes: number } | undefined;
  /** With the strategies CANARY and LINEAR only: how the candidate is compared while both revisions have traffic. */
  readonly judge: JudgeSettings | undefined;
  /** Whether a deployment needs error budget that is left, only shows where there is none, or does not look. */
  readonly errorBudget: ErrorBudgetPolicy;
  /** How long a pause waits for its answer before ECS rolls back by itself. */
  readonly hookTimeoutMinutes: number;
  /** How long the candidate's tasks may take to become healthy. */
  readonly healthyWithinSeconds: number;
  /** A one-off task of the candidate that must end well first. */
  readonly before: BeforeTask | undefined;
  /** Checked through the test listener before production traffic moves. */
  readonly smoke: SmokeCheck | undefined;
  /** Watched after production traffic moved, while the old revision is still warm. */
  readonly watch: { readonly seconds: number; readonly objective: string } | undefined;
}

export type ErrorBudgetPolicy = 'require' | 'warn' | 'off';

export interface JudgeSettings {
  /** Name of the availability objective whose error budget is the tolerance. */
  readonly objective: string;
  /** Name of the latency objective whose threshold makes a request slow; undefined: errors alone are judged. */
  readonly latency: string | undefined;
  /** A threshold of the judge's own instead, above which a request is slow. */
  readonly slowerThanSeconds: number | undefined;
  /** The highest probability of rolling back a candidate within the boundary. */
  readonly alpha: number;
  /** The highest probability of promoting one beyond it. */
  readonly beta: number;
  /** candidate's rate = (1 + margin) * baseline's + burnRate * error budget. */
  readonly margin: number;
  readonly burnRate: number;
  /** After each shift so long nothing is judged. */
  readonly warmUpSeconds: number;
  /** How long the pause before 100 % may wait for evidence, and what to do when there is none by then. */
  readonly horizonSeconds: number;
  readonly onInconclusive: 'roll-back' | 'hold' | 'promote';
}

export interface BeforeTask {
  readonly command: readonly string[];
  /** Whose exit code decides. */
  readonly container: string;
  readonly timeoutSeconds: number;
}

export interface Job {
  readonly command: readonly string[];
  /** Whose exit code decides. */
  readonly container: string;
  readonly timeoutSeconds: number;
  /** Of the whole task, in Fargate units and MiB; undefined: as the task definition has it. */
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

export interface SmokeCheck {
  readonly path: string;
  readonly status: number;
  readonly requests: number;
  readonly timeoutSeconds: number;
  /** Where the test listener answers; the rehearsal platform fills it in by itself. */
  readonly url: string | undefined;
}
