/** From the nodes of the YAML library to plain values, with a spot for each. */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { innerSpot, type Path, type Spot } from './spots.ts';

/** Values after aliases are expanded: ten lines of YAML can stand for a billion. */
const MAX_VALUES = 20_000;

/** Tags that say no more than the value does. */
const PLAIN_TAGS: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((type) => `tag:yaml.org,2002:${type}`),
);

/** Told of each tag that is not of YAML itself, and where it stands; true when it means something here. */
export type TagReader = (tag: string, path: Path) => boolean;

/** Told of each problem: the offset of its place, what is wrong, what to write instead. */
export type Report = (offset: number, message: string, hint: string) => void;

/** Turns nodes into plain values (objects without prototype) and notes in their spots where each stands. */
export class Converter {
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
