/** The experiments that surefoot ships are templates that the platform's FIS takes, checked by other code than that of `surefoot check`. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CreateExperimentTemplateRequest } from '../../../src/aws/fis/types.ts';
import { parseExperiment } from '../../../src/operations/chaos/experiment/parse.ts';
import { fillPlaceholders } from '../../../src/operations/chaos/experiment/placeholders.ts';
import { createBench } from './bench.ts';

const FOLDER = path.join(import.meta.dirname, '../../../chaos');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.yml'));

const VALUES = {
  partition: 'aws',
  region: 'ca-central-1',
  account: '000000000000',
  cluster: 'shop',
  service: 'web',
  zone: 'ca-central-1a',
  environment: 'dev',
  platform: 'shop',
};

/** The template with a value for each of its placeholders. */
function templateOf(file: string): Partial<CreateExperimentTemplateRequest> {
  const { experiment, problems } = parseExperiment(readFileSync(path.join(FOLDER, file), 'utf8'), file);
  if (experiment === undefined) {
    throw new Error(`${file}: ${problems.map(({ message }) => message).join('; ')}`);
  }
  const { experiment: filled, missing } = fillPlaceholders(experiment, VALUES);
  expect(missing).toEqual([]);
  // Only the texts count, and members that are not there.
  return JSON.parse(JSON.stringify(filled.template)) as Partial<CreateExperimentTemplateRequest>;
}

describe('the experiments that surefoot ships', () => {
  it('are many', () => expect(FILES.length).toBeGreaterThan(30));

  it.each(FILES)('%s is a template', async (file) => {
    const template = templateOf(file);
    expect(await createBench().template(template)).toMatchObject({ actions: template.actions });
  });
});
