/** The tasks that `load --tasks` runs its parts on, read from ECS; all that does not fit is refused before one is started. */
import { InputError } from '../../errors.ts';
import { MOST_SEGMENTS } from '../../measure/segments/segment.ts';
import type { Generators } from '../../operations/load/parts/on-tasks.ts';
import type { PlannedLoad } from '../../operations/load/plan.ts';
import { parseDuration } from '../../platform/duration.ts';
import type { Connection } from '../connect.ts';

export interface TaskOptions {
  /** How many tasks make the load. */
  readonly tasks?: number;
  /** Their task definition. */
  readonly taskDefinition?: string;
  /** A duration: until all parts begin. */
  readonly startIn?: string;
}

/** The command of the container that makes a part. */
const COMMAND = 'load-part';
/** Fargate takes one to two minutes for a task whose image is not small. */
const START_IN_SECONDS = 180;

/** Undefined without `--tasks`. @throws InputError for options that do not go together */
export function tasksWanted(
  options: TaskOptions & { readonly script?: string; readonly journal?: string; readonly against?: string },
): { readonly count: number; readonly taskDefinition: string; readonly startInSeconds: number } | undefined {
  const { tasks, taskDefinition, startIn, script, journal, against } = options;
  if (tasks === undefined) {
    if (taskDefinition !== undefined || startIn !== undefined) {
      throw new InputError(
        'no-tasks',
        '--task-definition and --start-in are for a load on several tasks: add --tasks 3',
      );
    }
    return undefined;
  }
  if (!Number.isInteger(tasks) || tasks < 1 || tasks > MOST_SEGMENTS) {
    throw new InputError('bad-tasks', `--tasks is ${tasks}: write a whole number from 1 to ${MOST_SEGMENTS}`);
  }
  if (taskDefinition === undefined) {
    const message =
      '--tasks needs --task-definition, of an image with surefoot and k6 (docs/guides/load.md, "Beyond one machine")';
    throw new InputError('no-task-definition', message);
  }
  const other = Object.entries({ '--script': script, '--journal': journal, '--against': against });
  const given = other.filter(([, value]) => value !== undefined).map(([name]) => name);
  if (given.length > 0) {
    const message = `--tasks does not go with ${given.join(' and ')}: a task has neither your files nor a way to tell of each request; --segment does`;
    throw new InputError('not-on-tasks', message);
  }
  return { count: tasks, taskDefinition, startInSeconds: startInSeconds(startIn) };
}

function startInSeconds(text: string | undefined): number {
  const seconds = text === undefined ? START_IN_SECONDS : parseDuration(text);
  if (seconds === undefined) {
    throw new InputError('bad-duration', `--start-in is ${JSON.stringify(text)}: write a duration such as 3m`);
  }
  return seconds;
}

/** Looks the task definition up. @throws InputError when it could not make a part, or tell of it; OutsideError of ECS */
export async function generatorsOf(
  wanted: NonNullable<ReturnType<typeof tasksWanted>>,
  planned: PlannedLoad,
  { ports, target, rehearsal }: Connection,
): Promise<Generators> {
  const { url } = planned;
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    const message = `the address of the load has a user, a password or a query, which everybody who may look at the tasks would see: put it into a header of the profile as {env:NAME}, and the value into the task definition's secrets`;
    throw new InputError('secret-in-address', message);
  }
  const [{ taskDefinition }, service] = await Promise.all([
    ports.aws.ecs.taskDefinition(wanted.taskDefinition),
    ports.aws.ecs.service(target.cluster, target.ecsService),
  ]);
  if (service === undefined) {
    const message = `${target.cluster} has no service ${target.ecsService}, in whose network the tasks would run`;
    throw new InputError('no-service', message);
  }
  const container = (taskDefinition.containerDefinitions ?? []).find(({ command = [] }) => command.at(-1) === COMMAND);
  if (container === undefined) {
    const message = `${wanted.taskDefinition} has no container whose command ends with ${COMMAND}: that is what makes a part of a load`;
    throw new InputError('no-generator', message);
  }
  const options = container.logConfiguration?.logDriver === 'awslogs' ? container.logConfiguration.options : undefined;
  if (options?.['awslogs-group'] === undefined || options['awslogs-stream-prefix'] === undefined) {
    const message = `container "${container.name}" of ${wanted.taskDefinition} needs the log driver awslogs with awslogs-group and awslogs-stream-prefix: its log is how it tells what it counted`;
    throw new InputError('no-generator-log', message);
  }
  return {
    count: wanted.count,
    cluster: target.cluster,
    service,
    taskDefinition: taskDefinition.taskDefinitionArn ?? wanted.taskDefinition,
    container,
    startInSeconds: wanted.startInSeconds,
    rehearsalSpeed: rehearsal?.speed,
  };
}
