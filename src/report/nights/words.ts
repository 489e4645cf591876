/** Nights in words, the same in every report. */
import type { Verdict } from '../evidence.ts';
import { VERDICTS } from '../facts.ts';
import { formatRatio, formatSeconds, formatTime } from '../format.ts';
import type { Night, NightStep, NightsRecord } from './record.ts';

/** `1.20 s to 1.45 s`; not recovered; ended early; nothing to recover from. */
export function rtoText({ rto, code }: Pick<NightStep, 'rto' | 'code'>): string {
  if (rto === undefined) {
    return '–';
  }
  const { lower, upper } = rto;
  return upper === null
    ? `over ${formatSeconds(lower)}, ${code === 'aborted' ? 'ended early' : 'not recovered'}`
    : lower === upper
      ? formatSeconds(upper)
      : `${formatSeconds(lower)} to ${formatSeconds(upper)}`;
}

export function availabilityText({ availability }: Pick<NightStep, 'availability'>): string {
  return availability === undefined ? '–' : formatRatio(availability);
}

/** An error, and what did not begin, are not verdicts. */
export function stepVerdictText({ verdict, code }: NightStep): string {
  return verdict === null ? `⛔ ${code}` : verdictText(verdict);
}

function verdictText(verdict: Verdict): string {
  const { sign, word } = VERDICTS[verdict];
  return `${sign} ${word}`;
}

const KINDS: Readonly<Record<NightStep['kind'], string>> = { load: 'load', experiment: 'experiment', drill: 'drill' };

export const STEP_HEADS = ['What', 'Name', 'Verdict', 'Recovery time', 'Availability', 'Why'] as const;

/** A row of tonight, unescaped. */
export function stepCells(step: NightStep): string[] {
  return [KINDS[step.kind], step.name, stepVerdictText(step), rtoText(step), availabilityText(step), step.message];
}

export const NIGHT_HEADS = ['Night', 'Verdict', 'Passed', 'Slowest recovery', 'Lowest availability'] as const;

/** A row of the trend, unescaped. */
export function nightCells(night: Night): string[] {
  const passed = night.steps.filter(({ verdict }) => verdict === 'pass').length;
  return [
    formatTime(night.at),
    verdictText(night.verdict),
    `${passed} of ${night.steps.length}`,
    slowestText(night),
    lowestText(night),
  ];
}

function slowestText({ steps }: Night): string {
  const recovered = steps.filter(({ rto }) => rto !== undefined);
  const slowest = recovered.toSorted((a, b) => longest(b) - longest(a))[0];
  return slowest === undefined ? '–' : `${rtoText(slowest)} (${slowest.name})`;
}

function longest({ rto }: NightStep): number {
  return rto === undefined ? 0 : (rto.upper ?? Number.POSITIVE_INFINITY);
}

function lowestText({ steps }: Night): string {
  const lowest = steps
    .filter(({ availability }) => availability !== undefined)
    .toSorted((a, b) => (a.availability ?? 1) - (b.availability ?? 1))[0];
  return lowest === undefined ? '–' : `${availabilityText(lowest)} (${lowest.name})`;
}

/** Tonight, and the nights before it, newest first. */
export function tonightOf({ nights }: NightsRecord): { readonly tonight: Night; readonly earlier: readonly Night[] } {
  const newest = nights.toReversed();
  const [tonight, ...earlier] = newest;
  if (tonight === undefined) {
    throw new Error('a record of nights has no night');
  }
  return { tonight, earlier };
}
