/**
 * k6's JSON stream, as events. Of the thirteen or so lines that k6 writes for a request only two or three are surefoot's; the rest is
 * told apart by one byte and never becomes a string.
 */
import type { Outcome } from './error-kinds.ts';

/** Times are seconds since 1970 by k6's clock, to about a quarter of a microsecond. */
export type StreamEvent =
  /** `plan`: of an exported script, which plan it makes. */
  | { readonly kind: 'origin'; readonly at: number; readonly plan?: string }
  | { readonly kind: 'start'; readonly id: number; readonly at: number }
  | {
      readonly kind: 'end';
      readonly id: number;
      readonly at: number;
      readonly outcome: Outcome;
      readonly maker?: string;
    }
  | { readonly kind: 'drop'; readonly count: number; readonly at: number }
  | { readonly kind: 'unreadable'; readonly line: string }
  /** Of scripts of the user's own: a request of the iteration `maker`, as the script's own rules judge it, and a check. */
  | {
      readonly kind: 'request';
      readonly maker: string;
      readonly url: string;
      readonly failed: boolean;
      readonly outcome: Outcome;
    }
  | { readonly kind: 'check'; readonly maker: string; readonly passed: boolean }
  /** One of its options that gave way to surefoot's. */
  | { readonly kind: 'gave-way'; readonly what: string };

const NEWLINE = 10;
const ARRIVALS = ['{"metric":"sf_', '{"metric":"dropped_iterations"'].map((prefix) => Buffer.from(prefix));
const REQUESTS = ['{"metric":"http_req_failed","type":"P', '{"metric":"checks","type":"P'].map((prefix) =>
  Buffer.from(prefix),
);
/** The longest line that is looked at; k6's own are shorter than 400 bytes. */
const LONGEST_LINE = 64 * 1024;

/**
 * Finds the lines with events in what k6 writes and passes those on, in their order. Of the fifteen lines that k6 writes for a request two
 * are looked for, by their first bytes: cutting every line out to look at it would cost more than all the rest of the reading.
 * Holds at most one unfinished line.
 */
export class StreamReader {
  readonly #onEvent: (event: StreamEvent) => void;
  readonly #prefixes: readonly Buffer[];
  #rest: Buffer = Buffer.alloc(0);
  #skipping = false;

  /** @param requests pass on requests and checks too */
  constructor(onEvent: (event: StreamEvent) => void, requests = false) {
    this.#onEvent = onEvent;
    this.#prefixes = requests ? [...ARRIVALS, ...REQUESTS] : ARRIVALS;
  }

  /** Takes the next bytes of the stream, cut anywhere. */
  push(chunk: Buffer): void {
    const first = chunk.indexOf(NEWLINE);
    if (first < 0) {
      this.#keep(chunk);
      return;
    }
    this.#begun(chunk.subarray(0, first + 1));
    const last = chunk.lastIndexOf(NEWLINE);
    this.#lines(chunk.subarray(first + 1, last + 1));
    this.#keep(chunk.subarray(last + 1));
  }

  /** The stream has ended: a last line without its end was cut off and is not counted. */
  finish(): void {
    if (this.#rest.length > 0) {
      this.#onEvent({ kind: 'unreadable', line: this.#rest.toString('utf8', 0, 200) });
      this.#rest = Buffer.alloc(0);
    }
  }

  /** The rest of a line that an earlier chunk began. */
  #begun(part: Buffer): void {
    const line = this.#rest.length === 0 ? part : Buffer.concat([this.#rest, part]);
    this.#rest = Buffer.alloc(0);
    if (this.#skipping) {
      this.#skipping = false;
    } else {
      this.#lines(line);
    }
  }

  /** Whole lines, each with its end. */
  #lines(lines: Buffer): void {
    const next = this.#prefixes.map((prefix) => startOfLine(lines, prefix, 0));
    for (;;) {
      const from = Math.min(...next);
      if (from === Number.POSITIVE_INFINITY) {
        return;
      }
      const to = lines.indexOf(NEWLINE, from);
      const text = lines.toString('utf8', from, to);
      this.#onEvent(parseLine(text) ?? { kind: 'unreadable', line: text.slice(0, 200) });
      const index = next.indexOf(from);
      next[index] = startOfLine(lines, this.#prefixes[index] ?? lines, to + 1);
    }
  }

  #keep(part: Buffer): void {
    if (part.length === 0 || this.#skipping) {
      return;
    }
    this.#rest = Buffer.concat([this.#rest, part]);
    if (this.#rest.length > LONGEST_LINE) {
      this.finish();
      this.#skipping = true;
    }
  }
}

/** Where the next line begins that starts with `prefix`; infinite when there is none. */
function startOfLine(lines: Buffer, prefix: Buffer, from: number): number {
  let at = lines.indexOf(prefix, from);
  while (at > 0 && lines[at - 1] !== NEWLINE) {
    at = lines.indexOf(prefix, at + 1);
  }
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

/** One line of the stream as an event; undefined when it is not what this reader knows. */
export function parseLine(text: string): StreamEvent | undefined {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isPoint(line)) {
    return undefined;
  }
  const { value, tags } = line.data;
  const at = secondsOf(line.data.time);
  if (Number.isNaN(at)) {
    return undefined;
  }
  switch (line.metric) {
    case 'sf_origin':
      return { kind: 'origin', at: value / 1000, ...(tags?.['plan'] === undefined ? {} : { plan: tags['plan'] }) };
    case 'sf_start':
      return { kind: 'start', id: value, at };
    case 'sf_end':
      return { kind: 'end', id: value, at, outcome: outcomeOf(tags ?? {}), ...makerOf(line) };
    case 'sf_gave_way':
      return { kind: 'gave-way', what: tags?.['what'] ?? '' };
    case 'dropped_iterations':
      return { kind: 'drop', count: value, at };
    default:
      return requestOf(line);
  }
}

function requestOf(line: Point): StreamEvent | undefined {
  const { maker } = makerOf(line);
  const tags = line.data.tags ?? {};
  if (maker === undefined) {
    return undefined;
  }
  if (line.metric === 'http_req_failed') {
    const code = Number(tags['error_code'] ?? 0);
    const outcome = { status: Number(tags['status'] ?? 0), code };
    return { kind: 'request', maker, url: tags['url'] ?? '', failed: line.data.value !== 0, outcome };
  }
  return line.metric === 'checks' ? { kind: 'check', maker, passed: line.data.value !== 0 } : undefined;
}

/** The iteration of a virtual user that a line belongs to, where k6 was asked to say so. */
function makerOf({ data }: Point): { maker?: string } {
  const user = data.metadata?.['vu'];
  return user === undefined ? {} : { maker: `${user}:${data.metadata?.['iter'] ?? ''}` };
}

interface Point {
  readonly metric: string;
  readonly data: {
    readonly time: string;
    readonly value: number;
    readonly tags?: Record<string, string> | null;
    readonly metadata?: Record<string, string> | null;
  };
}

function isPoint(line: unknown): line is Point {
  const point = line as Partial<Point> | null;
  return (
    typeof point?.metric === 'string' &&
    typeof point.data?.time === 'string' &&
    Number.isFinite(point.data.value) &&
    (typeof point.data.tags === 'object' || point.data.tags === undefined)
  );
}

function outcomeOf(tags: Readonly<Record<string, string>>): Outcome {
  return {
    status: Number(tags['status'] ?? 0),
    code: Number(tags['code'] ?? 0),
    cause: tags['cause'],
    failure: tags['failure'],
    revision: tags['revision'],
  };
}

/** The whole seconds that were read last: thousands of lines have the same, and `Date.parse` is dear. */
let known = { text: '', seconds: Number.NaN };

/** RFC 3339 with up to nine decimals, of which `Date` would keep three. */
function secondsOf(text: string): number {
  const dot = text.indexOf('.');
  if (dot < 0) {
    return Date.parse(text) / 1000;
  }
  let end = dot + 1;
  while (end < text.length && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) {
    end += 1;
  }
  const whole = text.slice(0, dot) + text.slice(end);
  if (whole !== known.text) {
    known = { text: whole, seconds: Date.parse(whole) / 1000 };
  }
  return known.seconds + Number(text.slice(dot, end));
}
