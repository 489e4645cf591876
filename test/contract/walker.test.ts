/** The walker is only worth what it finds: it must pass AWS's own samples, and find every single fault put into valid values. */
import { describe, expect, it } from 'vitest';
import { examplesOf, type Model, modelOf, SERVICES, type ServiceName } from './model.ts';
import {
  inEveryExample,
  OPTIONAL_ALL_THE_SAME,
  REQUIRED_WITHOUT_EXAMPLE,
  requiredInPractice,
} from './required-in-practice.ts';
import { faultsOf } from './support/faults.ts';
import { generate } from './support/generate.ts';
import { formPairs, xmlContent } from './support/write.ts';
import { formTree, typedValue } from './tree.ts';
import { walk } from './walker.ts';
import { readXml } from './xml.ts';

type Side = 'input' | 'output';

/** The services whose answers are XML. */
const IN_XML: readonly ServiceName[] = ['elbv2', 'sts', 'rds'];

const NONE: ReadonlySet<string> = new Set();

/** The services whose examples, unlike those of the others, write times as on the wire, in seconds; now and then in quotes. */
const EXAMPLES_IN_SECONDS: readonly ServiceName[] = ['dynamodb', 'secretsmanager'];
const SECONDS_FOR_A_TIME = /^must be a time like \S+, not "?1[45]\d{8}(?:\.\d+)?"? /;

/** As the capture proxy applies them. */
function rulesOf(service: ServiceName, side: Side) {
  return {
    timestamps: IN_XML.includes(service) ? 'iso' : 'epoch',
    direction: side === 'input' ? 'request' : 'response',
    alsoRequired: side === 'input' ? () => NONE : requiredInPractice(modelOf(service)),
  } as const;
}

interface Body {
  readonly operation: string;
  readonly shape: string;
  readonly value: unknown;
}

/** No union of these models has more members; each has its turn. */
const VARIANTS = 6;

function bodies(model: Model, direction: Side): Body[] {
  const { timestamps } = rulesOf(model.service, direction);
  return Object.entries(model.operations).flatMap(([operation, { [direction]: reference }]) => {
    if (reference === undefined) {
      return [];
    }
    const values = Array.from({ length: VARIANTS }, (_, variant) =>
      JSON.stringify(generate(model, reference.shape, { timestamps, variant })),
    );
    return [...new Set(values)].map((text) => ({ operation, shape: reference.shape, value: JSON.parse(text) }));
  });
}

/** By kind: how many faults there were, and those that were not found where they are. */
type Tally = Record<string, { injected: number; missed: string[] }>;

const tallies = new Map<string, Tally>();

function inject(service: ServiceName, direction: Side, viaXml = false): Tally {
  const key = `${service} ${direction} ${viaXml}`;
  const tally = tallies.get(key) ?? injectAll(service, direction, viaXml);
  tallies.set(key, tally);
  return tally;
}

function missedIn(tally: Tally): string[] {
  return Object.values(tally).flatMap(({ missed }) => missed.slice(0, 20));
}

function injectAll(service: ServiceName, side: Side, viaXml: boolean): Tally {
  const model = modelOf(service);
  const rules = rulesOf(service, side);
  const tally: Tally = {};
  for (const { operation, shape, value } of bodies(model, side)) {
    for (const fault of faultsOf(model, shape, value, rules)) {
      if (viaXml && !fault.survivesText) {
        continue;
      }
      const seen = viaXml
        ? typedValue(model, shape, readXml(`<R>${xmlContent(fault.value, { model, shape })}</R>`).root)
        : fault.value;
      const found = walk(model, shape, seen, rules);
      tally[fault.kind] ??= { injected: 0, missed: [] };
      const count = tally[fault.kind];
      if (count !== undefined) {
        count.injected += 1;
        if (!found.some(({ path }) => path.startsWith(fault.path))) {
          count.missed.push(`${operation} ${fault.path}`);
        }
      }
    }
  }
  return tally;
}

describe.each(SERVICES)('the walker over the model of %s', (service) => {
  const model = modelOf(service);

  it("finds nothing wrong in AWS's own requests and answers", () => {
    const sides = ['input', 'output'] as const;
    const found = Object.entries(examplesOf(service)).flatMap(([operation, samples]) =>
      samples.flatMap((sample) =>
        sides.flatMap((side) => {
          const shape = model.operations[operation]?.[side]?.shape;
          const value = sample[side];
          const rules = { timestamps: 'iso', direction: side === 'input' ? 'request' : 'response' } as const;
          return shape === undefined || value === undefined ? [] : walk(model, shape, value, rules);
        }),
      ),
    );
    const isInSeconds = (text: string) => EXAMPLES_IN_SECONDS.includes(service) && SECONDS_FOR_A_TIME.test(text);
    expect(found.filter(({ text }) => !isInSeconds(text))).toEqual([]);
  });

  it('has unions that all get their turn here', () => {
    const unions = Object.values(model.shapes).filter(({ union }) => union);
    expect(Math.max(0, ...unions.map(({ members }) => Object.keys(members ?? {}).length))).toBeLessThanOrEqual(
      VARIANTS,
    );
  });

  it.each(['input', 'output'] as const)('passes what is valid and finds every fault in each %s', (direction) => {
    for (const { operation, shape, value } of bodies(model, direction)) {
      expect(walk(model, shape, value, rulesOf(service, direction)), operation).toEqual([]);
    }
    const tally = inject(service, direction);
    expect(missedIn(tally)).toEqual([]);
    expect(tally['unknown member']?.injected).toBeGreaterThan(0);
  });
});

describe('the faults', () => {
  it('are of every kind, and thousands', () => {
    const tallies = SERVICES.flatMap((service) => [inject(service, 'input'), inject(service, 'output')]);
    const totals: Record<string, number> = {};
    for (const [kind, { injected }] of tallies.flatMap((tally) => Object.entries(tally))) {
      totals[kind] = (totals[kind] ?? 0) + injected;
    }
    expect(Math.min(...Object.values(totals))).toBeGreaterThan(0);
    expect(Object.keys(totals).sort()).toMatchInlineSnapshot(`
      [
        "ISO timestamp in JSON",
        "above range",
        "below range",
        "capital for boolean",
        "empty union",
        "epoch timestamp in XML",
        "fraction for integer",
        "key too long",
        "key too short",
        "key unfit for pattern",
        "key unknown enum value",
        "list for map",
        "list for string",
        "list for structure",
        "milliseconds for timestamp",
        "missing member",
        "no base64",
        "null",
        "number for boolean",
        "number for string",
        "renamed member",
        "structure for list",
        "text for boolean",
        "text for list",
        "text for number",
        "text for structure",
        "timestamp without zone",
        "too few elements",
        "too few entries",
        "too long",
        "too many elements",
        "too short",
        "unfit for pattern",
        "unknown enum value",
        "unknown member",
        "word for number",
      ]
    `);
    expect(Object.values(totals).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(10_000);
  });
});

describe.each(IN_XML)('answers of %s in XML', (service) => {
  const model = modelOf(service);

  it('are read back as they were written', () => {
    for (const { operation, shape, value } of bodies(model, 'output')) {
      const { root } = readXml(`<R>${xmlContent(value, { model, shape })}</R>`);
      expect(typedValue(model, shape, root), operation).toEqual(value);
    }
  });

  it('show every fault that text can show', () => {
    const tally = inject(service, 'output', true);
    expect(missedIn(tally)).toEqual([]);
    expect(tally['renamed member']?.injected).toBeGreaterThan(2);
  });

  it('come from requests in forms, which are read back as well', () => {
    for (const { operation, shape, value } of bodies(model, 'input')) {
      expect(typedValue(model, shape, formTree(formPairs(value, { model, shape }))), operation).toEqual(value);
    }
  });
});

describe('the members required in practice', () => {
  it('come from the examples: a service always has its deployments, events and counts', () => {
    const required = requiredInPractice(modelOf('ecs'));
    expect([...required('Service')]).toEqual(
      expect.arrayContaining(['deployments', 'events', 'runningCount', 'schedulingStrategy']),
    );
    expect(required('Task').has('containerInstanceArn')).toBe(false);
    expect(required('NoSuchShape').size).toBe(0);
  });

  it('name what the models have', () => {
    const strangers = SERVICES.flatMap((service) => {
      const { shapes } = modelOf(service);
      const named = [
        ...Object.entries(REQUIRED_WITHOUT_EXAMPLE[service] ?? {}),
        ...Object.entries(OPTIONAL_ALL_THE_SAME[service] ?? {}).map(([shape, r]) => [shape, Object.keys(r)] as const),
      ];
      return named.flatMap(([shape, members]) =>
        members
          .filter((member) => shapes[shape]?.members?.[member] === undefined)
          .map((member) => `${shape}.${member}`),
      );
    });
    expect(strangers).toEqual([]);
  });

  it('are corrected only where the examples need it', () => {
    const needless = SERVICES.flatMap((service) => {
      const common = inEveryExample(modelOf(service), examplesOf(service));
      const has = (shape: string, member: string) => common.get(shape)?.has(member) === true;
      return [
        ...Object.entries(REQUIRED_WITHOUT_EXAMPLE[service] ?? {}).flatMap(([shape, members]) =>
          members.filter((member) => has(shape, member)).map((member) => `${shape}.${member} is in every example`),
        ),
        ...Object.entries(OPTIONAL_ALL_THE_SAME[service] ?? {}).flatMap(([shape, reasons]) =>
          Object.keys(reasons)
            .filter((member) => !has(shape, member))
            .map((member) => `${shape}.${member} is not in every example`),
        ),
      ];
    });
    expect(needless).toEqual([]);
  });
});

describe('the XML reader', () => {
  it.each([
    ['<a><b></a></b>', '</a> closes <b>'],
    ['<a>', '<a> is not closed'],
    ['<a/><b/>', 'not one root element'],
    ['{"not":"xml"}', 'not one root element'],
    ['<a><!-- no --></a>', 'not XML'],
    ['<a>&nbsp;</a>', 'not an entity'],
    ['<a>& b</a>', 'not an entity'],
    ['<a>text<b/></a>', 'both text and elements'],
    ["<a b='c'/>", 'not XML'],
  ])('refuses %s', (text, why) => {
    expect(() => readXml(text)).toThrow(why);
  });

  it('reads names, attributes, entities and empty elements', () => {
    expect(readXml('<?xml version="1.0"?>\n<a xmlns="urn:x">\n  <b>&lt;1 &amp; &#50;&#x33;</b><c/>\n</a>\n')).toEqual({
      name: 'a',
      attributes: { xmlns: 'urn:x' },
      root: {
        text: '',
        children: [
          ['b', { text: '<1 & 23', children: [] }],
          ['c', { text: '', children: [] }],
        ],
      },
    });
  });
});

describe('the form reader', () => {
  it.each([
    [[['A.member.2', 'x']], 'A.member.1 is missing'],
    [
      [
        ['A', 'x'],
        ['A.B', 'y'],
      ],
      'A is both a text and a container',
    ],
    [
      [
        ['A', 'x'],
        ['A', 'y'],
      ],
      'A is given twice',
    ],
  ] as const)('refuses %j', (pairs, why) => {
    expect(() => formTree(pairs)).toThrow(why);
  });
});
