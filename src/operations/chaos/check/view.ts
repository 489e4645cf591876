/**
 * A template as the rules see it: whatever is missing, of the wrong type (which the schema says) or known only later is undefined, so that no
 * rule has to ask, and none says twice what another has said.
 */
import type { Path } from '../../../platform/source/spots.ts';
import type { ActionFact, Catalogue, TargetTypeFact } from '../catalogue/facts.ts';
import { parseIsoDuration } from '../experiment/iso-duration.ts';
import { isMapping, type Mapping, mappingOf } from '../experiment/mappings.ts';
import { hasPlaceholder } from '../experiment/template.ts';

/** Texts by name; undefined for what is no text. Placeholders stand as they are written. */
type Texts = ReadonlyMap<string, string | undefined>;

export interface ActionView {
  readonly name: string;
  readonly path: Path;
  /** undefined: not known. */
  readonly id: string | undefined;
  /** undefined: an action that is not in the catalogue, or not known. */
  readonly fact: ActionFact | undefined;
  readonly parameters: Texts;
  /** Whether all parameters that there are, or will be, are among `parameters`; the same for the targets. */
  readonly complete: boolean;
  readonly targets: Texts;
  readonly startAfter: readonly (string | undefined)[];
  /** How long it lasts; undefined: not known before it runs. */
  readonly seconds: number | undefined;
}

export interface FilterView {
  readonly path: string | undefined;
  readonly values: readonly (string | undefined)[];
}

export interface TargetView {
  readonly name: string;
  readonly path: Path;
  readonly type: string | undefined;
  readonly fact: TargetTypeFact | undefined;
  readonly arns: readonly (string | undefined)[];
  readonly tags: Texts;
  readonly filters: readonly FilterView[];
  readonly parameters: Texts;
  readonly selectionMode: string | undefined;
  /** Whether how it is chosen is known to the last field: nothing of it is left to a later time. */
  readonly complete: boolean;
}

export interface StopView {
  readonly source: string | undefined;
  readonly value: string | undefined;
}

export interface TemplateView {
  readonly catalogue: Catalogue;
  readonly actions: readonly ActionView[];
  readonly targets: readonly TargetView[];
  readonly stopConditions: readonly StopView[];
  readonly roleArn: string | undefined;
  readonly tags: Texts;
  readonly multiAccount: boolean;
  readonly skipsEmptyTargets: boolean;
  /** The value as it was read, for the few fields that only one rule looks at. */
  readonly value: Mapping;
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A text of which nothing is left to a later time. */
export function known(value: unknown): string | undefined {
  const text = textOf(value);
  return text === undefined || hasPlaceholder(text) ? undefined : text;
}

function textsOf(value: unknown): Texts {
  return new Map(Object.entries(mappingOf(value)).map(([key, each]) => [key, textOf(each)]));
}

/** The view of a template in the names of the API; takes anything. */
export function viewOf(template: unknown, catalogue: Catalogue): TemplateView {
  const value = mappingOf(template);
  const options = mappingOf(value['experimentOptions']);
  return {
    catalogue,
    actions: Object.entries(mappingOf(value['actions'])).map(([name, each]) => actionOf(name, each, catalogue)),
    targets: Object.entries(mappingOf(value['targets'])).map(([name, each]) => targetOf(name, each, catalogue)),
    stopConditions: listIn(value['stopConditions']).map((each) => ({
      source: textOf(mappingOf(each)['source']),
      value: textOf(mappingOf(each)['value']),
    })),
    roleArn: textOf(value['roleArn']),
    tags: textsOf(value['tags']),
    multiAccount: options['accountTargeting'] === 'multi-account',
    skipsEmptyTargets: options['emptyTargetResolutionMode'] === 'skip',
    value,
  };
}

function actionOf(name: string, value: unknown, catalogue: Catalogue): ActionView {
  const action = mappingOf(value);
  const id = known(action['actionId']);
  const fact = id === undefined ? undefined : catalogue.actions.get(id);
  const parameters = textsOf(action['parameters']);
  return {
    name,
    path: ['actions', name],
    id,
    fact,
    parameters,
    complete: ['parameters', 'targets'].every((key) => action[key] === undefined || isMapping(action[key])),
    targets: textsOf(action['targets']),
    startAfter: listIn(action['startAfter']).map(textOf),
    seconds: secondsOf(fact, parameters),
  };
}

function secondsOf(fact: ActionFact | undefined, parameters: Texts): number | undefined {
  if (fact === undefined) {
    return undefined;
  }
  if (fact.endsWith === undefined || !parameters.has(fact.endsWith)) {
    return 0;
  }
  const text = known(parameters.get(fact.endsWith));
  return text === undefined ? undefined : parseIsoDuration(text);
}

function targetOf(name: string, value: unknown, catalogue: Catalogue): TargetView {
  const target = mappingOf(value);
  const type = known(target['resourceType']);
  const selectors = ['resourceArns', 'resourceTags', 'filters', 'parameters'];
  const { resourceArns, filters } = target;
  return {
    name,
    path: ['targets', name],
    type,
    fact: type === undefined ? undefined : catalogue.targetTypes.get(type),
    arns: listIn(resourceArns).map(textOf),
    tags: textsOf(target['resourceTags']),
    filters: listIn(filters).map((each) => ({
      path: known(mappingOf(each)['path']),
      values: listIn(mappingOf(each)['values']).map(textOf),
    })),
    parameters: textsOf(target['parameters']),
    selectionMode: known(target['selectionMode']),
    complete: selectors.every((key) => typeof target[key] === 'object' || target[key] === undefined),
  };
}
