/** The values of a manage command: those of another command are refused, and what is needed is asked for; all at once. */
import { InputError } from '../../errors.ts';
import type { RunTask } from '../../operations/manage/run-task.ts';
import type { Scale } from '../../operations/manage/scale.ts';
import { parseDuration } from '../../platform/duration.ts';
import type { ServiceInEnvironment } from '../../platform/model.ts';
import { DEFAULTS } from '../../platform/schema/common.ts';
import { didYouMean } from '../../platform/suggest.ts';
import type { ReportOptions, SelectionOptions } from '../session.ts';

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
  /** Why, for the evidence. */
  readonly reason?: string;
  /** The longest wait for tasks to end, to become healthy, or for a job; each command has its own default. */
  readonly timeoutSeconds?: number;
}

const SCALE = ['desired', 'minimum', 'maximum'] as const satisfies readonly (keyof ScaleValues)[];
const SCHEDULE = ['remove'] as const satisfies readonly (keyof ScheduleValues)[];
const RUN_TASK = [
  'job',
  'taskCommand',
  'container',
  'variables',
  'cpu',
  'memory',
] as const satisfies readonly (keyof RunTaskValues)[];

const OWNERS = { scale: SCALE, schedule: SCHEDULE, 'run-task': RUN_TASK } as const;

/** @throws InputError naming every value that belongs to another command, and what is missing or out of range */
export function requireValues(command: ManageCommand, options: ManageOptions): void {
  const problems = [...foreignValues(command, options), ...wrongNumbers(options)];
  if (command === 'scale' && SCALE.every((name) => options[name] === undefined)) {
    problems.push('scale to what? Give at least one of desired, minimum and maximum');
  }
  if (command === 'run-task' && options.job === undefined && isEmpty(options.taskCommand)) {
    problems.push('run what? Give the name of a job of surefoot.yml, or a command');
  }
  if (problems.length > 0) {
    throw new InputError('bad-values', problems.join('; '));
  }
}

function foreignValues(command: ManageCommand, options: ManageOptions): string[] {
  return Object.entries(OWNERS).flatMap(([owner, names]) =>
    owner === command
      ? []
      : names
          .filter((name) => !isEmpty(options[name]))
          .map((name) => `${name} is a value of ${owner}, not of ${command}`),
  );
}

/** Nothing, an empty list, and a flag that is not set say nothing. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === false || (Array.isArray(value) && value.length === 0);
}

function wrongNumbers(options: ManageOptions): string[] {
  const least = { desired: 0, minimum: 0, maximum: 0, cpu: 128, memory: 32, timeoutSeconds: 1 } as const;
  return Object.entries(least).flatMap(([name, lowest]) => {
    const value = options[name as keyof typeof least];
    return value === undefined || (Number.isInteger(value) && value >= lowest)
      ? []
      : [`${name} must be a whole number of at least ${lowest}, not ${value}`];
  });
}

export function scaleOf({ desired, minimum, maximum }: ScaleValues): Scale {
  return { desired, minimum, maximum };
}

/** The job of surefoot.yml with what was given beside its name, or what was given alone. @throws InputError for a job that is not there */
export function runTaskOf(options: ManageOptions, target: ServiceInEnvironment): RunTask {
  const job =
    options.job !== undefined && Object.hasOwn(target.jobs, options.job) ? target.jobs[options.job] : undefined;
  if (options.job !== undefined && job === undefined) {
    throw unknownJob(options.job, target);
  }
  return {
    job: options.job,
    command: isEmpty(options.taskCommand) ? (job?.command ?? []) : (options.taskCommand ?? []),
    container: options.container ?? job?.container ?? target.container,
    timeoutSeconds: options.timeoutSeconds ?? job?.timeoutSeconds ?? parseDuration(DEFAULTS.jobTimeout) ?? 3600,
    cpu: options.cpu ?? job?.cpu,
    memory: options.memory ?? job?.memory,
    variables: variablesOf(options.variables ?? []),
  };
}

function unknownJob(name: string, { service, jobs }: ServiceInEnvironment): InputError {
  const names = Object.keys(jobs);
  const near = didYouMean(name, names);
  const known =
    names.length === 0 ? 'it has none: write it under `jobs:` of the service' : `it has ${names.join(', ')}`;
  return new InputError(
    'unknown-job',
    `${service} has no job ${JSON.stringify(name)} in surefoot.yml; ${known}${near === undefined ? '' : `. Did you mean ${near}?`}`,
  );
}

/** @throws InputError for what is not NAME=value; the value is not shown, as it may be a secret */
function variablesOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(pair) ?? [];
      if (name === undefined || value === undefined) {
        throw new InputError(
          'bad-variable',
          'variables are written NAME=value, with letters, digits and _ in the name',
        );
      }
      return [name, value] as const;
    }),
  );
}
