/** The rules of composite alarms: parsed once, then asked again whenever an alarm changes. Source: AWS, PutCompositeAlarm, AlarmRule. */
import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { validationError } from '../errors.ts';

export interface AlarmRule {
  /** The alarms that it speaks of, each once. */
  readonly names: readonly string[];
  /** Whether it holds, given the state of each alarm. */
  holds(stateOf: (name: string) => StateValue | undefined): boolean;
}

type Test = (stateOf: (name: string) => StateValue | undefined) => boolean;

/** AWS: 100 children, 500 elements. */
const MOST_NAMES = 100;
const STATES = ['ALARM', 'OK', 'INSUFFICIENT_DATA'] as const;
const TOKEN = /\s*(?:(\(|\))|"([^"]{1,255})"|([^\s()"]+))/y;

type Token =
  | { readonly kind: 'bracket'; readonly text: string }
  | { readonly kind: 'quoted'; readonly text: string }
  | { readonly kind: 'word'; readonly text: string };

/** AND binds more tightly than OR, NOT more than both. @throws ValidationError for what is no rule */
export function parseRule(text: string): AlarmRule {
  const parser = new RuleParser(tokensOf(text), text);
  const test = parser.whole();
  return { names: [...parser.names], holds: test };
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let end = 0; text.slice(end).trim() !== ''; end = TOKEN.lastIndex) {
    const match = TOKEN.exec(text);
    if (match === null) {
      throw validationError(`AlarmRule cannot be read from "${text.slice(end, end + 20)}" on.`);
    }
    const [, bracket, quoted, word = ''] = match;
    tokens.push(
      bracket !== undefined
        ? { kind: 'bracket', text: bracket }
        : quoted !== undefined
          ? { kind: 'quoted', text: quoted }
          : { kind: 'word', text: word },
    );
  }
  return tokens;
}

class RuleParser {
  readonly names = new Set<string>();
  readonly #tokens: readonly Token[];
  readonly #text: string;
  #next = 0;

  constructor(tokens: readonly Token[], text: string) {
    this.#tokens = tokens;
    this.#text = text;
  }

  whole(): Test {
    const test = this.#either();
    if (this.#next < this.#tokens.length || this.names.size > MOST_NAMES) {
      throw this.#wrong();
    }
    return test;
  }

  #either(): Test {
    const tests = [this.#both()];
    while (this.#takes('word', 'OR')) {
      tests.push(this.#both());
    }
    return (stateOf) => tests.some((test) => test(stateOf));
  }

  #both(): Test {
    const tests = [this.#one()];
    while (this.#takes('word', 'AND')) {
      tests.push(this.#one());
    }
    return (stateOf) => tests.every((test) => test(stateOf));
  }

  #one(): Test {
    if (this.#takes('word', 'NOT')) {
      const test = this.#one();
      return (stateOf) => !test(stateOf);
    }
    if (this.#takes('bracket', '(')) {
      const test = this.#either();
      this.#require(')');
      return test;
    }
    const truth = (['TRUE', 'FALSE'] as const).find((word) => this.#takes('word', word));
    if (truth !== undefined) {
      return () => truth === 'TRUE';
    }
    return this.#state();
  }

  #state(): Test {
    const state = STATES.find((word) => this.#takes('word', word));
    if (state === undefined) {
      throw this.#wrong();
    }
    this.#require('(');
    const name = this.#tokens[this.#next];
    if (name === undefined || name.kind === 'bracket') {
      throw this.#wrong();
    }
    this.#next += 1;
    this.#require(')');
    // An ARN ends with the name.
    const own = /^arn:[^:]*:cloudwatch:[^:]*:\d*:alarm:(.+)$/.exec(name.text)?.[1] ?? name.text;
    this.names.add(own);
    return (stateOf) => stateOf(own) === state;
  }

  #takes(kind: Token['kind'], text: string): boolean {
    const token = this.#tokens[this.#next];
    const same = token?.kind === kind && (kind === 'word' ? token.text.toUpperCase() : token.text) === text;
    this.#next += same ? 1 : 0;
    return same;
  }

  #require(bracket: string): void {
    if (!this.#takes('bracket', bracket)) {
      throw this.#wrong();
    }
  }

  #wrong(): Error {
    const at = this.#tokens[this.#next]?.text ?? 'its end';
    return validationError(
      `AlarmRule is not well-formed at "${at}": ${this.#text.slice(0, 200)}. It is made of ALARM("name"), OK("name"), ` +
        'INSUFFICIENT_DATA("name"), TRUE, FALSE, AND, OR, NOT and parentheses.',
    );
  }
}
