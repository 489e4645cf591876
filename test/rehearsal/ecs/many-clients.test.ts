/** Twenty AWS SDK clients at once over the real wire: nobody's change may be lost, made twice, or seen half done. */
import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeleteServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, type Lab, SUBNETS, startLab } from './lab.ts';

const CLIENTS = 20;

let lab: Lab;
let clients: ECSClient[];
let taskDefinition: string;

beforeAll(async () => {
  lab = await startLab();
  // Creating and updating a service with a load balancer have to ask ELBv2 in between; all clients are in that gap together.
  lab.elb.lookUpMs = 10;
  const { endpoint } = await lab.wire.listen('127.0.0.1', 0);
  clients = Array.from(
    { length: CLIENTS },
    () =>
      new ECSClient({
        endpoint,
        region: 'ca-central-1',
        credentials: { accessKeyId: 'AKIDREHEARSAL', secretAccessKey: 'none' },
      }),
  );
  taskDefinition = await lab.taskDefinition('good');
});

afterAll(async () => {
  for (const client of clients) {
    client.destroy();
  }
  await lab.stop();
});

/** Lets every client act at the same time; answers and errors in the order of the clients. */
function all<T>(act: (client: ECSClient, index: number) => Promise<T>): Promise<PromiseSettledResult<T>[]> {
  return Promise.allSettled(clients.map(act));
}

function values<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function errors(results: readonly PromiseSettledResult<unknown>[]): Error[] {
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
}

function creation(serviceName: string): CreateServiceCommandInput {
  return {
    cluster: 'lab',
    serviceName,
    taskDefinition,
    desiredCount: 1,
    networkConfiguration: { awsvpcConfiguration: { subnets: SUBNETS } },
    loadBalancers: [{ targetGroupArn: lab.blue, containerName: 'app', containerPort: 8000 }],
  };
}

async function described(name: string) {
  const [first] = clients;
  const answer = await first?.send(new DescribeServicesCommand({ cluster: 'lab', services: [name] }));
  return answer?.services?.[0] ?? {};
}

async function deployments(name: string) {
  const [first] = clients;
  const answer = await first?.send(
    new ListServiceDeploymentsCommand({ cluster: 'lab', service: name, maxResults: 100 }),
  );
  return answer?.serviceDeployments ?? [];
}

describe('twenty clients at once', () => {
  test('create one service of a name: one is told so, the others are refused', async () => {
    const results = await all((client) => client.send(new CreateServiceCommand(creation('contested'))));
    expect(values(results)).toHaveLength(1);
    expect(new Set(errors(results).map(({ message }) => message))).toEqual(
      new Set(['Creation of service was not idempotent.']),
    );
    expect(await deployments('contested')).toHaveLength(1);
  });

  test('create one service by one token: all are told of the same', async () => {
    const input = { ...creation('agreed'), clientToken: 'once' };
    const results = await all((client) => client.send(new CreateServiceCommand(input)));
    expect(errors(results)).toEqual([]);
    expect(new Set(values(results).map(({ service }) => service?.createdAt?.getTime())).size).toBe(1);
    expect(await deployments('agreed')).toHaveLength(1);
    const { deployments: running } = await described('agreed');
    expect(running).toHaveLength(1);
  });

  test('change each another member of one service: none is lost', async () => {
    await clients[0]?.send(new CreateServiceCommand({ ...creation('shared'), desiredCount: 0 }));
    const next = await lab.taskDefinition('good');
    const changes: Partial<UpdateServiceCommandInput>[] = [
      { taskDefinition: next },
      { platformVersion: '1.4.0' },
      { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-b'] } } },
      { loadBalancers: [{ targetGroupArn: lab.green, containerName: 'app', containerPort: 8000 }] },
      { healthCheckGracePeriodSeconds: 7 },
      { desiredCount: 1 },
      { propagateTags: 'SERVICE' },
      { enableExecuteCommand: true },
      { enableECSManagedTags: true },
      { availabilityZoneRebalancing: 'DISABLED' },
      { deploymentConfiguration: { maximumPercent: 150 } },
      { deploymentConfiguration: { minimumHealthyPercent: 25 } },
      { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } },
    ];
    const results = await all((client, index) =>
      client.send(
        new UpdateServiceCommand({ cluster: 'lab', service: 'shared', ...(changes[index] ?? { desiredCount: 1 }) }),
      ),
    );
    expect(errors(results)).toEqual([]);
    await lab.ecs.idle();
    const expected = Object.assign({}, ...changes.filter((change) => change.deploymentConfiguration === undefined));
    expect(await described('shared')).toMatchObject({
      ...expected,
      runningCount: 1,
      deploymentConfiguration: {
        maximumPercent: 150,
        minimumHealthyPercent: 25,
        deploymentCircuitBreaker: { enable: true },
      },
      deployments: [{ taskDefinition: next, rolloutState: 'COMPLETED' }],
    });
    // Four of the changes start a deployment.
    expect(await deployments('shared')).toHaveLength(5);
  });

  test('deploy one service: only one deployment runs at a time, the last one wins, one revision is left', async () => {
    await clients[0]?.send(new CreateServiceCommand(creation('busy')));
    await lab.ecs.idle();
    const results = await all((client) =>
      client.send(new UpdateServiceCommand({ cluster: 'lab', service: 'busy', forceNewDeployment: true })),
    );
    expect(errors(results)).toEqual([]);
    await lab.ecs.idle(AbortSignal.timeout(20_000));
    const statuses = (await deployments('busy')).map(({ status }) => status);
    expect(statuses).toEqual(['SUCCESSFUL', ...Array(CLIENTS - 1).fill('STOPPED'), 'SUCCESSFUL']);
    const mine = new Set((await deployments('busy')).map(({ serviceDeploymentArn }) => serviceDeploymentArn));
    const running = new Set<string>();
    for (const event of lab.events) {
      if (event.type === 'deployment' && mine.has(event.deploymentArn)) {
        event.status === 'IN_PROGRESS' ? running.add(event.deploymentArn) : running.delete(event.deploymentArn);
        expect(running.size).toBeLessThanOrEqual(1);
      }
    }
    expect(await described('busy')).toMatchObject({ runningCount: 1, deployments: [{ status: 'PRIMARY' }] });
  });

  test('update a service that one of them deletes: it stays deleted', async () => {
    await clients[0]?.send(new CreateServiceCommand(creation('doomed')));
    const results = await all((client, index) =>
      index === 10
        ? client.send(new DeleteServiceCommand({ cluster: 'lab', service: 'doomed', force: true }))
        : client.send(new UpdateServiceCommand({ cluster: 'lab', service: 'doomed', forceNewDeployment: true })),
    );
    expect(new Set(errors(results).map(({ name }) => name))).toEqual(new Set(['ServiceNotActiveException']));
    await eventually(async () => ((await described('doomed')).status === 'INACTIVE' ? true : undefined));
    expect(await described('doomed')).toMatchObject({ desiredCount: 0, runningCount: 0, deployments: [] });
    const [first] = clients;
    const left = await first?.send(new ListTasksCommand({ cluster: 'lab', family: 'web', desiredStatus: 'RUNNING' }));
    const tasks = await first?.send(new DescribeTasksCommand({ cluster: 'lab', tasks: left?.taskArns }));
    expect(tasks?.tasks?.filter(({ group }) => group === 'service:doomed')).toEqual([]);
  });

  test('register one family and run a task each: every revision and every task is somebody’s', async () => {
    const registered = await all((client) =>
      client.send(
        new RegisterTaskDefinitionCommand({
          family: 'many',
          networkMode: 'awsvpc',
          containerDefinitions: [{ name: 'app', image: 'repository/web:good' }],
        }),
      ),
    );
    const revisions = values(registered).map(({ taskDefinition: made }) => made?.revision ?? 0);
    expect(revisions.sort((a, b) => a - b)).toEqual(Array.from({ length: CLIENTS }, (_, index) => index + 1));
    const overrides = { containerOverrides: [{ name: 'app', command: ['node', 'migrate.cjs'] }] };
    const run = await all((client, index) =>
      client.send(
        new RunTaskCommand({
          cluster: 'lab',
          taskDefinition: `many:${index + 1}`,
          // Two clients share a token, and with it nothing else: whoever comes second is refused.
          clientToken: `token-${index % 18}`,
          networkConfiguration: { awsvpcConfiguration: { subnets: SUBNETS } },
          overrides,
        }),
      ),
    );
    const arns = values(run).flatMap(({ tasks }) => tasks?.map(({ taskArn }) => taskArn ?? '') ?? []);
    expect(new Set(arns).size).toBe(18);
    expect(errors(run).map(({ name }) => name)).toEqual(['ConflictException', 'ConflictException']);
    const ended = await eventually(async () => {
      const answer = await clients[0]?.send(new DescribeTasksCommand({ cluster: 'lab', tasks: arns }));
      return answer?.tasks?.every(({ lastStatus }) => lastStatus === 'STOPPED') ? answer.tasks : undefined;
    }, 20_000);
    expect(new Set(ended.map(({ containers }) => containers?.[0]?.exitCode))).toEqual(new Set([0]));
  });
});
