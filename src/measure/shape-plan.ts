/** The arithmetic of a rate that changes: k6's ramping arrival rate (`lib/executor/ramping_arrival_rate.go`, the same in 1.8.1 and 2.2.0). */
import { InputError } from '../errors.ts';
import {
  HIGHEST_RATE,
  LATE_SECONDS,
  type LoadPlan,
  rateProblems,
  timeoutProblems,
  virtualUsersFor,
} from './load-plan.ts';
import type { ConstantLoad, Shape, ShapedLoad } from './types.ts';

/** A stretch of time in which the rate goes in a straight line from `rate`, by `slope` a second. */
interface Piece {
  readonly from: number;
  readonly seconds: number;
  readonly rate: number;
  readonly slope: number;
  /** Arrivals due before it, as an area: it may end in a half. */
  readonly before: number;
  readonly area: number;
}

/**
 * What k6 is asked for so that exactly the arrivals of the shape are made.
 *
 * k6 makes arrival i (from 0) when the area under the rate reaches i + 1, and counts that area in floating point: an arrival due at the
 * very end may come or not. Rates and seconds are whole, so the area is a whole number or one and a half. Where it is whole, half an
 * arrival more is asked for, in a last quarter of a second: the last arrival then comes surely, and none after it.
 * k6's deadline runs from before its virtual users are alive, its arrivals from after that. So a moment without arrivals is added, long
 * enough for all of them on a busy machine; where there are drops, too, nothing is made beyond the plan.
 * An arrival belongs to the second in which the area reaches i + 1/2, the middle of its share: at a constant rate of n each second has n.
 * @throws InputError `bad-load` naming all that cannot be
 */
export function planShape(load: Pick<ShapedLoad, 'shape' | 'timeoutSeconds' | 'virtualUsers'>): LoadPlan {
  const problems = problemsOf(load);
  const pieces = piecesOf(load.shape);
  const last = pieces.at(-1);
  const area = last === undefined ? 0 : last.before + last.area;
  const arrivals = Math.floor(area);
  if (arrivals < 1 && problems.length === 0) {
    problems.push('its stages make no arrival at all');
  }
  if (problems.length > 0 || last === undefined) {
    throw new InputError('bad-load', `This load cannot be run: ${problems.join('; ')}.`);
  }
  const seconds = last.from + last.seconds;
  const peak = peakOf(load.shape);
  const virtualUsers = load.virtualUsers ?? virtualUsersFor(peak, load.timeoutSeconds);
  return {
    rate: peak,
    seconds,
    arrivals,
    numberedBelow: arrivals,
    virtualUsers,
    scenario: scenarioOf(load.shape, area === arrivals ? 0.5 / LATE_SECONDS : 0, virtualUsers),
    momentOf: (arrival) => timeOfArea(pieces, arrival + 1),
    secondOf: (arrival) => Math.min(seconds - 1, Math.floor(timeOfArea(pieces, arrival + 0.5))),
    arrivalsBefore: (second) => Math.min(arrivals, Math.max(0, Math.ceil(areaUntil(pieces, second) - 0.5))),
    // Half-way sums of slopes may come out a hair below a whole number.
    dueAfter: (elapsed) => Math.min(arrivals, Math.floor(areaUntil(pieces, elapsed) + 1e-6)),
  };
}

/** Arrivals per second at the most. */
export function peakOf(shape: Shape): number {
  return shape.stages.reduce((peak, { rate }) => Math.max(peak, rate), shape.startRate);
}

/** The planned rate at a moment, in arrivals per second; 0 outside the shape. */
export function rateAt(shape: Shape, seconds: number): number {
  const piece = piecesOf(shape).find(({ from, seconds: length }) => seconds >= from && seconds < from + length);
  return piece === undefined ? 0 : piece.rate + piece.slope * (seconds - piece.from);
}

/** The shape of a rate that stays. */
export function constantShape({ rate, maxSeconds }: Pick<ConstantLoad, 'rate' | 'maxSeconds'>): Shape {
  return { startRate: rate, stages: [{ seconds: maxSeconds, rate }] };
}

/** To bring one virtual user to life takes about 0.1 ms, and was seen to take twice that on a machine with other work (k6 2.2.0). */
const MS_FOR_A_VIRTUAL_USER = 0.5;

/** The options of k6's executor: the stages, a quarter of a second at `tail` arrivals per second, and time for late ones. */
function scenarioOf(shape: Shape, tail: number, virtualUsers: number): Readonly<Record<string, unknown>> {
  return {
    executor: 'ramping-arrival-rate',
    startRate: shape.startRate,
    timeUnit: '1s',
    stages: [
      ...shape.stages.map(({ seconds, rate }) => ({ duration: `${seconds}s`, target: rate })),
      { duration: '0s', target: tail },
      { duration: `${LATE_SECONDS * 1000}ms`, target: tail },
      { duration: '0s', target: 0 },
      { duration: `${Math.ceil(virtualUsers * MS_FOR_A_VIRTUAL_USER)}ms`, target: 0 },
    ],
  };
}

function piecesOf({ startRate, stages }: Shape): Piece[] {
  const pieces: Piece[] = [];
  let [from, before, rate] = [0, 0, startRate];
  for (const stage of stages) {
    if (stage.seconds > 0) {
      const area = ((rate + stage.rate) / 2) * stage.seconds;
      pieces.push({ from, seconds: stage.seconds, rate, slope: (stage.rate - rate) / stage.seconds, before, area });
      from += stage.seconds;
      before += area;
    }
    rate = stage.rate;
  }
  return pieces;
}

/** The area under the rate from the start to `elapsed` seconds. */
function areaUntil(pieces: readonly Piece[], elapsed: number): number {
  const piece = pieces.findLast(({ from }) => from <= elapsed);
  if (piece === undefined) {
    return 0;
  }
  const within = Math.min(elapsed - piece.from, piece.seconds);
  return piece.before + within * (piece.rate + (piece.slope * within) / 2);
}

/** The moment at which the area reaches `area`; the end when it never does. By the root that does not cancel (slopes may be tiny). */
function timeOfArea(pieces: readonly Piece[], area: number): number {
  const piece = pieces.find((one) => area <= one.before + one.area) ?? pieces.at(-1);
  if (piece === undefined) {
    return 0;
  }
  const left = Math.min(area - piece.before, piece.area);
  if (left <= 0) {
    return piece.from;
  }
  const root = Math.sqrt(Math.max(0, piece.rate ** 2 + 2 * piece.slope * left));
  return piece.from + Math.min(piece.seconds, (2 * left) / (piece.rate + root));
}

function problemsOf({
  shape,
  timeoutSeconds,
  virtualUsers,
}: Pick<ShapedLoad, 'shape' | 'timeoutSeconds' | 'virtualUsers'>): string[] {
  const problems = shape.startRate === 0 ? [] : rateProblems(shape.startRate, 'startRate');
  for (const [index, { seconds, rate }] of shape.stages.entries()) {
    problems.push(...(rate === 0 ? [] : rateProblems(rate, `the rate of stage ${index + 1}`)));
    if (!Number.isInteger(seconds) || seconds < 0) {
      problems.push(`stage ${index + 1} takes ${seconds} s, but must take a whole number of seconds from 0 up`);
    }
  }
  if (shape.stages.length === 0) {
    problems.push('it has no stages');
  }
  if (virtualUsers !== undefined && (!Number.isInteger(virtualUsers) || virtualUsers < 1)) {
    problems.push(`virtualUsers is ${virtualUsers}, but must be a whole number from 1 to ${HIGHEST_RATE * 10}`);
  }
  return [...problems, ...timeoutProblems(timeoutSeconds)];
}
