/** What is asked: the calls of surefoot's operations that change nothing, and, where that is allowed, things that are made and removed. */
import type { AwsGateways } from '../../src/aws/gateways.ts';
import type { ServiceInEnvironment } from '../../src/platform/model.ts';

/** What the cases work with; `tag` is on everything that they make. */
export interface Scene {
  readonly aws: AwsGateways;
  readonly target: ServiceInEnvironment;
  /** Part of the name of what is made; nothing else has it. */
  readonly id: string;
}

export interface Case {
  readonly name: string;
  readonly writes: boolean;
  /** Resolves with what was seen, for people. @throws Error when AWS does what surefoot does not expect */
  run(scene: Scene): Promise<string>;
}

const NOBODY = 'surefoot-verify-no-such-thing';

export const CASES: readonly Case[] = [
  read('ecs-service', async (scene) => {
    const { status, runningCount, desiredCount } = await serviceOf(scene);
    return `${status}, ${runningCount} of ${desiredCount} tasks`;
  }),
  read('ecs-deployments', async ({ aws, target }) => {
    const briefs = await aws.ecs.serviceDeployments(target.cluster, target.ecsService);
    const newest = await aws.ecs.serviceDeployment(briefs[0]?.serviceDeploymentArn ?? '');
    const revisions = newest?.targetServiceRevision?.arn;
    const found = await aws.ecs.serviceRevisions(revisions === undefined ? [] : [revisions]);
    return `${briefs.length} deployments, the newest ${newest?.status}; ${found.length} revision read`;
  }),
  read('ecs-task-definition', async (scene) => {
    const { taskDefinition, tags } = await taskDefinitionOf(scene);
    return `${taskDefinition.family}:${taskDefinition.revision}, ${tags.length} tags`;
  }),
  read('ecs-tasks', async ({ aws, target: { cluster, ecsService: serviceName } }) => {
    const tasks = await aws.ecs.tasks(cluster, { serviceName, desiredStatus: 'RUNNING' });
    return `${tasks.length} run`;
  }),
  read('balancer', async (scene) => {
    const arns = (await serviceOf(scene)).loadBalancers?.flatMap(({ targetGroupArn = [] }) => targetGroupArn) ?? [];
    if (arns.length === 0) {
      return 'the service has no load balancer: nothing to read';
    }
    const groups = await scene.aws.elbv2.targetGroups(arns);
    const balancers = await scene.aws.elbv2.loadBalancers(
      groups.flatMap(({ LoadBalancerArns = [] }) => LoadBalancerArns),
    );
    const health = await scene.aws.elbv2.targetHealth(arns[0] ?? '');
    return `${groups.length} target groups, ${balancers.length} load balancers, ${health.length} targets`;
  }),
  read('scaling', async ({ aws, target }) => {
    const bounds = await aws.autoScaling.scalableTarget(target);
    const actions = await aws.autoScaling.scheduledActions(target);
    return `${bounds === undefined ? 'no bounds' : `${bounds.minimum} to ${bounds.maximum}`}, ${actions.length} scheduled`;
  }),
  read('metrics', async ({ aws, target }) => {
    const end = new Date(Math.floor(Date.now() / 60_000) * 60_000);
    const dimensions = { ClusterName: target.cluster, ServiceName: target.ecsService };
    const requests = ['CPUUtilization', 'MemoryUtilization'].map((name, index) => ({
      ...{ id: `m${index}`, namespace: 'AWS/ECS', name, dimensions, stat: 'Average' },
    }));
    const points = await aws.cloudwatch.metrics(requests, {
      start: new Date(end.getTime() - 600_000),
      end,
      periodSeconds: 60,
    });
    return [...points.values()].map((each) => `${each.size} points`).join(', ');
  }),
  read('alarms', async ({ aws }) => {
    const { metric, composite } = await aws.cloudwatch.alarmsUnder('surefoot/');
    return `${metric.length} metric and ${composite.length} composite alarms below surefoot/`;
  }),
  read('images', async (scene) => {
    const { taskDefinition } = await taskDefinitionOf(scene);
    const image = taskDefinition.containerDefinitions
      ?.map(({ image: name = '' }) => name)
      .find((name) => ECR.test(name));
    const [, registry = '', repository = '', reference = ''] = ECR.exec(image ?? '') ?? [];
    if (image === undefined) {
      return 'no container has an image of ECR with tag or digest: nothing to read';
    }
    const found = await scene.aws.ecr.image(registry, repository, reference);
    return found === undefined ? `${repository}@${reference} is not there any more` : `${repository} ${found.digest}`;
  }),
  read('experiments', async ({ aws }) => {
    const actions = await aws.fis.listActions();
    const lever = await aws.fis.getSafetyLever();
    const experiments = await aws.fis.listExperiments();
    return `${actions.length} actions, safety lever ${lever.state?.status}, ${experiments.length} experiments`;
  }),
  // How a service says that there is no such thing is part of its contract, and the part that is least written about.
  read('absent-service', async ({ aws, target }) => absent(await aws.ecs.service(target.cluster, NOBODY))),
  read('absent-cluster', async ({ aws }) => absent(await aws.ecs.service(NOBODY, NOBODY))),
  read('absent-table', async ({ aws }) => absent(await aws.dynamodb.table(NOBODY))),
  read('absent-secret', async ({ aws }) => absent(await aws.secretsManager.secret(NOBODY))),
  read('absent-database', async ({ aws }) => absent(await aws.rds.instance(NOBODY))),
  write('alarm', async ({ aws, id }) => {
    const name = `surefoot/verify/${id}`;
    try {
      await aws.cloudwatch.putMetricAlarm({
        ...{ AlarmName: name, Namespace: 'surefoot/verify', MetricName: 'Nothing', Statistic: 'Sum', Period: 60 },
        ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold', ActionsEnabled: false },
        ...{ TreatMissingData: 'notBreaching', Tags: [{ Key: VERIFY_TAG, Value: id }] },
      });
      const there = await aws.cloudwatch.alarmsUnder(name);
      expectEqual('alarms of that name', there.metric.length, 1);
    } finally {
      await aws.cloudwatch.deleteAlarms([name]);
    }
    expectEqual('alarms after they were deleted', (await aws.cloudwatch.alarmsUnder(name)).metric.length, 0);
    return 'made, read, removed';
  }),
];

/** On everything that is made: `surefoot:verify`, with the run. */
export const VERIFY_TAG = 'surefoot:verify';

/** An image of ECR by its tag or its digest. */
const ECR = /^(\d{12})\.dkr\.ecr\.[\w-]+\.amazonaws\.com(?:\.cn)?\/([\w./-]+?)[@:]([\w.:-]+)$/;

function read(name: string, run: Case['run']): Case {
  return { name, writes: false, run };
}

function write(name: string, run: Case['run']): Case {
  return { name, writes: true, run };
}

async function serviceOf({ aws, target: { cluster, ecsService } }: Scene) {
  const service = await aws.ecs.service(cluster, ecsService);
  if (service === undefined) {
    throw new Error(`there is no service ${ecsService} in ${cluster}: name one that exists`);
  }
  return service;
}

async function taskDefinitionOf(scene: Scene) {
  return scene.aws.ecs.taskDefinition((await serviceOf(scene)).taskDefinition ?? '');
}

function absent(found: unknown): string {
  if (found !== undefined) {
    throw new Error(`something called ${NOBODY} is there`);
  }
  return 'says so as surefoot expects';
}

function expectEqual(what: string, found: number, wanted: number): void {
  if (found !== wanted) {
    throw new Error(`${what}: ${found}, not ${wanted}`);
  }
}
