import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import {
  diffTaskDefinitions,
  unknownContainers,
  withImages,
} from '../../../../src/operations/deploy/plan/task-definition.ts';

const current: TaskDefinition = {
  taskDefinitionArn: 'arn:aws:ecs:ca-central-1:000000000000:task-definition/api:7',
  family: 'api',
  revision: 7,
  status: 'ACTIVE',
  registeredBy: 'arn:aws:iam::000000000000:role/ci',
  requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.task-eni' }],
  compatibilities: ['FARGATE'],
  cpu: '1024',
  containerDefinitions: [
    { name: 'proxy', image: 'proxy:2' },
    {
      name: 'api',
      image: 'api:1',
      environment: [{ name: 'A', value: '1' }],
      secrets: [{ name: 'KEY', valueFrom: 'arn:secret' }],
    },
  ],
};

describe('withImages', () => {
  it('changes the named container only and drops what cannot be registered', () => {
    const next = withImages(current, { api: 'api:2' });
    expect(next.containerDefinitions?.map((container) => container.image)).toEqual(['proxy:2', 'api:2']);
    expect(Object.keys(next).sort()).toEqual(['containerDefinitions', 'cpu', 'family']);
  });

  it('names the containers that exist when one does not', () => {
    expect(unknownContainers(current, ['api', 'web'])).toEqual({
      code: 'unknown-container',
      message: 'api:7 has no container "web"; it has "proxy", "api"',
    });
    expect(unknownContainers(current, ['api', 'proxy'])).toBeUndefined();
  });
});

describe('diffTaskDefinitions', () => {
  it('is empty between a definition and its registrable form', () => {
    expect(diffTaskDefinitions(current, withImages(current, {}))).toEqual([]);
  });

  it('names list items, so that an insertion is one change', () => {
    const next = withImages(current, { api: 'api:2' });
    next.containerDefinitions?.[1]?.environment?.unshift({ name: 'B', value: '2' });
    expect(
      diffTaskDefinitions({ ...current, containerDefinitions: structuredClone(current.containerDefinitions) }, next),
    ).toContainEqual({
      path: 'containerDefinitions[api].image',
      before: 'api:1',
      after: 'api:2',
    });
  });

  it('shows what was added and what was removed', () => {
    expect(diffTaskDefinitions({ cpu: '256' }, { memory: '512' })).toEqual([
      { path: 'cpu', before: '256', after: null },
      { path: 'memory', before: null, after: '512' },
    ]);
  });
});
