/** What the wire layer relies on in the SDK's semi-internal schemas; an update of the SDK that changes it fails here first. */
import { CreateServiceRequest$ } from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it } from 'vitest';
import type { OperationSchema } from '../../../src/rehearsal/wire/operation.ts';
import { copyBySchema, fromJson, shapeOf, toJson, traitsOf } from '../../../src/rehearsal/wire/schema.ts';
import { errorByCode, SERVICES, serviceById } from '../../../src/rehearsal/wire/services.ts';

type SchemaReference = Parameters<typeof NormalizedSchema.of>[0];

describe("the SDK's schemas", () => {
  it('say what is required, and the kinds of members', () => {
    const shape = shapeOf(CreateServiceRequest$);
    if (shape.kind !== 'structure') {
      throw new TypeError('not a structure');
    }
    expect(shape.required).toEqual(['serviceName']);
    const kinds = ['desiredCount', 'enableExecuteCommand', 'cluster', 'loadBalancers', 'deploymentConfiguration'].map(
      (name) => shape.members.get(name)?.().kind,
    );
    expect(kinds).toEqual(['number', 'boolean', 'string', 'list', 'structure']);
  });

  it('list every operation of the services', () => {
    const counts = Object.fromEntries(SERVICES.map(({ id, operations }) => [id, operations.size]));
    const first = { ecs: 88, elbv2: 51, cloudwatch: 55, autoscaling: 14, ecr: 62, logs: 118 };
    expect(counts).toEqual({
      ...first,
      fis: 26,
      scheduler: 12,
      tagging: 9,
      rds: 168,
      dynamodb: 62,
      route53: 71,
      'recovery-cluster': 4,
      secretsmanager: 23,
      sts: 11,
    });
  });

  it('give errors their Query code, status and message member', () => {
    expect(errorByCode(serviceById('elbv2'), 'RuleNotFoundException')).toEqual({
      shapeName: 'RuleNotFoundException',
      queryCode: 'RuleNotFound',
      status: 400,
      messageMember: 'Message',
    });
    expect(errorByCode(serviceById('cloudwatch'), 'ValidationError').shapeName).toBe('ValidationException');
    expect(errorByCode(serviceById('ecs'), 'ClusterNotFoundException')).toMatchObject({
      status: undefined,
      messageMember: 'message',
    });
    expect(errorByCode(serviceById('ecs'), 'Unheard')).toMatchObject({ shapeName: 'Unheard', queryCode: 'Unheard' });
  });

  it('have shapes of known kinds all the way down', () => {
    const all = SERVICES.flatMap(({ operations }) => [...operations.values()]).flatMap(schemasBelow);
    for (const schema of all) {
      shapeOf(schema);
    }
    expect(all.length).toBeGreaterThan(2000);
  });

  it('rename nothing but the elements of lists for XML in the Query services: the form reader knows no other renaming', () => {
    const query = SERVICES.filter((service) => service.query !== undefined);
    const all = query.flatMap(({ operations }) => [...operations.values()]).flatMap(schemasBelow);
    const members = all.filter((schema) => schema.isStructSchema()).flatMap(partsOf);
    expect(members.filter((member) => 'xmlName' in member.getMemberTraits())).toEqual([]);
    expect(all.filter((schema) => 'xmlFlattened' in schema.getMergedTraits())).toEqual([]);
    const shape = shapeOf(serviceById('rds').operations.get('AddTagsToResource')?.[4]);
    const tags = shape.kind === 'structure' ? shape.members.get('Tags')?.() : undefined;
    expect(tags).toMatchObject({ kind: 'list', elementName: 'Tag' });
  });

  it('read and write bytes, dates and what JSON has no word for', () => {
    const schema = [3, 'test', 'T', 0, ['when', 'bytes', 'number', 'anything'], [4, 21, 1, 15]];
    const value = {
      when: new Date(1_795_219_200_001),
      bytes: new Uint8Array([0, 255]),
      number: 0.1,
      anything: { a: [null, 'é😀\u0001'] },
    };
    expect(JSON.parse(toJson(schema, value).toString())).toEqual({
      when: 1795219200.001,
      bytes: 'AP8=',
      number: 0.1,
      anything: { a: [null, 'é😀\u0001'] },
    });
    expect(copyBySchema(schema, value)).toEqual({ ...value, bytes: expect.objectContaining({ 0: 0, 1: 255 }) });
    expect(fromJson(schema, { when: null })).toEqual({});
    expect(traitsOf(schema)).toEqual({});
  });
});

/** An operation's input and output schemas and all that they hold. */
function schemasBelow(operation: OperationSchema): NormalizedSchema[] {
  const seen = new Set<unknown>();
  const collect = (schema: NormalizedSchema): NormalizedSchema[] => {
    const raw: unknown = schema.getSchema();
    if (typeof raw === 'object' && seen.has(raw)) {
      return [schema];
    }
    seen.add(raw);
    return [schema, ...partsOf(schema).flatMap(collect)];
  };
  return [operation[4], operation[5]].map((side) => NormalizedSchema.of(side as SchemaReference)).flatMap(collect);
}

function partsOf(schema: NormalizedSchema): NormalizedSchema[] {
  if (schema.isStructSchema()) {
    return Object.values(schema.getMemberSchemas());
  }
  return schema.isListSchema() || schema.isMapSchema() ? [schema.getValueSchema()] : [];
}
