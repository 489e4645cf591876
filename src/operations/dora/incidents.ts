/** Which deployment an incident is put down to. */
import type { DoraIncident } from '../../report/dora/record.ts';
import type { Exclusions, IncidentEvent } from './events.ts';
import type { Replay, Step } from './replay.ts';

export interface LinkedIncident {
  readonly event: IncidentEvent;
  readonly cause?: { readonly step: Step; readonly by: NonNullable<DoraIncident['linkedBy']> };
  /** The deployment that ended it: as it names it, or else the last one before it was closed. */
  readonly end?: Step;
}

/**
 * Links by what the incident names, and else to the last deployment that was in production at most `horizonMs` before it was opened: without
 * that limit the incident of a quiet month would be put down to a deployment of long ago. One that names what is not known stays unlinked.
 */
export function linkIncidents(
  incidents: readonly IncidentEvent[],
  history: Replay,
  now: number,
  horizonMs: number,
  exclusions: Exclusions,
): LinkedIncident[] {
  const find = finder(history);
  return incidents.flatMap((event) => {
    const { openedAt, closedAt, causedBy, fixedBy } = event;
    if (openedAt > now || (closedAt !== null && closedAt < openedAt)) {
      exclusions.add(
        'incident-out-of-order',
        'incidents closed before they were opened, or opened after now',
        event.id,
      );
      return [];
    }
    if (causedBy !== undefined && find(causedBy) === undefined) {
      exclusions.add('cause-not-found', 'incidents that name a deployment or commit that is not known', event.id);
    }
    const cause = causeOf(event, history.steps, find, horizonMs);
    const end = fixedBy === undefined ? endOf(event, cause?.step, history.steps) : find(fixedBy);
    return [{ event, ...(cause === undefined ? {} : { cause }), ...(end === undefined ? {} : { end }) }];
  });
}

function causeOf(
  { openedAt, causedBy }: IncidentEvent,
  steps: readonly Step[],
  find: (name: string) => Step | undefined,
  horizonMs: number,
): LinkedIncident['cause'] {
  if (causedBy !== undefined) {
    const step = find(causedBy);
    return step && { step, by: 'named' };
  }
  const step = lastUpTo(steps, openedAt);
  return step !== undefined && openedAt - step.at <= horizonMs ? { step, by: 'time' } : undefined;
}

/** The last deployment while it was open, if it was not the one that caused it. */
function endOf(
  { openedAt, closedAt }: IncidentEvent,
  cause: Step | undefined,
  steps: readonly Step[],
): Step | undefined {
  const last = closedAt === null ? undefined : lastUpTo(steps, closedAt);
  return last?.finished && last.at > openedAt && last !== cause ? last : undefined;
}

/** The shortest abbreviation of a commit that is taken for one, as git's own default. */
const SHORTEST_SHA = 7;
const ABBREVIATED = new RegExp(`^[0-9a-f]{${SHORTEST_SHA},}$`, 'i');

/** By a deployment's id, by its commit, or by a commit that it brought. */
function finder({ steps, broughtBy }: Replay): (name: string) => Step | undefined {
  const byId = new Map(steps.map((step) => [step.event.id, step]));
  let ordered: readonly string[] | undefined;
  return (name) => {
    const known = byId.get(name) ?? broughtBy.get(name);
    if (known !== undefined || !ABBREVIATED.test(name)) {
      return known;
    }
    // Sorted once, when the first abbreviation is met: with many incidents a look at every commit for each would be what takes the time.
    ordered ??= [...broughtBy.keys()].sort();
    return onlyOneOf(ordered, name.toLowerCase(), broughtBy);
  };
}

/** The step of all the commits that begin so; undefined where there is none, or more than one. */
function onlyOneOf(ordered: readonly string[], prefix: string, broughtBy: Replay['broughtBy']): Step | undefined {
  const first = firstPlace(ordered.length, (place) => (ordered[place] ?? '') >= prefix);
  let found: Step | undefined;
  for (let place = first; ordered[place]?.startsWith(prefix); place += 1) {
    const step = broughtBy.get(ordered[place] ?? '');
    if (found !== undefined && step !== found) {
      return undefined;
    }
    found = step;
  }
  return found;
}

/** The first of `length` places where `holds`, which is false before it and true from there on; `length` where it never is. */
function firstPlace(length: number, holds: (place: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/** The last of `steps`, which ascend in time, at or before `at`. */
function lastUpTo(steps: readonly Step[], at: number): Step | undefined {
  return steps[firstPlace(steps.length, (place) => (steps[place]?.at ?? 0) > at) - 1];
}
