/** What AWS's model says of strings, numbers, times and blobs. */
import type { Shape } from './model.ts';

/** `epoch`: seconds as a number, in JSON. `iso`: ISO 8601 in UTC, in XML and forms. */
export type TimestampForm = 'epoch' | 'iso';

/** What is wrong with a value that should be this scalar, as the end of a sentence; undefined when nothing is. */
export function scalarProblem(shape: Shape, value: unknown, timestamps: TimestampForm): string | undefined {
  switch (shape.type) {
    case 'string':
      return typeof value === 'string' ? stringProblem(shape, value) : `must be a string, not ${describe(value)}`;
    case 'integer':
    case 'long':
      return Number.isSafeInteger(value)
        ? rangeProblem(shape, Number(value))
        : `must be an integer, not ${describe(value)}`;
    case 'float':
    case 'double':
      return typeof value === 'number' ? rangeProblem(shape, value) : `must be a number, not ${describe(value)}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `must be true or false, not ${describe(value)}`;
    case 'blob':
      return typeof value === 'string' && BASE64.test(value) ? undefined : `must be base64, not ${describe(value)}`;
    case 'timestamp':
      return timestampProblem(value, timestamps);
    default:
      throw new Error(`the walker does not know the type ${shape.type}`);
  }
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const ISO_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;
/** Between the years 2001 and 2100 seconds and milliseconds since 1970 cannot be taken for each other. */
const PLAUSIBLE_SECONDS = { from: 978_307_200, to: 4_102_444_800 };

function timestampProblem(value: unknown, form: TimestampForm): string | undefined {
  if (form === 'iso') {
    const fits = typeof value === 'string' && ISO_UTC.test(value) && !Number.isNaN(Date.parse(value));
    return fits ? undefined : `must be a time like 2026-11-21T10:00:00.000Z, not ${describe(value)}`;
  }
  const fits = typeof value === 'number' && value >= PLAUSIBLE_SECONDS.from && value <= PLAUSIBLE_SECONDS.to;
  return fits ? undefined : `must be a time in seconds since 1970, not ${describe(value)}`;
}

function stringProblem(shape: Shape, value: string): string | undefined {
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    return `must be one of ${shape.enum.join(', ')}, not ${describe(value)}`;
  }
  const outside = outOfBounds(shape, value.length);
  if (outside !== undefined) {
    return `has ${value.length} characters, ${outside}`;
  }
  if (shape.pattern !== undefined && !wholePattern(shape.pattern).test(value)) {
    return `must match ${shape.pattern}, unlike ${describe(value)}`;
  }
  return undefined;
}

function rangeProblem(shape: Shape, value: number): string | undefined {
  const outside = outOfBounds(shape, value);
  return outside === undefined ? undefined : `is ${value}, ${outside}`;
}

/** How a length, count or number breaks the shape's bounds; undefined when it does not. */
export function outOfBounds({ min, max }: Shape, value: number): string | undefined {
  if (min !== undefined && value < min) {
    return `at least ${min} wanted`;
  }
  return max !== undefined && value > max ? `at most ${max} wanted` : undefined;
}

/** AWS matches its patterns against the whole string. They are written for Java, which also has the class Print. */
function wholePattern(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern.replaceAll('\\p{Print}', '[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Zs}]')})$`, 'u');
}

/** A value in a message, short. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) {
    return 'a list';
  }
  return typeof value === 'object' && value !== null ? 'a structure' : String(JSON.stringify(value)).slice(0, 120);
}
