import { CreateRuleInput$ } from '@aws-sdk/client-elastic-load-balancing-v2';
import { QueryShapeSerializer } from '@aws-sdk/core/protocols';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '../../../src/rehearsal/wire/check.ts';
import { MalformedForm, parseForm, readForm } from '../../../src/rehearsal/wire/form.ts';
import { shapeOf } from '../../../src/rehearsal/wire/schema.ts';

/** Every type that a Query form can carry, nested: lists of lists of structures, maps, dates, bytes. Schema of this test's own. */
const LEAF = [3, 'test', 'Leaf', 0, ['Text', 'Number', 'Flag', 'When', 'Bytes'], [0, 1, 2, 4, 21]];
const TREE = [
  3,
  'test',
  'Tree',
  0,
  ['Leaf', 'Leaves', 'Names', 'Matrix', 'Labels', 'ByName'],
  [LEAF, [1, 'test', 'Leaves', 0, LEAF], 64, [1, 'test', 'Matrix', 0, 65], 128, [2, 'test', 'ByName', 0, 0, LEAF]],
];

const text = fc.string({ unit: 'binary' });
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
/** A structure without members, and an empty map, leave no trace in a form: they cannot be told from absent ones. */
const notEmpty = (value: object) => Object.values(value).some((member) => member !== undefined);

const leaf = fc
  .record({
    Text: optional(text),
    Number: optional(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))),
    Flag: optional(fc.boolean()),
    When: optional(fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') })),
    Bytes: optional(fc.uint8Array({ minLength: 1 })),
  })
  .filter(notEmpty);

const tree = fc
  .record({
    Leaf: optional(leaf),
    Leaves: optional(fc.array(leaf)),
    Names: optional(fc.array(text, { maxLength: 12 })),
    Matrix: optional(fc.array(fc.array(fc.integer(), { minLength: 1 }))),
    Labels: optional(fc.dictionary(text, text).filter((map) => Object.keys(map).length > 0)),
    ByName: optional(fc.dictionary(text, leaf).filter((map) => Object.keys(map).length > 0)),
  })
  .filter(notEmpty);

function serialise(schema: unknown, value: unknown): string {
  const serializer = new QueryShapeSerializer({
    timestampFormat: { useTrait: true, default: 5 },
    httpBindings: false,
    serializeEmptyLists: true,
  } as ConstructorParameters<typeof QueryShapeSerializer>[0]);
  serializer.write(schema as Parameters<typeof serializer.write>[0], value);
  return String(serializer.flush());
}

/** As a form cannot hold undefined members, and -0 arrives as 0. */
function normalise(value: unknown): unknown {
  if (value instanceof Date || value === null) {
    return value;
  }
  if (value instanceof Uint8Array) {
    return [...value];
  }
  if (Array.isArray(value)) {
    return value.map(normalise);
  }
  if (typeof value === 'object') {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    return Object.fromEntries(entries.map(([name, member]) => [name, normalise(member)]));
  }
  return Object.is(value, -0) ? 0 : value;
}

describe('readForm', () => {
  it("inverts the SDK's Query serialisation, and what it reads passes the check", () => {
    const shape = shapeOf(TREE);
    fc.assert(
      fc.property(tree, (value) => {
        const body = `Action=X&Version=1${serialise(TREE, value)}`;
        for (const encoding of [body, body.replaceAll('%20', '+')]) {
          const read = readForm(shape, parseForm(encoding));
          expect(normalise(read)).toEqual(normalise(value));
          expect(check(shape, read, 'typed')).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("inverts it for AWS's own CreateRule input", () => {
    const input = {
      ListenerArn: 'arn',
      Priority: 1,
      Conditions: [{ Field: 'path-pattern', Values: ['/x'] }],
      Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: 'a', Weight: 0 }] } }],
    };
    expect(readForm(shapeOf(CreateRuleInput$), parseForm(serialise(CreateRuleInput$, input)))).toEqual(input);
  });

  it.each([
    ['Priority=ten', 'Priority must be a number, not "ten"'],
    ['Priority=', 'Priority must be a number, not ""'],
    ['Priority.member.1=1', 'Priority must be a number, not a structure'],
    ['Actions=forward', 'Actions must be a list, not "forward"'],
    ['Actions.1.Type=forward', 'Actions must be a list, not a structure'],
    ['Actions.member.0.Type=forward', 'Actions must be a list, not a structure'],
    ['Actions.member.1.Typ=forward', 'Actions[0].Typ is not a member of this API'],
    ['Actions.member.1.type=forward', 'Actions[0].type is not a member of this API; did you mean Type?'],
    ['Actions.member.1=forward', 'Actions[0] must be a structure, not "forward"'],
    [
      'Actions.member.1.ForwardConfig.TargetGroupStickinessConfig.Enabled=yes',
      'Actions[0].ForwardConfig.TargetGroupStickinessConfig.Enabled must be a boolean, not "yes"',
    ],
    ['__proto__.polluted=1', '__proto__ is not a member of this API'],
  ])('keeps what does not fit, so that the check names it: %s', (body, problem) => {
    const shape = shapeOf(CreateRuleInput$);
    const problems = check(shape, readForm(shape, parseForm(body)), 'typed').filter(({ kind }) => kind !== 'missing');
    expect(problems.map(({ path, text: what }) => `${path} ${what}`)).toEqual([problem]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('refuses what is no form', () => {
    const shape = shapeOf(CreateRuleInput$);
    const read = (body: string) => () => readForm(shape, parseForm(body));
    expect(read('ListenerArn=%zz')).toThrow(new MalformedForm('"%zz" is not percent-encoded UTF-8'));
    expect(read('Priority=1&Priority=2')).toThrow('Priority is given twice');
    expect(read('Actions=1&Actions.member.1=2')).toThrow(
      'Actions.member.1 is below a parameter that has a value itself',
    );
    expect(read('Actions.member.1=2&Actions=1')).toThrow('Actions has a value, and parameters below it too');
    expect(read(`${'a.'.repeat(100_000)}b=1`)).toThrow('more than 64 levels');
  });
});
