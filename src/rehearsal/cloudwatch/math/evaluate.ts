/** Computes a parsed metric-math expression over the series of a request. Pure. */
import { fill, functionNamed } from './functions.ts';
import type { Expression } from './parser.ts';
import { MathError } from './tokens.ts';
import { combine, type LabelledSeries, type Scope, type Value } from './values.ts';

/** Evaluates `expression`. Throws MathError for an unknown Id or function and for arguments of the wrong type. */
export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.type) {
    case 'number':
      return { type: 'scalar', value: expression.value };
    case 'reference':
      return referred(expression.id, scope);
    case 'negation':
      return combine('-', { type: 'scalar', value: 0 }, evaluate(expression.operand, scope));
    case 'binary':
      return combine(expression.operator, evaluate(expression.left, scope), evaluate(expression.right, scope));
    case 'list':
      return evaluateList(expression.items, scope);
    case 'call':
      return call(expression.name, expression.arguments, scope);
    case 'text':
      throw new MathError(`the text "${expression.value}" has no place here; only METRICS takes one`);
    case 'word':
      throw new MathError(`the word ${expression.word} has no place here; Ids start with a lower-case letter`);
  }
}

function referred(id: string, scope: Scope): Value {
  const value = scope.value(id);
  if (value === undefined) {
    throw new MathError(`no query has the Id ${id}`);
  }
  return value;
}

function evaluateList(items: readonly Expression[], scope: Scope): Value {
  return { type: 'array', items: items.flatMap((item, index) => listItem(item, index, scope)) };
}

function listItem(item: Expression, index: number, scope: Scope): readonly LabelledSeries[] {
  const value = evaluate(item, scope);
  if (value.type === 'scalar') {
    throw new MathError('an array holds time series, not numbers; TIME_SERIES(number) makes one');
  }
  const label = item.type === 'reference' ? item.id : String(index);
  return value.type === 'array' ? value.items : [{ label, series: value.series }];
}

function call(name: string, args: readonly Expression[], scope: Scope): Value {
  switch (name) {
    case 'METRICS':
      return { type: 'array', items: metricsMatching(args, scope) };
    case 'PERIOD':
      return { type: 'scalar', value: periodOf(args, scope) };
    case 'FILL':
      return callFill(args, scope);
    default: {
      const found = functionNamed(name);
      return found(
        args.map((argument) => evaluate(argument, scope)),
        scope,
      );
    }
  }
}

function metricsMatching(args: readonly Expression[], scope: Scope): readonly LabelledSeries[] {
  const [part, ...rest] = args;
  if (rest.length > 0 || (part !== undefined && part.type !== 'text')) {
    throw new MathError('METRICS takes nothing, or one text that the Id must contain: METRICS("errors")');
  }
  return scope.metrics().filter(({ id }) => part === undefined || id.includes(part.value));
}

function periodOf(args: readonly Expression[], scope: Scope): number {
  const [metric] = args;
  const period = metric?.type === 'reference' ? scope.period(metric.id) : undefined;
  if (period === undefined || args.length !== 1) {
    throw new MathError('PERIOD takes the Id of one metric, not an expression');
  }
  return period;
}

function callFill(args: readonly Expression[], scope: Scope): Value {
  const [value, filler] = args;
  if (value === undefined || filler === undefined || args.length !== 2) {
    throw new MathError('FILL takes a time series and what to fill it with: FILL(m1, 0) or FILL(m1, REPEAT)');
  }
  if (filler.type === 'word' && filler.word === 'REPEAT') {
    return fill(evaluate(value, scope), 'REPEAT', scope);
  }
  if (filler.type === 'word') {
    throw new MathError(`FILL takes a number, a time series or REPEAT here, not ${filler.word}`);
  }
  const fillerValue = evaluate(filler, scope);
  if (fillerValue.type === 'array') {
    throw new MathError('FILL takes a number, a single time series or REPEAT as its second argument');
  }
  return fill(evaluate(value, scope), fillerValue, scope);
}
