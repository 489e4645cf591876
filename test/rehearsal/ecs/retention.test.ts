/** What the emulated ECS forgets, with small numbers, and what it must not forget. */
import { getEventListeners } from 'node:events';
import { readdir } from 'node:fs/promises';
import type {
  DescribeServiceDeploymentsResponse,
  DescribeServiceRevisionsResponse,
  DescribeServicesResponse,
  ListServiceDeploymentsResponse,
  ListTaskDefinitionsResponse,
  RegisterTaskDefinitionResponse,
  RunTaskResponse,
  ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type Lab, SUBNETS, shortArn, startLab } from './lab.ts';

const ROLLING = { strategy: 'ROLLING', maximumPercent: 200, minimumHealthyPercent: 0 } as const;
const NETWORK = { awsvpcConfiguration: { subnets: SUBNETS } };

let lab: Lab;

beforeAll(async () => {
  lab = await startLab({
    retention: {
      deployments: 3,
      inactiveServices: 2,
      inactiveClusters: 2,
      activeTaskDefinitions: 12,
      inactiveTaskDefinitions: 2,
      taskLogs: 2,
    },
  });
}, 30_000);

afterAll(() => lab.stop());

async function register(family: string, { call } = lab): Promise<string> {
  const answer = await call<RegisterTaskDefinitionResponse>('ecs', 'RegisterTaskDefinition', {
    family,
    networkMode: 'awsvpc',
    containerDefinitions: [{ name: 'app', image: 'repository/web:good', portMappings: [{ containerPort: 8000 }] }],
  });
  return answer.taskDefinition?.taskDefinitionArn ?? '';
}

const deregister = (taskDefinition: string) => lab.call('ecs', 'DeregisterTaskDefinition', { taskDefinition });

async function inactive(family: string): Promise<string[]> {
  const answer = await lab.call<ListTaskDefinitionsResponse>('ecs', 'ListTaskDefinitions', {
    familyPrefix: family,
    status: 'INACTIVE',
  });
  return (answer.taskDefinitionArns ?? []).map(shortArn);
}

/** A service without tasks: its deployments end at once. */
async function emptyService(serviceName: string, taskDefinition: string, { call, ecs } = lab): Promise<void> {
  await call('ecs', 'CreateService', {
    cluster: 'lab',
    serviceName,
    taskDefinition,
    desiredCount: 0,
    networkConfiguration: NETWORK,
    deploymentConfiguration: ROLLING,
  });
  await ecs.idle(AbortSignal.timeout(60_000));
}

async function deploy(service: string, change: object, { call, ecs } = lab): Promise<void> {
  await call('ecs', 'UpdateService', { cluster: 'lab', service, ...change });
  await ecs.idle(AbortSignal.timeout(60_000));
}

async function deploymentsOf(service: string, { call } = lab): Promise<ServiceDeploymentBrief[]> {
  const answer = await call<ListServiceDeploymentsResponse>('ecs', 'ListServiceDeployments', {
    cluster: 'lab',
    service,
  });
  return answer.serviceDeployments ?? [];
}

async function taskDefinitionOf(brief: ServiceDeploymentBrief | undefined): Promise<string | undefined> {
  const answer = await lab.call<DescribeServiceRevisionsResponse>('ecs', 'DescribeServiceRevisions', {
    serviceRevisionArns: [brief?.targetServiceRevisionArn],
  });
  return answer.serviceRevisions?.[0]?.taskDefinition;
}

describe('deployments of a service', () => {
  it('are forgotten beyond the newest, with their revisions, except for the last success of the task definition before', async () => {
    const [first, second] = [await register('living'), await register('living')];
    await emptyService('living', first);
    const [created] = await deploymentsOf('living');
    for (let round = 0; round < 2; round += 1) {
      await deploy('living', { forceNewDeployment: true });
    }
    const [before] = await deploymentsOf('living');
    for (let round = 0; round < 5; round += 1) {
      await deploy('living', { taskDefinition: second, forceNewDeployment: true });
    }
    const kept = await eventually(async () => {
      const found = await deploymentsOf('living');
      return found.length === 4 ? found : undefined;
    });
    expect(await Promise.all(kept.map(taskDefinitionOf))).toEqual([second, second, second, first]);
    expect(kept.at(-1)?.serviceDeploymentArn).toBe(before?.serviceDeploymentArn);
    expect(await taskDefinitionOf(created)).toBeUndefined();
    const gone = await lab.call<DescribeServiceDeploymentsResponse>('ecs', 'DescribeServiceDeployments', {
      serviceDeploymentArns: [created?.serviceDeploymentArn],
    });
    expect(gone.failures).toEqual([{ arn: created?.serviceDeploymentArn, reason: 'MISSING' }]);
  });

  it('of more than 90 days are forgotten when another one ends, except for what a rollback needs', async () => {
    const old = await startLab({ retention: { deploymentAgeMs: 0 } });
    try {
      await emptyService('aged', await register('aged', old), old);
      for (let round = 0; round < 2; round += 1) {
        await deploy('aged', { forceNewDeployment: true }, old);
      }
      const kept = await eventually(async () => {
        const found = await deploymentsOf('aged', old);
        return found.length === 1 ? found : undefined;
      });
      expect(kept).toMatchObject([{ status: 'SUCCESSFUL' }]);
    } finally {
      await old.stop();
    }
  });

  it('that have failed push nothing out that a rollback goes to, and a running one is kept', async () => {
    await lab.service({ deploymentConfiguration: ROLLING });
    const [good] = await deploymentsOf('web');
    const bad = await lab.taskDefinition('missing');
    for (let round = 0; round < 5; round += 1) {
      await lab.update({ taskDefinition: bad, forceNewDeployment: true });
    }
    const kept = await eventually(async () => {
      const found = await deploymentsOf('web');
      return found.filter(({ status }) => status === 'STOPPED').length === 3 ? found : undefined;
    });
    expect(kept.map(({ status }) => status)).toEqual(['IN_PROGRESS', 'STOPPED', 'STOPPED', 'STOPPED', 'SUCCESSFUL']);
    expect(kept.at(-1)?.serviceDeploymentArn).toBe(good?.serviceDeploymentArn);
    await lab.call('ecs', 'StopServiceDeployment', {
      serviceDeploymentArn: kept[0]?.serviceDeploymentArn,
      stopType: 'ROLLBACK',
    });
    const { rollback } = await lab.until(({ status }) => status === 'ROLLBACK_SUCCESSFUL');
    expect(rollback?.serviceRevisionArn).toBe(good?.targetServiceRevisionArn);
    expect((await lab.tasks()).length).toBe(2);
  });
});

it('whoever waits for the services leaves nothing on the signal that ends the waiting', async () => {
  const { signal } = new AbortController();
  await emptyService('awaited', await register('awaited'));
  await Promise.all(Array.from({ length: 20 }, () => lab.ecs.idle(signal)));
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

describe('what has ended', () => {
  it('services are forgotten in the order in which they ended, and living ones never', async () => {
    const taskDefinition = await register('many');
    const names = ['one', 'two', 'three', 'four'];
    for (const name of names) {
      await emptyService(name, taskDefinition);
    }
    const statuses = async () => {
      const answer = await lab.call<DescribeServicesResponse>('ecs', 'DescribeServices', {
        cluster: 'lab',
        services: names,
      });
      const found = (answer.services ?? []).map(({ serviceName, status }) => `${serviceName} ${status}`);
      return [...found, ...(answer.failures ?? []).map(({ arn, reason }) => `${shortArn(arn)} ${reason}`)].join(', ');
    };
    const end = async (service: string) => {
      await lab.call('ecs', 'DeleteService', { cluster: 'lab', service });
      await eventually(async () => ((await statuses()).includes(`${service} INACTIVE`) ? true : undefined));
    };
    await end('three');
    await end('one');
    expect(await statuses()).toBe('one INACTIVE, two ACTIVE, three INACTIVE, four ACTIVE');
    await end('four');
    expect(await statuses()).toBe('one INACTIVE, two ACTIVE, four INACTIVE, three MISSING');
  });

  it('clusters likewise', async () => {
    for (const clusterName of ['a', 'b', 'c']) {
      await lab.call('ecs', 'CreateCluster', { clusterName });
      await lab.call('ecs', 'DeleteCluster', { cluster: clusterName });
    }
    const answer = await lab.call<{ clusters?: { clusterName?: string; status?: string }[] }>(
      'ecs',
      'DescribeClusters',
      { clusters: ['a', 'b', 'c', 'lab'] },
    );
    const found = (answer.clusters ?? []).map(({ clusterName, status }) => `${clusterName} ${status}`);
    expect(found).toEqual(['b INACTIVE', 'c INACTIVE', 'lab ACTIVE']);
  });

  it('log files stay for the tasks that ended last', async () => {
    const taskDefinition = await lab.taskDefinition('crash');
    const ids: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const answer = await lab.call<RunTaskResponse>('ecs', 'RunTask', {
        cluster: 'lab',
        taskDefinition,
        networkConfiguration: NETWORK,
      });
      const id = shortArn(answer.tasks?.[0]?.taskArn);
      await eventually(async () =>
        (await lab.tasks('STOPPED')).some(({ taskArn }) => shortArn(taskArn) === id) ? true : undefined,
      );
      ids.push(id);
    }
    const files = await eventually(async () => {
      const found = await readdir(lab.logDirectory);
      return ids.filter((id) => found.includes(`${id}-app.log`)).length === 2 ? found : undefined;
    });
    expect(ids.map((id) => files.includes(`${id}-app.log`))).toEqual([false, false, true, true]);
    const running = (await lab.tasks()).map(({ taskArn }) => `${shortArn(taskArn)}-app.log`);
    expect(running).toHaveLength(2);
    expect(files).toEqual(expect.arrayContaining(running));
  });
});

describe('task definitions that are INACTIVE', () => {
  it('are forgotten beyond the last ones, in the order of their deregistration; revisions count on', async () => {
    const arns = [await register('old'), await register('old'), await register('old'), await register('old')];
    for (const index of [3, 0, 2]) {
      await deregister(arns[index] ?? '');
    }
    expect(await inactive('old')).toEqual(['old:1', 'old:3']);
    await expect(lab.call('ecs', 'DescribeTaskDefinition', { taskDefinition: arns[3] })).rejects.toMatchObject({
      code: 'ClientException',
      message: 'Unable to describe task definition.',
    });
    expect(shortArn(await register('old'))).toBe('old:5');
    for (const arn of [arns[1] ?? '', 'old:5']) {
      await deregister(arn);
    }
    expect(await inactive('old')).toEqual(['old:2', 'old:5']);
  });

  it('stay while a service revision or a task uses them', async () => {
    const used = await register('used');
    await emptyService('user', used);
    await deregister(used);
    for (let round = 0; round < 3; round += 1) {
      await deregister(await register('unused'));
    }
    expect(await inactive('used')).toEqual(['used:1']);
    expect(await inactive('unused')).toEqual(['unused:2', 'unused:3']);
    await deploy('user', { forceNewDeployment: true });
  });

  it('make room for others: the ACTIVE ones have a limit, which says what to do', async () => {
    const registered: string[] = [];
    const fill = async () => {
      for (;;) {
        registered.push(await register('full'));
      }
    };
    await expect(fill()).rejects.toMatchObject({
      code: 'ClientException',
      message: expect.stringContaining('at most 12 ACTIVE task definitions. Deregister some'),
    });
    await deregister(registered[0] ?? '');
    expect(shortArn(await register('full'))).toBe(`full:${registered.length + 1}`);
  });
});
