/** Actions of FIS on the processes of tasks, and on other services than ECS. */
import { readFile } from 'node:fs/promises';
import type { DescribeTasksResponse } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../ecs/lab.ts';
import {
  acting,
  ask,
  CLUSTER,
  call,
  DATABASE,
  database,
  ended,
  onTasks,
  PATIENCE_MS,
  pidOf,
  rehearsal,
  runningTasks,
  start,
  stop,
  tasks,
  whole,
} from './shop.ts';

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
