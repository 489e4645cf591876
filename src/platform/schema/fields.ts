/**
 * The building blocks of the schemas. Every field carries its description (for editors) and an example (for messages), and
 * every refusal is two lines: what is wrong, and what to write instead.
 */
import * as z from 'zod';
import { DURATION_PATTERN, parseDuration } from '../duration.ts';
import { didYouMean } from '../suggest.ts';

/** A zod message of ours: what is wrong on the first line, what to write on the second. */
export function explain(what: string, write: string): string {
  return `${what}\n${write}`;
}

/** A value as a message shows it: short, and recognisable. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) {
    return 'empty';
  }
  if (Array.isArray(value)) {
    return 'a list';
  }
  if (typeof value === 'object') {
    return 'a mapping';
  }
  if (Number.isNaN(value)) {
    return '.nan';
  }
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

type Refusal = (issue: { readonly input?: unknown; readonly code?: string | undefined }) => string;

function refusal(rule: string, write: string, advice?: (input: unknown) => string | undefined): Refusal {
  return ({ input }) =>
    input === undefined
      ? explain('is missing', write)
      : explain(
          `must be ${rule}, not ${shown(input)}`,
          (typeof input === 'object' ? undefined : advice?.(input)) ?? write,
        );
}

interface FieldOptions<Value> {
  readonly example: Value;
  /** Shown by editors; applied when the file is resolved. */
  readonly default?: Value;
}

function meta<Value>(description: string, options: FieldOptions<Value>) {
  return { description, examples: [options.example], ...('default' in options ? { default: options.default } : {}) };
}

export function text(
  description: string,
  options: FieldOptions<string> & {
    readonly pattern?: RegExp;
    readonly rule?: string;
    readonly longest?: number;
    readonly advice?: (input: unknown) => string | undefined;
  },
) {
  const error = refusal(options.rule ?? 'a text that is not empty', options.example, options.advice);
  const base = z
    .string({ error })
    .min(1, { error, abort: true })
    .max(options.longest ?? 1024, { error, abort: true });
  return (options.pattern === undefined ? base : base.regex(options.pattern, { error })).meta(
    meta(description, options),
  );
}

/** Lower-case letters, digits and hyphens: keys that end up in AWS names, file names and command lines. */
export const NAME_PATTERN = /^[a-z][a-z0-9-]{0,62}$/;
const NAME_RULE = 'a name in lower-case letters, digits and hyphens that starts with a letter';

function asName(input: unknown): string | undefined {
  const name = String(input)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '');
  return NAME_PATTERN.test(name) ? name : undefined;
}

export function name(description: string, example: string) {
  return text(description, { example, pattern: NAME_PATTERN, rule: NAME_RULE, advice: asName });
}

function withoutQuotes(input: unknown): string | undefined {
  return typeof input === 'string' && /^\d+(\.\d+)?$/.test(input) ? `${input}, without quotes` : undefined;
}

interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
}

export function wholeNumber(description: string, options: FieldOptions<number> & Bounds) {
  const rule = `a whole number from ${options.minimum} to ${options.maximum}`;
  const error = refusal(rule, String(options.example), withoutQuotes);
  return z
    .int({ error })
    .min(options.minimum, { error })
    .max(options.maximum, { error })
    .meta(meta(description, options));
}

export function positiveNumber(description: string, options: FieldOptions<number> & { readonly maximum: number }) {
  const error = refusal(`a number above 0, at most ${options.maximum}`, String(options.example), withoutQuotes);
  return z.number({ error }).gt(0, { error }).max(options.maximum, { error }).meta(meta(description, options));
}

export function nonNegativeNumber(description: string, options: FieldOptions<number> & { readonly maximum: number }) {
  const error = refusal(`a number from 0 to ${options.maximum}`, String(options.example), withoutQuotes);
  return z.number({ error }).min(0, { error }).max(options.maximum, { error }).meta(meta(description, options));
}

function withoutSign(input: unknown): string | undefined {
  return typeof input === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*%?\s*$/.exec(input)?.[1] : undefined;
}

/** A share in percent, in tenths of one: the grain in which ECS moves traffic. */
export function percentage(description: string, options: FieldOptions<number> & Bounds) {
  const rule = `a percentage from ${options.minimum} to ${options.maximum} with one decimal at most`;
  const error = refusal(rule, String(options.example), withoutSign);
  return z
    .number({ error })
    .min(options.minimum, { error })
    .max(options.maximum, { error })
    .refine((value) => Math.round(value * 10) / 10 === value, { error })
    .meta(meta(description, options));
}

export function flag(description: string, fallback: boolean) {
  return z
    .boolean({ error: refusal('true or false', String(fallback)) })
    .meta(meta(description, { example: !fallback, default: fallback }));
}

function withUnit(input: unknown): string | undefined {
  const digits = /^\s*(\d+(?:\.\d+)?)\s*(?:sec|secs|seconds?|min|mins|minutes?)?\s*$/.exec(String(input));
  return digits === null ? undefined : `${digits[1]}s (seconds) or ${digits[1]}m (minutes)`;
}

/** A duration with its unit (`90s`, `5m`, `1h`), within bounds given as durations too. */
export function duration(
  description: string,
  options: FieldOptions<string> & { readonly minimum: string; readonly maximum: string; readonly wholeMinutes?: true },
) {
  const minimum = parseDuration(options.minimum) ?? 0;
  const maximum = parseDuration(options.maximum) ?? Number.POSITIVE_INFINITY;
  const rule = 'a duration with its unit (ms, s, m, h or d)';
  const bounds = `a duration from ${options.minimum} to ${options.maximum}`;
  const error = refusal(rule, options.example, withUnit);
  return z
    .string({ error })
    .regex(DURATION_PATTERN, { error, abort: true })
    .refine(
      (value) => {
        const seconds = parseDuration(value) ?? Number.NaN;
        return seconds >= minimum && seconds <= maximum;
      },
      { error: refusal(bounds, options.example), abort: true },
    )
    .refine((value) => options.wholeMinutes !== true || (parseDuration(value) ?? 0) % 60 === 0, {
      error: refusal('whole minutes, as ECS counts them', options.example),
    })
    .meta(meta(description, options));
}

export function choice<const Values extends readonly [string, ...string[]]>(
  description: string,
  values: Values,
  options: FieldOptions<Values[number]>,
) {
  const listed = values.length === 1 ? values[0] : `one of ${values.join(', ')}`;
  return z
    .enum(values, {
      error: refusal(listed, values.length === 1 ? values[0] : `${values.join(' or ')}`, (input) =>
        didYouMean(String(input), values),
      ),
    })
    .meta(meta(description, options));
}

/** A number that must stay exact; the source text is what counts, so both `0.999` and `"0.999"` do. */
export function decimal(description: string, example: number) {
  return z
    .union([z.number(), z.string().max(64)], { error: refusal('a decimal number', String(example)) })
    .meta({ description, examples: [example] });
}

/** A mapping with known keys. Its refusal of unknown keys lists the known ones, which `problems.ts` reads. */
export function section<Shape extends z.core.$ZodLooseShape>(
  title: string,
  description: string,
  shape: Shape,
  example = '(the keys of this section, two spaces deeper)',
) {
  const error = refusal('a mapping', example);
  return z
    .strictObject(shape, {
      error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : error(issue)),
    })
    .meta({ title, description });
}

/** A mapping whose keys the user names. */
export function mapOf<Value extends z.ZodType>(
  title: string,
  description: string,
  value: Value,
  options: {
    readonly key: RegExp;
    readonly keyRule: string;
    /** What to write instead of a key that does not fit. */
    readonly keyAdvice: (key: string) => string;
    readonly example: string;
    readonly atLeastOne?: true;
  },
) {
  const error = refusal('a mapping', options.example);
  const key = z.string().regex(options.key, {
    error: ({ input }) => explain(`must be ${options.keyRule}, not ${shown(input)}`, options.keyAdvice(String(input))),
  });
  return z
    .record(key, value, { error })
    .refine((entries) => options.atLeastOne !== true || Object.keys(entries).length > 0, {
      error: () => explain('is empty', options.example),
    })
    .meta({ title, description });
}

export const NAMED_KEYS = {
  key: NAME_PATTERN,
  keyRule: NAME_RULE,
  keyAdvice: (key: string) => asName(key) ?? 'main',
} as const;

export function listOf<Item extends z.ZodType>(
  description: string,
  item: Item,
  options: { readonly example: string; readonly atLeast?: number; readonly atMost?: number; readonly default?: string },
) {
  const error = refusal('a list', options.example, (input) =>
    typeof input === 'string'
      ? `[${input
          .split(/[\s,]+/)
          .filter(Boolean)
          .join(', ')}]`
      : undefined,
  );
  const least = options.atLeast ?? 1;
  const most = options.atMost ?? 64;
  return z
    .array(item, { error })
    .min(least, {
      error: () => explain(`must have at least ${least} ${least === 1 ? 'entry' : 'entries'}`, options.example),
    })
    .max(most, {
      error: () => explain(`must have at most ${most} ${most === 1 ? 'entry' : 'entries'}`, options.example),
    })
    .meta({ description });
}

/** The value of an environment variable: YAML numbers and booleans are taken as they were written. */
export function variables(description: string) {
  const error = refusal('a text, a number, true or false', 'text');
  return mapOf(
    'Environment variables',
    description,
    z
      .union([z.string(), z.number(), z.boolean()], { error })
      .meta({ description: 'The value, as text; numbers are passed as written.', examples: ['text'] }),
    {
      key: /^[A-Za-z_][A-Za-z0-9_]*$/,
      keyRule: 'the name of an environment variable (letters, digits and _)',
      keyAdvice: (key) => key.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d|$)/, '_'),
      example: '{ NAME: value }',
    },
  );
}
