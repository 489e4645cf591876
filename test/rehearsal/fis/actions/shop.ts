/** What the tests of actions share: a shop on a whole platform, three zones, three tasks, a database; and FIS over the wire. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DescribeTasksResponse, ListTasksResponse, Task } from '@aws-sdk/client-ecs';
import type { DescribeTargetHealthCommandOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Experiment, FisInputs, FisOutputs } from '../../../../src/aws/fis/types.ts';
import { requirePlatform } from '../../../../src/platform/load.ts';
import { resolveService } from '../../../../src/platform/select.ts';
import { type Rehearsal, startRehearsal } from '../../../../src/rehearsal/platform.ts';
import { eventually } from '../../ecs/lab.ts';

export const SHOP = 'splurge-art-shop-dev';
export const CLUSTER = 'splurge-art-dev';
export const DATABASE = 'splurge-art-dev';
export const [A, B, C] = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
export const PATIENCE_MS = 90_000;

export let rehearsal: Rehearsal;
let directory: string;
const bugs: unknown[] = [];

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'surefoot-'));
  const platform = await requirePlatform('examples/splurge-art/surefoot.yml');
  rehearsal = await startRehearsal({
    target: resolveService(platform, { environment: 'dev' }),
    region: 'us-east-1',
    zones: platform.environments['dev']?.zones ?? [],
    speed: 60,
    workDirectory: directory,
    signal: new AbortController().signal,
    onBug: (error) => bugs.push(error),
  });
}, 120_000);

afterAll(async () => {
  await rehearsal?.stop();
  await rm(directory, { recursive: true, force: true });
  expect(bugs).toEqual([]);
}, 60_000);

/** Calls an operation of FIS over the wire. */
export const call = <Name extends keyof FisInputs>(name: Name, input: FisInputs[Name]) =>
  rehearsal.wire.call<FisOutputs[Name]>('fis', name, input);

type Template = FisInputs['CreateExperimentTemplate'];
type Targets = NonNullable<Template['targets']>;

/** Targets: the subnets of a zone. */
export const subnetOf = (zone: string): Targets[string] => ({
  resourceType: 'aws:ec2:subnet',
  selectionMode: 'ALL',
  parameters: { availabilityZoneIdentifier: zone },
});
/** Targets: the tasks of the shop. */
export const tasks = (more: Partial<Targets[string]> = {}): Targets[string] => ({
  resourceType: 'aws:ecs:task',
  selectionMode: 'ALL',
  parameters: { cluster: CLUSTER, service: SHOP },
  ...more,
});
/** Starts an experiment of one action on tasks; resolves with its id. */
export const onTasks = (action: string, parameters: Record<string, string>, target = tasks()) =>
  start({
    targets: { it: target },
    actions: { act: { actionId: `aws:ecs:${action}`, parameters, targets: { Tasks: 'it' } } },
  });
export const overEndpoints = { useEcsFaultInjectionEndpoints: 'true' };

/** Starts an experiment from a template of its own; resolves with its id. */
export async function start(content: Pick<Template, 'targets' | 'actions'>): Promise<string> {
  const { experimentTemplate } = await call('CreateExperimentTemplate', {
    clientToken: crypto.randomUUID(),
    description: 'a test',
    roleArn: 'arn:aws:iam::000000000000:role/fis-experiments',
    stopConditions: [{ source: 'none' }],
    ...content,
  });
  const { experiment } = await call('StartExperiment', {
    clientToken: crypto.randomUUID(),
    experimentTemplateId: experimentTemplate?.id ?? '',
  });
  return experiment?.id ?? '';
}

/** The experiment as it is now. */
export const get = async (id: string): Promise<Experiment> => (await call('GetExperiment', { id })).experiment ?? {};

/** The experiment once all of its actions run. */
export const acting = (id: string) =>
  eventually(async () => {
    const experiment = await get(id);
    return Object.values(experiment.actions ?? {}).every(({ state }) => state?.status === 'running')
      ? experiment
      : undefined;
  }, PATIENCE_MS);

/** The experiment once it has ended, however it did. */
export const ended = (id: string) =>
  eventually(async () => {
    const experiment = await get(id);
    return experiment.endTime === undefined ? undefined : experiment;
  }, PATIENCE_MS);

/** Stops the experiment, and waits until it has. */
export async function stop(id: string): Promise<void> {
  await call('StopExperiment', { id });
  expect((await ended(id)).state?.status).toBe('stopped');
}

/** The tasks of the shop. */
export async function runningTasks(): Promise<Task[]> {
  const { taskArns = [] } = await rehearsal.wire.call<ListTasksResponse>('ecs', 'ListTasks', {
    cluster: CLUSTER,
    serviceName: SHOP,
  });
  const request = { cluster: CLUSTER, tasks: taskArns };
  const { tasks: found = [] } =
    taskArns.length === 0 ? {} : await rehearsal.wire.call<DescribeTasksResponse>('ecs', 'DescribeTasks', request);
  return found;
}

/** The process of a task; 0 where it has none. */
export const pidOf = (task: Task | undefined) => rehearsal.findTask(task?.taskArn ?? '')?.containers[0]?.pid ?? 0;

/** Targets of the groups that have any, by zone: state and reason. */
export async function health(): Promise<{ zone: string; state: string; reason: string }[]> {
  const groups = await rehearsal.wire.call<{ TargetGroups?: { TargetGroupArn?: string }[] }>(
    'elbv2',
    'DescribeTargetGroups',
    {},
  );
  const all = await Promise.all(
    (groups.TargetGroups ?? []).map(({ TargetGroupArn }) =>
      rehearsal.wire.call<Omit<DescribeTargetHealthCommandOutput, '$metadata'>>('elbv2', 'DescribeTargetHealth', {
        TargetGroupArn,
      }),
    ),
  );
  return all.flatMap(({ TargetHealthDescriptions = [] }) =>
    TargetHealthDescriptions.map(({ Target, TargetHealth }) => ({
      zone: Target?.AvailabilityZone ?? '',
      state: TargetHealth?.State ?? '',
      reason: TargetHealth?.Reason ?? '',
    })),
  );
}

/** Until three tasks in three zones are healthy and nothing drains. */
export const whole = () =>
  eventually(async () => {
    const found = await health();
    return found.length === 3 && found.every(({ state }) => state === 'healthy') ? found : undefined;
  }, PATIENCE_MS);

/** Status and milliseconds of one request; 0 when it took more than `patience` ms. */
export async function ask(patience = 5000, page = '/'): Promise<{ status: number; ms: number }> {
  const at = performance.now();
  const status = await fetch(`${rehearsal.services[SHOP]?.url}${page}`, { signal: AbortSignal.timeout(patience) })
    .then(async (response) => {
      await response.text();
      return response.status;
    })
    .catch(() => 0);
  return { status, ms: performance.now() - at };
}

/** So many requests at once. */
export async function askAll(count: number, patience?: number) {
  return Promise.all(Array.from({ length: count }, () => ask(patience)));
}

/** The shop's database. */
export const database = () => {
  const [found] = rehearsal.databases.all;
  if (found === undefined) {
    throw new Error('the platform has no database');
  }
  return found;
};
