/** What is taken from botocore is what the pinned botocore has, and the Python that runs it is found or named as missing. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fisClientFiles } from '../../scripts/fis-client.mjs';
import { trimmedModels } from '../../scripts/refresh-models.mjs';
import { NoPython, pythonOrReason, pythonWith } from './support/python.ts';

const run = promisify(execFile);
const found = await pythonOrReason();
const title = 'skipped' in found ? `botocore (skipped: ${found.skipped})` : 'botocore';

describe.skipIf('skipped' in found)(title, () => {
  it('is the version of the requirements', async () => {
    const python = await pythonWith('python');
    const { stdout } = await run(python, [
      '-c',
      'import boto3, botocore; print(boto3.__version__, botocore.__version__)',
    ]);
    const requirements = await readFile('tools/python/requirements.txt', 'utf8');
    const pinned = ['boto3', 'botocore'].map((name) => new RegExp(`^${name}==(\\S+)`, 'm').exec(requirements)?.[1]);
    expect(stdout.trim()).toBe(pinned.join(' '));
  });

  it('gives the fixtures that are committed (scripts/refresh-models.mjs)', async () => {
    const python = await pythonWith('python');
    const { stdout } = await run(python, ['-c', 'import botocore; print(botocore.__path__[0])']);
    const fixtures = path.join(import.meta.dirname, 'fixtures');
    const fresh = await trimmedModels(stdout.trim());
    for (const [name, text] of fresh) {
      expect((await readFile(path.join(fixtures, name), 'utf8')) === text, `${name} is stale`).toBe(true);
    }
    const committed = await Promise.all(
      ['models', 'examples'].map(async (folder) =>
        (await readdir(path.join(fixtures, folder))).map((file) => `${folder}/${file}`),
      ),
    );
    expect(committed.flat().sort()).toEqual([...fresh.keys()].sort());
  });

  it("gives the model and the types of surefoot's own FIS client", async () => {
    const python = await pythonWith('python');
    const { stdout } = await run(python, ['-c', 'import botocore; print(botocore.__path__[0])']);
    for (const [name, text] of await fisClientFiles(stdout.trim())) {
      expect((await readFile(path.join('src/aws/fis', name), 'utf8')) === text, `${name} is stale`).toBe(true);
    }
  });
});

describe('a missing Python', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is a reason to skip on a laptop, and names what to do', async () => {
    vi.stubEnv('SUREFOOT_PYTHON', '/nowhere/python3');
    vi.stubEnv('CI', '');
    expect(await pythonOrReason()).toEqual({ skipped: expect.stringMatching(/nowhere.*SUREFOOT_PYTHON/) });
  });

  it('fails in CI', async () => {
    vi.stubEnv('SUREFOOT_PYTHON', '/nowhere/python3');
    vi.stubEnv('CI', 'true');
    await expect(pythonOrReason()).rejects.toThrow(NoPython);
  });
});
