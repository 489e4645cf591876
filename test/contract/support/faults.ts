/** Every single fault of each kind that can be put into a valid value: what a platform, or a client, might get wrong. */
import { type Model, referred, type Shape, shapeOf } from '../model.ts';
import { scalarProblem, type TimestampForm } from '../scalars.ts';

export interface Fault {
  readonly kind: string;
  /** Where the walker has to find it; a path of the walker or the beginning of one. */
  readonly path: string;
  readonly value: unknown;
  /** Whether it is still a fault when all scalars become text, as in XML. */
  readonly survivesText: boolean;
}

export interface FaultOptions {
  readonly timestamps: TimestampForm;
  readonly direction: 'request' | 'response';
  readonly alsoRequired: (shapeName: string) => ReadonlySet<string>;
}

interface Place {
  readonly model: Model;
  readonly options: FaultOptions;
  readonly path: string;
  /** The whole value with another value in this place. */
  readonly put: (value: unknown) => unknown;
}

type Faults = Generator<Fault, void>;

/** All single faults of `value`, which fits the shape; each with a changed copy. */
export function faultsOf(model: Model, shapeName: string, value: unknown, options: FaultOptions): Faults {
  return faults({ model, options, path: '$', put: (changed) => changed }, shapeName, value);
}

function* faults(place: Place, shapeName: string, value: unknown): Faults {
  const shape = shapeOf(place.model, shapeName);
  if (shape.document === true) {
    return;
  }
  yield fault(place, 'null', null, false);
  if (shape.type === 'structure') {
    yield* structureFaults(place, shapeName, value as Record<string, unknown>);
  } else if (shape.type === 'list') {
    yield* listFaults(place, shape, value as unknown[]);
  } else if (shape.type === 'map') {
    yield* mapFaults(place, shape, value as Record<string, unknown>);
  } else {
    for (const [kind, wrong, survivesText] of scalarFaults(shape, place.options.timestamps)) {
      if (scalarProblem(shape, wrong, place.options.timestamps) === undefined) {
        throw new Error(`${JSON.stringify(wrong)} is no fault in ${shapeName}`);
      }
      yield fault(place, kind, wrong, survivesText);
    }
  }
}

function fault(place: Place, kind: string, wrong: unknown, survivesText = true): Fault {
  return { kind, path: place.path, value: place.put(wrong), survivesText };
}

function* structureFaults(place: Place, shapeName: string, value: Record<string, unknown>): Faults {
  const shape = shapeOf(place.model, shapeName);
  yield fault(place, 'list for structure', [value], false);
  yield fault(place, 'text for structure', 'text');
  yield fault({ ...place, path: `${place.path}.unheardOf` }, 'unknown member', { ...value, unheardOf: 'text' });
  if (shape.union === true) {
    yield fault(place, 'empty union', {});
  }
  const required = new Set([...(shape.required ?? []), ...place.options.alsoRequired(shapeName)]);
  for (const [name, member] of Object.entries(value)) {
    const { [name]: _, ...others } = value;
    const renamed = `${/^[a-z]/.test(name) ? name[0]?.toUpperCase() : name[0]?.toLowerCase()}${name.slice(1)}`;
    const below = { ...place, path: `${place.path}.${name}` };
    yield fault({ ...place, path: `${place.path}.${renamed}` }, 'renamed member', { ...others, [renamed]: member });
    if (required.has(name)) {
      yield fault(below, 'missing member', others);
    }
    const inner = shape.members?.[name]?.shape ?? '';
    yield* faults({ ...below, put: (changed) => place.put({ ...value, [name]: changed }) }, inner, member);
  }
}

function* listFaults(place: Place, shape: Shape, value: unknown[]): Faults {
  yield fault(place, 'structure for list', { items: value });
  yield fault(place, 'text for list', 'text');
  if (shape.max !== undefined) {
    yield fault(place, 'too many elements', Array(shape.max + 1).fill(value[0]));
  }
  if ((shape.min ?? 0) > 0 && place.options.direction === 'request') {
    yield fault(place, 'too few elements', []);
  }
  for (const [index, element] of value.entries()) {
    const put = (changed: unknown) => place.put(value.with(index, changed));
    yield* faults({ ...place, path: `${place.path}[${index}]`, put }, referred(shape, 'member'), element);
  }
}

function* mapFaults(place: Place, shape: Shape, value: Record<string, unknown>): Faults {
  yield fault(place, 'list for map', Object.entries(value), false);
  if ((shape.min ?? 0) > 0) {
    yield fault(place, 'too few entries', {});
  }
  const keyFaults = stringFaults(shapeOf(place.model, referred(shape, 'key')));
  for (const [kind, wrong] of keyFaults) {
    const path = `${place.path}[${JSON.stringify(wrong)}]`;
    yield fault({ ...place, path }, `key ${kind}`, { ...value, [wrong]: Object.values(value)[0] }, false);
  }
  for (const [key, element] of Object.entries(value)) {
    const put = (changed: unknown) => place.put({ ...value, [key]: changed });
    const path = `${place.path}[${JSON.stringify(key)}]`;
    yield* faults({ ...place, path, put }, referred(shape, 'value'), element);
  }
}

type ScalarFault = readonly [kind: string, wrong: unknown, survivesText: boolean];

function scalarFaults(shape: Shape, timestamps: TimestampForm): ScalarFault[] {
  switch (shape.type) {
    case 'string':
      return [['number for string', 7, false], ['list for string', ['text'], false], ...stringFaults(shape)];
    case 'integer':
    case 'long':
      return [['fraction for integer', 1.5, true], ...numberFaults(shape)];
    case 'float':
    case 'double':
      return numberFaults(shape);
    case 'boolean':
      return [
        ['text for boolean', 'true', false],
        ['number for boolean', 1, true],
        ['capital for boolean', 'True', true],
      ];
    case 'blob':
      return [['no base64', '*', true]];
    case 'timestamp':
      return timestamps === 'epoch'
        ? [
            ['ISO timestamp in JSON', '2026-11-21T00:00:00.250Z', true],
            ['milliseconds for timestamp', 1_795_219_200_250, true],
          ]
        : [
            ['epoch timestamp in XML', '1795219200.25', true],
            ['timestamp without zone', '2026-11-21T00:00:00.250', true],
          ];
    default:
      throw new Error(`no faults are known for the type ${shape.type}`);
  }
}

function numberFaults({ min, max }: Shape): ScalarFault[] {
  return [
    ['text for number', '1', false],
    ['word for number', 'seven', true],
    ...(min === undefined ? [] : [['below range', min - 1, true] as const]),
    ...(max === undefined ? [] : [['above range', max + 1, true] as const]),
  ];
}

/** Characters that a pattern may exclude; the first that it does is used. */
const ODD = ['&', '!', ' ', ':', '\u0001', '\u{10FFFF}'];

function stringFaults(shape: Shape): (readonly [kind: string, wrong: string, survivesText: boolean])[] {
  const { min, max, pattern } = shape;
  const odd = ODD.find((text) => pattern !== undefined && scalarProblem({ type: 'string', pattern }, text, 'iso'));
  return [
    ...(shape.enum === undefined ? [] : [['unknown enum value', 'NO_SUCH_VALUE', true] as const]),
    ...(odd === undefined ? [] : [['unfit for pattern', odd.repeat(Math.max(1, min ?? 0)), true] as const]),
    ...(max === undefined || max > 5000 ? [] : [['too long', 'a'.repeat(max + 1), true] as const]),
    ...(min === undefined || min === 0 ? [] : [['too short', 'a'.repeat(min - 1), true] as const]),
  ];
}
