/** FIS over a real ECS with real processes: targets from its tasks and clusters, and the fault that ends them. */
import type { DescribeTasksResponse, ListTasksResponse } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  CreateExperimentTemplateTargetInput,
  Experiment,
  FisInputs,
  FisOutputs,
} from '../../../src/aws/fis/types.ts';
import { createFis, type Fis } from '../../../src/rehearsal/fis/fis.ts';
import { createClock } from '../../../src/rehearsal/world/clock.ts';
import { eventually, type Lab, startLab, ZONES } from '../ecs/lab.ts';

const ROLLING = { strategy: 'ROLLING', maximumPercent: 200, minimumHealthyPercent: 0 } as const;

let lab: Lab;
let fis: Fis;

beforeAll(async () => {
  lab = await startLab();
  fis = createFis({
    call: lab.call,
    clock: createClock(60),
    region: 'ca-central-1',
    accountId: '000000000000',
    subnets: new Map(),
    vpcId: 'vpc-rehearsal',
  });
  lab.wire.register(fis.module);
  await lab.service({
    taskDefinition: await lab.taskDefinition('good'),
    deploymentConfiguration: ROLLING,
    loadBalancers: [],
  });
}, 30_000);

afterAll(async () => {
  await fis?.stop();
  await lab?.stop();
});

function call<Name extends keyof FisInputs>(name: Name, input: FisInputs[Name]): Promise<FisOutputs[Name]> {
  return lab.wire.call<FisOutputs[Name]>('fis', name, input);
}

async function start(
  target: CreateExperimentTemplateTargetInput,
  actionsMode: 'run-all' | 'skip-all',
): Promise<Experiment> {
  const isTask = target.resourceType === 'aws:ecs:task';
  const { experimentTemplate } = await call('CreateExperimentTemplate', {
    clientToken: crypto.randomUUID(),
    description: 'a test',
    roleArn: 'arn:aws:iam::000000000000:role/fis-experiments',
    stopConditions: [{ source: 'none' }],
    targets: { it: target },
    actions: isTask
      ? { kill: { actionId: 'aws:ecs:stop-task', targets: { Tasks: 'it' } } }
      : { wait: { actionId: 'aws:fis:wait', parameters: { duration: 'PT1M' } } },
  });
  const { experiment } = await call('StartExperiment', {
    clientToken: crypto.randomUUID(),
    experimentTemplateId: experimentTemplate?.id ?? '',
    experimentOptions: { actionsMode },
  });
  return eventually(async () => {
    const now = (await call('GetExperiment', { id: experiment?.id ?? '' })).experiment;
    return now?.endTime === undefined ? undefined : now;
  });
}

async function targetsOf({ id = '' }: Experiment): Promise<(string | undefined)[]> {
  const { resolvedTargets = [] } = await call('ListExperimentResolvedTargets', { experimentId: id });
  return resolvedTargets.map(({ targetInformation }) => targetInformation?.['arn']);
}

const running = async () => (await lab.tasks()).map(({ taskArn }) => taskArn).sort();

describe('targets', () => {
  const all = { resourceType: 'aws:ecs:task', selectionMode: 'ALL' } as const;

  it('are the running tasks of a cluster and a service, by name or ARN', async () => {
    const tasks = await running();
    expect(tasks).toHaveLength(2);
    const [first] = await lab.tasks();
    for (const parameters of [
      { cluster: first?.clusterArn?.split('/').at(-1) ?? '', service: 'web' },
      { cluster: first?.clusterArn ?? '' },
    ]) {
      const experiment = await start({ ...all, parameters }, 'skip-all');
      expect((await targetsOf(experiment)).sort()).toEqual(tasks);
    }
    expect(await running()).toEqual(tasks);
  });

  it('are those of one zone, by a filter on what DescribeTasks says', async () => {
    const [zone = ''] = ZONES;
    const inZone = (await lab.tasks()).filter(({ availabilityZone }) => availabilityZone === zone);
    const filters = [{ path: 'AvailabilityZone', values: [zone] }];
    const experiment = await start({ ...all, filters }, 'skip-all');
    expect(await targetsOf(experiment)).toEqual(inZone.map(({ taskArn }) => taskArn));
    expect(inZone).toHaveLength(1);
  });

  it.each([
    ['an unknown cluster', { cluster: 'nowhere' }],
    ['an unknown service', { cluster: 'lab', service: 'nobody' }],
  ])('fail for %s', async (_, parameters) => {
    const experiment = await start({ ...all, parameters }, 'skip-all');
    expect(experiment.state).toMatchObject({ status: 'failed', error: { code: 'InvalidTarget', location: 'it' } });
  });

  it('are clusters, too', async () => {
    const [first] = await lab.tasks();
    const clusters = { resourceType: 'aws:ecs:cluster', selectionMode: 'ALL' };
    const filters = [{ path: 'Status', values: ['ACTIVE'] }];
    const experiment = await start({ ...clusters, filters }, 'skip-all');
    expect(await targetsOf(experiment)).toEqual([first?.clusterArn]);
  });
});

describe('aws:ecs:stop-task', () => {
  it('ends the processes of the tasks chosen, and no other; the service replaces them', async () => {
    const before = await running();
    const experiment = await start(
      { resourceType: 'aws:ecs:task', selectionMode: 'COUNT(1)', parameters: { service: 'web' } },
      'run-all',
    );
    expect(experiment.state?.status).toBe('completed');
    expect(experiment.actions?.['kill']?.state?.status).toBe('completed');
    const [killed = ''] = await targetsOf(experiment);
    expect(before).toContain(killed);
    const stopped = await eventually(async () => {
      const { tasks = [] } = await lab.call<DescribeTasksResponse>('ecs', 'DescribeTasks', {
        cluster: killed.split('/')[1],
        tasks: [killed],
      });
      return tasks[0]?.lastStatus === 'STOPPED' ? tasks[0] : undefined;
    });
    expect(stopped.stoppedReason).toBe(`AWS FIS experiment ${experiment.id}`);
    expect(stopped.containers?.[0]?.exitCode).toBe(0);
    const survivor = before.find((arn) => arn !== killed);
    await eventually(async () => {
      const { taskArns = [] } = await lab.call<ListTasksResponse>('ecs', 'ListTasks', {
        cluster: killed.split('/')[1],
      });
      return taskArns.length === 2 && taskArns.includes(survivor ?? '') ? taskArns : undefined;
    });
  });
});
