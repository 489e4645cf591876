import type { DescribeTasksResponse, ListTagsForResourceResponse, ListTasksResponse } from '@aws-sdk/client-ecs';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually, shortArn } from '../lab.ts';
import { call, definition, lab, refused, service } from './calls.ts';

describe('tasks and tags', () => {
  let taskDefinition: string;

  beforeAll(async () => {
    taskDefinition = await lab().taskDefinition('good');
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
});
