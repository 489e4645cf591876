/** The published JSON Schemas: as the code has them, described for editors, and of the same opinion as the code. */
import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { schemas } from '../../../scripts/schema.mjs';
import { FULL } from '../samples.ts';

interface Schema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

let generated: Record<string, string>;
let root: Schema;

beforeAll(async () => {
  generated = await schemas();
  root = JSON.parse(generated['surefoot.schema.json'] ?? '{}');
});

/** Every schema below this one, with the path that leads to it. */
function* below(schema: Schema, at: string): Generator<[string, Schema]> {
  yield [at, schema];
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    yield* below(child, `${at}.${key}`);
  }
  if (typeof schema.additionalProperties === 'object') {
    yield* below(schema.additionalProperties, `${at}.*`);
  }
  if (schema.items !== undefined) {
    yield* below(schema.items, `${at}[]`);
  }
}

/** Keys of `value` that the schema does not know; a few keywords are enough, as the schemas use no others for structure. */
function unknownKeys(schema: Schema, value: unknown, at: string): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => unknownKeys(schema.items ?? {}, item, `${at}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    const child = schema.properties?.[key] ?? schema.additionalProperties;
    if (child === undefined || child === false) {
      return [`${at}.${key}`];
    }
    return child === true ? [] : unknownKeys(child, inner, `${at}.${key}`);
  });
}

describe('schema/', () => {
  it('holds what the code gives (node scripts/schema.mjs)', async () => {
    expect((await readdir('schema')).sort()).toEqual(Object.keys(generated).sort());
    for (const [name, text] of Object.entries(generated)) {
      expect((await readFile(`schema/${name}`, 'utf8')) === text, `schema/${name} is stale`).toBe(true);
    }
  });

  it('describes every field and titles every section', () => {
    const all = Object.entries(root.$defs ?? {}).flatMap(([kind, schema]) => [...below(schema, kind)]);
    const isLeafOfMapping = (at: string) => at.endsWith('.*') || at.endsWith('[]');
    expect(all.length).toBeGreaterThan(150);
    expect(
      all.filter(([at, { description }]) => description === undefined && !isLeafOfMapping(at)).map(([at]) => at),
    ).toEqual([]);
    expect(
      all.filter(([, { properties, title }]) => properties !== undefined && title === undefined).map(([at]) => at),
    ).toEqual([]);
  });

  it.each(['examples/artguard/surefoot.yml', 'examples/splurge-art/surefoot.yml', 'the full sample'])(
    'knows every key of %s, and no misspelt one',
    async (name) => {
      const text = name.endsWith('.yml') ? await readFile(name, 'utf8') : FULL;
      for (const document of parseAllDocuments(text)) {
        const value = document.toJS() as Record<string, unknown>;
        const definition = root.$defs?.[String(value['kind'])] ?? {};
        expect(unknownKeys(definition, value, '')).toEqual([]);
        expect(unknownKeys(definition, { ...value, nmae: 1 }, '')).toEqual(['.nmae']);
      }
    },
  );

  it('is draft 2020-12 and picks the definition by kind', () => {
    expect(root).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      properties: { kind: { enum: ['Platform', 'Target', 'SLO'] } },
    });
    expect(JSON.parse(generated['evidence.schema.json'] ?? '{}')).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'surefoot/evidence/v1',
    });
  });
});
