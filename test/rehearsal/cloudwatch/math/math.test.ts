import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../src/rehearsal/cloudwatch/math/evaluate.ts';
import { parseExpression, references } from '../../../../src/rehearsal/cloudwatch/math/parser.ts';
import type { LabelledSeries, Scope, Value } from '../../../../src/rehearsal/cloudwatch/math/values.ts';

const GAP = undefined;
type Points = readonly (number | undefined)[];

/** Series over the slots 0, 60, 120 …; undefined is a missing point. */
function seriesOf(points: Points): ReadonlyMap<number, number> {
  return new Map(points.flatMap((value, index) => (value === undefined ? [] : [[index * 60, value] as const])));
}

function compute(text: string, metrics: Readonly<Record<string, Points>> = {}, length = 5): Value {
  const entries = Object.entries(metrics).map(([id, points]) => ({
    id,
    label: `label of ${id}`,
    series: seriesOf(points),
  }));
  const scope: Scope = {
    slots: Array.from({ length }, (_, index) => index * 60),
    value(id) {
      const found = entries.find((entry) => entry.id === id);
      return found && { type: 'series', series: found.series };
    },
    period: (id) => (entries.some((entry) => entry.id === id) ? 60 : undefined),
    metrics: () => entries,
  };
  return evaluate(parseExpression(text), scope);
}

function points(text: string, metrics: Readonly<Record<string, Points>>, length = 5): Points {
  const value = compute(text, metrics, length);
  if (value.type !== 'series') {
    throw new Error(`${text} gave a ${value.type}`);
  }
  return Array.from({ length }, (_, index) => value.series.get(index * 60));
}

function scalar(text: string, metrics: Readonly<Record<string, Points>> = {}): number {
  const value = compute(text, metrics);
  if (value.type !== 'scalar') {
    throw new Error(`${text} gave a ${value.type}`);
  }
  return value.value;
}

describe('arithmetic', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 4 - 3', 3],
    ['24 / 4 / 3', 2],
    ['2 ^ 3 ^ 2', 512],
    ['-2 ^ 2', -4],
    ['-2 * 3', -6],
    ['2 ^ -1', 0.5],
    ['- - 3', 3],
    ['1.5e2 + .5', 150.5],
    ['1 + 1 == 2', 1],
    ['1 < 2 AND 2 < 1 OR 1', 1],
    ['1 > 0 && 0', 0],
    ['0 || 3 != 3', 0],
  ])('%s = %d', (text, expected) => {
    expect(scalar(text)).toBe(expected);
  });

  type Tree = number | { readonly operator: '+' | '-' | '*' | '/'; readonly left: Tree; readonly right: Tree };
  const tree = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.integer({ min: 0, max: 99 }),
      fc.record({ operator: fc.constantFrom('+', '-', '*', '/'), left: tie('tree'), right: tie('tree') }),
    ),
  })).tree;
  const valueOfTree = (node: Tree): number => {
    if (typeof node === 'number') {
      return node;
    }
    const [left, right] = [valueOfTree(node.left), valueOfTree(node.right)];
    switch (node.operator) {
      case '+':
        return left + right;
      case '-':
        return left - right;
      case '*':
        return left * right;
      case '/':
        return left / right;
    }
  };
  const strength = { '+': 1, '-': 1, '*': 2, '/': 2 } as const;
  /** Text with no more parentheses than common algebra needs. */
  const sparse = (node: Tree, around = 0): string => {
    if (typeof node === 'number') {
      return String(node);
    }
    const own = strength[node.operator];
    const text = `${sparse(node.left, own)} ${node.operator} ${sparse(node.right, own + 1)}`;
    return own < around ? `(${text})` : text;
  };
  const full = (node: Tree): string =>
    typeof node === 'number' ? String(node) : `(${full(node.left)}${node.operator}${full(node.right)})`;

  it('agrees with arithmetic, with as few parentheses as possible and with all', () => {
    fc.assert(
      fc.property(tree, (node) => {
        expect(scalar(sparse(node))).toBe(valueOfTree(node));
        expect(scalar(full(node))).toBe(valueOfTree(node));
      }),
    );
  });

  it('goes point by point: a missing one counts as 0, a division by zero drops the point', () => {
    const metrics = { m1: [1, 2, GAP, 4, GAP], m2: [2, GAP, 3, 0, GAP] };
    expect(points('m1 + m2', metrics)).toEqual([3, 2, 3, 4, GAP]);
    expect(points('m1 / m2', metrics)).toEqual([0.5, GAP, 0, GAP, GAP]);
    expect(points('100 * m1', metrics)).toEqual([100, 200, GAP, 400, GAP]);
    expect(points('-m1', metrics)).toEqual([-1, -2, GAP, -4, GAP]);
  });

  it('commutes and distributes over series with gaps', () => {
    const series = fc.array(fc.option(fc.integer({ min: -1000, max: 1000 }), { nil: undefined }), {
      minLength: 5,
      maxLength: 5,
    });
    fc.assert(
      fc.property(series, series, fc.integer({ min: -9, max: 9 }), (m1, m2, k) => {
        const metrics = { m1, m2 };
        expect(points('m1 + m2', metrics)).toEqual(points('m2 + m1', metrics));
        expect(points('SUM([m1, m2])', metrics)).toEqual(points('m1 + m2', metrics));
        const factor = k < 0 ? `(${k})` : String(k);
        const withoutMinusZero = (list: Points) => list.map((value) => (value === undefined ? value : value + 0));
        expect(withoutMinusZero(points(`${factor} * (m1 + m2)`, metrics))).toEqual(
          withoutMinusZero(points(`${factor} * m1 + ${factor} * m2`, metrics)),
        );
      }),
    );
  });
});

describe("AWS's own examples", () => {
  const metrics = { metric1: [30, 20, 0, 0], metric2: [20, GAP, 20, GAP] };
  it.each([
    ['metric1 < metric2', [0, 0, 1, 0]],
    ['metric1 >= 30', [1, 0, 0, 0]],
    ['metric1 > 15 AND metric2 > 15', [1, 0, 0, 0]],
  ])('%s', (text, expected) => {
    expect(points(text, metrics, 4)).toEqual(expected);
  });

  const choice = { metric1: [1, 1, 0, 0, GAP], metric2: [30, GAP, 0, 0, 30], metric3: [0, 0, 20, GAP, 20] };
  it.each([
    ['IF(metric1, metric2, metric3)', [30, 0, 20, GAP, GAP]],
    ['IF(metric1, 5, metric3)', [5, 5, 20, GAP, GAP]],
    ['IF(metric1, metric2, 5)', [30, 0, 5, 5, GAP]],
  ])('%s', (text, expected) => {
    expect(points(text, choice)).toEqual(expected);
  });
});

describe('functions', () => {
  const metrics = { errors4: [1, GAP, 3], errors5: [GAP, GAP, 5], requests: [10, 20, 30] };

  it.each([
    ['FILL(errors4, 0)', [1, 0, 3]],
    ['FILL(errors5, REPEAT)', [GAP, GAP, 5]],
    ['FILL(errors4, REPEAT)', [1, 1, 3]],
    ['FILL(errors4, requests)', [1, 20, 3]],
    ['FILL(errors4, MAX(requests))', [1, 30, 3]],
    ['SUM(METRICS())', [11, 20, 38]],
    ['SUM(METRICS("errors"))', [1, GAP, 8]],
    ['AVG([errors4, errors5])', [0.5, GAP, 4]],
    ['MIN([errors4, requests])', [1, 20, 3]],
    ['MAX([errors4, requests])', [10, 20, 30]],
    ['100 * SUM([errors4, errors5]) / requests', [10, 0, (100 * 8) / 30]],
    ['requests / SUM(requests)', [10 / 60, 20 / 60, 0.5]],
    ['requests - AVG(requests)', [-10, 0, 10]],
    ['ABS(requests - 20)', [10, 0, 10]],
    ['CEIL(requests / 7)', [2, 3, 5]],
    ['FLOOR(requests / 7)', [1, 2, 4]],
    ['requests / PERIOD(requests)', [10 / 60, 20 / 60, 0.5]],
    ['TIME_SERIES(1 + 1)', [2, 2, 2]],
    ['IF(requests > 15, requests)', [GAP, 20, 30]],
    ['IF(0, requests)', [GAP, GAP, GAP]],
  ])('%s', (text, expected) => {
    expect(points(text, metrics, 3)).toEqual(expected);
  });

  it('of an array without a reducer give an array with the labels of its series', () => {
    const value = compute('FILL(METRICS("errors"), 0) * 2', metrics, 3);
    const items: readonly LabelledSeries[] = value.type === 'array' ? value.items : [];
    expect(items.map(({ label, series }) => [label, ...series.values()])).toEqual([
      ['label of errors4', 2, 0, 6],
      ['label of errors5', 0, 0, 10],
    ]);
  });
});

describe('what is wrong is said', () => {
  it.each([
    ['1 +', /expected a number.* position 4, found the end/],
    ['(1', /expected "\)" at position 3/],
    ['1 2', /expected an operator at position 3, found 2/],
    ['m1 # 2', /unexpected character "#" at position 4/],
    ['SUM([m1, m2)', /expected "\]"/],
    ['m9', /no query has the Id m9/],
    ['RATE(m1)', /does not have the function RATE; there are ABS/],
    ['toString(m1)', /there is no function toString/],
    ['FILL(m1, LINEAR)', /not LINEAR/],
    ['SUM(5)', /SUM takes one time series/],
    ['ABS(5)', /ABS takes one time series/],
    ['[m1, 5]', /an array holds time series/],
    ['METRICS(m1)', /METRICS takes/],
    ['PERIOD(m1 + m1)', /PERIOD takes the Id/],
    ['IF(m1)', /IF takes/],
    ['[m1, m1] + [m1]', /arrays of the same length, got 2 and 1/],
    ['REPEAT + 1', /the word REPEAT has no place/],
    ['"a" + 1', /the text "a" has no place/],
  ])('%s', (text, message) => {
    expect(() => compute(text, { m1: [1], m2: [1] })).toThrow(message);
  });

  it('and so is an expression that is too long', () => {
    expect(() => parseExpression(`${'1+'.repeat(1100)}1`)).toThrow(/at most 2048 characters, this one has 2201/);
  });

  it('and no text whatever makes the parser fail otherwise, or hang', () => {
    const piece = fc.constantFrom(
      'm1',
      '1',
      '+',
      '-',
      '*',
      '^',
      '(',
      ')',
      '[',
      ']',
      ',',
      'SUM',
      'IF',
      ' ',
      '"',
      'AND',
      '<',
      '==',
      '.',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
        (text) => {
          try {
            compute(text, { m1: [1, 2] });
          } catch (error) {
            expect((error as Error).name).toBe('MathError');
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

it('names the Ids that an expression rests on', () => {
  const found = references(parseExpression('IF(a > 1, [b, -c], FILL(a, 0)) / SUM(METRICS("d"))'));
  expect([...found]).toEqual(['a', 'b', 'c']);
});
