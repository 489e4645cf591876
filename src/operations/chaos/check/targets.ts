/** Rules on each target: that AWS can look for it, and would find what is meant. */
import { shown } from '../../../platform/schema/fields.ts';
import { didYouMean } from '../../../platform/suggest.ts';
import type { Selection, TargetTypeFact } from '../catalogue/facts.ts';
import { own } from '../experiment/mappings.ts';
import { exampleOf, valueFits } from './actions.ts';
import { expectedArn } from './arns.ts';
import type { Remarks } from './finding.ts';
import type { TargetView, TemplateView } from './view.ts';

/** The resource type is one of FIS's, with the parameters that it takes. */
export function targetTypeIsKnown(view: TemplateView, remarks: Remarks): void {
  const types = [...view.catalogue.targetTypes.keys()];
  for (const target of view.targets) {
    const { type, fact, path } = target;
    if (type !== undefined && fact === undefined) {
      const write = didYouMean(type, types) ?? 'a type that aws fis list-target-resource-types shows';
      const what = `is ${shown(type)}, which FIS does not know`;
      remarks.error({ rule: 'unknown-target-type', path: [...path, 'resourceType'], what, write });
    }
    if (fact !== undefined) {
      targetParametersFit(target, fact, remarks);
    }
  }
}

function targetParametersFit(target: TargetView, fact: TargetTypeFact, remarks: Remarks): void {
  const names = Object.keys(fact.parameters);
  for (const [name, text] of target.parameters) {
    const parameter = own(fact.parameters, name);
    const path = [...target.path, 'parameters', name];
    if (parameter === undefined) {
      const near = didYouMean(name, names) ?? (names.length === 0 ? undefined : names.join(' or '));
      const write = near === undefined ? 'no parameters: it takes none' : `${near} instead of ${name}`;
      const what = `is no parameter of ${fact.id}`;
      remarks.error({ rule: 'unknown-parameter', path, part: 'key', what, write });
    } else if (text !== undefined) {
      valueFits(text, parameter.form, path, remarks);
    }
  }
  for (const [name, { required, form }] of Object.entries(target.complete ? fact.parameters : {})) {
    if (required && !target.parameters.has(name)) {
      const what = `is missing: targets of ${fact.id} need it`;
      const path = [...target.path, 'parameters', name];
      remarks.error({ rule: 'missing-parameter', path, what, write: exampleOf(form) });
    }
  }
}

const MODE = /^(?:ALL|COUNT\((\d{1,6})\)|PERCENT\((\d{1,3})\))$/;

/** ALL, COUNT(n) with n from 1, PERCENT(n) from 1 to 100; and no more than there are. */
export function selectionModeFits(view: TemplateView, remarks: Remarks): void {
  for (const { selectionMode, path, arns } of view.targets) {
    const wrong = selectionMode === undefined ? undefined : wrongMode(selectionMode, arns.length);
    if (wrong !== undefined) {
      const [what, write] = wrong;
      remarks.error({
        rule: 'selection-mode',
        path: [...path, 'selectionMode'],
        what: `is ${shown(selectionMode)}, ${what}`,
        write,
      });
    }
  }
}

/** What is wrong with a mode and what to write instead, for a target of so many ARNs (0: chosen otherwise). */
function wrongMode(mode: string, arns: number): readonly [what: string, write: string] | undefined {
  const match = MODE.exec(mode);
  if (match === null) {
    return ['but must be ALL, COUNT(n) or PERCENT(n)', meantMode(mode)];
  }
  const count = Number(match[1] ?? 1);
  const percent = Number(match[2] ?? 100);
  if (count === 0 || percent === 0) {
    return ['which chooses nothing', 'COUNT(1)'];
  }
  if (percent > 100) {
    return ['more than all', 'ALL'];
  }
  if (arns > 0 && count > arns) {
    return [`but there ${arns === 1 ? 'is 1 ARN' : `are ${arns} ARNs`}`, `COUNT(${arns})`];
  }
  if (arns > 0 && Math.floor((arns * percent) / 100) < 1) {
    return [`less than one of ${arns}; FIS rounds down`, 'COUNT(1)'];
  }
  return undefined;
}

function meantMode(text: string): string {
  const [, word = '', digits = '1'] = /^\s*([a-z]+)\W*(\d+)?/i.exec(text) ?? [];
  const near = didYouMean(word, ['ALL', 'COUNT', 'PERCENT']);
  return near === undefined ? 'COUNT(1)' : near === 'ALL' ? near : `${near}(${digits})`;
}

/** Not both ARNs and tags, nor ARNs and filters (AWS FIS user guide, "Targets", considerations). */
export function selectorsAgree(view: TemplateView, remarks: Remarks): void {
  for (const { arns, tags, filters, path } of view.targets) {
    const beside = { resourceTags: tags.size, filters: filters.length };
    for (const [field, count] of Object.entries(beside)) {
      if (arns.length > 0 && count > 0) {
        const what = 'stands beside resourceArns; FIS takes only one of them';
        const write = `no ${field}, or no resourceArns`;
        remarks.error({ rule: 'two-selectors', path: [...path, field], part: 'key', what, write });
      }
    }
  }
}

/** A target must say what it means; with `skip` a target that finds nothing ends in a green run without a fault. */
export function selectorIsThere(view: TemplateView, remarks: Remarks): void {
  for (const target of view.targets) {
    const { arns, tags, filters, parameters, complete, path } = target;
    if (complete && arns.length === 0 && tags.size === 0 && filters.length === 0 && parameters.size === 0) {
      const skips = view.skipsEmptyTargets
        ? ', and with emptyTargetResolutionMode: skip the run would be green without any fault'
        : '';
      const what = `says nothing of which resources it means${skips}`;
      remarks.error({ rule: 'empty-selector', path, what, write: '{ resourceTags: { surefoot:chaos: allowed } }' });
    }
  }
}

const ONLY: Readonly<Record<Exclude<Selection, 'any'>, string>> = {
  arns: 'resourceArns alone',
  'one-arn': 'a single ARN in resourceArns',
  tags: 'resourceTags alone',
};

/** Some actions take targets chosen in one way only. */
export function selectionIsAllowed(view: TemplateView, remarks: Remarks): void {
  for (const { fact, targets } of view.actions) {
    for (const name of fact === undefined || fact.selection === 'any' ? [] : targets.values()) {
      const target = view.targets.find((one) => one.name === name);
      if (
        target?.complete === true &&
        fact !== undefined &&
        fact.selection !== 'any' &&
        !isChosenBy(target, fact.selection)
      ) {
        const what = `is for ${fact.id}, which takes ${ONLY[fact.selection]}`;
        const write =
          fact.selection === 'tags' ? '{ resourceTags: { surefoot:chaos: allowed } }' : '{ resourceArns: [(an ARN)] }';
        remarks.error({ rule: 'selection', path: target.path, what, write });
      }
    }
  }
}

function isChosenBy({ arns, tags, filters, parameters }: TargetView, selection: Selection): boolean {
  if (selection === 'tags') {
    return arns.length === 0 && filters.length === 0;
  }
  const others = tags.size + filters.length + parameters.size;
  return others === 0 && (selection !== 'one-arn' || arns.length <= 1);
}

/** An ARN is of the kind that its target is of. */
export function arnsAreOfTheType(view: TemplateView, remarks: Remarks): void {
  for (const { type, arns, path } of view.targets) {
    for (const [index, arn] of arns.entries()) {
      const expected = arn === undefined || type === undefined ? undefined : expectedArn(arn, type);
      if (expected !== undefined) {
        const what = `is ${shown(arn)}, which is no ${type}`;
        remarks.error({ rule: 'wrong-arn', path: [...path, 'resourceArns', index], what, write: expected });
      }
      if (arn !== undefined && arns.indexOf(arn) !== index) {
        const what = 'is there already';
        remarks.warning({ rule: 'same-target', path: [...path, 'resourceArns', index], what, write: 'each ARN once' });
      }
    }
  }
}

/** Path elements in Pascal case, even where the Describe call answers in camel case. */
export function filterPathsFit(view: TemplateView, remarks: Remarks): void {
  for (const { filters, path } of view.targets) {
    for (const [index, { path: written }] of filters.entries()) {
      if (written !== undefined && !/^[A-Z]\w*(?:\.[A-Z]\w*)*$/.test(written)) {
        const write = written
          .split('.')
          .filter(Boolean)
          .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
          .join('.');
        const what = `is ${shown(written)}; FIS wants names joined by dots, each with a capital, and finds nothing otherwise`;
        remarks.warning({ rule: 'filter-path', path: [...path, 'filters', index, 'path'], what, write });
      }
    }
  }
}

/** A target that no action uses, and two that may be the same resources. */
export function targetsAreUsedOnce(view: TemplateView, remarks: Remarks): void {
  const used = new Set(view.actions.flatMap(({ targets }) => [...targets.values()]));
  const complete = view.actions.every(
    (action) => action.complete && [...action.targets.values()].every((name) => !name?.includes('$')),
  );
  const seen = new Map<string, string>();
  for (const target of view.targets) {
    const { name, path } = target;
    if (complete && !used.has(name)) {
      const what = 'is used by no action';
      remarks.warning({
        rule: 'unused-target',
        path,
        part: 'key',
        what,
        write: `an action with this target, or no ${name}`,
      });
    }
    const identity = JSON.stringify([
      target.type,
      target.arns,
      [...target.tags],
      target.filters,
      [...target.parameters],
    ]);
    const twin = seen.get(identity);
    if (
      twin !== undefined &&
      target.type !== undefined &&
      used.has(name) &&
      used.has(twin) &&
      target.selectionMode !== 'ALL'
    ) {
      const what = `looks for the same resources as ${twin}, so that FIS may choose one for both`;
      remarks.warning({
        rule: 'same-target',
        path,
        part: 'key',
        what,
        write: `${twin} in both actions, or tags that differ`,
      });
    }
    seen.set(identity, name);
  }
}
