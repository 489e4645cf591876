/**
 * Holds the values of a request against what AWS's service models say of them: enums, lengths, ranges, patterns, whole numbers. The SDK's
 * schemas have none of it; the tables in `constraints/` have, cut from botocore by `scripts/refresh-models.mjs`. AWS checks all of it
 * before an operation looks at its input. What has the wrong type is left to `check()`, and passed over here.
 */

import { isPlainObject } from './check.ts';
import autoscaling from './constraints/autoscaling.json' with { type: 'json' };
import cloudwatch from './constraints/cloudwatch.json' with { type: 'json' };
import dynamodb from './constraints/dynamodb.json' with { type: 'json' };
import ecr from './constraints/ecr.json' with { type: 'json' };
import ecs from './constraints/ecs.json' with { type: 'json' };
import elbv2 from './constraints/elbv2.json' with { type: 'json' };
import fis from './constraints/fis.json' with { type: 'json' };
import logs from './constraints/logs.json' with { type: 'json' };
import rds from './constraints/rds.json' with { type: 'json' };
import secretsmanager from './constraints/secretsmanager.json' with { type: 'json' };
import sts from './constraints/sts.json' with { type: 'json' };
import type { ServiceId } from './operation.ts';

/** A shape of a table. Lengths are those of strings, lists and maps; `min` and `max` are of numbers. */
interface Constraint {
  /** The values allowed, with `|` between them. */
  readonly enum?: string;
  /** Bits of a whole number. */
  readonly whole?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
  /** A regular expression of Java's that the whole string matches. */
  readonly pattern?: string;
  /** Shape names by member of a structure. */
  readonly members?: Readonly<Record<string, string>>;
  /** The shape's name of a list's elements. */
  readonly element?: string;
  readonly key?: string;
  readonly value?: string;
}

interface ConstraintTable {
  /** The input's shape by operation; operations without any constraint are not there. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly shapes: Readonly<Record<string, Constraint>>;
}

const TABLES: Readonly<Partial<Record<ServiceId, ConstraintTable>>> = {
  autoscaling,
  cloudwatch,
  dynamodb,
  ecr,
  ecs,
  elbv2,
  fis,
  logs,
  rds,
  secretsmanager,
  sts,
};

export type Rule =
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'whole'; readonly bits: number }
  | { readonly kind: 'minLength' | 'maxLength' | 'min' | 'max'; readonly bound: number };

/** A member's name, the index of an element from 0, or an entry of a map. */
export type Step = string | number | { readonly key: string };

export interface Violation {
  readonly path: readonly Step[];
  readonly value: unknown;
  /** The rules that the value breaks. */
  readonly broken: readonly Rule[];
  /** All rules of the value's shape. */
  readonly rules: readonly Rule[];
  /** The list or map whose element or key the value is; AWS blames the container for scalars in it. */
  readonly container: { readonly value: unknown; readonly role: 'element' | 'key' | 'value' } | undefined;
}

/** All values of an operation's input that break a rule, in the order of the input. The input has not been checked yet; any value will do. */
export function violationsOf(service: ServiceId, operation: string, input: unknown): Violation[] {
  const table = TABLES[service];
  const violations: Violation[] = [];
  if (table !== undefined) {
    walk({ table, violations }, own(table.inputs, operation), input, { path: [], container: undefined });
  }
  return violations;
}

interface Walk {
  readonly table: ConstraintTable;
  readonly violations: Violation[];
}

type Place = Pick<Violation, 'path' | 'container'>;

function walk(state: Walk, shapeName: string | undefined, value: unknown, place: Place): void {
  const shape = shapeName === undefined ? undefined : state.table.shapes[shapeName];
  if (shape === undefined || value === undefined || value === null) {
    return;
  }
  const rules = rulesOf(shape);
  const broken = rules.filter((rule) => breaks(rule, value));
  if (broken.length > 0) {
    state.violations.push({ ...place, value, broken, rules });
  }
  const below = (step: Step, role: 'element' | 'key' | 'value') => ({
    path: [...place.path, step],
    container: { value, role },
  });
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) {
      walk(state, shape.element, element, below(index, 'element'));
    }
  } else if (isPlainObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (shape.members !== undefined) {
        walk(state, own(shape.members, name), member, { path: [...place.path, name], container: undefined });
      }
      walk(state, shape.key, name, below({ key: name }, 'key'));
      walk(state, shape.value, member, below({ key: name }, 'value'));
    }
  }
}

/** A client may name a member `constructor`. */
function own(record: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

const rulesByShape = new WeakMap<Constraint, readonly Rule[]>();

function rulesOf(shape: Constraint): readonly Rule[] {
  let rules = rulesByShape.get(shape);
  if (rules === undefined) {
    rules = readRules(shape);
    rulesByShape.set(shape, rules);
  }
  return rules;
}

/** In the order in which AWS's messages have them. */
function readRules(shape: Constraint): Rule[] {
  const bounds = (['maxLength', 'minLength', 'max', 'min'] as const).flatMap((kind) => {
    const bound = shape[kind];
    return bound === undefined ? [] : [{ kind, bound }];
  });
  return [
    ...(shape.whole === undefined ? [] : [{ kind: 'whole' as const, bits: shape.whole }]),
    ...bounds,
    ...(shape.pattern === undefined ? [] : [{ kind: 'pattern' as const, pattern: shape.pattern }]),
    ...(shape.enum === undefined ? [] : [{ kind: 'enum' as const, values: shape.enum.split('|') }]),
  ];
}

function breaks(rule: Rule, value: unknown): boolean {
  switch (rule.kind) {
    case 'enum':
      return typeof value === 'string' && !rule.values.includes(value);
    case 'pattern':
      return typeof value === 'string' && !expression(rule.pattern).test(value);
    case 'whole':
      return typeof value === 'number' && !fitsInto(value, rule.bits);
    case 'min':
      return typeof value === 'number' && value < rule.bound;
    case 'max':
      return typeof value === 'number' && value > rule.bound;
    default: {
      const length = lengthOf(value);
      return length !== undefined && (rule.kind === 'minLength' ? length < rule.bound : length > rule.bound);
    }
  }
}

/** Beyond 2^53 a JSON number is not exact any more; AWS reads it, so it is let through. */
function fitsInto(value: number, bits: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1);
}

/** AWS counts a string's UTF-16 units, as Java does. */
function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) {
    return value.length;
  }
  return isPlainObject(value) ? Object.keys(value).length : undefined;
}

const expressions = new Map<string, RegExp>();

/** Compiled on first use. Java's class Print is of ASCII. */
function expression(pattern: string): RegExp {
  let compiled = expressions.get(pattern);
  if (compiled === undefined) {
    const source = pattern.replaceAll('\\p{Print}', '[ -~]');
    compiled = new RegExp(`^(?:${source})$`, 'u');
    expressions.set(pattern, compiled);
  }
  return compiled;
}
