/** Breaks the good template in one place, and says what the check finds then. */
import { SNAPSHOT } from '../../../../src/operations/chaos/catalogue/catalogue.ts';
import { goodTemplate, HONEST_WARNING, problemsOf, said } from '../good.ts';

export type Change = (template: object) => void;

/** Puts a value at a path with slashes; undefined takes away what is there. */
export function put(tree: object, path: string, value: unknown): void {
  const steps = path.split('/');
  const last = steps.pop() ?? '';
  const parent = steps.reduce<object>((at, step) => {
    const next: unknown = Reflect.get(at, step);
    if (typeof next !== 'object' || next === null) {
      throw new Error(`there is no ${path}`);
    }
    return next;
  }, tree);
  if (value === undefined) {
    Reflect.deleteProperty(parent, last);
  } else {
    Reflect.set(parent, last, value);
  }
}

/** The good template, changed. */
export function changed(change: Change): object {
  const template = goodTemplate();
  change(template);
  return template;
}

/** What the check says of it, sorted, without what it says of the good one. */
export function brokenBy(change: Change): string[] {
  return said(problemsOf(changed(change)))
    .filter((one) => one !== HONEST_WARNING)
    .sort();
}

/** `severity rule`, with the path of the change after it; a row may name another path itself. */
export function expected(rows: readonly string[], path: string): string[] {
  const dotted = path.replaceAll(/\/(\d+)/g, '[$1]').replaceAll('/', '.');
  return rows.map((row) => (row.split(' ').length > 2 ? row : `${row} ${dotted}`)).sort();
}

/** Adds an action with that id and what it needs, and a target for it chosen by a tag. */
export function fault(id: string, parameters: object, targetParameters?: object): Change {
  const [[key, type] = ['', '']] = Object.entries(SNAPSHOT.actions.get(id)?.targets ?? {});
  const narrowed = targetParameters === undefined ? {} : { parameters: targetParameters };
  return (template) => {
    put(template, 'targets/fault', { resourceType: type, resourceTags: { a: 'b' }, selectionMode: 'ALL', ...narrowed });
    put(template, 'actions/fault', { actionId: id, parameters, targets: { [key]: 'fault' } });
  };
}
