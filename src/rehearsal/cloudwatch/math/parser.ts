/**
 * Parses metric math into a tree, by precedence climbing.
 * Source: AWS, "Metric math syntax and functions"
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax).
 * AWS does not print its precedences; taken are those of common algebra: `OR`, `AND`, comparisons, `+ -`, `* /`, unary `-`, `^`.
 */
import { MathError, type Token, tokenise } from './tokens.ts';

export type BinaryOperator = '+' | '-' | '*' | '/' | '^' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'AND' | 'OR';

export type Expression =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'text'; readonly value: string }
  /** A metric or another expression, by its Id. */
  | { readonly type: 'reference'; readonly id: string }
  /** A bare upper-case word, such as REPEAT in FILL(m1, REPEAT). */
  | { readonly type: 'word'; readonly word: string }
  | { readonly type: 'list'; readonly items: readonly Expression[] }
  | { readonly type: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly type: 'negation'; readonly operand: Expression }
  | {
      readonly type: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    };

const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  OR: 1,
  AND: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '^': 7,
};
/** `-a ^ b` is `-(a ^ b)` and `-a * b` is `(-a) * b`. */
const UNARY_PRECEDENCE = 6;
const SPELLINGS: Readonly<Record<string, BinaryOperator>> = { '&&': 'AND', '||': 'OR' };
/** AWS's limit for the text of an expression; it bounds the depth of the tree, too. */
const LONGEST_EXPRESSION = 2048;

/** Parses a whole expression. Throws MathError with the position of what it cannot read. */
export function parseExpression(text: string): Expression {
  if (text.length > LONGEST_EXPRESSION) {
    throw new MathError(`an expression has at most ${LONGEST_EXPRESSION} characters, this one has ${text.length}`);
  }
  const cursor = new Cursor(tokenise(text));
  const expression = parseBinary(cursor, 0);
  cursor.expectEnd();
  return expression;
}

class Cursor {
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get current(): Token {
    return this.#tokens[this.#index] ?? { kind: 'end', text: 'the end', at: 0 };
  }

  take(): Token {
    const token = this.current;
    this.#index += 1;
    return token;
  }

  takeIf(symbol: string): boolean {
    const found = this.current.kind === 'symbol' && this.current.text === symbol;
    if (found) {
      this.#index += 1;
    }
    return found;
  }

  expect(symbol: string): void {
    if (!this.takeIf(symbol)) {
      throw this.unexpected(`"${symbol}"`);
    }
  }

  expectEnd(): void {
    if (this.current.kind !== 'end') {
      throw this.unexpected('an operator');
    }
  }

  unexpected(wanted: string): MathError {
    return new MathError(`expected ${wanted} at position ${this.current.at + 1}, found ${this.current.text}`);
  }
}

function operatorAt(token: Token): BinaryOperator | undefined {
  if (token.kind !== 'symbol' && token.kind !== 'name') {
    return undefined;
  }
  const spelled = SPELLINGS[token.text] ?? token.text;
  return Object.hasOwn(PRECEDENCE, spelled) ? (spelled as BinaryOperator) : undefined;
}

function parseBinary(cursor: Cursor, weakest: number): Expression {
  let left = parseUnary(cursor);
  for (;;) {
    const operator = operatorAt(cursor.current);
    if (operator === undefined || PRECEDENCE[operator] < weakest) {
      return left;
    }
    cursor.take();
    // All operators group from the left, save the power.
    const right = parseBinary(cursor, PRECEDENCE[operator] + (operator === '^' ? 0 : 1));
    left = { type: 'binary', operator, left, right };
  }
}

function parseUnary(cursor: Cursor): Expression {
  if (cursor.takeIf('-')) {
    return { type: 'negation', operand: parseBinary(cursor, UNARY_PRECEDENCE) };
  }
  return parsePrimary(cursor);
}

function parsePrimary(cursor: Cursor): Expression {
  if (cursor.takeIf('(')) {
    const inner = parseBinary(cursor, 0);
    cursor.expect(')');
    return inner;
  }
  if (cursor.takeIf('[')) {
    return { type: 'list', items: parseItems(cursor, ']') };
  }
  const token = cursor.current;
  switch (token.kind) {
    case 'number':
      cursor.take();
      return { type: 'number', value: Number(token.text) };
    case 'string':
      cursor.take();
      return { type: 'text', value: token.text.slice(1, -1) };
    case 'name':
      return parseName(cursor);
    default:
      throw cursor.unexpected('a number, an Id, a function or a parenthesis');
  }
}

function parseName(cursor: Cursor): Expression {
  const name = cursor.take().text;
  if (cursor.takeIf('(')) {
    return { type: 'call', name, arguments: parseItems(cursor, ')') };
  }
  return /^[a-z]/.test(name) ? { type: 'reference', id: name } : { type: 'word', word: name };
}

function parseItems(cursor: Cursor, close: ')' | ']'): readonly Expression[] {
  const items: Expression[] = [];
  if (cursor.takeIf(close)) {
    return items;
  }
  do {
    items.push(parseBinary(cursor, 0));
  } while (cursor.takeIf(','));
  cursor.expect(close);
  return items;
}

/** The Ids that an expression refers to, each once. */
export function references(expression: Expression): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (node: Expression): void => {
    switch (node.type) {
      case 'reference':
        found.add(node.id);
        break;
      case 'list':
        node.items.forEach(visit);
        break;
      case 'call':
        node.arguments.forEach(visit);
        break;
      case 'negation':
        visit(node.operand);
        break;
      case 'binary':
        visit(node.left);
        visit(node.right);
        break;
      default:
        break;
    }
  };
  visit(expression);
  return found;
}
