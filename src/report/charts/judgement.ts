/** The evidence of a shift against its bounds: one line for a rollback, one for each metric's promotion. */
import type { JudgementRecord, Series } from '../evidence.ts';
import { formatNumber, formatTick, secondsBetween } from '../format.ts';
import { letteredLine } from './lettered-line.ts';
import type { ChartModel, LineLayer, TimeAxis } from './model.ts';
import { linearScale } from './scale.ts';

/** The unit of the series that the judge of a shift leaves. */
export const EVIDENCE_UNIT = 'ln of evidence';

/** Evidence that falls ever further says no more than that it is far: shown down to here. */
const LOWEST = -5;

/** The chart of these series, with the bounds of the judgement. Undefined when nothing was judged. */
export function evidenceChart(
  series: readonly Series[],
  { alpha, beta, provenAfterBlocks, failedAfterBlocks }: JudgementRecord,
  { zero, from, to }: Pick<TimeAxis, 'zero' | 'from' | 'to'>,
): ChartModel | undefined {
  if (series.every(({ points }) => points.length === 0)) {
    return undefined;
  }
  const bound = (label: string, value: number, endLabel: string): LineLayer => ({
    kind: 'line',
    join: 'points',
    className: 'planned',
    label,
    amount: formatNumber(value),
    endLabel,
    points: [from, to].map((at) => ({ at, value })),
  });
  const bounds = [
    bound('rollback above', Math.log(1 / alpha), '1/α'),
    bound('promotion above', Math.log(1 / beta), '1/β'),
  ];
  const lines = series.map((one, index) => lineOf(one, index, zero));
  const values = [...bounds, ...lines].flatMap(({ points }) => points.flatMap(({ value }) => value ?? []));
  const ended =
    failedAfterBlocks === null
      ? provenAfterBlocks === null
        ? 'Neither bound was reached.'
        : `There was evidence for a promotion after ${provenAfterBlocks} blocks.`
      : `There was evidence for a rollback after ${failedAfterBlocks} blocks.`;
  return {
    title: 'Evidence of the judge',
    subtitle: `Natural logarithm, block by block; below ${LOWEST} it is shown as ${LOWEST}. A rollback needs line A at the bound 1/α, a promotion each of the others at 1/β. ${ended}`,
    description: `${lines.map((line) => `${line.label}: at the end ${line.amount ?? 'no data'}.`).join(' ')} ${ended}`,
    unit: EVIDENCE_UNIT,
    scale: linearScale(values),
    formatTick,
    layers: [...bounds, ...lines],
    hover: [],
  };
}

function lineOf({ name, points }: Series, index: number, zero: string): LineLayer {
  const last = points.at(-1)?.[1] ?? undefined;
  const shown = points.map(([at, value]) => ({
    at: secondsBetween(zero, at),
    value: value === null ? null : Math.max(LOWEST, value),
  }));
  return letteredLine(name, index, shown, last === undefined ? undefined : formatNumber(last));
}
