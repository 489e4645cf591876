/** Values that AWS's models forbid are refused, in the words of each service, together with all else that is wrong. */
import { readdirSync, readFileSync } from 'node:fs';
import {
  CreateService$,
  CreateServiceCommand,
  ListServices$,
  TagResource$,
  type TagResourceRequest,
} from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { constraintTables } from '../../../scripts/refresh-models.mjs';
import { violationsOf } from '../../../src/rehearsal/wire/constraints.ts';
import { refusalOfValues, valueProblems } from '../../../src/rehearsal/wire/constraints-wording.ts';
import { operation, type ServiceId } from '../../../src/rehearsal/wire/operation.ts';
import { SERVICES } from '../../../src/rehearsal/wire/services.ts';
import { SERVICES as MODELLED, modelOf, type ServiceName } from '../../contract/model.ts';
import { faultsOf } from '../../contract/support/faults.ts';
import { generate } from '../../contract/support/generate.ts';
import { start } from './support/clients.ts';

const FOLDER = new URL('../../../src/rehearsal/wire/constraints/', import.meta.url);
const MODELS = new URL('../../contract/fixtures/models/', import.meta.url);

/** What a service answers to this input, if values alone are wrong with it. */
function refusal(service: ServiceId, name: string, input: unknown) {
  const problems = valueProblems(service, name, input);
  const { code, message } = refusalOfValues(service, name, problems, 'TheUsual') ?? { code: 'none', message: '' };
  return `${code}: ${message}`;
}

describe('the tables', () => {
  it('are what scripts/refresh-models.mjs makes of the committed models', () => {
    const fixtures = new Map(
      readdirSync(MODELS).map((name) => [`models/${name}`, readFileSync(new URL(name, MODELS), 'utf8')]),
    );
    const fresh = constraintTables(fixtures);
    expect([...fresh.keys()].sort()).toEqual(readdirSync(FOLDER).sort());
    for (const [name, text] of fresh) {
      expect(readFileSync(new URL(name, FOLDER), 'utf8') === text, `${name} is stale`).toBe(true);
    }
  });

  it('are small, and say whose they are', () => {
    const texts = readdirSync(FOLDER).map((name) => readFileSync(new URL(name, FOLDER), 'utf8'));
    const bundled = texts.map((text) => JSON.stringify(JSON.parse(text)));
    expect(bundled.join('').length).toBeLessThan(96 * 1024);
    for (const text of texts) {
      expect(text).toContain('Copyright 2012-2022 Amazon.com');
    }
  });

  it('belong to services and operations of the wire, and have expressions that JavaScript reads', () => {
    for (const name of readdirSync(FOLDER)) {
      const { inputs, shapes } = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
      const service = SERVICES.find(({ id }) => `${id}.json` === name);
      expect(Object.keys(inputs).filter((operationName) => !service?.operations.has(operationName))).toEqual([]);
      const patterns = Object.values<{ pattern?: string }>(shapes).flatMap(({ pattern }) => pattern ?? []);
      for (const pattern of patterns) {
        expect(() => new RegExp(pattern.replaceAll('\\p{Print}', '[ -~]'), 'u'), pattern).not.toThrow();
      }
    }
  });
});

/** The faults that the models forbid and the SDK's schemas do not know. */
const OF_VALUES = /^(?:key )?(?:fraction|below|above|too|unknown enum|unfit)/;

describe.each(MODELLED)('over the model of %s', (service: ServiceName) => {
  const model = modelOf(service);
  const id: ServiceId = service === 'application-autoscaling' ? 'autoscaling' : service;
  const rules = { timestamps: 'epoch', direction: 'request', alsoRequired: () => new Set<string>() } as const;

  it('what fits passes, and every wrong value in each operation is found in its place', () => {
    const missed: string[] = [];
    for (const [name, { input }] of Object.entries(model.operations)) {
      const value = input === undefined ? {} : generate(model, input.shape, { timestamps: 'epoch', variant: 0 });
      expect(violationsOf(id, name, value), name).toEqual([]);
      for (const fault of input === undefined ? [] : faultsOf(model, input.shape, value, rules)) {
        const found = valueProblems(id, name, fault.value).map((problem) => `$.${problem.path}`);
        if (OF_VALUES.test(fault.kind) && !found.some((path) => path === fault.path)) {
          missed.push(`${name} ${fault.path}: ${fault.kind}, found ${found.join(', ')}`);
        }
      }
    }
    expect(missed).toEqual([]);
  });
});

describe('values', () => {
  it.each<[string, ServiceId, string, object]>([
    ['an enum', 'ecs', 'CreateService', { launchType: 'FARGATE', deploymentConfiguration: { strategy: 'CANARY' } }],
    ['the ends of a range', 'elbv2', 'CreateTargetGroup', { Port: 65_535, HealthCheckIntervalSeconds: 5 }],
    ['the longest text', 'ecs', 'TagResource', { tags: [{ key: 'k'.repeat(128), value: 'v'.repeat(256) }] }],
    ['letters of any script', 'ecs', 'TagResource', { tags: [{ key: 'équipe_équité', value: '夜 1+1=2 @/.-:' }] }],
    [
      'the widest whole numbers',
      'ecs',
      'CreateService',
      { desiredCount: 2 ** 31 - 1, healthCheckGracePeriodSeconds: 0 },
    ],
    ['milliseconds, which need 64 bits', 'logs', 'GetLogEvents', { startTime: 1_795_219_200_000 }],
    ['names in hexadecimal', 'ecr', 'DescribeImages', { repositoryName: 'team/app-1', registryId: '000000000000' }],
    ['null', 'ecs', 'CreateService', { launchType: null, tags: null }],
    ['wrong types, which check() reports', 'ecs', 'CreateService', { launchType: 7, tags: 'x', desiredCount: '2' }],
    ['members unknown to the API', 'ecs', 'CreateService', { constructor: 'x', nothing: { launchType: 'x' } }],
    ['an operation without constraints', 'sts', 'GetCallerIdentity', { launchType: 'x' }],
    ['an input that is no structure', 'ecs', 'CreateService', [['x']]],
  ])('pass: %s', (_, service, name, input) => {
    expect(violationsOf(service, name, input)).toEqual([]);
  });

  it.each<[string, ServiceId, string, object, string]>([
    [
      'an unknown hook type',
      'ecs',
      'UpdateService',
      { deploymentConfiguration: { lifecycleHooks: [{ targetType: 'PAUSE' }, { targetType: 'NO_SUCH_VALUE' }] } },
      "TheUsual: 1 validation error detected: Value 'NO_SUCH_VALUE' at 'deploymentConfiguration.lifecycleHooks.2.member.targetType' " +
        'failed to satisfy constraint: Member must satisfy enum value set: [AWS_LAMBDA, PAUSE]',
    ],
    [
      'a port out of range',
      'elbv2',
      'CreateTargetGroup',
      { Port: 0 },
      "TheUsual: 1 validation error detected: Value '0' at 'port' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      'two values, each with all it breaks',
      'elbv2',
      'AddTags',
      {
        Tags: [
          { Key: `${'k'.repeat(128)}!`, Value: '' },
          { Key: '', Value: '' },
        ],
      },
      `TheUsual: 3 validation errors detected: Value '${'k'.repeat(128)}!' at 'tags.1.member.key' failed to satisfy constraint: ` +
        `Member must have length less than or equal to 128; Value '${'k'.repeat(128)}!' at 'tags.1.member.key' failed to satisfy ` +
        'constraint: Member must satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$; ' +
        "Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      'scalars in a list, blamed on the list, once',
      'ecs',
      'DescribeServices',
      { include: ['TAGS', 'tags', 'ALL'] },
      "TheUsual: 1 validation error detected: Value '[TAGS, tags, ALL]' at 'include' failed to satisfy constraint: " +
        'Member must satisfy constraint: [Member must satisfy enum value set: [TAGS]]',
    ],
    [
      'entries of a map',
      'autoscaling',
      'RegisterScalableTarget',
      { Tags: { '': 'x' } },
      "TheUsual: 1 validation error detected: Value '{=x}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: " +
        '[Member must have length less than or equal to 128, Member must have length greater than or equal to 1]',
    ],
    [
      'structures in a map, whose keys stay as they are',
      'cloudwatch',
      'PutMetricData',
      { Namespace: 'x', EntityMetricData: [{ Entity: { KeyAttributes: { Type: 'Service', Name: '' } } }] },
      'TheUsual: The parameter EntityMetricData.member.1.Entity.KeyAttributes.Name must have a length of at least 1.',
    ],
    [
      'tags of ECS',
      'ecs',
      'TagResource',
      {
        tags: [
          { key: 'a?', value: 'b' },
          { key: 'c', value: 'd&' },
        ],
      },
      'TheUsual: Some tags contain invalid characters. Valid characters: UTF-8 letters, spaces, numbers and _ . / = + - : @.',
    ],
    [
      'values of ECR',
      'ecr',
      'DescribeImages',
      { registryId: '12', imageIds: [] },
      "TheUsual: Invalid parameter at 'registryId' failed to satisfy constraint: 'Member must satisfy regular expression pattern: [0-9]{12}'; " +
        "Invalid parameter at 'imageIds' failed to satisfy constraint: 'Member must have length greater than or equal to 1'",
    ],
    [
      'metrics, which CloudWatch has other words for than',
      'cloudwatch',
      'GetMetricStatistics',
      { Statistics: ['Average', 'Maximum,Sum'], Namespace: ':x' },
      'TheUsual: The parameter Statistics.member.2 must be a value in the set [ SampleCount, Average, Sum, Minimum, Maximum ].\n' +
        'The parameter Namespace must match [^:].*.',
    ],
    [
      'alarms',
      'cloudwatch',
      'PutMetricAlarm',
      { AlarmName: '' },
      "ValidationError: 1 validation error detected: Value '' at 'alarmName' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
  ])('are refused: %s', (_, service, name, input, text) => {
    expect(refusal(service, name, input)).toBe(text);
  });

  it.each([1.5, 2 ** 31, -(2 ** 31) - 1])('are no whole number of 32 bits: %d', (desiredCount) => {
    expect(valueProblems('ecs', 'CreateService', { desiredCount })).toEqual([
      { kind: 'type', path: 'desiredCount', text: `must be a whole number of 32 bits, not ${desiredCount}` },
    ]);
  });

  it('do not fill the answer when thousands are wrong', () => {
    const tags = Array.from({ length: 20_000 }, () => ({ key: 'k'.repeat(200) }));
    const text = refusal('elbv2', 'AddTags', { Tags: tags.map(({ key }) => ({ Key: key })) });
    expect(text).toMatch(/20000 validation errors detected/);
    expect(text.length).toBeLessThan(20_000);
  });
});

describe('on the wire', () => {
  const bench = async () => {
    const made = [CreateService$, ListServices$].map((schema) =>
      operation<object, object>({
        schema,
        supports: ['serviceName', 'launchType'].slice(0, schema === CreateService$ ? 2 : 0),
        source: 'test',
        handle: () => ({}),
      }),
    );
    const tag = operation<TagResourceRequest, object>({
      schema: TagResource$,
      supports: ['resourceArn', 'tags[].*'],
      source: 'test',
      handle: () => ({}),
    });
    return start([{ id: 'ecs', operations: [...made, tag] }]);
  };

  it('values alone are refused in the words of the service, and clients do not try again', async () => {
    const { ecs } = await bench();
    const launchType = 'EC3' as 'EC2';
    const sent = ecs.send(new CreateServiceCommand({ serviceName: 'web', launchType, desiredCount: 2 }));
    await expect(sent).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message:
        "1 validation error detected: Value 'EC3' at 'launchType' failed to satisfy constraint: Member must satisfy enum value set: " +
        "[EC2, FARGATE, EXTERNAL, MANAGED_INSTANCES]. Besides: surefoot's rehearsal platform does not support these members of " +
        'CreateService: desiredCount. Leave them out to rehearse the rest.',
      $metadata: { attempts: 1 },
    });
  });

  it('values are named together with what else is wrong, each with its path and what is allowed', async () => {
    const { endpoint } = await bench();
    const body = { resourceArn: 7, tags: [{ key: 'a' }, { key: '', valu: 'b' }] };
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AmazonEC2ContainerServiceV20141113.TagResource',
      },
      body: JSON.stringify(body),
    });
    expect(await answer.json()).toEqual({
      __type: 'InvalidParameterException',
      message:
        'TagResource: resourceArn must be a string, not 7; tags[1].valu is not a member of this API; ' +
        'tags[1].key must have a length of at least 1, unlike "".',
    });
  });
});
