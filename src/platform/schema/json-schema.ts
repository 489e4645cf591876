/** The JSON Schema of surefoot.yml, for editors. An editor checks each document of the file by itself, so the schema is of one document. */
import * as z from 'zod';
import { API_VERSION, platformSchema, targetSchema } from './document.ts';
import { OPENSLO_VERSION, sloSchema } from './openslo.ts';

const KINDS = {
  Platform: { apiVersion: API_VERSION, schema: platformSchema },
  Target: { apiVersion: API_VERSION, schema: targetSchema },
  SLO: { apiVersion: OPENSLO_VERSION, schema: sloSchema },
} as const;

/**
 * Draft 2020-12. The kind decides which definition applies (`if`/`then` rather than `oneOf`, so that an editor's message is about
 * the field that is wrong and not about three kinds that do not fit).
 */
export function platformJsonSchema(): Record<string, unknown> {
  const kinds = Object.entries(KINDS);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'surefoot.yml',
    description: 'One document of a surefoot.yml: a Platform, a Target, or an OpenSLO SLO.',
    type: 'object',
    required: ['apiVersion', 'kind'],
    properties: {
      apiVersion: {
        description: 'Version of the format.',
        enum: [...new Set(kinds.map(([, { apiVersion }]) => apiVersion))],
      },
      kind: { description: 'Kind of document.', enum: kinds.map(([kind]) => kind) },
    },
    allOf: kinds.map(([kind]) => ({
      if: { properties: { kind: { const: kind } }, required: ['kind'] },
      // biome's rule against a `then` member is about promises; here it is JSON Schema's own word.
      ...Object.fromEntries([['then', { $ref: `#/$defs/${kind}` }]]),
    })),
    $defs: Object.fromEntries(kinds.map(([kind, { schema }]) => [kind, definition(schema)])),
  };
}

function definition(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
  return rest;
}
