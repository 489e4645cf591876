import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DescribeTasksResponse, Task } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually, type Lab, shortArn, startLab } from './lab.ts';

let lab: Lab;

beforeEach(async () => {
  lab = await startLab();
});

afterEach(async () => {
  await lab.stop();
});

const ROLLING = { deploymentConfiguration: { strategy: 'ROLLING' } } as const;

async function describeTask(arn: string | undefined): Promise<Task> {
  const answer = await lab.call<DescribeTasksResponse>('ecs', 'DescribeTasks', { cluster: 'lab', tasks: [arn] });
  return answer.tasks?.[0] ?? {};
}

/** Where the group's targets answer. */
function urls(group = lab.blue): string[] {
  return lab.elb.targets(group).map(({ host, port }) => `http://${host}:${port}`);
}

function statesOf(taskArn: string | undefined): string[] {
  return lab.events.flatMap((event) => (event.type === 'task' && event.taskArn === taskArn ? [event.lastStatus] : []));
}

describe('scheduler', () => {
  test('a service reaches its steady state with tasks over both zones, each a real process with its own address', async () => {
    const service = await lab.service(ROLLING);
    const tasks = await lab.tasks();
    expect(tasks.map((task) => task.availabilityZone).sort()).toEqual(['ca-central-1a', 'ca-central-1b']);
    for (const task of tasks) {
      expect(task).toMatchObject({
        lastStatus: 'RUNNING',
        desiredStatus: 'RUNNING',
        connectivity: 'CONNECTED',
        launchType: 'FARGATE',
        cpu: '256',
        memory: '512',
        group: 'service:web',
        startedBy: service.deployments?.[0]?.id,
        healthStatus: 'UNKNOWN',
        attachments: [{ type: 'ElasticNetworkInterface', status: 'ATTACHED' }],
      });
      const details = Object.fromEntries(task.attachments?.[0]?.details?.map(({ name, value }) => [name, value]) ?? []);
      expect(details).toMatchObject({
        subnetId: task.availabilityZone === 'ca-central-1a' ? 'subnet-a' : 'subnet-b',
        privateIPv4Address: '127.0.0.1',
        networkInterfaceId: expect.stringMatching(/^eni-[0-9a-f]{17}$/),
      });
      expect(task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address).toBe('127.0.0.1');
      expect(statesOf(task.taskArn)).toEqual(['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING']);
    }
    const answers = await Promise.all(urls().map(async (url) => (await fetch(url)).text()));
    expect(answers).toEqual(['web:1', 'web:1']);
    expect(service.events?.map(({ message }) => message).reverse()).toEqual([
      expect.stringMatching(/^\(service web\) has started 2 tasks: \(task [0-9a-f]{32}\) \(task [0-9a-f]{32}\)\.$/),
      `(service web) registered 1 targets in (target-group ${lab.blue})`,
      `(service web) registered 1 targets in (target-group ${lab.blue})`,
      `(service web) (deployment ${service.deployments?.[0]?.id}) deployment completed.`,
      '(service web) has reached a steady state.',
    ]);
    expect(service.deployments).toEqual([
      expect.objectContaining({
        status: 'PRIMARY',
        rolloutState: 'COMPLETED',
        desiredCount: 2,
        runningCount: 2,
        failedTasks: 0,
      }),
    ]);
    const log = path.join(lab.logDirectory, `${shortArn(tasks[0]?.taskArn)}-app.log`);
    expect(await readFile(log, 'utf8')).toContain('listening');
  });

  test('a task whose process dies is deregistered and replaced', async () => {
    await lab.service(ROLLING);
    const before = await lab.tasks();
    await fetch(`${urls()[0]}/die`).catch(() => {});
    await eventually(
      async () => (await lab.tasks('STOPPED')).some((task) => task.lastStatus === 'STOPPED') || undefined,
    );
    await lab.ecs.idle();
    const after = await lab.tasks();
    expect(after).toHaveLength(2);
    expect(after.map((task) => task.availabilityZone).sort()).toEqual(['ca-central-1a', 'ca-central-1b']);
    expect(after.filter((task) => before.some(({ taskArn }) => taskArn === task.taskArn))).toHaveLength(1);
    const [dead] = await lab.tasks('STOPPED');
    expect(dead).toMatchObject({ stopCode: 'EssentialContainerExited', containers: [{ exitCode: 9 }] });
    expect(dead?.stoppedAt).toBeInstanceOf(Date);
    expect(lab.elb.targets(lab.blue).filter((target) => target.state === 'healthy')).toHaveLength(2);
  });

  test('StopTask sends SIGTERM at once beside deregistration; one that ignores it is killed after its stopTimeout', async () => {
    lab.elb.drainMs = 60_000;
    await lab.service({ ...ROLLING, taskDefinition: await lab.taskDefinition('stubborn', 1), desiredCount: 1 });
    const [task] = await lab.tasks();
    const asked = performance.now();
    const { task: answered } = await lab.call<{ task: Task }>('ecs', 'StopTask', {
      cluster: 'lab',
      task: task?.taskArn,
      reason: 'test',
    });
    expect(answered).toMatchObject({ desiredStatus: 'STOPPED', stopCode: 'UserInitiated', stoppedReason: 'test' });
    const stopped = await eventually(async () => {
      const now = await describeTask(task?.taskArn);
      return now.lastStatus === 'STOPPED' ? now : undefined;
    });
    // Its stopTimeout of 1 s, which does not wait for the drain of a minute.
    expect(performance.now() - asked).toBeGreaterThanOrEqual(950);
    expect(stopped.containers?.[0]).toMatchObject({ exitCode: 137, lastStatus: 'STOPPED' });
    expect(statesOf(task?.taskArn).slice(-4)).toEqual(['DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED']);
    await lab.ecs.idle();
    expect(await lab.tasks()).toHaveLength(1);
  });

  test('scale-in waits for the drain before SIGTERM, and keeps the zones balanced', async () => {
    lab.elb.drainMs = 600;
    await lab.service({ ...ROLLING, desiredCount: 4 });
    const deployments = (await lab.describe()).currentServiceDeployment;
    await lab.update({ desiredCount: 2 });
    const ending = await eventually(async () => {
      const tasks = await lab.tasks('STOPPED');
      return tasks.length === 2 ? tasks : undefined;
    });
    // While it drains, the process still answers.
    expect(await (await fetch(urls()[0] ?? '')).text()).toBe('web:1');
    await lab.ecs.idle();
    for (const { taskArn } of ending) {
      const task = await describeTask(taskArn);
      expect(task.stoppedReason).toMatch(/^Scaling activity initiated by \(deployment ecs-svc\/\d{19}\)$/);
      expect(task.stopCode).toBe('ServiceSchedulerInitiated');
      expect(task.containers?.[0]?.exitCode).toBe(0);
      const drained = (task.executionStoppedAt?.getTime() ?? 0) - (task.stoppingAt?.getTime() ?? 0);
      expect(drained).toBeGreaterThanOrEqual(590);
    }
    expect((await lab.tasks()).map((task) => task.availabilityZone).sort()).toEqual(['ca-central-1a', 'ca-central-1b']);
    // A changed desired count starts no deployment.
    expect((await lab.describe()).currentServiceDeployment).toBe(deployments);
  });

  test('a task that turns unhealthy is replaced: the replacement first, then it is stopped', async () => {
    await lab.service({ ...ROLLING, desiredCount: 1 });
    const [sick] = await lab.tasks();
    await fetch(`${urls()[0]}/sicken`);
    const stopped = await eventually(async () => {
      const now = await describeTask(sick?.taskArn);
      return now.lastStatus === 'STOPPED' ? now : undefined;
    });
    expect(stopped).toMatchObject({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: `Task failed ELB health checks in (target-group ${lab.blue})`,
    });
    const [fresh] = await lab.tasks();
    expect(fresh?.startedAt?.getTime()).toBeLessThan(stopped.stoppingAt?.getTime() ?? 0);
    expect((await lab.describe()).events?.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /is unhealthy in \(target-group .*\) due to \(reason Health checks failed with these codes: \[500\]\)\.$/,
      ),
    );
  });

  test('the grace period keeps failing checks from ending a task', async () => {
    await lab.call('ecs', 'CreateService', {
      cluster: 'lab',
      serviceName: 'web',
      taskDefinition: await lab.taskDefinition('sick'),
      desiredCount: 1,
      healthCheckGracePeriodSeconds: 2,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
      loadBalancers: [{ targetGroupArn: lab.blue, containerName: 'app', containerPort: 8000 }],
    });
    const ended = await eventually(async () => (await lab.tasks('STOPPED'))[0]);
    const lived = (ended.stoppingAt?.getTime() ?? 0) - (ended.startedAt?.getTime() ?? 0);
    expect(lived).toBeGreaterThanOrEqual(1950);
  });

  test('without a load balancer a task counts as healthy 40 s (scaled) after it runs', async () => {
    await lab.service({ ...ROLLING, loadBalancers: [], desiredCount: 1 });
    const [task] = await lab.tasks();
    const deployment = await lab.deployment();
    // 40 s at speed 600 are 67 ms.
    const waited = (deployment.finishedAt?.getTime() ?? 0) - (task?.startedAt?.getTime() ?? 0);
    expect(waited).toBeGreaterThanOrEqual(66);
    expect(waited).toBeLessThan(20_000);
  });

  test('a task that keeps failing is started again more and more slowly', async () => {
    await lab.stop();
    lab = await startLab({ speed: 5 });
    await lab.call('ecs', 'CreateService', {
      cluster: 'lab',
      serviceName: 'web',
      taskDefinition: await lab.taskDefinition('crash'),
      desiredCount: 1,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
    });
    const failed = await eventually(async () => {
      const tasks = (await lab.tasks('STOPPED')).filter((task) => task.lastStatus === 'STOPPED');
      return tasks.length === 5 ? tasks : undefined;
    }, 25_000);
    const waits = failed
      .slice(1)
      .map((task, index) => (task.createdAt?.getTime() ?? 0) - (failed[index]?.stoppingAt?.getTime() ?? 0));
    // 5 s and 10 s at speed 5, after the third and the fourth failure.
    expect(waits[2]).toBeGreaterThanOrEqual(990);
    expect(waits[3]).toBeGreaterThanOrEqual(1990);
    expect(Math.max(waits[0] ?? 0, waits[1] ?? 0)).toBeLessThan(990);
  });

  test('the image’s start delay is waited for, scaled', async () => {
    await lab.stop();
    lab = await startLab({ startDelayMs: 30_000, speed: 60 });
    await lab.service({ ...ROLLING, desiredCount: 1 });
    const [task] = await lab.tasks();
    const pulled = (task?.pullStoppedAt?.getTime() ?? 0) - (task?.createdAt?.getTime() ?? 0);
    expect(pulled).toBeGreaterThanOrEqual(490);
    expect(pulled).toBeLessThan(1500);
  });

  test('all tasks of a revision run the image that its first task pulled, whatever the tag says meanwhile', async () => {
    await lab.service({ ...ROLLING, desiredCount: 1 });
    const [first] = await lab.tasks();
    lab.retag();
    await lab.update({ desiredCount: 2 });
    await lab.ecs.idle();
    const digest = first?.containers?.[0]?.imageDigest;
    expect((await lab.tasks()).map((task) => task.containers?.[0]?.imageDigest)).toEqual([digest, digest]);
    await lab.update({ forceNewDeployment: true });
    await lab.until((d) => d.status === 'SUCCESSFUL');
    expect((await lab.tasks())[0]?.containers?.[0]?.imageDigest).not.toBe(digest);
  });

  test('all containers of a task run; an essential one that ends takes the others with it, another one does not', async () => {
    const image = 'repository/web:good';
    await lab.call('ecs', 'RegisterTaskDefinition', {
      family: 'pair',
      networkMode: 'awsvpc',
      containerDefinitions: [
        {
          name: 'app',
          image,
          portMappings: [{ containerPort: 8000 }],
          environment: [{ name: 'SUREFOOT_REVISION', value: 'mine' }],
        },
        { name: 'sidecar', image, essential: false, portMappings: [{ containerPort: 9000 }] },
      ],
    });
    await lab.service({ ...ROLLING, taskDefinition: 'pair', desiredCount: 1 });
    const [task] = await lab.tasks();
    expect(task?.containers?.map(({ name, lastStatus }) => [name, lastStatus])).toEqual([
      ['app', 'RUNNING'],
      ['sidecar', 'RUNNING'],
    ]);
    // What only the platform knows wins over the task definition.
    expect(await (await fetch(urls()[0] ?? '')).text()).toBe('pair:1');
    await fetch(`${urls()[0]}/die`).catch(() => {});
    const dead = await eventually(async () => {
      const now = await describeTask(task?.taskArn);
      return now.lastStatus === 'STOPPED' ? now : undefined;
    });
    expect(dead.containers?.map(({ name, exitCode }) => [name, exitCode])).toEqual([
      ['app', 9],
      ['sidecar', 0],
    ]);
  });

  test('stop ends every task at once, without a drain, also a stubborn one', async () => {
    lab.elb.drainMs = 60_000;
    await lab.service({ ...ROLLING, taskDefinition: await lab.taskDefinition('stubborn'), desiredCount: 2 });
    const where = urls();
    // A drain would be longer than the time limit of a test.
    await lab.ecs.stop();
    const refused = await Promise.allSettled(where.map((url) => fetch(url)));
    expect(refused.map((result) => result.status)).toEqual(['rejected', 'rejected']);
  });

  test('CPU and memory come from the real processes, in percent of the reservation', async () => {
    await lab.service({ ...ROLLING, desiredCount: 1 });
    const memory = await eventually(() => lab.samples.find(({ key }) => key.name === 'MemoryUtilization'), 5000);
    expect(memory.key).toEqual({
      namespace: 'AWS/ECS',
      name: 'MemoryUtilization',
      dimensions: { ClusterName: 'lab', ServiceName: 'web' },
    });
    // A bare Node server holds some 40 to 100 MiB of the 512 that the task reserves.
    expect(memory.sample).toMatchObject({ unit: 'Percent', count: 1 });
    expect(memory.sample.sum).toBeGreaterThan(5);
    expect(memory.sample.sum).toBeLessThan(30);
    const cpu = await eventually(() => lab.samples.find(({ key }) => key.name === 'CPUUtilization'), 5000);
    expect(cpu.sample.sum).toBeGreaterThanOrEqual(0);
    expect(cpu.sample.maximum).toBeLessThan(500);
  });
});
