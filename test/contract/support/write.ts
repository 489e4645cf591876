/** Writes values as AWS Query does, by their own form and not by a shape, so that faults are written too. */
import type { Model } from '../model.ts';

/** The shape that a value should have, as far as it has one: it says what the elements of lists are called. */
export interface Place {
  readonly model: Model;
  readonly shape: string | undefined;
}

function elementName({ model, shape }: Place): string {
  return model.shapes[shape ?? '']?.member?.locationName ?? 'member';
}

function element({ model, shape }: Place): Place {
  return { model, shape: model.shapes[shape ?? '']?.member?.shape };
}

function member({ model, shape }: Place, name: string): Place {
  return { model, shape: model.shapes[shape ?? '']?.members?.[name]?.shape };
}

/** An answer's XML content. */
export function xmlContent(value: unknown, place: Place): string {
  if (Array.isArray(value)) {
    const name = elementName(place);
    return value.map((each) => `<${name}>${xmlContent(each, element(place))}</${name}>`).join('');
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, each]) => `<${name}>${xmlContent(each, member(place, name))}</${name}>`)
      .join('');
  }
  return String(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[^\t\n -~]/gu, (character) => `&#${character.codePointAt(0)};`);
}

/** A request's form, without Action and Version. */
export function formPairs(value: unknown, place: Place, path = ''): [string, string][] {
  if (Array.isArray(value)) {
    return value.flatMap((each, index) =>
      formPairs(each, element(place), `${path}.${elementName(place)}.${index + 1}`),
    );
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, each]) =>
      formPairs(each, member(place, name), path === '' ? name : `${path}.${name}`),
    );
  }
  return [[path, String(value)]];
}
