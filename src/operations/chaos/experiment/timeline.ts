/** When the actions of an experiment run: the diagram that `startAfter` describes. */

export interface PlannedAction {
  readonly name: string;
  /** How long it lasts; 0 for an action that is over when its call is. */
  readonly seconds: number;
  /** Names of actions that must have ended before. */
  readonly startAfter: readonly string[];
}

/** Seconds from the start of the experiment. */
export interface Span {
  readonly name: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/**
 * Start and end of each action in the order given: `startAfter` waits for the end of those actions, their duration included (AWS FIS user
 * guide, "Action sequence"). Names that are not there are passed over. Undefined when actions wait for each other in a circle.
 */
export function timelineOf(actions: readonly PlannedAction[]): readonly Span[] | undefined {
  if (circleIn(actions) !== undefined) {
    return undefined;
  }
  const byName = new Map(actions.map((one) => [one.name, one]));
  const spans = new Map<string, Span>();
  const spanOf = (action: PlannedAction): Span => {
    const known = spans.get(action.name);
    if (known !== undefined) {
      return known;
    }
    const ends = action.startAfter.flatMap((name) => {
      const before = byName.get(name);
      return before === undefined ? [] : [spanOf(before).endSeconds];
    });
    const startSeconds = Math.max(0, ...ends);
    const span = { name: action.name, startSeconds, endSeconds: startSeconds + action.seconds };
    spans.set(action.name, span);
    return span;
  };
  return actions.map(spanOf);
}

/** The first circle in which actions wait for each other, as their names in order; undefined when there is none. */
export function circleIn(actions: readonly PlannedAction[]): readonly string[] | undefined {
  const byName = new Map(actions.map((one) => [one.name, one]));
  const finished = new Set<string>();
  const visit = (name: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(name)) {
      return trail.slice(trail.indexOf(name));
    }
    if (finished.has(name)) {
      return undefined;
    }
    for (const before of byName.get(name)?.startAfter ?? []) {
      const circle = visit(before, [...trail, name]);
      if (circle !== undefined) {
        return circle;
      }
    }
    finished.add(name);
    return undefined;
  };
  for (const { name } of actions) {
    const circle = visit(name, []);
    if (circle !== undefined) {
      return circle;
    }
  }
  return undefined;
}

/** The most actions that run at the same moment, and the first such moment in seconds. One that takes no time runs in the moment of its start. */
export function mostParallel(spans: readonly Span[]): { readonly count: number; readonly atSeconds: number } {
  let most = { count: 0, atSeconds: 0 };
  for (const { startSeconds: at } of spans) {
    const count = spans.filter(
      ({ startSeconds, endSeconds }) => startSeconds === at || (startSeconds < at && at < endSeconds),
    ).length;
    if (count > most.count) {
      most = { count, atSeconds: at };
    }
  }
  return most;
}

/** Whether two actions run at the same time for a while, or begin together. */
export function overlap(a: Span, b: Span): boolean {
  return a.startSeconds === b.startSeconds || (a.startSeconds < b.endSeconds && b.startSeconds < a.endSeconds);
}
