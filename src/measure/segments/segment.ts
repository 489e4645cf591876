/**
 * One of several equal parts of a load, made by a k6 process of its own (k6's execution segments). Of n parts, part k makes the arrivals
 * k, k + n, k + 2n, … of the whole, each at its own moment: seen so with k6 1.8.1 and 2.2.0, whose stripes of equal segments these are
 * (`lib/execution_segment.go`). No part knows of another; together they are the whole load.
 *
 * That is so only where the virtual users can be divided by n: k6 cuts its segments anew so that each has whole ones, and the arrivals with
 * them (`GetNewExecutionTupleFromValue`). With 148 of them three parts make 65, 64 and 63 of 192 arrivals.
 */
import { InputError } from '../../errors.ts';
import type { LoadPlan } from '../load-plan.ts';

export interface Segment {
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

/** More parts than this need another way to be started and gathered. */
export const MOST_SEGMENTS = 50;

/** `2/3` is the second of three. @throws InputError `bad-segment` */
export function parseSegment(text: string): Segment {
  const [, part, whole] = /^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? [];
  const segment = { index: Number(part) - 1, of: Number(whole) };
  if (part === undefined || segment.index < 0 || segment.index >= segment.of || segment.of > MOST_SEGMENTS) {
    const message = `--segment is ${JSON.stringify(text)}: write the second of three parts as 2/3; there may be ${MOST_SEGMENTS} of them`;
    throw new InputError('bad-segment', message);
  }
  return segment;
}

/** `2/3`, as people and `parseSegment` read it. */
export function formatSegment({ index, of }: Segment): string {
  return `${index + 1}/${of}`;
}

/** k6's own flags for it. */
export function segmentArguments({ index, of }: Segment): string[] {
  const mark = (part: number) => (part === 0 ? '0' : part === of ? '1' : `${part}/${of}`);
  const sequence = Array.from({ length: of + 1 }, (_, part) => mark(part)).join(',');
  return ['--execution-segment', `${mark(index)}:${mark(index + 1)}`, '--execution-segment-sequence', sequence];
}

/** As many virtual users or a few more, so that `of` parts have equally many. */
export function dividedUsers(virtualUsers: number, of: number): number {
  return Math.ceil(virtualUsers / of) * of;
}

/**
 * The plan of one part: its arrivals are numbered from 0, at the moments that they have in the whole. Rate and virtual users are those
 * of the whole, for k6 divides both by itself.
 * @throws InputError `bad-segment` when the part would make no arrival
 */
export function segmentPlan(whole: LoadPlan, segment: Segment): LoadPlan {
  const { index, of } = segment;
  /** How many of the first `count` arrivals of the whole are in this part. */
  const share = (count: number) => Math.max(0, Math.ceil((count - index) / of));
  const arrivals = share(whole.arrivals);
  if (arrivals === 0) {
    const message = `the load has ${whole.arrivals} requests, so that part ${formatSegment(segment)} of it has none: take fewer parts`;
    throw new InputError('bad-segment', message);
  }
  const inWhole = (arrival: number) => index + arrival * of;
  return {
    ...whole,
    virtualUsers: dividedUsers(whole.virtualUsers, of),
    arrivals,
    momentOf: (arrival) => whole.momentOf(inWhole(arrival)),
    secondOf: (arrival) => whole.secondOf(inWhole(arrival)),
    arrivalsBefore: (second) => share(whole.arrivalsBefore(second)),
    dueAfter: (elapsed) => share(whole.dueAfter(elapsed)),
  };
}
