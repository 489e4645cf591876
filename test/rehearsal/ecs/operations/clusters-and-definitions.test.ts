import type {
  DescribeClustersResponse,
  DescribeTaskDefinitionResponse,
  ListTaskDefinitionsResponse,
  RegisterTaskDefinitionResponse,
} from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { shortArn } from '../lab.ts';
import { call, container, definition, refused, service } from './calls.ts';

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
