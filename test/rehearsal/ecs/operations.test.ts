import type {
  CreateServiceRequest,
  DescribeClustersResponse,
  DescribeServicesResponse,
  DescribeTaskDefinitionResponse,
  DescribeTasksResponse,
  ListServiceDeploymentsResponse,
  ListServicesResponse,
  ListTagsForResourceResponse,
  ListTaskDefinitionsResponse,
  ListTasksResponse,
  RegisterTaskDefinitionResponse,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, type Lab, shortArn, startLab } from './lab.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});

afterAll(async () => {
  await lab.stop();
});

const call = <T>(operation: string, input: object) => lab.call<T>('ecs', operation, input);
const refused = (operation: string, input: object) => expect(call(operation, input)).rejects;

const container = { name: 'app', image: 'repository/web:good', portMappings: [{ containerPort: 8000 }] };
const definition = { family: 'shapes', networkMode: 'awsvpc', containerDefinitions: [container] };

describe('clusters', () => {
  test('are created once, described by name or ARN, listed in pages, deleted when empty', async () => {
    const tags = [{ key: 'team', value: 'art' }];
    await call('CreateCluster', { clusterName: 'one', tags });
    const again = await call<{ cluster: { clusterArn: string } }>('CreateCluster', { clusterName: 'one' });
    expect(again.cluster.clusterArn).toBe('arn:aws:ecs:ca-central-1:000000000000:cluster/one');
    const described = await call<DescribeClustersResponse>('DescribeClusters', {
      clusters: [again.cluster.clusterArn, 'nowhere'],
      include: ['TAGS'],
    });
    expect(described.clusters).toEqual([
      expect.objectContaining({ clusterName: 'one', status: 'ACTIVE', activeServicesCount: 0, tags }),
    ]);
    expect(described.failures).toEqual([
      { arn: 'arn:aws:ecs:ca-central-1:000000000000:cluster/nowhere', reason: 'MISSING' },
    ]);
    const first = await call<{ clusterArns: string[]; nextToken?: string }>('ListClusters', { maxResults: 1 });
    const second = await call<{ clusterArns: string[]; nextToken?: string }>('ListClusters', {
      maxResults: 1,
      nextToken: first.nextToken,
    });
    expect([first, second].flatMap((answer) => answer.clusterArns.map(shortArn))).toEqual(['lab', 'one']);
    expect(second.nextToken).toBeUndefined();
    await refused('ListClusters', { nextToken: 'made-up' }).toMatchObject({ code: 'InvalidParameterException' });
    await refused('ListClusters', { maxResults: 101 }).toMatchObject({ code: 'InvalidParameterException' });
    await call('DeleteCluster', { cluster: 'one' });
    await refused('DeleteCluster', { cluster: 'one' }).toMatchObject({
      code: 'ClusterNotFoundException',
      message: 'Cluster not found.',
    });
  });
});

describe('task definitions', () => {
  test('get revisions, AWS’s defaults, and sizes in units', async () => {
    const { taskDefinition } = await call<RegisterTaskDefinitionResponse>('RegisterTaskDefinition', {
      ...definition,
      cpu: '1 vCPU',
      memory: '2GB',
      requiresCompatibilities: ['FARGATE'],
      tags: [{ key: 'a', value: 'b' }],
    });
    expect(taskDefinition).toMatchObject({
      taskDefinitionArn: 'arn:aws:ecs:ca-central-1:000000000000:task-definition/shapes:1',
      revision: 1,
      status: 'ACTIVE',
      cpu: '1024',
      memory: '2048',
      compatibilities: ['EC2', 'FARGATE'],
      containerDefinitions: [
        {
          essential: true,
          cpu: 0,
          environment: [],
          portMappings: [{ containerPort: 8000, hostPort: 8000, protocol: 'tcp' }],
        },
      ],
    });
    await call('RegisterTaskDefinition', definition);
    const newest = await call<DescribeTaskDefinitionResponse>('DescribeTaskDefinition', { taskDefinition: 'shapes' });
    expect(newest.taskDefinition?.revision).toBe(2);
    expect(newest).not.toHaveProperty('tags');
    const first = await call<DescribeTaskDefinitionResponse>('DescribeTaskDefinition', {
      taskDefinition: 'shapes:1',
      include: ['TAGS'],
    });
    expect(first.tags).toEqual([{ key: 'a', value: 'b' }]);
    await refused('DescribeTaskDefinition', { taskDefinition: 'shapes:9' }).toMatchObject({
      code: 'ClientException',
      message: 'Unable to describe task definition.',
    });
  });

  test('that are deregistered are INACTIVE: listed apart, and not for new services', async () => {
    await call('RegisterTaskDefinition', { ...definition, family: 'gone' });
    await call('RegisterTaskDefinition', { ...definition, family: 'gone' });
    await call('DeregisterTaskDefinition', { taskDefinition: 'gone:1' });
    await refused('DeregisterTaskDefinition', { taskDefinition: 'gone' }).toMatchObject({ code: 'ClientException' });
    const list = (input: object) =>
      call<ListTaskDefinitionsResponse>('ListTaskDefinitions', { familyPrefix: 'gone', ...input });
    expect((await list({})).taskDefinitionArns?.map(shortArn)).toEqual(['gone:2']);
    expect((await list({ status: 'INACTIVE' })).taskDefinitionArns?.map(shortArn)).toEqual(['gone:1']);
    await refused('CreateService', { ...service, serviceName: 'late', taskDefinition: 'gone:1' }).toMatchObject({
      code: 'ClientException',
      message: 'TaskDefinition is inactive',
    });
  });

  test.each([
    ['an empty container list', { containerDefinitions: [] }, /Container list cannot be empty/],
    ['a container without image', { containerDefinitions: [{ name: 'app' }] }, /image should not be null/],
    ['nothing essential', { containerDefinitions: [{ ...container, essential: false }] }, /essential/],
    ['two containers of one name', { containerDefinitions: [container, container] }, /unique/],
    ['a family with a space', { family: 'a b' }, /Family contains invalid characters/],
    [
      'Fargate on a bridge',
      { networkMode: 'bridge', requiresCompatibilities: ['FARGATE'] },
      /only supports network mode/,
    ],
    ['Fargate without a size', { requiresCompatibilities: ['FARGATE'], memory: '512' }, /'cpu' be defined/],
    [
      'a size that Fargate has not',
      { requiresCompatibilities: ['FARGATE'], cpu: '.5 vCPU', memory: '8 GB' },
      /No Fargate configuration exists for given values: 512 CPU, 8192 memory\. See/,
    ],
    ['bridge, which is not here', { networkMode: 'bridge' }, /does not support networkMode bridge yet. Use awsvpc/],
    ['a member without code', { ipcMode: 'task' }, /does not support these members of RegisterTaskDefinition: ipcMode/],
  ])('are refused with %s', async (_name, change, message) => {
    await refused('RegisterTaskDefinition', { ...definition, ...change }).toThrow(message);
  });
});

const service: Omit<CreateServiceRequest, 'serviceName'> = {
  cluster: 'lab',
  desiredCount: 0,
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
};

describe('services', () => {
  let taskDefinition: string;

  beforeAll(async () => {
    taskDefinition = await lab.taskDefinition('good');
  });

  const balancer = () => ({ targetGroupArn: lab.blue, containerName: 'app', containerPort: 8000 });
  const advanced = () => ({
    alternateTargetGroupArn: lab.green,
    productionListenerRule: lab.production,
    roleArn: 'arn:aws:iam::000000000000:role/x',
  });
  const blueGreen = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 } as const;
  const canary = (canaryConfiguration: object) => ({
    deploymentConfiguration: { strategy: 'CANARY', canaryConfiguration },
  });
  const linear = (linearConfiguration: object) => ({
    deploymentConfiguration: { strategy: 'LINEAR', linearConfiguration },
  });
  const breaker = (thresholdConfiguration: object) => ({
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: true, rollback: true, thresholdConfiguration },
    },
  });
  const hook = (change: object) => ({
    deploymentConfiguration: {
      lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'], ...change }],
    },
  });

  test.each<[string, () => object, string, RegExp]>([
    ['no such cluster', () => ({ cluster: 'nowhere' }), 'ClusterNotFoundException', /^Cluster not found\.$/],
    ['no such task definition', () => ({ taskDefinition: 'none:1' }), 'ClientException', /TaskDefinition not found/],
    [
      'no network',
      () => ({ networkConfiguration: undefined }),
      'InvalidParameterException',
      /Network Configuration must be provided/,
    ],
    [
      'an unknown subnet',
      () => ({ networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-x'] } } }),
      'InvalidParameterException',
      /'subnet-x' does not exist.*Subnets here: subnet-a, subnet-b/,
    ],
    [
      'a container that is not there',
      () => ({ loadBalancers: [{ ...balancer(), containerName: 'other' }] }),
      'InvalidParameterException',
      /The container other does not exist in the task definition/,
    ],
    [
      'a port that is not mapped',
      () => ({ loadBalancers: [{ ...balancer(), containerPort: 1 }] }),
      'InvalidParameterException',
      /did not have a container port 1 defined/,
    ],
    [
      'a target group that is not there',
      () => ({ loadBalancers: [{ ...balancer(), targetGroupArn: 'arn:none' }] }),
      'InvalidParameterException',
      /Unable to assume role and validate the specified targetGroupArn/,
    ],
    [
      'BLUE_GREEN without advancedConfiguration',
      () => ({ loadBalancers: [balancer()], deploymentConfiguration: blueGreen }),
      'ClientException',
      /advancedConfiguration field is required for all loadBalancers/,
    ],
    [
      'BLUE_GREEN without a production rule',
      () => ({
        loadBalancers: [{ ...balancer(), advancedConfiguration: { ...advanced(), productionListenerRule: undefined } }],
        deploymentConfiguration: blueGreen,
      }),
      'ClientException',
      /productionListenerRule is required/,
    ],
    [
      'BLUE_GREEN without bake time',
      () => ({ deploymentConfiguration: { strategy: 'BLUE_GREEN' } }),
      'InvalidParameterException',
      /bakeTimeInMinutes must be specified/,
    ],
    [
      'CANARY without advancedConfiguration',
      () => ({ loadBalancers: [balancer()], deploymentConfiguration: { strategy: 'CANARY' } }),
      'ClientException',
      /advancedConfiguration field is required .* when using the canary deployment strategy/,
    ],
    [
      'no canary at all',
      () => canary({ canaryPercent: 0 }),
      'InvalidParameterException',
      /canaryPercent must be a multiple of 0.1 from 0.1 to 100.0, not 0\./,
    ],
    [
      'more than all of the traffic',
      () => canary({ canaryPercent: 100.1 }),
      'InvalidParameterException',
      /from 0.1 to 100.0/,
    ],
    ['a hundredth of a percent', () => canary({ canaryPercent: 5.05 }), 'InvalidParameterException', /multiple of 0.1/],
    [
      'a canary that bakes for more than a day',
      () => canary({ canaryBakeTimeInMinutes: 1441 }),
      'InvalidParameterException',
      /canaryBakeTimeInMinutes must be between 0 and 1440/,
    ],
    [
      'steps of less than 3 %',
      () => linear({ stepPercent: 2.9 }),
      'InvalidParameterException',
      /stepPercent must be a multiple of 0.1 from 3.0 to 100.0/,
    ],
    [
      'a step that bakes for less than no time',
      () => linear({ stepBakeTimeInMinutes: -1 }),
      'InvalidParameterException',
      /stepBakeTimeInMinutes must be between 0 and 1440/,
    ],
    [
      'a canary’s percentage under another strategy',
      () => ({ deploymentConfiguration: { ...blueGreen, canaryConfiguration: { canaryPercent: 5 } } }),
      'InvalidParameterException',
      /canaryConfiguration is only valid when the deployment strategy is CANARY, not BLUE_GREEN/,
    ],
    [
      'a linear step under another strategy',
      () => ({ deploymentConfiguration: { strategy: 'CANARY', linearConfiguration: { stepPercent: 5 } } }),
      'InvalidParameterException',
      /linearConfiguration is only valid when the deployment strategy is LINEAR, not CANARY/,
    ],
    [
      'a circuit breaker that counts otherwise',
      () => breaker({ type: 'SHARE', value: 50 }),
      'InvalidParameterException',
      /BOUNDED_PERCENT/,
    ],
    [
      'a circuit breaker that tolerates nothing',
      () => breaker({ type: 'COUNT', value: 0 }),
      'InvalidParameterException',
      /at least 1/,
    ],
    [
      'bounds without a move',
      () => ({ deploymentConfiguration: { maximumPercent: 100 } }),
      'InvalidParameterException',
      /cannot be 100/,
    ],
    ['Lambda hooks', () => hook({ targetType: undefined }), 'UnsupportedFeatureException', /AWS_LAMBDA/],
    [
      'a pause while traffic shifts',
      () => hook({ lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'] }),
      'InvalidParameterException',
      /cannot be configured at PRODUCTION_TRAFFIC_SHIFT/,
    ],
    [
      'a pause nowhere',
      () => hook({ lifecycleStages: [] }),
      'InvalidParameterException',
      /lifecycleStages must be specified/,
    ],
    [
      'a pause of three weeks',
      () => hook({ timeoutConfiguration: { timeoutInMinutes: 30_240 } }),
      'InvalidParameterException',
      /timeoutInMinutes' failed .*less than or equal to 20160/,
    ],
    ['EC2', () => ({ launchType: 'EC2' }), 'UnsupportedFeatureException', /Use FARGATE/],
    ['CodeDeploy', () => ({ deploymentController: { type: 'CODE_DEPLOY' } }), 'UnsupportedFeatureException', /Use ECS/],
    ['daemons', () => ({ schedulingStrategy: 'DAEMON' }), 'UnsupportedFeatureException', /Use REPLICA/],
    [
      'a grace period without load balancer',
      () => ({ healthCheckGracePeriodSeconds: 10 }),
      'InvalidParameterException',
      /Health check grace period is only valid/,
    ],
    ['half a task', () => ({ desiredCount: 0.5 }), 'InvalidParameterException', /desiredCount/],
    [
      'a member without code',
      () => ({ serviceConnectConfiguration: { enabled: true } }),
      'UnsupportedParameterException',
      /serviceConnectConfiguration/,
    ],
  ])('cannot be created with %s', async (_name, change, code, message) => {
    const attempt = call('CreateService', { ...service, serviceName: 'wrong', taskDefinition, ...change() });
    await expect(attempt).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    const { services } = await call<DescribeServicesResponse>('DescribeServices', {
      cluster: 'lab',
      services: ['wrong'],
    });
    expect(services).toEqual([]);
  });

  test('are created once by one token, described by name or ARN, with tags when asked for', async () => {
    const input = {
      ...service,
      serviceName: 'tagged',
      taskDefinition,
      clientToken: 't-1',
      tags: [{ key: 'k', value: 'v' }],
    };
    await call('CreateService', input);
    await call('CreateService', input);
    await refused('CreateService', { ...input, clientToken: 't-2' }).toMatchObject({
      message: 'Creation of service was not idempotent.',
    });
    const arn = 'arn:aws:ecs:ca-central-1:000000000000:service/lab/tagged';
    const bare = await call<DescribeServicesResponse>('DescribeServices', { cluster: 'lab', services: [arn, 'other'] });
    expect(bare.services?.map(({ serviceArn }) => serviceArn)).toEqual([arn]);
    expect(bare.services?.[0]).not.toHaveProperty('tags');
    expect(bare.failures).toEqual([
      { arn: 'arn:aws:ecs:ca-central-1:000000000000:service/lab/other', reason: 'MISSING' },
    ]);
    const full = await call<DescribeServicesResponse>('DescribeServices', {
      cluster: 'lab',
      services: ['tagged'],
      include: ['TAGS'],
    });
    expect(full.services?.[0]).toMatchObject({
      tags: [{ key: 'k', value: 'v' }],
      schedulingStrategy: 'REPLICA',
      deploymentController: { type: 'ECS' },
      availabilityZoneRebalancing: 'ENABLED',
      deploymentConfiguration: { strategy: 'ROLLING', maximumPercent: 200, minimumHealthyPercent: 100 },
    });
    await refused('DescribeServices', { cluster: 'lab', services: [] }).toThrow('Services cannot be empty.');
    await refused('DescribeServices', { cluster: 'lab', services: Array(11).fill('a') }).toMatchObject({
      code: 'InvalidParameterException',
    });
    await refused('DescribeServices', {
      cluster: 'lab',
      services: ['arn:aws:ecs:ca-central-1:000000000000:service/elsewhere/tagged'],
    }).toThrow('Identifier is for cluster elsewhere. Your cluster is lab');
  });

  test('are updated without a deployment where AWS starts none, and with one where it does', async () => {
    await call('CreateService', { ...service, serviceName: 'quiet', taskDefinition });
    const deployments = async () =>
      (
        await call<ListServiceDeploymentsResponse>('ListServiceDeployments', { cluster: 'lab', service: 'quiet' })
      ).serviceDeployments?.map(({ status }) => status);
    await eventually(async () => (await deployments())?.[0] === 'SUCCESSFUL' || undefined);
    const update = (change: object) => call('UpdateService', { cluster: 'lab', service: 'quiet', ...change });
    for (const change of [
      { desiredCount: 0 },
      { taskDefinition },
      { deploymentConfiguration: { maximumPercent: 150 } },
      { enableExecuteCommand: true, availabilityZoneRebalancing: 'DISABLED', propagateTags: 'SERVICE' },
      { networkConfiguration: service.networkConfiguration },
    ]) {
      await update(change);
    }
    expect(await deployments()).toEqual(['SUCCESSFUL']);
    let expected = 1;
    for (const change of [
      { forceNewDeployment: true },
      { taskDefinition: await lab.taskDefinition('good') },
      { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-b'] } } },
      { platformVersion: '1.4.0' },
    ]) {
      await update(change);
      expected += 1;
      await eventually(async () => (await deployments())?.every((status) => status === 'SUCCESSFUL') || undefined);
      expect(await deployments()).toHaveLength(expected);
    }
    const page = await call<ListServiceDeploymentsResponse>('ListServiceDeployments', {
      cluster: 'lab',
      service: 'quiet',
      status: ['SUCCESSFUL'],
      maxResults: 3,
    });
    expect(page.serviceDeployments).toHaveLength(3);
    expect(page.nextToken).toBeDefined();
    const none = await call<ListServiceDeploymentsResponse>('ListServiceDeployments', {
      cluster: 'lab',
      service: 'quiet',
      createdAt: { before: new Date(0) },
    });
    expect(none.serviceDeployments).toEqual([]);
    await refused('UpdateService', { cluster: 'lab', service: 'nobody' }).toMatchObject({
      code: 'ServiceNotFoundException',
      message: 'Service not found.',
    });
  });

  test('are deleted: with force while they run, then INACTIVE, and the name is free again', async () => {
    const input = { ...service, serviceName: 'short', taskDefinition, desiredCount: 1, loadBalancers: [balancer()] };
    await call('CreateService', input);
    await eventually(() => lab.elb.targets(lab.blue).some((target) => target.state === 'healthy') || undefined);
    await refused('DeleteService', { cluster: 'lab', service: 'short' }).toThrow(
      'The service cannot be stopped while it is scaled above 0.',
    );
    const { service: draining } = await call<{ service: { status: string } }>('DeleteService', {
      cluster: 'lab',
      service: 'short',
      force: true,
    });
    expect(draining.status).toBe('DRAINING');
    await refused('CreateService', input).toThrow('Unable to Start a service that is still Draining.');
    const describe = async () =>
      (await call<DescribeServicesResponse>('DescribeServices', { cluster: 'lab', services: ['short'] })).services?.[0];
    await eventually(async () => (await describe())?.status === 'INACTIVE' || undefined);
    expect(await describe()).toMatchObject({ runningCount: 0, desiredCount: 0, deployments: [] });
    expect(lab.elb.targets(lab.blue)).toEqual([]);
    const { serviceArns } = await call<ListServicesResponse>('ListServices', { cluster: 'lab' });
    expect(serviceArns?.map(shortArn)).not.toContain('short');
    await refused('UpdateService', { cluster: 'lab', service: 'short', desiredCount: 1 }).toMatchObject({
      code: 'ServiceNotActiveException',
      message: 'Service was not ACTIVE.',
    });
    await call('CreateService', { ...input, desiredCount: 0 });
    expect((await describe())?.status).toBe('ACTIVE');
  });

  test('tasks are listed by service, family and state; tags propagate', async () => {
    await call('CreateService', {
      ...service,
      serviceName: 'listed',
      taskDefinition,
      desiredCount: 1,
      tags: [{ key: 'cost', value: 'art' }],
      propagateTags: 'SERVICE',
      enableECSManagedTags: true,
    });
    const list = (input: object) => call<ListTasksResponse>('ListTasks', { cluster: 'lab', ...input });
    const [arn] = (await eventually(async () => {
      const { taskArns } = await list({ serviceName: 'listed' });
      return taskArns?.length === 1 ? taskArns : undefined;
    })) as string[];
    expect(arn).toMatch(/^arn:aws:ecs:ca-central-1:000000000000:task\/lab\/[0-9a-f]{32}$/);
    expect((await list({ family: 'web' })).taskArns).toContain(arn);
    expect((await list({ family: 'other' })).taskArns).toEqual([]);
    expect((await list({ serviceName: 'listed', desiredStatus: 'STOPPED' })).taskArns).toEqual([]);
    await refused('ListTasks', { cluster: 'lab', serviceName: 'nobody' }).toMatchObject({
      code: 'ServiceNotFoundException',
    });
    const { tasks, failures } = await call<DescribeTasksResponse>('DescribeTasks', {
      cluster: 'lab',
      tasks: [shortArn(arn), 'ffff'],
      include: ['TAGS'],
    });
    expect(tasks?.[0]?.tags).toEqual([
      { key: 'cost', value: 'art' },
      { key: 'aws:ecs:clusterName', value: 'lab' },
      { key: 'aws:ecs:serviceName', value: 'listed' },
    ]);
    expect(failures).toEqual([{ arn: 'arn:aws:ecs:ca-central-1:000000000000:task/lab/ffff', reason: 'MISSING' }]);
    await refused('StopTask', { cluster: 'lab', task: 'ffff' }).toThrow('The referenced task was not found.');
    await refused('DeleteCluster', { cluster: 'lab' }).toMatchObject({ code: 'ClusterContainsServicesException' });
  });

  test('tags of any resource can be changed', async () => {
    await call('CreateService', { ...service, serviceName: 'labelled', taskDefinition });
    const resourceArn = 'arn:aws:ecs:ca-central-1:000000000000:service/lab/labelled';
    await call('TagResource', {
      resourceArn,
      tags: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    });
    await call('UntagResource', { resourceArn, tagKeys: ['a'] });
    expect((await call<ListTagsForResourceResponse>('ListTagsForResource', { resourceArn })).tags).toEqual([
      { key: 'b', value: '2' },
    ]);
    await call('TagResource', { resourceArn: taskDefinition, tags: [{ key: 'c', value: '3' }] });
    expect(
      (await call<ListTagsForResourceResponse>('ListTagsForResource', { resourceArn: taskDefinition })).tags,
    ).toEqual([{ key: 'c', value: '3' }]);
    const none = 'arn:aws:ecs:ca-central-1:000000000000:service/lab/none';
    await refused('ListTagsForResource', { resourceArn: none }).toMatchObject({ code: 'InvalidParameterException' });
    await refused('UntagResource', { resourceArn: none, tagKeys: ['a'] }).toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  test('a resource has at most 50 tags of its own, each key once, none with the prefix aws:', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: 'v' }));
    const creation = { ...service, serviceName: 'full', taskDefinition, enableECSManagedTags: true };
    await refused('CreateService', { ...creation, tags: many(51) }).toThrow('less than or equal to 50');
    await call('CreateService', { ...creation, tags: many(50), propagateTags: 'SERVICE', desiredCount: 1 });
    const resourceArn = 'arn:aws:ecs:ca-central-1:000000000000:service/lab/full';
    await call('TagResource', { resourceArn, tags: [{ key: 'k49', value: 'other' }] });
    const tag = (key: string, value: string) => refused('TagResource', { resourceArn, tags: [{ key, value }] });
    await tag('k50', 'v').toThrow('at most 50 tags, not 51');
    await tag('AWS:mine', 'v').toThrow('Tag keys must not begin with aws:');
    await tag('mine', 'aws:v').toThrow('Tag values must not begin with aws:');
    await refused('UntagResource', { resourceArn, tagKeys: ['aws:ecs:serviceName'] }).toThrow('must not begin with');
    await refused('CreateCluster', { clusterName: 'twice', tags: [...many(1), ...many(1)] }).toThrow(
      'Duplicate tag keys',
    );
    await refused('RegisterTaskDefinition', {
      ...definition,
      tags: [{ key: 'aws:x', value: 'v' }],
    }).toThrow('Tag keys must not begin with aws:');
    const { tags } = await call<ListTagsForResourceResponse>('ListTagsForResource', { resourceArn });
    expect(tags).toHaveLength(50);
    expect(tags?.at(-1)).toEqual({ key: 'k49', value: 'other' });
  });

  test('what is gone has no tags that could be changed, and a short ARN of a service names none', async () => {
    await call('CreateCluster', { clusterName: 'closed', tags: [{ key: 'a', value: '1' }] });
    await call('DeleteCluster', { cluster: 'closed' });
    const arn = 'arn:aws:ecs:ca-central-1:000000000000';
    await refused('ListTagsForResource', { resourceArn: `${arn}:cluster/closed` }).toThrow(
      'The specified cluster is inactive. Specify an active cluster and try again.',
    );
    await refused('TagResource', { resourceArn: `${arn}:service/labelled`, tags: [] }).toThrow(
      'Long arn format must be used for tagging operations',
    );
    await refused('TagResource', { resourceArn: 'labelled', tags: [] }).toThrow('Invalid arn: labelled');
  });

  test('deployments and revisions that are not there are failures', async () => {
    const missing = 'arn:aws:ecs:ca-central-1:000000000000:service-deployment/lab/web/none';
    expect(await call('DescribeServiceDeployments', { serviceDeploymentArns: [missing] })).toEqual({
      serviceDeployments: [],
      failures: [{ arn: missing, reason: 'MISSING' }],
    });
    expect(await call('DescribeServiceRevisions', { serviceRevisionArns: [missing] })).toEqual({
      serviceRevisions: [],
      failures: [{ arn: missing, reason: 'MISSING' }],
    });
    await refused('StopServiceDeployment', { serviceDeploymentArn: missing }).toMatchObject({
      code: 'ServiceDeploymentNotFoundException',
    });
  });
});
