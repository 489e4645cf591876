import { PutMetricData$ } from '@aws-sdk/client-cloudwatch';
import { CreateService$, RegisterTaskDefinition$ } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { operation } from '../../../src/rehearsal/wire/operation.ts';
import { compileSupport } from '../../../src/rehearsal/wire/support.ts';

function unsupported(schema: unknown, supports: readonly string[], input: object, inert: Record<string, string> = {}) {
  return compileSupport(operation({ schema, supports, inert, source: 'test', handle: () => ({}) })).unsupported(input);
}

const full = {
  deploymentConfiguration: {
    strategy: 'CANARY',
    maximumPercent: 200,
    canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 1 },
    lifecycleHooks: [{ hookTargetArn: 'a', lifecycleStages: ['PRE_SCALE_UP'], hookDetails: { any: { thing: 1 } } }],
  },
};

describe('the grammar of supported members', () => {
  it.each([
    [
      'a bare structure is only itself',
      ['deploymentConfiguration'],
      ['strategy', 'maximumPercent', 'canaryConfiguration', 'lifecycleHooks'].map(
        (m) => `deploymentConfiguration.${m}`,
      ),
    ],
    ['all below a structure', ['deploymentConfiguration.*'], []],
    [
      'members make their containers known',
      ['deploymentConfiguration.strategy', 'deploymentConfiguration.canaryConfiguration.canaryPercent'],
      [
        'deploymentConfiguration.maximumPercent',
        'deploymentConfiguration.canaryConfiguration.canaryBakeTimeInMinutes',
        'deploymentConfiguration.lifecycleHooks',
      ],
    ],
    [
      'elements of a list; a list of scalars and a document are one',
      [
        'deploymentConfiguration.strategy',
        'deploymentConfiguration.maximumPercent',
        'deploymentConfiguration.canaryConfiguration.*',
        'deploymentConfiguration.lifecycleHooks[].lifecycleStages',
        'deploymentConfiguration.lifecycleHooks[].hookDetails',
      ],
      ['deploymentConfiguration.lifecycleHooks[].hookTargetArn'],
    ],
    [
      'all below the elements',
      [
        'deploymentConfiguration.lifecycleHooks[].*',
        'deploymentConfiguration.canaryConfiguration',
        'deploymentConfiguration.strategy',
      ],
      [
        'deploymentConfiguration.maximumPercent',
        'deploymentConfiguration.canaryConfiguration.canaryPercent',
        'deploymentConfiguration.canaryConfiguration.canaryBakeTimeInMinutes',
      ],
    ],
    ['nothing', [], ['deploymentConfiguration']],
  ])('%s', (_, supports, expected) => {
    expect(unsupported(CreateService$, supports, full)).toEqual(expected);
  });

  it('takes a bare list of scalars as all of it, also with its brackets', () => {
    const input = { requiresCompatibilities: ['FARGATE'] };
    expect(unsupported(RegisterTaskDefinition$, ['requiresCompatibilities'], input)).toEqual([]);
    expect(unsupported(RegisterTaskDefinition$, ['requiresCompatibilities[]'], input)).toEqual([]);
    expect(unsupported(RegisterTaskDefinition$, [], input)).toEqual(['requiresCompatibilities']);
  });

  it('takes a map of scalars as one member', () => {
    const input = { containerDefinitions: [{ name: 'a', dockerLabels: { k: 'v' } }] };
    expect(unsupported(RegisterTaskDefinition$, ['containerDefinitions[].name'], input)).toEqual([
      'containerDefinitions[].dockerLabels',
    ]);
    expect(
      unsupported(
        RegisterTaskDefinition$,
        ['containerDefinitions[].name', 'containerDefinitions[].dockerLabels'],
        input,
      ),
    ).toEqual([]);
  });

  it('counts inert members as accepted', () => {
    expect(unsupported(CreateService$, [], { propagateTags: 'SERVICE' }, { propagateTags: 'no effect' })).toEqual([]);
  });

  it('names a member once however often it is there', () => {
    const MetricData = Array.from({ length: 400 }, () => ({ MetricName: 'm', StorageResolution: 1 }));
    expect(
      unsupported(PutMetricData$, ['Namespace', 'MetricData[].MetricName'], { Namespace: 'n', MetricData }),
    ).toEqual(['MetricData[].StorageResolution']);
  });

  it.each(['nonsense', 'deploymentConfiguration.nonsense', 'cluster.x', 'tags.*', 'tags.key', 'cluster[]x'])(
    'does not take a declaration that the API contradicts: %s',
    (path) => {
      expect(() => unsupported(CreateService$, [path], {})).toThrow(
        `CreateService declares members that its input does not have: ${path}`,
      );
    },
  );
});
