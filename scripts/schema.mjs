/** Generates the JSON Schemas in schema/ from the code. `node scripts/schema.mjs` writes them; tests compare them with what is there. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { importFromSource } from './from-source.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

const ENTRY = `
  import { z } from 'zod';
  import { experimentSchema } from './src/operations/chaos/experiment/schema.ts';
  import { platformJsonSchema } from './src/platform/schema/json-schema.ts';
  import { EVIDENCE_VERSION, evidenceSchema } from './src/report/evidence.ts';
  export const platform = platformJsonSchema();
  export const experiment = {
    ...z.toJSONSchema(experimentSchema, { target: 'draft-2020-12', io: 'input' }),
    title: 'Experiment',
  };
  export const evidence = {
    ...z.toJSONSchema(evidenceSchema, { target: 'draft-2020-12', io: 'output' }),
    title: EVIDENCE_VERSION,
    description: 'What an operation of surefoot leaves behind.',
  };
`;

/**
 * The schemas by file name, as the text of the file.
 * @returns {Promise<Record<string, string>>}
 */
export async function schemas() {
  const { platform, evidence, experiment } = await importFromSource(ENTRY);
  const text = (/** @type {unknown} */ schema) => `${JSON.stringify(schema, null, 2)}\n`;
  return {
    'surefoot.schema.json': text(platform),
    'evidence.schema.json': text(evidence),
    'experiment.schema.json': text(experiment),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = path.join(root, 'schema');
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(await schemas())) {
    await writeFile(path.join(folder, name), text);
  }
}
