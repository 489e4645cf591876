/** `status`, `pause`, `resume`, `restart`, `scale`, `schedule` and `run-task`, from options to outcome: for one service, several, or all of an environment. */
import type { Outcome } from './outcome.ts';
import type { ReportOptions, SelectionOptions, Session } from './session.ts';

export const MANAGE_COMMANDS = ['status', 'pause', 'resume', 'restart', 'scale', 'schedule', 'run-task'] as const;
export type ManageCommand = (typeof MANAGE_COMMANDS)[number];

/**
 * Which services of which environment. `services` by their keys in surefoot.yml; none: the only one there is, or with `all` every
 * service of the environment. None named where there are several is refused, as is `all` beside names.
 */
export interface ManageSelection extends Omit<SelectionOptions, 'service'> {
  readonly services?: readonly string[];
  readonly all?: boolean;
}

/** `scale`: at least one of them. */
export interface ScaleValues {
  readonly desired?: number;
  /** Bounds of Application Auto Scaling. */
  readonly minimum?: number;
  readonly maximum?: number;
}

/** `schedule`: applies `schedule:` of surefoot.yml's environment. */
export interface ScheduleValues {
  /** Takes the scheduled actions away instead. */
  readonly remove?: boolean;
}

/** `run-task`: a job of surefoot.yml by name, or a command; what is given beside a job's name replaces what the file says. */
export interface RunTaskValues {
  /** Key under `jobs:` of the service. */
  readonly job?: string;
  /** What the container runs instead of its own command: program and arguments. */
  readonly taskCommand?: readonly string[];
  /** Whose command is replaced and whose exit code decides; the service's own when left out. */
  readonly container?: string;
  /** `NAME=value` each. */
  readonly variables?: readonly string[];
  /** Of the whole task: Fargate units (1024 = 1 vCPU) and MiB. */
  readonly cpu?: number;
  readonly memory?: number;
}

/** Values that belong to another command than the one that is run are refused, not ignored. */
export interface ManageOptions extends ManageSelection, ReportOptions, ScaleValues, ScheduleValues, RunTaskValues {
  /** Shows the plan and changes nothing. */
  readonly dryRun?: boolean;
  /** Why, for the evidence and for whoever finds the service so. */
  readonly reason?: string;
  /** The longest wait for tasks to end, to become healthy, or for a job; each command has its own default. */
  readonly timeoutSeconds?: number;
}

/**
 * Runs one command. Asks `session.confirm` once, with the plan of all services, before anything is changed. `details` of the outcome:
 * `services: { service, verdict, reasons }[]`, with `plan` (text) for a dry run.
 * @throws InputError for bad input and refusals, all of them at once, with nothing changed; OutsideError when AWS fails
 */
export async function manage(command: ManageCommand, _options: ManageOptions, _session: Session): Promise<Outcome> {
  throw new Error(`${command} is not built yet`);
}
