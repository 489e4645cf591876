/**
 * The stop of a run by EventBridge Scheduler, for when nobody else is left to stop it.
 *
 * FIS gives an experiment its id when it starts it, so a schedule that names the experiment cannot be there before. It is made before the
 * load all the same, for the dry run, which has ended and cannot be stopped any more: a role that Scheduler may not take, or a permission
 * that is missing, is then known while nothing is loaded or injected. As soon as FIS has answered, the schedule is turned to the experiment. A runner
 * that dies between these two calls leaves a fault without this stop; its capped durations and its alarms still end it (docs/decisions/0015-a-stop-that-needs-no-runner.md).
 */
import { isAwsError } from '../../../aws/errors.ts';
import type { OneTimeCall, Scheduled, SchedulerGateway } from '../../../aws/scheduler.ts';
import { OutsideError } from '../../../errors.ts';
import type { Clock } from '../../ports.ts';
import type { Guards } from '../experiment/experiment.ts';
import { ENVIRONMENT_TAG, EXPIRES_TAG } from './tags.ts';
import { isPast } from './templates.ts';

/** What all of them are called. */
const PREFIX = 'surefoot-chaos-';

/** Longer than planned an experiment may take: FIS's own work before the first action and after the last, for which AWS gives no bound. */
export const SLACK_SECONDS = 300;

/** Whose stop it is. */
export interface StopMarks {
  readonly experiment: string;
  readonly environment: string;
  readonly runId: string;
  /** From when on anybody may delete it. */
  readonly expires: Date;
}

/** How a run is to be stopped by Scheduler. */
export interface PlannedStop {
  readonly roleArn: string;
  /** From the start of the experiment. */
  readonly afterSeconds: number;
  /** An experiment that has ended: what the schedule is made for before the start. */
  readonly dryRun: string;
}

/** The stop that the guards ask for; undefined: they name no role for it. */
export function plannedStop(
  { stopRole, maximumDurationSeconds }: Guards,
  dryRun: string | undefined,
): PlannedStop | undefined {
  return stopRole === undefined || dryRun === undefined
    ? undefined
    : { roleArn: stopRole, afterSeconds: maximumDurationSeconds + SLACK_SECONDS, dryRun };
}

/** The schedule's name: at most 64 characters with a UUID for the run. */
export function stopNameOf(runId: string): string {
  return `${PREFIX}${runId}`;
}

/** The schedule that stops the experiment with this id at `at`. What else would be tags stands in its description, as schedules have none. */
export function stopCall(
  { experiment, environment, runId, expires }: StopMarks,
  { roleArn, at }: Pick<OneTimeCall, 'roleArn' | 'at'>,
  experimentId: string,
): OneTimeCall {
  const marks = `${ENVIRONMENT_TAG}=${environment} ${EXPIRES_TAG}=${expires.toISOString()}`;
  return {
    name: stopNameOf(runId),
    description: `surefoot: ends ${experiment}, should nobody else; ${marks}`,
    at,
    call: 'fis:stopExperiment',
    input: { Id: experimentId },
    roleArn,
  };
}

/** A stop that stands in the account. */
export interface StandingStop {
  readonly name: string;
  readonly runId: string;
  readonly environment: string | undefined;
  /** ISO 8601; undefined: not said. */
  readonly expires: string | undefined;
  /** The id of the experiment that it would stop. */
  readonly experiment: string | undefined;
}

/** Pure. */
export function standingStop({ name, description, input }: Scheduled): StandingStop {
  const { Id: experiment } = input;
  return {
    name,
    runId: name.slice(PREFIX.length),
    environment: markIn(description, ENVIRONMENT_TAG),
    expires: markIn(description, EXPIRES_TAG),
    experiment: typeof experiment === 'string' ? experiment : undefined,
  };
}

function markIn(description: string, tag: string): string | undefined {
  return description
    .split(' ')
    .find((word) => word.startsWith(`${tag}=`))
    ?.slice(tag.length + 1);
}

/** All stops of surefoot's in the account and region; undefined where the caller may not look. @throws OutsideError of AWS */
export async function standingStops(scheduler: SchedulerGateway): Promise<StandingStop[] | undefined> {
  try {
    const all = await Promise.all((await scheduler.names(PREFIX)).map((name) => scheduler.get(name)));
    return all.flatMap((one) => (one === undefined ? [] : [standingStop(one)]));
  } catch (error) {
    if (error instanceof OutsideError && error.code === 'aws-access-denied') {
      return undefined;
    }
    throw error;
  }
}

/** Deletes those whose time is over: they have made their call, or could not. @returns their names */
export async function removeExpiredStops(scheduler: SchedulerGateway, clock: Clock): Promise<string[]> {
  const now = clock.now();
  const expired = ((await standingStops(scheduler)) ?? []).filter(({ expires }) => isPast(expires, now));
  for (const { name } of expired) {
    await scheduler.delete(name);
  }
  return expired.map(({ name }) => name);
}

/** AWS does not take the role: a sentence that says what to do; undefined for another error. */
export function roleRefused(error: unknown): string | undefined {
  return error instanceof OutsideError &&
    error.where.startsWith('scheduler:') &&
    isAwsError(error, 'ValidationException')
    ? `${error.message}: EventBridge Scheduler cannot take guards.stopRole: create that role (its trust policy is in \`surefoot chaos plan\`), name another (\`--variable stopRole=NAME\` for the experiments that surefoot ships), or take guards.stopRole out of the file`
    : undefined;
}
