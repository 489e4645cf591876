/** Where in a JSON text something is, so that a problem can be shown with its line and column. */

/** Both from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** The line and column of an offset. */
export function positionAt(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

const SPACE = /[ \t\n\r]*/y;
const TOKEN = /[{}[\],:]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Where the match of a sticky expression at `offset` ends; `offset` itself when there is none. */
function endOf(expression: RegExp, text: string, offset: number): number {
  expression.lastIndex = offset;
  return expression.test(text) ? expression.lastIndex : offset;
}

/** Where the token at `offset` ends, or the offset of what makes it no token, negated and less one. */
function tokenEnd(text: string, offset: number): number {
  if (text[offset] !== '"') {
    const end = endOf(TOKEN, text, offset);
    return end > offset ? end : -offset - 1;
  }
  let at = offset + 1;
  while (at < text.length && text[at] !== '"') {
    const next = text[at] === '\\' ? endOf(ESCAPE, text, at) : text.charCodeAt(at) < 0x20 ? at : at + 1;
    if (next === at) {
      return -at - 1;
    }
    at = next;
  }
  return at < text.length ? at + 1 : -at - 1;
}

/** Found: the value at the path, or the innermost container of it that exists. Broken: where the text stops being JSON. */
export type Located = { readonly found: number } | { readonly broken: number };

/** Walks the text once, without recursion, and finds the offset of the value at `keys`. */
export function locate(text: string, keys: readonly PropertyKey[]): Located {
  const walker = new Walker(text, keys.map(String));
  return walker.walk();
}

interface Container {
  readonly isObject: boolean;
  /** How many keys of the wanted path lead here; -1 when this container is not on the path. */
  readonly matched: number;
  key: string;
  index: number;
  expects: 'value' | 'key' | 'colon' | 'comma';
}

class Walker {
  private readonly text: string;
  private readonly wanted: readonly string[];
  private readonly stack: Container[] = [];
  private deepest = -1;
  private found = 0;

  constructor(text: string, wanted: readonly string[]) {
    this.text = text;
    this.wanted = wanted;
  }

  walk(): Located {
    let offset = endOf(SPACE, this.text, 0);
    do {
      const end = tokenEnd(this.text, offset);
      if (end < 0) {
        return { broken: -end - 1 };
      }
      if (!this.accept(this.text.slice(offset, end), offset)) {
        return { broken: offset };
      }
      offset = endOf(SPACE, this.text, end);
    } while (this.stack.length > 0);
    return offset === this.text.length ? { found: this.found } : { broken: offset };
  }

  private accept(token: string, start: number): boolean {
    const top = this.stack.at(-1);
    if (token === '}' || token === ']') {
      return this.close(top, token);
    }
    if (top?.expects === 'comma') {
      top.expects = top.isObject ? 'key' : 'value';
      top.index += 1;
      return token === ',';
    }
    if (top?.expects === 'key') {
      top.expects = 'colon';
      top.key = token;
      return token.startsWith('"');
    }
    if (top?.expects === 'colon') {
      top.expects = 'value';
      return token === ':';
    }
    return this.value(top, token, start);
  }

  private value(parent: Container | undefined, token: string, start: number): boolean {
    if (token === ',' || token === ':') {
      return false;
    }
    const matched = this.matchOf(parent);
    if (matched > this.deepest) {
      this.deepest = matched;
      this.found = start;
    }
    if (parent !== undefined) {
      parent.expects = 'comma';
    }
    if (token === '{' || token === '[') {
      const isObject = token === '{';
      this.stack.push({ isObject, matched, key: '', index: 0, expects: isObject ? 'key' : 'value' });
    }
    return true;
  }

  private matchOf(parent: Container | undefined): number {
    if (parent === undefined) {
      return 0;
    }
    if (parent.matched < 0) {
      return -1;
    }
    const wanted = this.wanted[parent.matched];
    const here = parent.isObject ? (JSON.parse(parent.key) as string) : String(parent.index);
    return wanted === here ? parent.matched + 1 : -1;
  }

  private close(top: Container | undefined, token: string): boolean {
    if (top === undefined || top.isObject !== (token === '}')) {
      return false;
    }
    const fresh = top.index === 0 && top.expects === (top.isObject ? 'key' : 'value');
    this.stack.pop();
    return fresh || top.expects === 'comma';
  }
}
