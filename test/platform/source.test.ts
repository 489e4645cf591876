/** YAML itself: what is not valid, what is too much, what is not YAML 1.2. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlatform } from '../../src/platform/parse.ts';
import { readOneDocument, readSource } from '../../src/platform/source.ts';
import { edit, FULL, MINIMAL } from './samples.ts';

const problemsOf = (text: string) =>
  parsePlatform(text, 'f.yml').problems.map(({ line, column, message }) => `${line}:${column} ${message}`);

describe('a text that is not a good YAML 1.2 document', () => {
  it.each([
    ['nothing', '', '1:1 the file is empty'],
    ['only a comment', '# later\n', '1:1 the file is empty'],
    ['only separators', '---\n---\n', '1:1 no document of the file is a Platform'],
    ['a list', '- a\n', '1:1 the document must be a mapping, not a list'],
    ['a word', 'surefoot\n', '1:1 the document must be a mapping, not "surefoot"'],
    ['an unclosed brace', 'a: {b: 1\n', expect.stringMatching(/^2:1 not valid YAML/)],
    ['an unclosed quote', 'a: "b\n', expect.stringMatching(/^2:1 missing closing/)],
    ['two keys on a line', 'kind: a: b\n', expect.stringMatching(/^1:7 a second ": "/)],
    ['YAML 1.1', `%YAML 1.1\n---\n${MINIMAL}`, expect.stringMatching(/^1:1 the file asks for YAML 1\.1/)],
    [
      'a key that is a list',
      edit(MINIMAL, 'name: shop', '? [a, b]\n: c\nname: shop'),
      '3:3 a key must be a plain word',
    ],
    [
      'a key with a trap in it',
      edit(MINIMAL, 'name: shop', '__proto__: 1\nname: shop'),
      '3:1 __proto__ cannot be a key',
    ],
    ['no anchor', edit(MINIMAL, 'name: shop', 'name: *x'), expect.stringMatching(/^3:7 there is no anchor &x/)],
    ['a tag', edit(MINIMAL, 'port: 8080', 'port: !Ref Port'), expect.stringMatching(/^11:16 the tag !Ref/)],
    ['a tab', edit(MINIMAL, '    port: 8080', '\tport: 8080'), expect.stringMatching(/^11:1 a tab is used/)],
  ])('%s', (_, text, first) => {
    expect(problemsOf(text)).toEqual([first]);
  });

  it('reports the syntax once, not its consequences', () => {
    expect(problemsOf(edit(FULL, 'good: {', 'good: [{'))).toHaveLength(1);
  });

  it('an anchor inside itself', () => {
    expect(problemsOf('kind: Platform\nenvironments: &e\n  dev: *e\n')).toContain('3:8 *e stands inside itself');
  });
});

describe('more than a file of settings can be', () => {
  it('aliases of aliases, a billion values in ten lines', () => {
    const lines = Array.from({ length: 10 }, (_, level) => {
      const inner = level === 0 ? '"x"' : `*a${level - 1}`;
      return `a${level}: &a${level} [${Array(10).fill(inner).join(', ')}]`;
    });
    expect(problemsOf(`kind: Platform\n${lines.join('\n')}\n`)).toEqual([
      expect.stringMatching(/more than 20000 values/),
    ]);
  });

  it.each(['[', '{a: ', '- ', '? '])('nesting without end: %s', (opening) => {
    expect(problemsOf(opening.repeat(20_000))).toEqual([expect.stringMatching(/^1:\d+ the nesting is too deep$/)]);
  });

  it('a megabyte and more', () => {
    expect(problemsOf(`${MINIMAL}${'# '.repeat(500_000)}`)).toEqual(['1:1 the file has 1000196 characters']);
  });
});

describe('readSource', () => {
  it('keeps scalars as they were written, and where', () => {
    const [document] = readSource('a:\n  - 0.9950\n  - "0.1"\n  - yes\n', 'f.yml').documents;
    expect(document?.value).toEqual({ a: [0.995, '0.1', 'yes'] });
    expect(document?.textAt(['a', 0])).toBe('0.9950');
    expect(document?.textAt(['a', 1])).toBe('0.1');
    expect(document?.place(['a', 1], 'value')).toEqual({ line: 3, column: 5 });
    expect(document?.place(['a', 9, 'x'], 'value')).toEqual({ line: 1, column: 1 });
  });
});

describe('a number that is none', () => {
  it('is shown as YAML writes it', () => {
    const text = FULL.replace('cpu: 60', 'cpu: .nan');
    expect(
      parsePlatform(text, 'f.yml')
        .problems.map((problem) => problem.message)
        .join(),
    ).toContain('not .nan');
  });
});

describe('any text', () => {
  const good = FULL.split('');
  const splice = fc.record({
    at: fc.nat({ max: FULL.length }),
    remove: fc.nat({ max: 12 }),
    insert: fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom(
        ': ',
        '- ',
        '{',
        '}',
        '[',
        ']',
        '&a ',
        '*a',
        '!!x ',
        '\n',
        '\t',
        '|',
        '>',
        '"',
        "'",
        '---\n',
        '...',
        '%',
        '0',
        '-1',
        '1e999',
        '.nan',
        'null',
        '{}',
        '[]',
        '<<: ',
        '__proto__: 1\n',
        'constructor: ',
      ),
    ),
  });

  it('is either a platform or problems with places inside the text, never an exception', () => {
    let broken = 0;
    fc.assert(
      fc.property(fc.array(splice, { minLength: 1, maxLength: 4 }), (splices) => {
        const characters = [...good];
        for (const { at, remove, insert } of splices) {
          characters.splice(at, remove, ...insert);
        }
        const text = characters.join('');
        const { platform, problems } = parsePlatform(text, 'f.yml');
        expect(platform === undefined).toBe(problems.length > 0);
        broken += platform === undefined ? 1 : 0;
        const lines = text.split('\n').length;
        for (const problem of problems) {
          expect(problem.line).toBeGreaterThanOrEqual(1);
          expect(problem.line).toBeLessThanOrEqual(lines);
          expect(problem.column).toBeGreaterThanOrEqual(1);
          expect(problem.message).toMatch(/\S \S/);
          expect(problem.hint).toMatch(/\S/);
          expect(`${problem.message}${problem.hint}`).not.toMatch(/undefined|\[object|NaN|Invalid input/);
        }
      }),
      { numRuns: 600 },
    );
    // The property says nothing if the edits leave the file good.
    expect(broken).toBeGreaterThan(200);
  }, 120_000);

  it('holds for documents of the right shape with wrong values', () => {
    const value = fc.oneof(
      fc.anything({ maxDepth: 2, withNullPrototype: false }),
      fc.constantFrom({}, [], null, '', 0),
    );
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('name', 'environments', 'services', 'spec', 'metadata', 'value', 'constructor'),
          value,
        ),
        fc.constantFrom('Platform', 'SLO', 'Target'),
        (fields, kind) => {
          const text = `${JSON.stringify({ apiVersion: 'surefoot/v1', kind, ...fields }, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner))}\n`;
          expect(parsePlatform(text, 'f.yml').problems.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a file that holds one document', () => {
  const read = (text: string) => readOneDocument(text, 'f.yml', { hint: 'one thing in each file' });
  const placed = (text: string) =>
    read(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);

  it('is that document', () => {
    expect(read('a: 1\n')).toMatchObject({ document: { value: { a: 1 } }, problems: [] });
  });

  it('has the problem of a second one at its place, and is read all the same', () => {
    expect(placed('a: 1\n---\nb: 2\n')).toEqual(['3:1 a second document begins']);
    expect(read('a: 1\n---\nb: 2\n')).toMatchObject({
      document: { value: { a: 1 } },
      problems: [{ hint: 'one thing in each file' }],
    });
  });

  it('is nothing where it is empty or broken; of what is behind its break nothing is said', () => {
    expect(read('# later\n')).toEqual({ document: undefined, problems: [] });
    const broken = read('a: [1\n---\nb: 2\n');
    expect(broken.document).toBeUndefined();
    expect(broken.problems.map(({ message }) => message)).not.toContain('a second document begins');
    expect(broken.problems.length).toBeGreaterThan(0);
  });
});
