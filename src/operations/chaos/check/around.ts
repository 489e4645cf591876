/** Rules on what stands around the template in an experiment: the load, what is expected, the guards. Severity error: surefoot refuses to run it. */

import type { Experiment } from '../experiment/experiment.ts';
import { costOf } from '../plan/cost.ts';
import { actionSpans } from '../plan/timing.ts';
import type { Remarks } from './finding.ts';
import { spansOf } from './order.ts';
import { irreversibleBecause, isIrreversible } from './safety.ts';
import type { TemplateView } from './view.ts';

/** When the experiment and its load run, in seconds from the start of the load. */
interface Times {
  readonly loadEnds: number;
  /** First and last moment at which something is broken; undefined: there is no fault, or it is not known when. */
  readonly fault: { readonly name: string; readonly begins: number } | undefined;
  readonly lastFault: { readonly name: string; readonly begins: number } | undefined;
  readonly experimentEnds: number;
}

/** The times of an experiment with a load; undefined without one, or when the order of its actions is impossible. */
function timesOf(view: TemplateView, { load }: Experiment): Times | undefined {
  const spans = spansOf(view);
  if (load === undefined || spans === undefined) {
    return undefined;
  }
  const { beforeSeconds, afterSeconds, durationSeconds } = load;
  const ends = beforeSeconds + Math.max(0, ...[...spans.values()].map(({ endSeconds }) => endSeconds));
  const faults = view.actions
    .filter(({ fact }) => fact !== undefined && fact.reverts !== 'nothing')
    .map(({ name }) => ({ name, begins: beforeSeconds + (spans.get(name)?.startSeconds ?? 0) }))
    .sort((a, b) => a.begins - b.begins);
  return {
    loadEnds: durationSeconds ?? ends + afterSeconds,
    fault: faults[0],
    lastFault: faults.at(-1),
    experimentEnds: ends,
  };
}

/** Every fault begins while there is load, which goes on until recovery can be seen. */
export function faultIsUnderLoad(view: TemplateView, experiment: Experiment, remarks: Remarks): void {
  const times = timesOf(view, experiment);
  if (times?.fault === undefined || times.lastFault === undefined) {
    return;
  }
  const { fault, lastFault, loadEnds } = times;
  const own = experiment.load?.durationSeconds !== undefined;
  const path = own ? ['load', 'duration'] : ['load', 'after'];
  const ends = `ends the load after ${seconds(loadEnds)}`;
  if (lastFault.begins >= loadEnds) {
    const what = `${ends}, but ${lastFault.name} begins after ${seconds(lastFault.begins)}: nobody would feel it`;
    remarks.around('error', {
      rule: 'fault-after-load',
      path,
      what,
      write: own ? seconds(times.experimentEnds + 120) : '2m',
    });
    return;
  }
  const { rtoSeconds, alarms } = experiment.expect;
  if (rtoSeconds !== undefined && fault.begins + rtoSeconds > loadEnds) {
    const what = `${ends}, before the ${seconds(rtoSeconds)} of rto from ${fault.name} on are over`;
    const write = seconds(own ? fault.begins + rtoSeconds + 60 : rtoSeconds + 60);
    remarks.around('warning', { rule: 'load-ends-early', path, what, write });
  }
  for (const [index, { name, withinSeconds }] of alarms.entries()) {
    if (fault.begins + withinSeconds > loadEnds) {
      const what = `is ${seconds(withinSeconds)} for ${name}, but the load ends ${seconds(loadEnds - fault.begins)} after the fault begins`;
      const write = seconds(loadEnds - fault.begins);
      remarks.around('warning', { rule: 'alarm-after-load', path: ['expect', 'alarms', index, 'within'], what, write });
    }
  }
}

/** What is expected can be measured: of the load, or of alarms. */
export function expectationsCanBeMeasured(_: TemplateView, experiment: Experiment, remarks: Remarks): void {
  const { load, expect } = experiment;
  const ofLoad = {
    rto: expect.rtoSeconds,
    availability: expect.availability,
    maximumLostRequests: expect.maximumLostRequests,
  };
  const asked = Object.entries(ofLoad).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  for (const key of load === undefined ? asked : []) {
    const what = 'is measured of the load, but there is none';
    remarks.around('error', {
      rule: 'nothing-measured',
      path: ['expect', key],
      part: 'key',
      what,
      write: 'load: { profile: average-load }',
    });
  }
  if (expect.rpoSeconds !== undefined && load?.writes === undefined) {
    remarks.around('error', {
      rule: 'nothing-measured',
      path: ['expect', 'rpo'],
      part: 'key',
      what: 'is measured by writes, and the load says neither what it writes nor where the service shows what it has',
      write: `load: { profile: ${load?.profile ?? 'failover'}, writes: { path: /orders, ledger: /ledgers/orders } }`,
    });
  }
  if (asked.length === 0 && expect.rpoSeconds === undefined && expect.alarms.length === 0) {
    const what = 'says nothing that must hold, so that the experiment could not fail';
    remarks.around('warning', {
      rule: 'nothing-expected',
      path: ['expect'],
      part: 'key',
      what,
      write: 'expect: { rto: 60s, availability: 99.5 }',
    });
  }
  if (load === undefined && expect.felt === 'required' && expect.alarms.length === 0) {
    const what = 'is missing: neither load nor alarm would show that there was a fault';
    remarks.around('warning', {
      rule: 'no-load',
      path: ['load'],
      part: 'key',
      what,
      write: 'load: { profile: average-load, service: backend }',
    });
  }
}

/** Enough resources can be found for the evidence that is asked for. */
export function evidenceIsPossible(view: TemplateView, { expect }: Experiment, remarks: Remarks): void {
  const counts = view.targets.map(({ selectionMode, arns }) => {
    const count = /^COUNT\((\d{1,6})\)$/.exec(selectionMode ?? '')?.[1];
    return count === undefined ? (arns.length > 0 ? arns.length : Number.POSITIVE_INFINITY) : Number(count);
  });
  const most = counts.reduce((sum, count) => sum + count, 0);
  if (view.targets.length > 0 && expect.evidence.targets > most) {
    const what = `is ${expect.evidence.targets}, but the targets choose ${most} at most: the verdict would always be inconclusive`;
    remarks.around('error', { rule: 'evidence', path: ['expect', 'evidence', 'targets'], what, write: String(most) });
  }
}

/** Not longer and not dearer than the guards allow, as a plan reckons it. Where it will run is not known here: at AWS's lowest price. */
export function guardsAreKept(view: TemplateView, { guards, template }: Experiment, remarks: Remarks): void {
  if (spansOf(view) === undefined) {
    return;
  }
  const spans = actionSpans(template);
  const end = Math.max(0, ...spans.map(({ to }) => to));
  const longest = spans.find(({ to }) => to === end);
  if (end > guards.maximumDurationSeconds && longest !== undefined) {
    const what = `is ${seconds(guards.maximumDurationSeconds)}, but ${longest.name} ends ${longest.certainty === 'assumed' ? 'about ' : ''}${seconds(end)} after the start`;
    remarks.around('error', {
      rule: 'longer-than-guard',
      path: ['guards', 'maximumDuration'],
      what,
      write: seconds(end),
    });
  }
  const { dollars } = costOf(template, '');
  if (guards.maximumCost !== undefined && dollars > guards.maximumCost) {
    const cost = dollars.toFixed(2);
    const what = `is ${guards.maximumCost}, but FIS would charge ${cost} US dollars`;
    remarks.around('error', { rule: 'dearer-than-guard', path: ['guards', 'maximumCost'], what, write: cost });
  }
}

/** What nothing undoes is meant to be there; and the switch is not there for nothing. */
export function irreversibleIsMeant(view: TemplateView, experiment: Experiment, remarks: Remarks): void {
  const irreversible = view.actions.filter(isIrreversible);
  for (const action of experiment.irreversible ? [] : irreversible) {
    const { what, instead } = irreversibleBecause(action);
    const write = `${instead === undefined ? '' : `parameters: { ${instead}: PT5M }, or `}irreversible: true at the top of the file`;
    remarks.error({ rule: 'irreversible', path: [...action.path, 'actionId'], part: 'key', what, write });
  }
  if (
    experiment.irreversible &&
    irreversible.length === 0 &&
    view.actions.every(({ fact }) => fact !== undefined && fact.reverts !== 'depends')
  ) {
    const what = 'is true, but every action is undone by its end';
    remarks.around('warning', { rule: 'idle-switch', path: ['irreversible'], what, write: 'false' });
  }
}

/** Seconds as the file writes them: `90s`, `5m`, `2h`. */
function seconds(amount: number): string {
  const [size, unit] =
    amount > 0 && amount % 3600 === 0 ? [3600, 'h'] : amount > 0 && amount % 60 === 0 ? [60, 'm'] : [1, 's'];
  return `${amount / Number(size)}${unit}`;
}
