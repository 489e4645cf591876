/** Every action of FIS that acts on the platform's parts, through FIS's API, on a whole platform: three zones, three tasks, a database. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DescribeTasksResponse, ListTasksResponse, Task } from '@aws-sdk/client-ecs';
import type { DescribeTargetHealthCommandOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Experiment, FisInputs, FisOutputs } from '../../../src/aws/fis/types.ts';
import { requirePlatform } from '../../../src/platform/load.ts';
import { resolveService } from '../../../src/platform/select.ts';
import { type Rehearsal, startRehearsal } from '../../../src/rehearsal/platform.ts';
import { eventually } from '../ecs/lab.ts';

const SHOP = 'splurge-art-shop-dev';
const CLUSTER = 'splurge-art-dev';
const DATABASE = 'splurge-art-dev';
const [A, B, C] = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const PATIENCE_MS = 90_000;

let rehearsal: Rehearsal;
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

const call = <Name extends keyof FisInputs>(name: Name, input: FisInputs[Name]) =>
  rehearsal.wire.call<FisOutputs[Name]>('fis', name, input);

type Template = FisInputs['CreateExperimentTemplate'];
type Targets = NonNullable<Template['targets']>;

const subnetOf = (zone: string): Targets[string] => ({
  resourceType: 'aws:ec2:subnet',
  selectionMode: 'ALL',
  parameters: { availabilityZoneIdentifier: zone },
});
const tasks = (more: Partial<Targets[string]> = {}): Targets[string] => ({
  resourceType: 'aws:ecs:task',
  selectionMode: 'ALL',
  parameters: { cluster: CLUSTER, service: SHOP },
  ...more,
});
const onTasks = (action: string, parameters: Record<string, string>, target = tasks()) =>
  start({
    targets: { it: target },
    actions: { act: { actionId: `aws:ecs:${action}`, parameters, targets: { Tasks: 'it' } } },
  });
const overEndpoints = { useEcsFaultInjectionEndpoints: 'true' };

async function start(content: Pick<Template, 'targets' | 'actions'>): Promise<string> {
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

const get = async (id: string): Promise<Experiment> => (await call('GetExperiment', { id })).experiment ?? {};

/** The experiment once all of its actions run. */
const acting = (id: string) =>
  eventually(async () => {
    const experiment = await get(id);
    return Object.values(experiment.actions ?? {}).every(({ state }) => state?.status === 'running')
      ? experiment
      : undefined;
  }, PATIENCE_MS);

/** The experiment once it has ended, however it did. */
const ended = (id: string) =>
  eventually(async () => {
    const experiment = await get(id);
    return experiment.endTime === undefined ? undefined : experiment;
  }, PATIENCE_MS);

async function stop(id: string): Promise<void> {
  await call('StopExperiment', { id });
  expect((await ended(id)).state?.status).toBe('stopped');
}

async function runningTasks(): Promise<Task[]> {
  const { taskArns = [] } = await rehearsal.wire.call<ListTasksResponse>('ecs', 'ListTasks', {
    cluster: CLUSTER,
    serviceName: SHOP,
  });
  const request = { cluster: CLUSTER, tasks: taskArns };
  const { tasks: found = [] } =
    taskArns.length === 0 ? {} : await rehearsal.wire.call<DescribeTasksResponse>('ecs', 'DescribeTasks', request);
  return found;
}

const pidOf = (task: Task | undefined) => rehearsal.findTask(task?.taskArn ?? '')?.containers[0]?.pid ?? 0;

/** Targets of the groups that have any, by zone: state and reason. */
async function health(): Promise<{ zone: string; state: string; reason: string }[]> {
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
const whole = () =>
  eventually(async () => {
    const found = await health();
    return found.length === 3 && found.every(({ state }) => state === 'healthy') ? found : undefined;
  }, PATIENCE_MS);

/** Status and milliseconds of one request; 0 when it took more than `patience` ms. */
async function ask(patience = 5000, page = '/'): Promise<{ status: number; ms: number }> {
  const at = performance.now();
  const status = await fetch(`${rehearsal.services[SHOP]?.url}${page}`, { signal: AbortSignal.timeout(patience) })
    .then(async (response) => {
      await response.text();
      return response.status;
    })
    .catch(() => 0);
  return { status, ms: performance.now() - at };
}

async function askAll(count: number, patience?: number) {
  return Promise.all(Array.from({ length: count }, () => ask(patience)));
}

const database = () => {
  const [found] = rehearsal.databases.all;
  if (found === undefined) {
    throw new Error('the platform has no database');
  }
  return found;
};

describe('aws:network:disrupt-connectivity', () => {
  it('makes a zone dark for tasks and databases for its duration, and all is well afterwards', async () => {
    await whole();
    expect(database().primary.zone).toBe(A);
    const id = await start({
      targets: { it: subnetOf(A ?? '') },
      actions: {
        cut: {
          actionId: 'aws:network:disrupt-connectivity',
          parameters: { duration: 'PT20M', scope: 'all' },
          targets: { Subnets: 'it' },
        },
      },
    });
    await eventually(async () => {
      const lost = (await health()).filter(({ state, reason }) => state === 'unhealthy' && reason === 'Target.Timeout');
      return lost.length > 0 ? lost : undefined;
    }, PATIENCE_MS);
    await database().until(() => database().primary.zone === B && database().status === 'available');
    const experiment = await ended(id);
    expect(experiment.state?.status).toBe('completed');
    await whole();
    expect((await askAll(9)).map(({ status }) => status)).toEqual(Array(9).fill(200));
  }, 240_000);

  it('together with a zonal shift is not felt; both end when the experiment is stopped', async () => {
    await whole();
    const id = await start({
      targets: {
        subnets: subnetOf(C ?? ''),
        balancers: {
          resourceType: 'aws:arc:zonal-shift-managed-resource',
          selectionMode: 'ALL',
          resourceTags: { 'surefoot:chaos': 'zone-loss' },
        },
      },
      actions: {
        shift: {
          actionId: 'aws:arc:start-zonal-autoshift',
          parameters: {
            duration: 'PT2H',
            availabilityZoneIdentifier: C ?? '',
            managedResourceTypes: 'ALB',
            zonalAutoshiftStatus: 'ENABLED',
          },
          targets: { ManagedResources: 'balancers' },
        },
        cut: {
          actionId: 'aws:network:disrupt-connectivity',
          parameters: { duration: 'PT2H', scope: 'availability-zone' },
          targets: { Subnets: 'subnets' },
        },
      },
    });
    await acting(id);
    expect((await askAll(9)).map(({ status }) => status)).toEqual(Array(9).fill(200));
    await stop(id);
    await whole();
    expect((await askAll(9)).map(({ status }) => status)).toEqual(Array(9).fill(200));
  }, 240_000);

  it.each(['s3', 'dynamodb'])('is refused for the scope %s, which nothing here would feel', async (scope) => {
    const id = await start({
      targets: { it: subnetOf(A ?? '') },
      actions: {
        cut: {
          actionId: 'aws:network:disrupt-connectivity',
          parameters: { duration: 'PT1M', scope },
          targets: { Subnets: 'it' },
        },
      },
    });
    expect((await ended(id)).state).toMatchObject({ status: 'failed', error: { code: 'ConfigurationFailure' } });
  });
});

describe('aws:arc:start-zonal-autoshift', () => {
  it.each([
    ['an unknown zone', { availabilityZoneIdentifier: 'us-east-1f', managedResourceTypes: 'ALB' }],
    ['other kinds of resources', { availabilityZoneIdentifier: 'us-east-1a', managedResourceTypes: 'NLB,ASG' }],
  ])('fails for %s', async (_, parameters) => {
    const id = await start({
      targets: {
        it: {
          resourceType: 'aws:arc:zonal-shift-managed-resource',
          selectionMode: 'ALL',
          resourceTags: { 'surefoot:chaos': 'zone-loss' },
        },
      },
      actions: {
        shift: {
          actionId: 'aws:arc:start-zonal-autoshift',
          parameters: { duration: 'PT1M', ...parameters },
          targets: { ManagedResources: 'it' },
        },
      },
    });
    expect((await ended(id)).state).toMatchObject({
      status: 'failed',
      error: { code: 'InvalidTarget', location: 'shift' },
    });
  });
});

describe('faults on the network of tasks', () => {
  it('delay what the tasks send until they are stopped', async () => {
    await whole();
    const parameters = { duration: 'PT2H', delayMilliseconds: '700', jitterMilliseconds: '0', ...overEndpoints };
    const id = await onTasks('task-network-latency', parameters);
    await acting(id);
    for (const { status, ms } of await askAll(6)) {
      expect(status).toBe(200);
      expect(ms).toBeGreaterThan(690);
    }
    await stop(id);
    const after = await eventually(async () => {
      const { status, ms } = await ask();
      return status === 200 && ms < 600 ? ms : undefined;
    });
    expect(after).toBeLessThan(600);
  }, 120_000);

  it('delay what the tasks send to the database as well', async () => {
    await whole();
    const parameters = { duration: 'PT2H', delayMilliseconds: '300', jitterMilliseconds: '0', ...overEndpoints };
    const id = await onTasks('task-network-latency', parameters);
    await acting(id);
    const { status, ms } = await ask(PATIENCE_MS, '/checkout');
    expect(status).toBe(200);
    // Once on the way to the database, and once on that back to the load balancer.
    expect(ms).toBeGreaterThan(590);
    await stop(id);
  }, 120_000);

  it('block the database’s port for tasks of one zone, which alone take no orders until it is over', async () => {
    await whole();
    const port = String(rehearsal.databases.settings(DATABASE)?.port);
    const id = await onTasks(
      'task-network-blackhole-port',
      { duration: 'PT2H', port, trafficType: 'egress', ...overEndpoints },
      tasks({ filters: [{ path: 'AvailabilityZone', values: [B ?? ''] }] }),
    );
    await acting(id);
    // One after the other: the load balancer goes round the three tasks.
    const seen = [
      await ask(PATIENCE_MS, '/checkout'),
      await ask(PATIENCE_MS, '/checkout'),
      await ask(PATIENCE_MS, '/checkout'),
    ];
    expect(seen.map(({ status }) => status).sort()).toEqual([200, 200, 503]);
    // Its health does not depend on the database.
    expect((await askAll(6)).map(({ status }) => status)).toEqual(Array(6).fill(200));
    await stop(id);
    await eventually(async () => {
      const orders = await Promise.all(Array.from({ length: 6 }, () => ask(PATIENCE_MS, '/checkout')));
      return orders.every(({ status }) => status === 200) ? orders : undefined;
    }, PATIENCE_MS);
  }, 240_000);

  it('lose packets, which stalls some of the requests by 200 ms and more', async () => {
    await whole();
    const id = await onTasks('task-network-packet-loss', { duration: 'PT2H', lossPercent: '35', ...overEndpoints });
    await acting(id);
    const seen = await askAll(30, 30_000);
    // All of 30 responses come through at the first attempt once in 400,000 times.
    expect(seen.filter(({ ms }) => ms > 195).length).toBeGreaterThan(0);
    await stop(id);
  }, 120_000);

  it('block a port, so that nothing reaches the task and its checks time out; another port changes nothing', async () => {
    await whole();
    const filters = [{ path: 'AvailabilityZone', values: [B ?? ''] }];
    const block = (port: string) =>
      onTasks(
        'task-network-blackhole-port',
        { duration: 'PT2H', port, trafficType: 'ingress', ...overEndpoints },
        tasks({ filters }),
      );
    const other = await block('9999');
    await acting(other);
    expect((await askAll(6)).map(({ status }) => status)).toEqual(Array(6).fill(200));
    await stop(other);
    const id = await block('3000');
    await eventually(async () => {
      const lost = (await health()).filter(({ reason }) => reason === 'Target.Timeout');
      return lost.length > 0 ? lost : undefined;
    }, PATIENCE_MS);
    await stop(id);
    await whole();
  }, 240_000);

  it.each([
    ['without ECS’s fault injection endpoints', 'task-network-latency', { duration: 'PT1M' }],
    ['for some sources alone', 'task-network-latency', { duration: 'PT1M', sources: 'S3', ...overEndpoints }],
    [
      'on what tasks send to a port that no database has',
      'task-network-blackhole-port',
      { duration: 'PT1M', port: '443', trafficType: 'egress', ...overEndpoints },
    ],
  ])('fail %s', async (_, action, parameters) => {
    const id = await onTasks(action, parameters);
    expect((await ended(id)).state).toMatchObject({
      status: 'failed',
      error: { code: 'ConfigurationFailure', location: 'act' },
    });
  });
});

describe('faults on the processes of tasks', () => {
  /** Whether the process was seen standing still. */
  const stoodStill = async (pid: number, looks: number): Promise<boolean> => {
    for (let look = 0; look < looks; look++) {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')) {
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    return false;
  };

  const childrenOf = async (pid: number) =>
    (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean).map(Number);
  const writtenBy = async (pid: number) =>
    Number(/^wchar: (\d+)$/m.exec(await readFile(`/proc/${pid}/io`, 'utf8'))?.[1]);

  it('take CPU time from them, and give it back', async ({ skip }) => {
    skip(process.platform !== 'linux', 'needs /proc');
    await whole();
    const [task] = await runningTasks();
    const id = await onTasks('task-cpu-stress', { duration: 'PT2H', percent: '100' });
    await acting(id);
    expect(await stoodStill(pidOf(task), 2000)).toBe(true);
    expect((await ask()).status).toBe(200);
    await stop(id);
    await eventually(async () => ((await stoodStill(pidOf(task), 50)) ? undefined : true));
  }, 120_000);

  it('write to their disk beside them, and no more once it is stopped', async ({ skip }) => {
    skip(process.platform !== 'linux', 'needs /proc');
    await whole();
    const [task] = await runningTasks();
    const host = Number((await readFile(`/proc/${pidOf(task)}/stat`, 'utf8')).split(') ')[1]?.split(' ')[1]);
    const before = await childrenOf(host);
    const id = await onTasks('task-io-stress', { duration: 'PT2H', percent: '10', workers: '2' });
    await acting(id);
    const helpers = async () => (await childrenOf(host)).filter((pid) => !before.includes(pid));
    // One for each of the three tasks, each of which has asked the disk to take more than its files hold.
    const pids = await eventually(async () => ((await helpers()).length === 3 ? helpers() : undefined), PATIENCE_MS);
    for (const pid of pids) {
      await eventually(async () => ((await writtenBy(pid)) > 8 * 1024 * 1024 ? true : undefined), PATIENCE_MS);
    }
    expect((await ask()).status).toBe(200);
    await stop(id);
    await eventually(async () => ((await helpers()).length === 0 ? true : undefined), PATIENCE_MS);
  }, 120_000);

  it('kill those of a name, so that the service replaces the task', async () => {
    await whole();
    const before = (await runningTasks()).map(({ taskArn }) => taskArn);
    const id = await onTasks(
      'task-kill-process',
      { processName: 'node', signal: 'SIGKILL' },
      tasks({ selectionMode: 'COUNT(1)' }),
    );
    expect((await ended(id)).state?.status).toBe('completed');
    const { resolvedTargets = [] } = await call('ListExperimentResolvedTargets', { experimentId: id });
    const killed = resolvedTargets[0]?.targetInformation?.['arn'] ?? '';
    expect(before).toContain(killed);
    const stopped = await eventually(async () => {
      const request = { cluster: CLUSTER, tasks: [killed] };
      const answer = await rehearsal.wire.call<DescribeTasksResponse>('ecs', 'DescribeTasks', request);
      return answer.tasks?.[0]?.lastStatus === 'STOPPED' ? answer.tasks[0] : undefined;
    }, PATIENCE_MS);
    expect(stopped).toMatchObject({ stopCode: 'EssentialContainerExited', containers: [{ exitCode: 137 }] });
    await whole();
  }, 120_000);

  it('fail for a name that no process has', async () => {
    const id = await onTasks('task-kill-process', { processName: 'nginx' });
    expect((await ended(id)).state).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('has no process named nginx'),
      error: { code: 'DependentServiceFailure' },
    });
  });
});

describe('actions on other services', () => {
  it('reboot a database into the zone of its standby', async () => {
    await eventually(() => (database().inSync && database().status === 'available' ? true : undefined), PATIENCE_MS);
    const before = database().primary.zone;
    const arn = `arn:aws:rds:us-east-1:000000000000:db:${DATABASE}`;
    const id = await start({
      targets: { it: { resourceType: 'aws:rds:db', selectionMode: 'ALL', resourceArns: [arn] } },
      actions: {
        reboot: {
          actionId: 'aws:rds:reboot-db-instances',
          parameters: { forceFailover: 'true' },
          targets: { DBInstances: 'it' },
        },
      },
    });
    expect((await ended(id)).state?.status).toBe('completed');
    await database().until(() => database().primary.zone !== before && database().status === 'available');
  }, 120_000);

  it('cannot drain instances, which a cluster on Fargate has not', async () => {
    const id = await start({
      targets: {
        it: {
          resourceType: 'aws:ecs:cluster',
          selectionMode: 'ALL',
          filters: [{ path: 'Status', values: ['ACTIVE'] }],
        },
      },
      actions: {
        drain: {
          actionId: 'aws:ecs:drain-container-instances',
          parameters: { drainagePercentage: '50', duration: 'PT5M' },
          targets: { Clusters: 'it' },
        },
      },
    });
    expect((await ended(id)).state).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('has no container instances to drain'),
      error: { code: 'InvalidTarget', location: 'drain' },
    });
  });
});
