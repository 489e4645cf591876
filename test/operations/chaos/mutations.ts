/** The good template broken in every field, in every way that can be thought of. */
import { goodTemplate } from './good.ts';

type Step = string | number;

export interface Mutation {
  readonly name: string;
  readonly template: unknown;
}

/** Every path of a tree, its branches too, but not the root. */
function pathsOf(value: unknown, at: readonly Step[] = []): (readonly Step[])[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, each]) => {
    const path = [...at, Array.isArray(value) ? Number(key) : key];
    return [path, ...pathsOf(each, path)];
  });
}

/** The tree with what is at the path changed; the change gets the parent and the last step. */
function mutated(path: readonly Step[], change: (parent: object, key: Step, value: unknown) => void): unknown {
  const template = goodTemplate();
  const parent = path.slice(0, -1).reduce<object>((at, step) => Reflect.get(at, step) as object, template);
  const key = path.at(-1) ?? '';
  change(parent, key, Reflect.get(parent, key));
  return template;
}

const CHANGES: Readonly<Record<string, (parent: object, key: Step, value: unknown) => void>> = {
  'taken away': (parent, key) => {
    if (Array.isArray(parent)) {
      parent.splice(Number(key), 1);
    } else {
      Reflect.deleteProperty(parent, key);
    }
  },
  'a misspelt key': (parent, key, value) => {
    if (!Array.isArray(parent)) {
      Reflect.deleteProperty(parent, key);
      Reflect.set(parent, `${key}x`, value);
    }
  },
  'a misspelt value': (parent, key, value) => {
    Reflect.set(parent, key, typeof value === 'string' ? `${value}x` : value);
  },
  'a value cut short': (parent, key, value) => {
    Reflect.set(parent, key, typeof value === 'string' ? value.slice(0, -1) : value);
  },
  empty: (parent, key, value) => {
    const empty = typeof value === 'string' ? '' : Array.isArray(value) ? [] : typeof value === 'object' ? {} : 0;
    Reflect.set(parent, key, empty);
  },
  null: (parent, key) => Reflect.set(parent, key, null),
  'a number': (parent, key) => Reflect.set(parent, key, 7),
  'a list': (parent, key) => Reflect.set(parent, key, [{}]),
  'a mapping': (parent, key) => Reflect.set(parent, key, { x: {} }),
};

/** Every break of the good template, by its path and what was done there. */
export function mutationsOf(): Mutation[] {
  const untouched = JSON.stringify(goodTemplate());
  return pathsOf(goodTemplate()).flatMap((path) =>
    Object.entries(CHANGES).flatMap(([name, change]) => {
      const template = mutated(path, change);
      return JSON.stringify(template) === untouched ? [] : [{ name: `${path.join('/')}: ${name}`, template }];
    }),
  );
}
