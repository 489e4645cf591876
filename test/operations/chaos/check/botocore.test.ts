/** What botocore's own shape validator refuses, the check refuses too; and the good template passes both. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { minimalEnvironment } from '../../../../src/tools/environment.ts';
import { runProgram } from '../../../../src/tools/run-program.ts';
import { pythonOrReason } from '../../../contract/support/python.ts';
import { goodTemplate, problemsOf } from '../good.ts';
import { mutationsOf } from '../mutations.ts';

const found = await pythonOrReason();
const title = 'skipped' in found ? `botocore's shapes (skipped: ${found.skipped})` : "botocore's shapes";

/** Prints, for each template of the file, what botocore refuses in it; an empty text for none. */
const PROGRAM = `
import json, sys
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
model = ServiceModel(Loader().load_service_model('fis', 'service-2'))
shape = model.operation_model('CreateExperimentTemplate').input_shape
for template in json.load(open(sys.argv[1])):
    request = {**template, 'clientToken': 'x'} if isinstance(template, dict) else template
    print(json.dumps(ParamValidator().validate(request, shape).generate_report()))
`;

async function refusedByBotocore(python: string, templates: readonly unknown[]): Promise<string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'surefoot-shapes-'));
  try {
    const file = path.join(folder, 'templates.json');
    await writeFile(file, JSON.stringify(templates));
    const { stdout } = await runProgram(python, ['-B', '-c', PROGRAM, file], {
      directory: folder,
      timeoutMs: 60_000,
      environment: minimalEnvironment(process.env),
    });
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe.skipIf('skipped' in found)(title, () => {
  const python = 'python' in found ? found.python : '';

  it('are agreed with on every break of every field', async () => {
    const mutations = mutationsOf();
    const reports = await refusedByBotocore(python, [goodTemplate(), ...mutations.map(({ template }) => template)]);
    expect(reports).toHaveLength(mutations.length + 1);
    expect(reports[0]).toBe('');
    const refused = mutations.filter((_, index) => reports[index + 1] !== '');
    expect(refused.length).toBeGreaterThan(200);
    const missed = refused.filter(({ template }) => problemsOf(template).every(({ severity }) => severity !== 'error'));
    expect(missed.map(({ name }) => name)).toEqual([]);
  }, 90_000);
});
