/** How cost follows load. */
import type { Reason } from '../../../report/evidence.ts';
import { formatCount, formatNumber } from '../../../report/format.ts';
import { fitLine } from '../../../statistics/regression.ts';
import { exactOf, toNumber } from '../exact.ts';
import { type Promised, shown } from '../promised.ts';
import type { Amount, Measured } from './measured.ts';
import { CONFIDENCE, supportOfInterval } from './support.ts';

/** The slope of ln cost on ln load: 1 is linear, below 1 sub-linear. The interval decides, as a slope of few points is hardly known. */
export function elasticity(amounts: readonly Amount[], promised: Promised): Measured | Reason {
  const periods = new Map<string, { cost: number; load: number; days: number }>();
  for (const { from, reading, to } of amounts) {
    const key = `${from} ${to}`;
    const period = periods.get(key) ?? { cost: 0, load: 0, days: (to - from) / 86_400_000 };
    period.cost += toNumber(reading.value);
    period.load += reading.of === undefined ? 0 : toNumber(reading.of);
    periods.set(key, period);
  }
  const points = [...periods.values()].flatMap(({ cost, load, days: length }) =>
    cost > 0 && load > 0 && length > 0 ? [[Math.log(load / length), Math.log(cost / length)] as const] : [],
  );
  const levels = new Set(points.map(([load]) => load)).size;
  if (levels < 3) {
    const message = `${formatCount(levels)} different loads are known (column \`of\` of cost), and a slope with an interval needs 3`;
    return { code: 'too-few', message };
  }
  const { lower, slope, upper } = fitLine(points, CONFIDENCE);
  const support = supportOfInterval({ lower, upper }, CONFIDENCE, promised);
  const message = `the slope is between ${formatNumber(lower)} and ${formatNumber(upper)} (95 %): it cannot be told from ${shown(toNumber(promised.bound), promised)}`;
  const decided = {
    supported: 'met',
    refuted: 'missed',
    open: { code: 'inconclusive', message },
    none: 'met',
  } as const;
  return {
    value: exactOf(slope),
    text: `${formatNumber(slope)} (${formatCount(points.length)} periods, the highest load ${formatNumber(spread(points))} × the least)`,
    lower,
    upper,
    n: points.length,
    method: 'slope of ln(cost a day) on ln(load a day) by least squares, interval by Student',
    support,
    decided: decided[support.state],
  };
}

function spread(points: readonly (readonly [load: number, cost: number])[]): number {
  const loads = points.map(([load]) => load);
  return Math.exp(Math.max(...loads) - Math.min(...loads));
}
