/** Rules on the order of actions, and on how many there are (AWS FIS user guide, "Quotas"). */

import { shown } from '../../../platform/schema/fields.ts';
import { didYouMean } from '../../../platform/suggest.ts';
import { isoDuration } from '../experiment/iso-duration.ts';
import { circleIn, mostParallel, overlap, type PlannedAction, type Span, timelineOf } from '../experiment/timeline.ts';
import type { Remarks } from './finding.ts';
import type { ActionView, TemplateView } from './view.ts';

export const QUOTAS = { actions: 20, parallel: 10, stopConditions: 5, seconds: 12 * 3600 } as const;

/** The actions with what is known of their length: one whose length is known only later counts as over at once. */
export function planOf(view: TemplateView): PlannedAction[] {
  return view.actions.map(({ name, seconds = 0, startAfter }) => ({
    name,
    seconds,
    startAfter: startAfter.filter((one) => one !== undefined),
  }));
}

const reckoned = new WeakMap<TemplateView, ReadonlyMap<string, Span> | undefined>();

/** Start and end of each action by its name; undefined when they cannot be known: a circle, or far more actions than FIS takes. */
export function spansOf(view: TemplateView): ReadonlyMap<string, Span> | undefined {
  if (!reckoned.has(view)) {
    const spans = view.actions.length > 10 * QUOTAS.actions ? undefined : timelineOf(planOf(view));
    reckoned.set(view, spans && new Map(spans.map((span) => [span.name, span])));
  }
  return reckoned.get(view);
}

/** `startAfter` names other actions of the template. */
export function predecessorsAreThere(view: TemplateView, remarks: Remarks): void {
  const names = view.actions.map(({ name }) => name);
  for (const { name, path, startAfter } of view.actions) {
    for (const [index, before] of startAfter.entries()) {
      if (before !== undefined && !names.includes(before) && !before.includes('$')) {
        const others = names.filter((one) => one !== name);
        const write = didYouMean(before, others) ?? (others.length === 0 ? 'no startAfter' : others.join(' or '));
        const what = `is ${shown(before)}, which is not among the actions`;
        remarks.error({ rule: 'start-after-unknown', path: [...path, 'startAfter', index], what, write });
      }
    }
  }
}

/** No actions wait for each other in a circle. */
export function orderIsPossible(view: TemplateView, remarks: Remarks): void {
  const circle = view.actions.length > 10 * QUOTAS.actions ? undefined : circleIn(planOf(view));
  const [first, second = first] = circle ?? [];
  if (circle === undefined || first === undefined || second === undefined) {
    return;
  }
  const index = view.actions.find(({ name }) => name === first)?.startAfter.indexOf(second) ?? 0;
  const alone = circle.length === 1;
  const what = alone ? 'waits for itself' : `closes a circle: ${[...circle, first].join(' after ')}`;
  const write = alone ? `no startAfter on ${first}` : `no ${second} in startAfter of ${first}, or another order`;
  const path = ['actions', first, 'startAfter', index];
  remarks.error({ rule: 'start-after-circle', path, part: 'key', what, write });
}

/** At most 20 actions, 10 of them at once, 5 stop conditions, and 12 hours in all. */
export function quotasAreKept(view: TemplateView, remarks: Remarks): void {
  const rule = 'quota';
  const { actions, parallel, stopConditions, seconds } = QUOTAS;
  if (view.actions.length > actions) {
    const what = `has ${view.actions.length} actions, but FIS takes ${actions}`;
    remarks.error({
      rule,
      path: ['actions'],
      part: 'key',
      what,
      write: `at most ${actions} actions, the rest in a second experiment`,
    });
  }
  if (view.stopConditions.length > stopConditions) {
    const what = `has ${view.stopConditions.length} stop conditions, but FIS takes ${stopConditions}`;
    remarks.error({
      rule,
      path: ['stopConditions'],
      part: 'key',
      what,
      write: `at most ${stopConditions}, or a composite alarm of them`,
    });
  }
  const spans = [...(spansOf(view)?.values() ?? [])];
  const most = mostParallel(spans);
  if (most.count > parallel) {
    const what = `has ${most.count} actions at once, ${isoDuration(most.atSeconds)} after the start, but FIS runs ${parallel}`;
    remarks.error({
      rule: 'too-many-parallel',
      path: ['actions'],
      part: 'key',
      what,
      write: `startAfter, so that at most ${parallel} run at once`,
    });
  }
  const end = Math.max(0, ...spans.map(({ endSeconds }) => endSeconds));
  if (end > seconds) {
    const what = `last ${isoDuration(end)} one after the other, but an experiment at most ${isoDuration(seconds)}`;
    remarks.error({
      rule: 'too-long',
      path: ['actions'],
      part: 'key',
      what,
      write: 'shorter durations, or a second experiment',
    });
  }
}

/** The three network faults of ECS tasks that share one mechanism, as those of pods do not (AWS FIS user guide, "ECS task actions", limitations). */
const ALONE = ['network-blackhole-port', 'network-latency', 'network-packet-loss'].map(
  (name) => `aws:ecs:task-${name}`,
);

/** Two of the network faults of ECS tasks never run at the same time. */
export function networkFaultsTakeTurns(view: TemplateView, remarks: Remarks): void {
  const spans = spansOf(view);
  const faults = view.actions.filter(({ id }) => id !== undefined && ALONE.includes(id));
  for (const [index, one] of faults.entries()) {
    const other = faults.slice(0, index).find((before) => runTogether(before, one, spans));
    if (other !== undefined) {
      const what = `runs at the same time as ${other.name}; these faults of ECS tasks exclude each other`;
      remarks.warning({
        rule: 'network-overlap',
        path: one.path,
        part: 'key',
        what,
        write: `startAfter: [${other.name}]`,
      });
    }
  }
}

const LOAD = /load.?(?:test|gen)|\b(?:k6|locust|jmeter|gatling|artillery)\b/i;

/** A template may bring its own load by a document; the fault then begins while it runs. `startAfter` waits for its end. */
export function faultIsUnderItsOwnLoad(view: TemplateView, remarks: Remarks): void {
  const spans = spansOf(view);
  const isLoad = ({ name, fact, parameters }: ActionView) =>
    fact?.reverts === 'depends' &&
    LOAD.test(`${name} ${parameters.get('documentArn') ?? ''}`) &&
    !/stop|end|clean/i.test(name);
  const loads = view.actions.filter((action) => isLoad(action) && (action.seconds ?? 0) > 0);
  const ends = Math.max(...loads.map(({ name }) => spans?.get(name)?.endSeconds ?? Number.POSITIVE_INFINITY));
  for (const action of loads.length === 0 ? [] : view.actions) {
    const begins = spans?.get(action.name)?.startSeconds ?? 0;
    const isFault = action.fact !== undefined && action.fact.reverts !== 'nothing' && action.fact.reverts !== 'depends';
    if (isFault && begins >= ends) {
      const what = `begins after ${isoDuration(begins)}, when the load of ${loads[0]?.name} has ended: nobody would feel it`;
      const write = 'startAfter an aws:fis:wait that runs beside the load, not after the load';
      remarks.warning({ rule: 'fault-after-load', path: action.path, part: 'key', what, write });
    }
  }
}

function runTogether(a: ActionView, b: ActionView, spans: ReadonlyMap<string, Span> | undefined): boolean {
  const [first, second] = [spans?.get(a.name), spans?.get(b.name)];
  return first !== undefined && second !== undefined && overlap(first, second);
}
