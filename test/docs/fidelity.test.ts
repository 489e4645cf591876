/** The fidelity table is what the code says, and every proof that it names is there. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fidelity } from '../../scripts/fidelity.mjs';
import { BEHAVIOURS } from '../../src/rehearsal/fidelity/behaviours.ts';
import { catalogue, type ServiceEntry } from '../../src/rehearsal/fidelity/catalogue.ts';
import { refusedMembers } from '../../src/rehearsal/fidelity/members.ts';
import { anchor } from '../../src/rehearsal/fidelity/page.ts';
import { type Shape, shapeOf } from '../../src/rehearsal/wire/schema.ts';
import { compileSupport } from '../../src/rehearsal/wire/support.ts';

const behaviours = BEHAVIOURS.flatMap((section) => section.behaviours);
const page = readFileSync('docs/fidelity.md', 'utf8');

describe('docs/fidelity.md', () => {
  it('is what `node scripts/fidelity.mjs` writes', async () => {
    expect(page === (await fidelity()), 'run: node scripts/fidelity.mjs').toBe(true);
  });

  it('links to headings and files that exist', () => {
    const headings = new Set([...page.matchAll(/^#+ (.+)$/gm)].map((match) => `#${anchor(match[1] ?? '')}`));
    const links = [...page.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
    const anchors = links.filter((link) => link.startsWith('#'));
    expect(anchors.length).toBeGreaterThan(20);
    expect(anchors.filter((link) => !headings.has(link))).toEqual([]);
    const files = links.filter((link) => link.startsWith('..'));
    expect([...new Set(files)].filter((link) => !existsSync(path.join('docs', link)))).toEqual([]);
  });

  it('keeps each row of a table on one line, with as many cells as its head', () => {
    const tables = page.split('\n\n').filter((block) => block.includes('\n| --- '));
    for (const table of tables) {
      const rows = table.split('\n').filter((line) => line.startsWith('|'));
      const cells = rows.map((line) => line.split(/(?<!\\)\|/).length);
      expect(new Set(cells).size, rows[0]).toBe(1);
    }
  });
});

describe('behaviours', () => {
  it('name tests that exist, by file and title', () => {
    const missing = behaviours.flatMap(({ proof }) =>
      proof === undefined || titlesOf(proof.file).has(proof.test) ? [] : [`${proof.file}: ${proof.test}`],
    );
    expect(missing).toEqual([]);
  });

  it('are proven where they are said to be as AWS documents them', () => {
    const supported = behaviours.filter(({ status }) => status === 'supported');
    expect(supported.length).toBeGreaterThan(80);
    expect(supported.filter(({ proof, source }) => proof === undefined || source === undefined)).toEqual([]);
  });

  it('are sentences, each there once, with pages of AWS', () => {
    const sentences = behaviours.map(({ does }) => does);
    expect(new Set(sentences).size).toBe(sentences.length);
    expect(sentences.filter((sentence) => !/^\S.*\.$/.test(sentence))).toEqual([]);
    const sources = behaviours.flatMap(({ source }) => source ?? []);
    expect(sources.filter((source) => !/^https:\/\/(docs\.aws\.amazon\.com|smithy\.io)\//.test(source))).toEqual([]);
  });
});

describe('members', () => {
  let entries: readonly ServiceEntry[];
  beforeAll(async () => {
    entries = await catalogue();
  });

  it('that are said to be refused are refused by the wire, those said to be honoured are not', () => {
    let refusedCount = 0;
    for (const operation of entries.flatMap(({ operations }) => operations)) {
      const { unsupported } = compileSupport(operation);
      const shape = shapeOf(operation.schema[4]);
      for (const member of refusedMembers(operation)) {
        refusedCount += 1;
        expect(unsupported(inputWith(shape, member)), `${operation.name} ${member}`).toEqual([member]);
      }
      for (const member of [...operation.supports, ...Object.keys(operation.inert)]) {
        expect(unsupported(inputWith(shape, member)), `${operation.name} ${member}`).toEqual([]);
      }
    }
    expect(refusedCount).toBeGreaterThan(100);
  });
});

const titles = new Map<string, ReadonlySet<string>>();

/** Titles of tests in a file, also those of `it.each(…)(title`. A file that is not there has none. */
function titlesOf(file: string): ReadonlySet<string> {
  const known = titles.get(file);
  if (known !== undefined) {
    return known;
  }
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const start = /(?:\b(?:it|test)(?:\.\w+)?|\beach(?:<[^(]*>)?\([^()]*\)|\]\))\(\s*/.source;
  const quoted = /(['"`])((?:\\.|(?!\1).)*)\1/.source;
  const found = new Set(
    [...text.matchAll(new RegExp(start + quoted, 'g'))].map((match) => (match[2] ?? '').replace(/\\(.)/g, '$1')),
  );
  titles.set(file, found);
  return found;
}

/** An input whose only member is the one at `member`, `[]` as an only element. */
function inputWith(shape: Shape, member: string): unknown {
  return build(shape, member.match(/\[\]|[^.[\]]+/g) ?? []);
}

function build(shape: Shape, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined || step === '*') {
    return anyOf(shape, 0);
  }
  if (step === '[]') {
    return shape.kind === 'map' ? { key: build(shape.value(), rest) } : [build(elementOf(shape), rest)];
  }
  if (shape.kind !== 'structure') {
    throw new TypeError(`${step} is asked of a ${shape.kind}`);
  }
  return { [step]: build(memberOf(shape, step), rest) };
}

function anyOf(shape: Shape, depth: number): unknown {
  switch (shape.kind) {
    case 'structure': {
      const first = depth < 6 ? [...shape.members.keys()][0] : undefined;
      return first === undefined ? {} : { [first]: anyOf(memberOf(shape, first), depth + 1) };
    }
    case 'list':
      return [anyOf(shape.element(), depth + 1)];
    case 'map':
      return { key: anyOf(shape.value(), depth + 1) };
    case 'number':
      return 1;
    case 'boolean':
      return true;
    case 'timestamp':
      return new Date(0);
    default:
      return 'text';
  }
}

function elementOf(shape: Shape): Shape {
  if (shape.kind !== 'list') {
    throw new TypeError(`[] is asked of a ${shape.kind}`);
  }
  return shape.element();
}

function memberOf(shape: Extract<Shape, { kind: 'structure' }>, name: string): Shape {
  const member = shape.members.get(name);
  if (member === undefined) {
    throw new TypeError(`there is no member ${name}`);
  }
  return member();
}
