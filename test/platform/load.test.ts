import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { checkFiles, loadPlatform, requirePlatform } from '../../src/platform/load.ts';
import { FULL, MINIMAL } from './samples.ts';

let folder: string;
const file = (name: string) => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'surefoot-platform-'));
  await writeFile(file('good.yml'), MINIMAL);
  await writeFile(file('bom.yml'), `\uFEFF${MINIMAL}`);
  await writeFile(file('windows.yml'), MINIMAL.replaceAll('\n', '\r\n'));
  await writeFile(file('latin1.yml'), Buffer.from([0x6e, 0x61, 0x6d, 0x65, 0x3a, 0x20, 0xe9, 0x0a]));
  await writeFile(file('full.yml'), FULL);
  await writeFile(file('bad.yml'), MINIMAL.replace('8080', 'eighty').replace('eu-west-1', 'europe'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('loadPlatform', () => {
  it.each(['good.yml', 'bom.yml', 'windows.yml'])('reads %s', async (name) => {
    const { platform, problems } = await loadPlatform(file(name));
    expect(problems).toEqual([]);
    expect(platform).toMatchObject({ name: 'shop', file: file(name), directory: folder });
  });

  it.each([
    ['none.yml', 'there is no such file'],
    ['.', 'this is a folder, not a file'],
    ['latin1.yml', 'the file is not UTF-8 text'],
  ])('says what is wrong with %s', async (name, message) => {
    expect((await loadPlatform(file(name))).problems).toMatchObject([
      { file: file(name), line: 1, column: 1, message },
    ]);
  });
});

describe('requirePlatform', () => {
  it('throws all problems as one input error', async () => {
    const error = await requirePlatform(file('bad.yml')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({
      code: 'invalid-configuration',
      message: `2 problems in ${file('bad.yml')}`,
      problems: [{ line: 6 }, { line: 11 }],
    });
  });
});

describe('checkFiles', () => {
  it('says how check is told of another file', async () => {
    const { problems } = await checkFiles([file('none.yml')]);
    expect(problems).toMatchObject([{ message: 'there is no such file', hint: 'surefoot check path/to/surefoot.yml' }]);
  });

  it('checks all files and gives the problems of all', async () => {
    const { files, problems } = await checkFiles([
      file('good.yml'),
      file('bad.yml'),
      file('none.yml'),
      file('good.yml'),
    ]);
    expect(files).toEqual([file('good.yml'), file('bad.yml'), file('none.yml')]);
    expect(problems.map((problem) => path.basename(problem.file))).toEqual(['bad.yml', 'bad.yml', 'none.yml']);
  });

  it('misses the folder that a rehearsal starts in until it is there', async () => {
    expect((await checkFiles([file('full.yml')])).problems).toMatchObject([
      { message: expect.stringContaining(`${folder}/app`) },
    ]);
    await mkdir(file('app'));
    expect((await checkFiles([file('full.yml')])).problems).toEqual([]);
  });
});
