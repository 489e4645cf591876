/** Scaling in words and cells, for all renderings. */
import { formatNumber, formatRatio } from '../format.ts';
import type { MeanOfPeriods, ScalingLevel, ScalingRecord } from './record.ts';

/** What each cell of a level is. */
export const LEVEL_HEADS = [
  'Planned, requests/s',
  'Good answers/s',
  'Tasks',
  'CPU used',
  'Memory used',
  'Requests/s of a target',
  'Task-seconds per 1,000',
] as const;

/** The head of one more cell, where the price is known. */
export function moneyHead({ price }: ScalingRecord): string[] {
  return price === undefined ? [] : ['Price per million'];
}

export function levelCells(level: ScalingLevel, { price, taskSize }: ScalingRecord): string[] {
  const { taskSecondsPerRequest: each } = level;
  const hour = price === undefined ? undefined : taskSize.vcpu * price.vcpu + taskSize.gigabytes * price.gigabyte;
  return [
    formatNumber(level.planned),
    formatNumber(level.answered),
    level.tasks === null ? '–' : formatNumber(level.tasks),
    meanText(level.cpu, formatRatio),
    meanText(level.memory, formatRatio),
    meanText(level.requestsPerTarget, formatNumber),
    each === null ? '–' : formatNumber(each * 1000),
    ...(hour === undefined ? [] : [each === null ? '–' : formatNumber(((each * 1e6) / 3600) * hour)]),
  ];
}

/** The elasticity as a sentence. */
export function elasticityText({ elasticity, limit, note, confidence }: ScalingRecord): string {
  if (elasticity === null) {
    return `The elasticity of the cost is not known: ${note ?? 'no data'}.`;
  }
  const { value, lower, upper, degreesOfFreedom } = elasticity;
  return `Elasticity of the cost ${formatNumber(value)} (${formatNumber(lower)} to ${formatNumber(upper)} at ${formatRatio(confidence)}, ${degreesOfFreedom} degree${degreesOfFreedom === 1 ? '' : 's'} of freedom): with twice the load it is ${formatNumber(2 ** value)} times as high. Linear is 1; put up with ${formatNumber(limit)}.`;
}

function meanText(mean: MeanOfPeriods | null, format: (value: number) => string): string {
  if (mean === null) {
    return '–';
  }
  const { value, lower, upper, n } = mean;
  return lower === undefined || upper === undefined
    ? `${format(value)} (n = ${n})`
    : `${format(value)} (${format(lower)} to ${format(upper)}, n = ${n})`;
}
