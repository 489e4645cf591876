/** The kinds of inputs: each is its text for action.yml and a parser that says what to write instead. */

import { parseDuration } from '../../platform/duration.ts';

/** An input as data; `Value` is what its parser makes of it. */
export interface Input<Value> {
  /** One or two sentences for people, ending in a full stop; it becomes action.yml and the tables of the READMEs. */
  readonly description: string;
  /** As in action.yml; an empty text is the same as none. */
  readonly default: string;
  /** Nothing can be done without it. */
  readonly always: boolean;
  /** The commands that know this input; undefined: all of the operation. */
  readonly commands: readonly string[] | undefined;
  /** Masked in the log and taken out of all that is written. */
  readonly secret: boolean;
  /** The value of a text that is not empty. @throws Error whose message completes "it must be …" */
  parse(text: string): Value;
  /** The value where nothing was given. */
  readonly absent: Value;
}

export type InputTable = Readonly<Record<string, Input<unknown>>>;

/** The values that a table's parsers make. */
export type InputValues<Table extends InputTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Input<infer Value> ? Value : never;
};

export type Traits = Partial<Pick<Input<unknown>, 'default' | 'always' | 'commands' | 'secret'>>;

function input<Value>(
  description: string,
  absent: Value,
  parse: (text: string) => Value,
  traits: Traits,
): Input<Value> {
  return { description, default: '', always: false, commands: undefined, secret: false, absent, parse, ...traits };
}

/** Free text on one line. */
export function text(description: string, traits: Traits = {}): Input<string | undefined> {
  return input(
    description,
    undefined as string | undefined,
    (value) => {
      if (/[\r\n]/.test(value)) {
        throw new Error('one line');
      }
      return value;
    },
    traits,
  );
}

/** One value a line; blank lines do not count. */
export function lines(description: string, traits: Traits = {}): Input<readonly string[]> {
  return input<readonly string[]>(description, [], (value) => split(value, /\r?\n/), traits);
}

/** Values apart by commas, spaces or lines, each of which must match `pattern`, which `shape` describes. */
export function list(
  description: string,
  shape: string,
  pattern: RegExp,
  traits: Traits = {},
): Input<readonly string[]> {
  return input<readonly string[]>(
    description,
    [],
    (value) => {
      const values = split(value, /[\s,]+/);
      if (values.some((each) => !pattern.test(each))) {
        throw new Error(`${shape}, apart by commas`);
      }
      return values;
    },
    traits,
  );
}

/** `true` or `false`, as YAML 1.2's core schema writes them (the same that @actions/core takes). */
export function flag(description: string, traits: Traits = {}): Input<boolean> {
  return input(
    description,
    false,
    (value) => {
      if (!/^(true|True|TRUE|false|False|FALSE)$/.test(value)) {
        throw new Error('true or false');
      }
      return value.toLowerCase() === 'true';
    },
    { default: 'false', ...traits },
  );
}

/** One of a few words. */
export function choice<Word extends string>(
  description: string,
  words: readonly Word[],
  traits: Traits = {},
): Input<Word | undefined> {
  return input(
    description,
    undefined as Word | undefined,
    (value) => {
      const word = words.find((each) => each === value);
      if (word === undefined) {
        throw new Error(`one of ${words.join(', ')}`);
      }
      return word;
    },
    traits,
  );
}

/** A whole number from `least` on. */
export function count(description: string, least: number, traits: Traits = {}): Input<number | undefined> {
  return input(
    description,
    undefined as number | undefined,
    (value) => {
      const number = Number(value);
      if (!/^\d{1,9}$/.test(value) || number < least) {
        throw new Error(`a whole number of at least ${least}`);
      }
      return number;
    },
    traits,
  );
}

/** `90s`, `10m`, `1h`, in seconds. */
export function duration(description: string, traits: Traits = {}): Input<number | undefined> {
  return input(
    description,
    undefined as number | undefined,
    (value) => {
      const seconds = parseDuration(value);
      if (seconds === undefined || seconds === 0) {
        throw new Error('a duration like 90s, 10m or 1h');
      }
      return seconds;
    },
    traits,
  );
}

function split(value: string, separator: RegExp): string[] {
  return value
    .split(separator)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
