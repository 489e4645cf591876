/** Rules on each action: that AWS knows it and what it takes. */
import { shown } from '../../../platform/schema/fields.ts';
import type { Path } from '../../../platform/source/spots.ts';
import { didYouMean } from '../../../platform/suggest.ts';
import { GONE } from '../catalogue/catalogue.ts';
import type { ActionFact, Form } from '../catalogue/facts.ts';
import { own } from '../experiment/mappings.ts';
import type { Remarks } from './finding.ts';
import { wrongValue } from './values.ts';
import { type ActionView, known, type TemplateView } from './view.ts';

/** The action is in the catalogue, and not there for old templates only. */
export function actionIsKnown(view: TemplateView, remarks: Remarks): void {
  for (const { id, fact, path } of view.actions) {
    const at = [...path, 'actionId'];
    if (id !== undefined && fact === undefined) {
      const instead = own(GONE, id);
      const what =
        instead === undefined ? `is ${shown(id)}, which FIS does not know` : `is ${id}, which FIS no longer has`;
      const write =
        instead ?? didYouMean(id, [...view.catalogue.actions.keys()]) ?? 'an id that aws fis list-actions shows';
      remarks.error({ rule: 'unknown-action', path: at, what, write });
    } else if (fact?.replacedBy !== undefined) {
      const what = `is ${id}, which AWS keeps for old templates and means to take away`;
      remarks.warning({ rule: 'legacy-action', path: at, what, write: fact.replacedBy });
    }
  }
}

/** Each parameter is one that the action takes, and its value is one that it can take. */
export function parametersFit(view: TemplateView, remarks: Remarks): void {
  for (const { fact, parameters, path } of view.actions) {
    for (const [name, text] of fact === undefined ? [] : parameters) {
      parameterFits(fact, name, text, [...path, 'parameters', name], remarks);
    }
  }
}

function parameterFits(
  fact: ActionFact | undefined,
  name: string,
  text: string | undefined,
  path: Path,
  remarks: Remarks,
): void {
  const parameter = fact === undefined ? undefined : own(fact.parameters, name);
  if (parameter === undefined && fact !== undefined && !fact.open) {
    remarks.error({ rule: 'unknown-parameter', path, part: 'key', ...unknownKey(name, fact) });
  } else if (parameter !== undefined && text !== undefined) {
    valueFits(text, parameter.form, path, remarks);
  }
}

/** Says what is wrong with a value, if anything. */
export function valueFits(text: string, form: Form, path: Path, remarks: Remarks): void {
  const wrong = wrongValue(text, form);
  if (wrong === undefined) {
    return;
  }
  const { rule, what, write } = wrong;
  if (rule === 'sources') {
    remarks.warning({ rule, path, what, write });
  } else {
    remarks.error({ rule, path, what, write });
  }
}

function unknownKey(name: string, fact: ActionFact): { what: string; write: string } {
  const names = Object.keys(fact.parameters);
  const what = `is no parameter of ${fact.id}`;
  if (names.length === 0) {
    return { what, write: 'no parameters: it takes none' };
  }
  const near = didYouMean(name, names);
  return { what, write: near === undefined ? `one of ${names.join(', ')}` : `${near} instead of ${name}` };
}

/** No parameter is missing that the action needs. */
export function parametersAreThere(view: TemplateView, remarks: Remarks): void {
  for (const action of view.actions) {
    for (const [name, { required, form }] of Object.entries(action.fact?.parameters ?? {})) {
      if (required && action.complete && !action.parameters.has(name)) {
        const what = `is missing: ${action.id} needs it`;
        remarks.error({
          rule: 'missing-parameter',
          path: [...action.path, 'parameters', name],
          what,
          write: exampleOf(form),
        });
      }
    }
    prefixListIsNamed(action, remarks);
  }
}

/** AWS FIS user guide, aws:network:disrupt-connectivity. */
function prefixListIsNamed({ id, parameters, path }: ActionView, remarks: Remarks): void {
  if (id !== 'aws:network:disrupt-connectivity') {
    return;
  }
  const named = parameters.has('prefixListIdentifier');
  const at = [...path, 'parameters', 'prefixListIdentifier'];
  const scope = known(parameters.get('scope'));
  if (scope === 'prefix-list' && !named) {
    const what = 'is missing: the scope prefix-list needs it';
    remarks.error({ rule: 'missing-parameter', path: at, what, write: 'pl-0123456789abcdef0' });
  } else if (named && scope !== undefined && scope !== 'prefix-list') {
    const what = `stands beside the scope ${scope}, which does not look at it`;
    remarks.warning({ rule: 'idle-parameter', path: at, part: 'key', what, write: 'no prefixListIdentifier' });
  }
}

/** A value that fits a form. */
export function exampleOf(form: Form): string {
  switch (form.kind) {
    case 'duration':
      return form.minimumSeconds > 300 ? 'PT10M' : 'PT5M';
    case 'number':
      return `"${Math.min(form.maximum, Math.max(form.minimum, 50))}"`;
    case 'choice':
      return form.values[0] ?? '';
    case 'boolean':
      return '"true"';
    case 'region':
      return 'us-east-2';
    case 'sources':
      return 'ALL';
    case 'list':
      return form.values?.[0] ?? '(texts joined by commas)';
    default:
      return '(a value)';
  }
}

/** Each target of an action is one that it takes, is in the template, and is of its type; and none is missing. */
export function actionTargetsFit(view: TemplateView, remarks: Remarks): void {
  for (const action of view.actions) {
    for (const [key, name] of action.targets) {
      const at = [...action.path, 'targets', key];
      const wanted = action.fact === undefined ? undefined : own(action.fact.targets, key);
      if (action.fact !== undefined && wanted === undefined) {
        remarks.error({ rule: 'unknown-target-key', path: at, part: 'key', ...wrongKey(key, action.fact) });
      }
      const target = known(name);
      if (target !== undefined) {
        targetFits(view, { target, wanted, id: action.id }, at, remarks);
      }
    }
    targetIsThere(action, remarks);
  }
}

interface Wanted {
  readonly target: string;
  /** The resource type that the action takes; undefined or empty: not known. */
  readonly wanted: string | undefined;
  readonly id: string | undefined;
}

function targetFits(view: TemplateView, { target, wanted, id }: Wanted, path: Path, remarks: Remarks): void {
  const found = view.targets.find(({ name }) => name === target);
  if (found === undefined) {
    const names = view.targets.map(({ name }) => name);
    const write = didYouMean(target, names) ?? (names.length === 0 ? 'the name of a target' : names.join(' or '));
    remarks.error({ rule: 'unknown-target', path, what: `is ${shown(target)}, which is not among the targets`, write });
  } else if (found.type !== undefined && wanted !== undefined && wanted !== '' && found.type !== wanted) {
    const fitting = view.targets.find(({ type }) => type === wanted)?.name ?? `a target of the type ${wanted}`;
    const what = `is ${target}, of the type ${found.type}; ${id} takes ${wanted}`;
    remarks.error({ rule: 'wrong-target-type', path, what, write: fitting });
  }
}

function wrongKey(key: string, fact: ActionFact): { what: string; write: string } {
  const [right] = Object.keys(fact.targets);
  return right === undefined
    ? { what: `is a target, but ${fact.id} takes none`, write: `no ${key}` }
    : { what: `is no kind of target of ${fact.id}`, write: `${right} instead of ${key}` };
}

function targetIsThere({ fact, targets, path, complete }: ActionView, remarks: Remarks): void {
  const [wanted] = Object.entries(fact?.targets ?? {});
  // A wrong key has been reported, and stands for the right one.
  if (fact !== undefined && complete && wanted !== undefined && targets.size === 0) {
    const [key, type] = wanted;
    const what = `is missing: ${fact.id} acts on ${type}`;
    remarks.error({ rule: 'missing-target', path: [...path, 'targets', key], what, write: '(the name of a target)' });
  }
}
