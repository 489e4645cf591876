/** A guard of the stack: how deep a file may be nested. */
import type { CST } from 'yaml';

/** Levels of the concrete syntax tree, two for each level of YAML; the library's composer recurses, so it is asked only for less. */
export const MAX_LEVELS = 120;

interface Nested {
  readonly node: CST.Token;
  readonly level: number;
  readonly offset: number;
}

/**
 * Offset of the first token nested deeper than allowed. Walks with a list, as recursion is what it guards; an entry of a mapping or sequence
 * is a level of its own.
 */
export function tooDeep(tokens: readonly CST.Token[]): number | undefined {
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
