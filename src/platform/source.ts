/** A YAML file with the place of everything in it: plain values for the schemas, positions and source text for people and decimals. */
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
} from 'yaml';
import type { Problem } from './model.ts';

export type Path = readonly (string | number)[];

export interface Place {
  readonly line: number;
  readonly column: number;
}

const MAX_CHARACTERS = 1_000_000;
/** Levels of the concrete syntax tree, two for each level of YAML; the library's composer recurses, so it is asked only for less. */
const MAX_LEVELS = 120;
/** Values after aliases are expanded: ten lines of YAML can stand for a billion. */
const MAX_VALUES = 20_000;

/** Tags that say no more than the value does. */
const PLAIN_TAGS: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((type) => `tag:yaml.org,2002:${type}`),
);

/** Where a value stands, and what is in it. */
interface Spot {
  key: number | undefined;
  value: number;
  empty: boolean;
  text: string | undefined;
  inner: Map<string | number, Spot> | undefined;
}

/** One document of the file. `usable` is false when its syntax is so broken that its content says nothing. */
export interface SourceDocument {
  readonly value: unknown;
  readonly usable: boolean;
  /** Parts that could not be read and are reported already; what stands for them in `value` says nothing. */
  readonly unread: readonly Path[];
  has(path: Path): boolean;
  /** Where a value (or its key) stands; for something that is not there, the nearest thing around it. */
  place(path: Path, part: 'key' | 'value'): Place;
  /** A scalar as it was written: `0.9950` stays `0.9950`. */
  textAt(path: Path): string | undefined;
}

export interface SourceFile {
  readonly documents: readonly SourceDocument[];
  readonly problems: readonly Problem[];
}

/** Told of each tag that is not of YAML itself, and where it stands; true when it means something here. */
export type TagReader = (tag: string, path: Path) => boolean;

/** Reads all documents of a YAML 1.2 text. Never throws: whatever is wrong is in `problems`, with its place. */
export function readSource(text: string, file: string, readTag: TagReader = () => false): SourceFile {
  const problems: Problem[] = [];
  const lines = new LineCounter();
  const report: Report = (offset, message, hint) => {
    const { line, col } = lines.linePos(Math.max(0, Math.min(offset, text.length)));
    problems.push({ file, line: Math.max(1, line), column: Math.max(1, col), message, hint });
  };
  if (text.length > MAX_CHARACTERS) {
    report(0, `the file has ${text.length} characters`, `at most ${MAX_CHARACTERS} characters of YAML`);
    return { documents: [], problems };
  }
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const deep = tooDeep(tokens);
  if (deep !== undefined) {
    report(deep, 'the nesting is too deep', `at most ${MAX_LEVELS / 2} levels`);
    return { documents: [], problems };
  }
  const composer = new Composer({ version: '1.2', uniqueKeys: true, prettyErrors: false, logLevel: 'silent' });
  const documents = [...composer.compose(tokens)].map((document) => readDocument(document, lines, report, readTag));
  return { documents, problems };
}

type Report = (offset: number, message: string, hint: string) => void;

/**
 * Offset of the first token nested deeper than allowed. Walks with a list, as recursion is what it guards; an entry of a mapping or sequence
 * is a level of its own.
 */
function tooDeep(tokens: readonly CST.Token[]): number | undefined {
  const open: Nested[] = [];
  const push = (node: CST.Token | null | undefined, level: number, offset: number) => {
    if (node !== null && node !== undefined) {
      open.push({ node, level, offset: node.offset < 0 ? offset : node.offset });
    }
  };
  for (const token of tokens) {
    push(token, 1, 0);
  }
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { node, level, offset } = entry;
    if (level > MAX_LEVELS) {
      return offset;
    }
    if (node.type === 'document') {
      push(node.value, level + 1, offset);
    } else if ('items' in node) {
      for (const item of node.items) {
        push(item.key, level + 2, offset);
        push(item.value, level + 2, offset);
      }
    }
  }
  return undefined;
}

interface Nested {
  readonly node: CST.Token;
  readonly level: number;
  readonly offset: number;
}

function readDocument(
  document: Document.Parsed,
  lines: LineCounter,
  report: Report,
  readTag: TagReader,
): SourceDocument {
  const fatal = document.errors.find((error) => error.code !== 'DUPLICATE_KEY');
  for (const error of document.errors) {
    // After a first syntax error the rest is guesswork of the parser, and would only distract.
    if (error === fatal || error.code === 'DUPLICATE_KEY' || error.code === 'TAB_AS_INDENT') {
      const { message, hint } = explainSyntax(error.code, error.message);
      report(error.pos[0], message, hint);
    }
  }
  const version = document.directives?.yaml;
  if (version?.explicit === true && version.version !== '1.2') {
    report(
      0,
      `the file asks for YAML ${version.version}`,
      'no %YAML line; surefoot.yml is YAML 1.2, where yes and no are words',
    );
  }
  const start = document.contents?.range?.[0] ?? document.range?.[0] ?? 0;
  const converter = new Converter(document, report, readTag);
  const root = document.contents === null ? undefined : newSpot();
  const value =
    root === undefined || document.contents === null ? null : converter.convert(document.contents, [], root);
  return {
    value,
    usable: fatal === undefined && !converter.overflowed,
    unread: converter.unread,
    ...placesOf(root, start, lines),
  };
}

function newSpot(): Spot {
  return { key: undefined, value: 0, empty: false, text: undefined, inner: undefined };
}

/** The spot at the end of a path, or undefined. */
function spotAt(root: Spot, path: Path): Spot | undefined {
  return path.reduce<Spot | undefined>((spot, step) => spot?.inner?.get(step), root);
}

function placesOf(
  root: Spot | undefined,
  start: number,
  lines: LineCounter,
): Pick<SourceDocument, 'has' | 'place' | 'textAt'> {
  const at = (path: Path) => (root === undefined ? undefined : spotAt(root, path));
  return {
    has: (path) => at(path) !== undefined,
    textAt: (path) => at(path)?.text,
    place: (path, part) => {
      let spot = at(path);
      let wanted = part;
      for (let length = path.length - 1; spot === undefined && length > 0; length -= 1) {
        spot = at(path.slice(0, length));
        wanted = 'key';
      }
      const useKey = spot?.key !== undefined && (wanted === 'key' || spot.empty);
      const { line, col } = lines.linePos((useKey ? spot?.key : spot?.value) ?? start);
      return { line: Math.max(1, line), column: Math.max(1, col) };
    },
  };
}

/** Turns nodes into plain values (objects without prototype) and notes in their spots where each stands. */
class Converter {
  readonly unread: Path[] = [];
  overflowed = false;
  readonly #document: Document.Parsed;
  readonly #report: Report;
  readonly #readTag: TagReader;
  readonly #inside = new Set<Node>();
  #values = 0;

  constructor(document: Document.Parsed, report: Report, readTag: TagReader) {
    this.#document = document;
    this.#report = report;
    this.#readTag = readTag;
  }

  convert(node: Node, path: Path, spot: Spot, key?: number): unknown {
    this.#values += 1;
    if (this.#values > MAX_VALUES) {
      if (!this.overflowed) {
        this.overflowed = true;
        this.#report(
          node.range?.[0] ?? 0,
          `the document stands for more than ${MAX_VALUES} values`,
          'the values themselves, without aliases of aliases',
        );
      }
      return null;
    }
    const value = isScalar(node) ? node.value : undefined;
    spot.key = key;
    spot.value = node.range?.[0] ?? key ?? 0;
    spot.empty = value === null && (node.range === undefined || node.range === null || node.range[0] === node.range[1]);
    spot.text = isScalar(node) ? (node.type === 'PLAIN' ? node.source : String(value)) : undefined;
    if (node.tag !== undefined && !PLAIN_TAGS.has(node.tag) && !this.#readTag(node.tag, path)) {
      this.#report(node.range?.[0] ?? 0, `the tag ${node.tag} is not known here`, 'the value without a tag');
      this.unread.push(path);
    }
    if (isAlias(node)) {
      return this.#alias(node, path, spot, key);
    }
    if (isMap(node)) {
      return this.#map(node.items, path, spot);
    }
    return isSeq(node)
      ? node.items.map((item, index) => this.convert(item as Node, [...path, index], innerSpot(spot, index)))
      : (value ?? null);
  }

  #alias(
    node: Node & { source: string; resolve(document: Document): Node | undefined },
    path: Path,
    spot: Spot,
    key?: number,
  ): unknown {
    const target = node.resolve(this.#document);
    if (target === undefined || this.#inside.has(target)) {
      this.#report(
        node.range?.[0] ?? 0,
        target === undefined
          ? `there is no anchor &${node.source} before this alias`
          : `*${node.source} stands inside itself`,
        'the value itself',
      );
      this.unread.push(path);
      return null;
    }
    this.#inside.add(target);
    const value = this.convert(target, path, spot, key);
    this.#inside.delete(target);
    return value;
  }

  #map(items: readonly { key: unknown; value: unknown }[], path: Path, spot: Spot): unknown {
    const result: Record<string, unknown> = Object.create(null);
    for (const pair of items) {
      const keyNode = pair.key as Node;
      const at = keyNode.range?.[0] ?? 0;
      if (!isScalar(keyNode)) {
        this.#report(at, 'a key must be a plain word', 'a name, then a colon');
        continue;
      }
      const key = keyNode.type === 'PLAIN' ? (keyNode.source ?? '') : String(keyNode.value);
      if (key === '__proto__') {
        this.#report(at, '__proto__ cannot be a key', 'another name');
      } else if (key === '<<') {
        this.#report(
          at,
          'merge keys (<<) are not part of YAML 1.2',
          'the keys themselves, or overrides under environments',
        );
        this.unread.push(path);
      } else if (!Object.hasOwn(result, key)) {
        const inner = [...path, key];
        if (pair.value === null || pair.value === undefined) {
          Object.assign(innerSpot(spot, key), { key: at, value: at, empty: true });
          result[key] = null;
        } else {
          result[key] = this.convert(pair.value as Node, inner, innerSpot(spot, key), at);
        }
      }
    }
    return result;
  }
}

function innerSpot(spot: Spot, step: string | number): Spot {
  const inner = newSpot();
  spot.inner ??= new Map();
  spot.inner.set(step, inner);
  return inner;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The parser's words for the commonest slips, in terms of what to write. */
function explainSyntax(code: string, message: string): { message: string; hint: string } {
  switch (code) {
    case 'DUPLICATE_KEY':
      return { message: 'this key is already there in the same mapping', hint: 'each key once' };
    case 'TAB_AS_INDENT':
      return { message: 'a tab is used for indentation', hint: 'two spaces for each level; YAML allows no tabs here' };
    case 'MISSING_CHAR':
      return { message: lowerFirst(message), hint: 'the closing character; a text with : or # inside goes in quotes' };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        message: 'a second ": " on one line',
        hint: 'one key on each line; a text with ": " inside goes in quotes',
      };
    case 'BAD_SCALAR_START':
      return { message: lowerFirst(message), hint: 'the text in quotes' };
    default:
      return {
        message: `not valid YAML: ${lowerFirst(message)}`,
        hint: 'key: value lines, two spaces deeper for each level',
      };
  }
}
