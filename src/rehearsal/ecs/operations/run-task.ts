import { isDeepStrictEqual } from 'node:util';
import {
  RunTask$,
  type RunTaskRequest,
  type RunTaskResponse,
  type Task,
  type TaskDefinition,
  type TaskOverride,
} from '@aws-sdk/client-ecs';
import { operation } from '../../wire/operation.ts';
import type { EcsContext } from '../context.ts';
import { errors } from '../errors.ts';
import { findCluster, findTaskDefinition } from '../lookup.ts';
import { zonesForNewTasks } from '../plan/zone-spread.ts';
import type { TaskDefinitionRecord } from '../records/cluster.ts';
import type { ClusterRecord } from '../records/service.ts';
import type { TaskRecord } from '../records/task.ts';
import { checkNetwork } from '../service/revision.ts';
import { checkNumber, newTags } from '../tag-rules.ts';
import { taskView } from '../task-view.ts';
import { newTask, zonesOf } from '../tasks/new-task.ts';
import type { EcsWorld } from '../world.ts';
import { checkLaunchType, PLACE_INERT } from './service-members.ts';

/** "You can specify up to 10 tasks for each call." */
const MOST_TASKS = 10;
/** "A total of 8192 characters are allowed for overrides. This limit includes the JSON formatting characters of the override structure." */
const LONGEST_OVERRIDES = 8192;
/** "Up to 128 letters (uppercase and lowercase), numbers, hyphens (-), forward slash (/), and underscores (_) are allowed." */
const STARTED_BY = /^[\w/-]{0,128}$/;
/** "Up to 64 characters are allowed. The valid characters are characters in the range of 33-126, inclusive." */
const CLIENT_TOKEN = /^[!-~]{1,64}$/;

/**
 * Starts tasks that no service looks after: each runs until an essential container exits or somebody stops it. A command in the
 * overrides replaces how the image runs altogether: it is the process's argument list, started in the image's directory. There is
 * always room for a task here, so `failures` is always empty.
 */
export function runTask({ world, singleTasks }: EcsContext) {
  return operation<RunTaskRequest, RunTaskResponse>({
    schema: RunTask$,
    supports: [
      'cluster',
      'taskDefinition',
      'count',
      'startedBy',
      'group',
      'launchType',
      'clientToken',
      'propagateTags',
      'enableECSManagedTags',
      'tags[].*',
      'networkConfiguration.awsvpcConfiguration.subnets',
      'overrides.containerOverrides[].name',
      'overrides.containerOverrides[].command',
      'overrides.containerOverrides[].environment[].*',
    ],
    inert: {
      'overrides.containerOverrides[].cpu': 'given back; no limit is enforced',
      'overrides.containerOverrides[].memory': 'given back; no limit is enforced',
      'overrides.containerOverrides[].memoryReservation': 'given back; no limit is enforced',
      'overrides.cpu': 'given back; no limit is enforced',
      'overrides.memory': 'given back; no limit is enforced',
      'overrides.taskRoleArn': 'given back; there is no IAM here',
      'overrides.executionRoleArn': 'given back; there is no IAM here',
      ...PLACE_INERT,
      platformVersion: 'given back',
      enableExecuteCommand: 'given back; there is no ECS Exec here',
    },
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html',
    handle: (input) => {
      const { clientToken, ...request } = input;
      const cluster = findCluster(world.state, input.cluster);
      check(input);
      const earlier = clientToken === undefined ? undefined : singleTasks.tokenUse(clientToken);
      if (earlier !== undefined) {
        return { tasks: again(world, earlier, request), failures: [] };
      }
      const definition = findTaskDefinition(world.state, input.taskDefinition ?? '');
      checkNetwork(world, input.networkConfiguration);
      checkOverrides(input.overrides, definition.definition);
      const tasks = newTasks(world, input, cluster, definition);
      for (const task of tasks) {
        singleTasks.start(task);
      }
      if (clientToken !== undefined) {
        const taskArns = tasks.map(({ arn }) => arn);
        singleTasks.useToken(clientToken, { request, taskArns, at: world.clock.now() });
      }
      return { tasks: tasks.map((task) => taskView(task, true)), failures: [] };
    },
  });
}

/** The tasks of an earlier, equal request, as they are now. */
function again(
  world: EcsWorld,
  earlier: { readonly request: object; readonly taskArns: readonly string[] },
  request: object,
): Task[] {
  if (!isDeepStrictEqual(earlier.request, request)) {
    throw errors.conflict(
      `The RunTask request could not be processed due to conflicts. The provided clientToken is already in use with a different RunTask request. Its tasks are ${earlier.taskArns.join(', ')}.`,
    );
  }
  return earlier.taskArns.flatMap((arn) => {
    const task = world.state.tasks.get(arn);
    return task === undefined ? [] : [taskView(task, true)];
  });
}

function check(input: RunTaskRequest): void {
  const { count = 1, startedBy = '', group = '', clientToken } = input;
  checkLaunchType(input.launchType);
  if (input.launchType !== undefined && (input.capacityProviderStrategy?.length ?? 0) > 0) {
    throw errors.invalid(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  if (!Number.isInteger(count) || count < 1 || count > MOST_TASKS) {
    throw errors.invalid(`count must be between 1 and ${MOST_TASKS}.`);
  }
  if (!STARTED_BY.test(startedBy)) {
    throw errors.invalid('startedBy may have up to 128 letters, numbers, hyphens, slashes and underscores.');
  }
  if (group.startsWith('service:')) {
    throw errors.invalid('Invalid namespace for group: groups that begin with service: belong to services.');
  }
  if (clientToken !== undefined && !CLIENT_TOKEN.test(clientToken)) {
    throw errors.invalid('clientToken may have up to 64 printable ASCII characters without spaces.');
  }
  if (input.propagateTags === 'SERVICE') {
    throw errors.invalid('propagateTags cannot be SERVICE for a task that no service runs. Use TASK_DEFINITION.');
  }
}

function checkOverrides(overrides: TaskOverride | undefined, definition: TaskDefinition): void {
  if (JSON.stringify(overrides ?? {}).length > LONGEST_OVERRIDES) {
    throw errors.invalid(`Overrides length must be at most ${LONGEST_OVERRIDES}.`);
  }
  for (const { name } of overrides?.containerOverrides ?? []) {
    if (!definition.containerDefinitions?.some((container) => container.name === name)) {
      throw errors.invalid(`Override for container named ${name} is not a container in the TaskDefinition.`);
    }
  }
}

function newTasks(
  world: EcsWorld,
  input: RunTaskRequest,
  cluster: ClusterRecord,
  definition: TaskDefinitionRecord,
): TaskRecord[] {
  const group = input.group ?? `family:${definition.family}`;
  const perZone = new Map<string, number>();
  for (const task of world.state.presentTasks(cluster).filter((present) => present.group === group)) {
    perZone.set(task.zone, (perZone.get(task.zone) ?? 0) + 1);
  }
  return zonesForNewTasks(input.count ?? 1, zonesOf(world, input.networkConfiguration), perZone).map((zone) =>
    newTask(world, {
      cluster,
      definition,
      group,
      startedBy: input.startedBy,
      zone,
      networkConfiguration: input.networkConfiguration,
      launchType: 'FARGATE',
      platformVersion: input.platformVersion ?? 'LATEST',
      enableExecuteCommand: input.enableExecuteCommand ?? false,
      tags: tagsOf(input, cluster, definition),
      overrides: input.overrides ?? {},
    }),
  );
}

function tagsOf(input: RunTaskRequest, cluster: ClusterRecord, definition: TaskDefinitionRecord): Map<string, string> {
  const tags = new Map([
    ...(input.propagateTags === 'TASK_DEFINITION' ? definition.tags : []),
    ...newTags(input.tags),
    ...(input.enableECSManagedTags === true ? [['aws:ecs:clusterName', cluster.name] as const] : []),
  ]);
  checkNumber(tags);
  return tags;
}
