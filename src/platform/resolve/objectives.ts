/** From OpenSLO documents to objectives: the rules between fields, the exact budget, and which of them surefoot can judge. */
import Big from 'big.js';
import { toFraction } from '../decimal.ts';
import { parseShorthand } from '../duration.ts';
import type { Findings } from '../findings.ts';
import type { ApplicationSignalsObjective, Objective, UnjudgedObjective } from '../model/objectives.ts';
import { shown } from '../schema/fields.ts';
import type { SloDocument } from '../schema/openslo.ts';
import type { Path } from '../source/spots.ts';
import { didYouMean } from '../suggest.ts';
import { type Judgeable, resolveIndicator } from './indicator.ts';
import { resolveShare, writtenShare } from './share.ts';

export interface ResolvedSlo {
  readonly objectives: readonly Objective[];
  readonly unjudged: readonly UnjudgedObjective[];
}

type Spec = SloDocument['spec'];

/** Checks one SLO document and gives its objectives. Rules: OpenSLO v1 specification; `services` undefined = not known, not checked. */
export function resolveSlo(findings: Findings, slo: SloDocument, services: readonly string[] | undefined): ResolvedSlo {
  checkReference(findings, ['spec', 'service'], 'services', slo.spec.service, services);
  const windowDays = resolveWindow(findings, slo.spec);
  checkTimeslices(findings, slo.spec);
  const judgeable = resolveIndicator(findings, slo.spec);
  const objectives: Objective[] = [];
  const unjudged: UnjudgedObjective[] = [];
  for (const [index] of slo.spec.objectives.entries()) {
    const name = slo.spec.objectives.length === 1 ? slo.metadata.name : `${slo.metadata.name}/${index + 1}`;
    const target = resolveShare(findings, slo.spec, index);
    const service = slo.spec.service;
    const notCounted = whyNotCounted(slo.spec, windowDays, judgeable);
    if (target === undefined || windowDays === undefined || notCounted !== undefined) {
      unjudged.push({
        name,
        service,
        target: target?.toFixed(),
        reason: whyUnjudged(judgeable, notCounted),
        ...(windowDays === undefined ? {} : { windowDays }),
      });
      continue;
    }
    const budget = toFraction(new Big(1).minus(target));
    const known = { name, service, target: writtenShare(findings, index), budget, windowDays };
    if (!('reason' in judgeable)) {
      objectives.push({ ...known, ...judgeable });
    } else {
      unjudged.push({
        name,
        service,
        target: target.toFixed(),
        reason: judgeable.reason,
        windowDays,
        ...askedElsewhere(known, judgeable, slo.spec),
      });
    }
  }
  return { objectives, unjudged };
}

/** Reports a name that is not among the `known` ones; undefined = they cannot be known, and nothing is said. */
export function checkReference(
  findings: Findings,
  path: Path,
  plural: string,
  name: string,
  known: readonly string[] | undefined,
): void {
  if (known !== undefined && !known.includes(name)) {
    findings.report({
      path,
      what: `is ${shown(name)}, but the ${plural} here are ${known.join(', ')}`,
      write: didYouMean(name, known) ?? known.join(' or '),
    });
  }
}

/** Whom to ask for an objective that surefoot does not count itself. */
function askedElsewhere(
  known: Omit<ApplicationSignalsObjective, 'slo' | 'of'>,
  { applicationSignals, prometheus }: Exclude<Judgeable, { readonly indicator: unknown }>,
  { budgetingMethod }: Spec,
): Pick<UnjudgedObjective, 'applicationSignals' | 'prometheus'> {
  const of = budgetingMethod === 'Occurrences' ? 'requests' : 'time-slices';
  return {
    ...(prometheus === undefined ? {} : { prometheus: { ...known, ...prometheus } }),
    ...(applicationSignals === undefined ? {} : { applicationSignals: { ...known, ...applicationSignals, of } }),
  };
}

/** That somebody else keeps it is no reason where that one can be asked. */
function whyUnjudged(judgeable: Judgeable, notCounted: string | undefined): string {
  const asked = 'applicationSignals' in judgeable || !('reason' in judgeable);
  return (asked ? notCounted : judgeable.reason) ?? 'its target cannot be read';
}

function whyNotCounted(spec: Spec, windowDays: number | undefined, judgeable: Judgeable): string | undefined {
  const slicedThere = 'applicationSignals' in judgeable && spec.budgetingMethod === 'Timeslices';
  if (spec.budgetingMethod !== 'Occurrences' && !slicedThere) {
    return `surefoot counts requests (Occurrences), not ${spec.budgetingMethod}`;
  }
  return windowDays === undefined ? 'surefoot counts over rolling windows, not over calendar ones' : undefined;
}

/** Days of a rolling window; undefined for a calendar one. */
function resolveWindow(findings: Findings, spec: Spec): number | undefined {
  const window = spec.timeWindow[0];
  if (window === undefined) {
    return undefined;
  }
  const path = ['spec', 'timeWindow', 0];
  const days = parseShorthand(window.duration);
  if (days !== undefined && days < 1 / 24) {
    // `m` is minutes and `M` months; OpenSLO's own examples got it wrong once.
    findings.report({
      path: [...path, 'duration'],
      what: `is ${shown(window.duration)}, less than an hour: m is minutes, M is months`,
      write: window.duration.replace('m', 'M'),
    });
  }
  if (window.isRolling === true && window.calendar !== undefined) {
    findings.report({
      path: [...path, 'calendar'],
      part: 'key',
      what: 'cannot stand beside isRolling: true',
      write: 'no calendar, or isRolling: false',
      needs: [[...path, 'isRolling']],
    });
  }
  if (window.isRolling !== true && window.calendar === undefined) {
    findings.report({
      path: [...path, 'isRolling'],
      what: 'must be true, or the window needs a calendar',
      write: 'true',
      needs: [[...path, 'calendar'], path],
    });
  }
  return window.isRolling === true ? days : undefined;
}

function checkTimeslices(findings: Findings, spec: Spec): void {
  const sliced = spec.budgetingMethod !== 'Occurrences';
  for (const [index, objective] of spec.objectives.entries()) {
    const path = ['spec', 'objectives', index];
    const needs: Path[] = [['spec', 'budgetingMethod'], path];
    if (sliced && objective.timeSliceWindow === undefined) {
      findings.report({
        path: [...path, 'timeSliceWindow'],
        what: `is missing for ${spec.budgetingMethod}`,
        write: '5m',
        needs,
      });
    }
    if (spec.budgetingMethod === 'Timeslices' && objective.timeSliceTarget === undefined) {
      findings.report({ path: [...path, 'timeSliceTarget'], what: 'is missing for Timeslices', write: '0.99', needs });
    }
  }
}
