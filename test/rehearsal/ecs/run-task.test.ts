/** RunTask: real processes that no service looks after. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type {
  DescribeClustersResponse,
  DescribeTasksResponse,
  ListTasksResponse,
  RunTaskRequest,
  RunTaskResponse,
  Task,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, type Lab, SUBNETS, shortArn, startLab } from './lab.ts';

let lab: Lab;
let taskDefinition: string;

beforeAll(async () => {
  lab = await startLab();
  taskDefinition = await lab.taskDefinition('good');
});

afterAll(async () => {
  await lab.stop();
});

const networkConfiguration = { awsvpcConfiguration: { subnets: SUBNETS } };
/** The server's own answer to SIGTERM, and what comes of one that arrives before the server has set itself up. */
const ENDED_BY_SIGTERM = [0, 143];
const MIGRATION = ['node', 'migrate.cjs', '--all'];

function run(change: Partial<RunTaskRequest>): Promise<RunTaskResponse> {
  return lab.call('ecs', 'RunTask', {
    cluster: 'lab',
    taskDefinition,
    launchType: 'FARGATE',
    networkConfiguration,
    ...change,
  });
}

async function runOne(change: Partial<RunTaskRequest>): Promise<Task> {
  return (await run(change)).tasks?.[0] ?? {};
}

async function describeTask(taskArn: string | undefined): Promise<Task> {
  const answer = await lab.call<DescribeTasksResponse>('ecs', 'DescribeTasks', {
    cluster: 'lab',
    tasks: [taskArn],
    include: ['TAGS'],
  });
  return answer.tasks?.[0] ?? {};
}

function until(task: Task, lastStatus: string): Promise<Task> {
  return eventually(async () => {
    const now = await describeTask(task.taskArn);
    return now.lastStatus === lastStatus ? now : undefined;
  });
}

const stop = (task: Task) => lab.call('ecs', 'StopTask', { cluster: 'lab', task: task.taskArn });

async function logOf(task: Task, container = 'app'): Promise<string> {
  return readFile(path.join(lab.logDirectory, `${shortArn(task.taskArn)}-${container}.log`), 'utf8');
}

/** A task definition of a server and a helper beside it that is not essential. */
async function pair(): Promise<string> {
  const image = 'repository/web:good';
  await lab.call('ecs', 'RegisterTaskDefinition', {
    family: 'pair',
    networkMode: 'awsvpc',
    tags: [
      { key: 'team', value: 'art' },
      { key: 'tier', value: 'web' },
    ],
    containerDefinitions: [
      {
        name: 'app',
        image,
        portMappings: [{ containerPort: 8000 }],
        environment: [{ name: 'NAME', value: 'definition' }],
      },
      { name: 'helper', image, essential: false, portMappings: [{ containerPort: 9000 }] },
    ],
  });
  return 'pair';
}

describe('a task of no service', () => {
  test('runs an override command in the image’s directory to its end, and says how it ended', async () => {
    const started = await runOne({
      startedBy: 'deploy/42',
      overrides: {
        containerOverrides: [
          { name: 'app', command: MIGRATION, environment: [{ name: 'NAME', value: 'x' }], cpu: 128, memory: 256 },
        ],
      },
    });
    expect(started).toMatchObject({
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      group: 'family:web',
      startedBy: 'deploy/42',
      launchType: 'FARGATE',
      overrides: { containerOverrides: [{ name: 'app', command: MIGRATION, cpu: 128 }] },
      containers: [{ name: 'app', cpu: '128', memory: '256' }],
    });
    const ended = await until(started, 'STOPPED');
    expect(ended).toMatchObject({
      desiredStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ name: 'app', lastStatus: 'STOPPED', exitCode: 0 }],
    });
    expect(JSON.parse(await logOf(ended))).toEqual({
      arguments: ['--all'],
      directory: path.dirname(lab.logDirectory),
      name: 'x',
      behaviour: 'good',
    });
    const states = lab.events.flatMap((e) => (e.type === 'task' && e.taskArn === ended.taskArn ? [e.lastStatus] : []));
    // A process may end before anybody has seen the task RUNNING.
    const unseen = states.includes('RUNNING') ? [] : ['ACTIVATING', 'RUNNING'];
    expect(states).toEqual(
      ['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING', 'STOPPING', 'DEPROVISIONING', 'STOPPED'].filter(
        (state) => !unseen.includes(state),
      ),
    );
  });

  test('ends with its essential container, whose exit code is its own; the other container is stopped', async () => {
    const definition = await pair();
    const started = await runOne({
      taskDefinition: definition,
      overrides: {
        containerOverrides: [{ name: 'app', command: MIGRATION, environment: [{ name: 'EXIT_CODE', value: '7' }] }],
      },
    });
    const ended = await until(started, 'STOPPED');
    expect(ended.stopCode).toBe('EssentialContainerExited');
    const codes = new Map(ended.containers?.map(({ name, exitCode }) => [name, exitCode]));
    expect(codes.get('app')).toBe(7);
    expect(ENDED_BY_SIGTERM).toContain(codes.get('helper'));
    expect(JSON.parse(await logOf(ended))).toMatchObject({ name: 'definition' });
  });

  test('goes on without a container that is not essential', async () => {
    const definition = await pair();
    const started = await runOne({
      taskDefinition: definition,
      overrides: { containerOverrides: [{ name: 'helper', command: MIGRATION }] },
    });
    const alone = await eventually(async () => {
      const task = await describeTask(started.taskArn);
      return task.containers?.[1]?.exitCode === 0 ? task : undefined;
    });
    expect(alone).toMatchObject({ desiredStatus: 'RUNNING', containers: [{ lastStatus: 'RUNNING' }, { exitCode: 0 }] });
    await stop(started);
    const ended = await until(started, 'STOPPED');
    expect(ended).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' });
  });

  test.each([
    [['no-such-program'], /^CannotStartContainerError: .*no-such-program/],
    [['./migrate.cjs'], /^CannotStartContainerError: .*EACCES/],
  ])('that cannot be started by %j says why', async (command, reason) => {
    const ended = await until(
      await runOne({ overrides: { containerOverrides: [{ name: 'app', command }] } }),
      'STOPPED',
    );
    expect(ended).toMatchObject({ stopCode: 'TaskFailedToStart', stoppedReason: expect.stringMatching(reason) });
    expect(ended.containers?.[0]).not.toHaveProperty('exitCode');
  });

  test('whose image is not there says so', async () => {
    const ended = await until(await runOne({ taskDefinition: await lab.taskDefinition('missing') }), 'STOPPED');
    expect(ended).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(/^CannotPullContainerError/),
    });
  });

  test('are found by starter, family and desired status, spread over the zones, and keep their cluster', async () => {
    const { tasks = [], failures } = await run({ count: 4, startedBy: 'batch', group: 'nightly' });
    expect(failures).toEqual([]);
    expect(tasks.map((task) => task.availabilityZone).sort()).toEqual([
      'ca-central-1a',
      'ca-central-1a',
      'ca-central-1b',
      'ca-central-1b',
    ]);
    expect(new Set(tasks.map(({ group }) => group))).toEqual(new Set(['nightly']));
    const arns = tasks.map(({ taskArn }) => taskArn);
    for (const task of tasks) {
      await until(task, 'RUNNING');
    }
    const list = async (filter: object) =>
      (await lab.call<ListTasksResponse>('ecs', 'ListTasks', { cluster: 'lab', ...filter })).taskArns;
    expect(await list({ startedBy: 'batch' })).toEqual(arns);
    expect(await list({ startedBy: 'batch', family: 'web' })).toEqual(arns);
    expect(await list({ startedBy: 'batch', family: 'pair' })).toEqual([]);
    expect(await list({ startedBy: 'batch', desiredStatus: 'STOPPED' })).toEqual([]);
    const { clusters } = await lab.call<DescribeClustersResponse>('ecs', 'DescribeClusters', { clusters: ['lab'] });
    expect(clusters?.[0]).toMatchObject({ runningTasksCount: 4, activeServicesCount: 0 });
    await expect(lab.call('ecs', 'DeleteCluster', { cluster: 'lab' })).rejects.toMatchObject({
      code: 'ClusterContainsTasksException',
    });
    for (const task of tasks) {
      await stop(task);
    }
    for (const task of tasks) {
      const ended = await until(task, 'STOPPED');
      expect(ENDED_BY_SIGTERM).toContain(ended.containers?.[0]?.exitCode);
    }
    expect(await list({ startedBy: 'batch', desiredStatus: 'STOPPED' })).toEqual(arns);
  });

  test('is started once by one client token', async () => {
    const once = { clientToken: 'token-1', overrides: { containerOverrides: [{ name: 'app', command: MIGRATION }] } };
    const answers = await Promise.all(Array.from({ length: 5 }, () => runOne(once)));
    expect(new Set(answers.map(({ taskArn }) => taskArn)).size).toBe(1);
    const ended = await until(answers[0] ?? {}, 'STOPPED');
    expect(await runOne(once)).toMatchObject({ taskArn: ended.taskArn, lastStatus: 'STOPPED' });
    await expect(runOne({ ...once, count: 2 })).rejects.toMatchObject({
      code: 'ConflictException',
      message: expect.stringContaining(ended.taskArn ?? 'no ARN'),
    });
  });

  test('has its own tags, over those of its definition when asked for', async () => {
    const definition = await pair();
    const command = { overrides: { containerOverrides: [{ name: 'app', command: MIGRATION }] } };
    const tags = [{ key: 'team', value: 'core' }];
    const own = await runOne({ ...command, taskDefinition: definition, tags });
    expect((await describeTask(own.taskArn)).tags).toEqual(tags);
    const both = await runOne({
      ...command,
      taskDefinition: definition,
      tags,
      propagateTags: 'TASK_DEFINITION',
      enableECSManagedTags: true,
    });
    expect((await describeTask(both.taskArn)).tags).toEqual([
      { key: 'team', value: 'core' },
      { key: 'tier', value: 'web' },
      { key: 'aws:ecs:clusterName', value: 'lab' },
    ]);
  });

  test.each<[string, Partial<RunTaskRequest>, string, RegExp]>([
    ['in no cluster', { cluster: 'nowhere' }, 'ClusterNotFoundException', /Cluster not found/],
    ['of no definition', { taskDefinition: 'none:7' }, 'ClientException', /TaskDefinition not found/],
    ['eleven times', { count: 11 }, 'InvalidParameterException', /between 1 and 10/],
    ['not once', { count: 0 }, 'InvalidParameterException', /between 1 and 10/],
    ['on EC2', { launchType: 'EC2' }, 'UnsupportedFeatureException', /Use FARGATE/],
    ['without network', { networkConfiguration: {} }, 'InvalidParameterException', /Network Configuration/],
    ['as a service’s', { group: 'service:web' }, 'InvalidParameterException', /Invalid namespace/],
    ['by a sentence', { startedBy: 'a b' }, 'InvalidParameterException', /startedBy/],
    ['with a long token', { clientToken: 'x'.repeat(65) }, 'InvalidParameterException', /clientToken/],
    ['with tags of no service', { propagateTags: 'SERVICE' }, 'InvalidParameterException', /propagateTags/],
    [
      'with another’s container',
      { overrides: { containerOverrides: [{ name: 'other', command: ['x'] }] } },
      'InvalidParameterException',
      /Override for container named other is not a container in the TaskDefinition/,
    ],
    [
      'with overrides without end',
      { overrides: { containerOverrides: [{ name: 'app', command: ['x'.repeat(9000)] }] } },
      'InvalidParameterException',
      /8192/,
    ],
    [
      'with both a launch type and a provider',
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] },
      'InvalidParameterException',
      /launch type and capacity provider/,
    ],
    [
      'with what has no code',
      { overrides: { containerOverrides: [{ name: 'app', environmentFiles: [{ value: 'x', type: 's3' }] }] } },
      'UnsupportedParameterException',
      /environmentFiles/,
    ],
  ])('cannot be run %s', async (_how, change, code, message) => {
    const before = lab.events.length;
    await expect(run(change)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(lab.events.length).toBe(before);
  });

  test('ends with the platform', async () => {
    const own = await startLab();
    const definition = await own.taskDefinition('stubborn');
    const { tasks = [] } = await own.call<RunTaskResponse>('ecs', 'RunTask', {
      cluster: 'lab',
      taskDefinition: definition,
      networkConfiguration,
    });
    const arns = tasks.map(({ taskArn }) => taskArn);
    const read = async () =>
      (await own.call<DescribeTasksResponse>('ecs', 'DescribeTasks', { cluster: 'lab', tasks: arns })).tasks?.[0];
    await eventually(async () => ((await read())?.lastStatus === 'RUNNING' ? true : undefined));
    await own.ecs.stop();
    expect(await read()).toMatchObject({ lastStatus: 'STOPPED', containers: [{ exitCode: expect.any(Number) }] });
    await own.stop();
  });
});
