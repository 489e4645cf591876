/** When the actions of a template run, as far as their parameters say: an action starts when those in its `startAfter` have ended. Pure. */
import { durationMs } from '../duration.ts';

export interface TimedAction {
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly startAfter?: readonly string[] | undefined;
}

export interface Span {
  readonly name: string;
  /** In ms from the start of the experiment; an action without a duration ends when it starts. */
  readonly start: number;
  readonly end: number;
}

/** One of the actions that wait for each other in a circle; undefined when there is no circle. Names that are no actions are passed over. */
export function actionInCycle(actions: Readonly<Record<string, TimedAction>>): string | undefined {
  const left = new Map(Object.entries(actions));
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const [name, { startAfter = [] }] of left) {
      if (!startAfter.some((other) => left.has(other))) {
        left.delete(name);
      }
    }
  }
  return left.keys().next().value;
}

/** The spans of all actions, which have no circle in them. */
export function timeline(actions: Readonly<Record<string, TimedAction>>): Span[] {
  const spans = new Map<string, Span>();
  const spanOf = (name: string): Span => {
    const known = spans.get(name);
    if (known !== undefined) {
      return known;
    }
    const { parameters = {}, startAfter = [] } = actions[name] ?? {};
    const start = Math.max(0, ...startAfter.map((other) => spanOf(other).end));
    const span = { name, start, end: start + (durationMs(parameters['duration'] ?? '') ?? 0) };
    spans.set(name, span);
    return span;
  };
  return Object.keys(actions).map(spanOf);
}

/** The most actions that run at once; those that start together do, however short they are. */
export function mostParallel(spans: readonly Span[]): number {
  const counts = spans.map(
    ({ start }) => spans.filter((other) => other.start === start || (other.start < start && other.end > start)).length,
  );
  return Math.max(0, ...counts);
}
