import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError, OutsideError } from '../../src/errors.ts';
import { type Evidence, evidenceSchema } from '../../src/report/evidence.ts';
import { locate, positionAt } from '../../src/report/json-position.ts';
import { parseEvidence, readEvidence } from '../../src/report/read.ts';
import { unusedName, writeReport } from '../../src/report/write.ts';
import { evidenceArbitrary } from './arbitrary.ts';
import { sampleRehearsal } from './sample.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'surefoot-report-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function problemsOf(text: string): Promise<{ message: string; problems: string[] }> {
  const file = path.join(folder, 'foreign.json');
  await writeFile(file, text);
  const error: unknown = await readEvidence(file).catch((caught: unknown) => caught);
  if (!(error instanceof InputError)) {
    throw new Error('it was read');
  }
  expect(error.problems.every((problem) => problem.file === file && problem.hint !== '')).toBe(true);
  return {
    message: error.message,
    problems: error.problems.map((problem) => `${problem.line}:${problem.column} ${problem.message}`),
  };
}

describe('writing a report', () => {
  it('writes three files into a new folder, and nothing else', async () => {
    const target = path.join(folder, 'new', 'deeper');
    const files = await writeReport(sampleRehearsal(), target);
    expect((await readdir(target)).sort()).toEqual(['rehearse.html', 'rehearse.json', 'rehearse.md']);
    expect(files).toEqual({
      json: path.join(target, 'rehearse.json'),
      html: path.join(target, 'rehearse.html'),
      markdown: path.join(target, 'rehearse.md'),
    });
    const json = await readFile(files.json);
    expect(await readFile(files.html, 'utf8')).toContain(createHash('sha256').update(json).digest('hex'));
    expect(await readFile(files.markdown, 'utf8')).toMatch(/^## ✓ Pass: Rehearsal of artguard/);
  });

  it('is read back as it was', async () => {
    const files = await writeReport(sampleRehearsal(), folder, { name: 'again' });
    expect(await readEvidence(files.json)).toEqual(sampleRehearsal());
  });

  it('replaces an older report', async () => {
    const target = path.join(folder, 'twice');
    await writeReport(sampleRehearsal(), target);
    const files = await writeReport({ ...sampleRehearsal(), title: 'Second' }, target);
    expect((await readEvidence(files.json)).title).toBe('Second');
    expect(await readdir(target)).toHaveLength(3);
  });

  it('finds a name beside the evidence that is there', async () => {
    const target = path.join(folder, 'beside');
    expect(await unusedName(target, 'deploy')).toBe('deploy');
    for (const expected of ['deploy', 'deploy-2', 'deploy-3']) {
      const name = await unusedName(target, 'deploy');
      expect(name).toBe(expected);
      await writeReport(sampleRehearsal(), target, { name });
    }
    expect(await unusedName(target, 'pause')).toBe('pause');
  });

  it('refuses a record that breaks the schema, with the path', async () => {
    const target = path.join(folder, 'never');
    const broken = sampleRehearsal();
    const bin = broken.parts[1]?.load?.bins[3];
    if (bin === undefined) {
      throw new Error('the sample has bins');
    }
    bin.ok -= 1;
    await expect(writeReport(broken, target)).rejects.toThrow(
      'parts[1].load.bins[3]: planned is not ok + failed + dropped + interrupted',
    );
    await expect(readdir(target)).rejects.toThrow('ENOENT');
  });

  it('refuses a name that leaves the folder', async () => {
    await expect(writeReport(sampleRehearsal(), folder, { name: '../x' })).rejects.toThrow('letters, digits');
  });

  it('says which folder cannot be written, and leaves nothing half done', async () => {
    const blocked = path.join(folder, 'blocked');
    await writeFile(blocked, 'a file');
    const error: unknown = await writeReport(sampleRehearsal(), path.join(blocked, 'x')).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(OutsideError);
    expect(error).toMatchObject({ code: 'report-not-written', where: path.join(blocked, 'x') });
  });
});

describe('the schema', () => {
  it('takes back what it gave, through JSON', () => {
    fc.assert(
      fc.property(evidenceArbitrary, (evidence) => {
        const plain: unknown = JSON.parse(JSON.stringify(evidence));
        expect(evidenceSchema.parse(plain)).toEqual(plain);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses totals that are not the sums of the bins, and bins out of order', () => {
    const [part] = sampleRehearsal().parts;
    const load = part?.load;
    if (part === undefined || load === undefined) {
      throw new Error('the sample has a load');
    }
    const issues = (changed: typeof load): string[] =>
      evidenceSchema.safeParse({ ...part, load: changed }).error?.issues.map((issue) => issue.path.join('.')) ?? [];
    expect(issues(load)).toEqual([]);
    expect(issues({ ...load, totals: { ...load.totals, ok: load.totals.ok + 1 } })).toEqual(['load.totals.ok']);
    expect(issues({ ...load, bins: load.bins.toReversed() })[0]).toBe('load.bins.1.second');
  });

  it('reads records of before there were parts', () => {
    const { parts: _, ...old } = sampleRehearsal();
    expect(evidenceSchema.parse(old).parts).toEqual([]);
  });
});

describe('reading foreign files', () => {
  it('locates the end of JSON', async () => {
    expect(await problemsOf('{\n  "version": "surefoot/evidence/v1",\n  oops\n}')).toMatchObject({
      problems: ['3:3 this is not JSON'],
    });
    expect((await problemsOf('{"a": [1, 2')).problems).toEqual(['1:12 the JSON ends too early']);
    expect((await problemsOf('')).problems).toEqual(['1:1 the JSON ends too early']);
  });

  it('tells another version and another format apart', async () => {
    const newer = await problemsOf('{\n "version": "surefoot/evidence/v9"}');
    expect(newer.problems).toEqual([
      '2:13 the version is surefoot/evidence/v9, this surefoot reads surefoot/evidence/v1',
    ]);
    expect((await problemsOf('[]')).problems).toEqual(['1:1 this is not evidence of surefoot']);
    expect((await problemsOf('{"version": 3}')).problems).toEqual(['1:13 this is not evidence of surefoot']);
  });

  it('locates what was changed', async () => {
    const text = JSON.stringify({ ...sampleRehearsal(), parts: [], verdict: 'great', speed: -1 }, null, 1);
    const { message, problems } = await problemsOf(text);
    expect(message).toContain('is not valid evidence');
    expect(problems).toHaveLength(2);
    const lines = text.split('\n');
    for (const [index, key] of ['"speed": -1', '"verdict": "great"'].entries()) {
      const line = lines.findIndex((candidate) => candidate.includes(key)) + 1;
      expect(problems[index]).toContain(`${line}:${(lines[line - 1]?.indexOf(': ') ?? 0) + 3} `);
    }
  });

  it('says that a file is not there', async () => {
    await expect(readEvidence(path.join(folder, 'none.json'))).rejects.toMatchObject({
      name: 'InputError',
      problems: [{ line: 1, column: 1, message: expect.stringContaining('ENOENT') }],
    });
  });

  it('never throws anything but an InputError for a damaged record', () => {
    const whole = JSON.stringify({ ...sampleRehearsal(), parts: [] });
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(whole.length), fc.string({ maxLength: 3 }), (a, b, inserted) => {
        const damaged = whole.slice(0, Math.min(a, b)) + inserted + whole.slice(Math.max(a, b));
        let result: Evidence | undefined;
        try {
          result = parseEvidence(damaged, 'x.json');
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
        expect(result === undefined || evidenceSchema.safeParse(result).success).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('positions in JSON', () => {
  it('agrees with the parser on what is JSON', () => {
    const nearly = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', ':', '\u00a0', '0', '\\', '\n', 'null'))
      .map(([json, at, inserted]) => {
        const place = at % (json.length + 1);
        return json.slice(0, place) + inserted + json.slice(place);
      });
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string(), fc.json()), (text) => {
        expect('found' in locate(text, [])).toBe(parses(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('finds every value where it stands', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1), (json, indent) => {
        const value: unknown = JSON.parse(json);
        const text = JSON.stringify(value, null, indent);
        for (const [keys, leaf] of leavesOf(value)) {
          const place = locate(text, keys);
          expect('found' in place && text.slice(place.found).startsWith(JSON.stringify(leaf))).toBe(true);
        }
      }),
    );
  });

  it('points at the container of what is missing', () => {
    const text = '{"a": [{"b": 1}]}';
    expect(locate(text, ['a', 0, 'c'])).toEqual({ found: 7 });
    expect(locate(text, ['x'])).toEqual({ found: 0 });
    expect(positionAt('ab\ncd', 4)).toEqual({ line: 2, column: 2 });
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Paths and values of all numbers, strings, booleans and nulls. */
function leavesOf(value: unknown, keys: readonly (string | number)[] = []): [readonly (string | number)[], unknown][] {
  if (typeof value !== 'object' || value === null) {
    return [[keys, value]];
  }
  return Array.isArray(value)
    ? value.flatMap((one: unknown, index) => leavesOf(one, [...keys, index]))
    : Object.entries(value).flatMap(([key, one]) => leavesOf(one, [...keys, key]));
}
