/** From Target documents to targets: what they name must be there, and the number must be one that the indicator can be held against. */
import type { Fraction } from '../decimal.ts';
import { parseDecimal, toFraction } from '../decimal.ts';
import { parseShorthand } from '../duration.ts';
import type { Findings } from '../findings.ts';
import type { Target } from '../model/objectives.ts';
import type { TargetDocument } from '../schema/document.ts';
import { shown } from '../schema/fields.ts';
import { INDICATORS, type Indicator, indicatorOf } from '../schema/indicators.ts';
import { didYouMean } from '../suggest.ts';
import { checkReference } from './objectives.ts';

/** Names that a target may refer to; undefined where they cannot be known, and nothing is said. */
export interface KnownNames {
  readonly services: readonly string[] | undefined;
  readonly environments: readonly string[] | undefined;
}

/** Checks one document and gives its target. */
export function resolveTarget(findings: Findings, content: TargetDocument, known: KnownNames): Target {
  for (const what of ['service', 'environment'] as const) {
    const chosen = content[what];
    if (chosen !== undefined) {
      checkReference(findings, [what], `${what}s`, chosen, known[`${what}s`]);
    }
  }
  const value = findings.document.textAt(['value']) ?? '';
  const exactly = parseDecimal(value);
  if (exactly === undefined) {
    findings.report({ path: ['value'], what: `must be a plain decimal, not ${shown(value)}`, write: '30' });
  }
  const fraction = exactly === undefined ? { numerator: 0n, denominator: 1n } : toFraction(exactly);
  const indicator = indicatorOf(content.indicator);
  if (indicator === undefined) {
    const names = Object.keys(INDICATORS);
    findings.report({
      path: ['indicator'],
      what: `is ${shown(content.indicator)}, which is not one of the indicators: ${names.join(', ')}`,
      write: didYouMean(content.indicator, names) ?? 'mttr',
    });
  } else {
    checkAgainstIndicator(findings, content, indicator, fraction);
  }
  return {
    name: content.name,
    description: content.description,
    service: content.service,
    environment: content.environment,
    indicator: content.indicator,
    comparison: content.comparison,
    value,
    exactly: fraction,
    unit: content.unit,
    windowDays: content.window === undefined ? undefined : parseShorthand(content.window),
    statistic: content.statistic,
    minimumSamples: content.minimumSamples,
  };
}

function checkAgainstIndicator(
  findings: Findings,
  content: TargetDocument,
  indicator: Indicator,
  value: Fraction,
): void {
  const { comparison, indicator: name, statistic, unit } = content;
  const needs = [['indicator']];
  if (!indicator.units.includes(unit)) {
    findings.report({
      path: ['unit'],
      what: `is ${shown(unit)}, but ${name} is in ${indicator.units.join(' or ')}`,
      write: indicator.units[0] ?? 'count',
      needs,
    });
  }
  const higher = indicator.better === 'higher';
  if (comparison.startsWith('gt') !== higher) {
    findings.report({
      path: ['comparison'],
      what: `is ${comparison}, but ${name} is better when it is ${higher ? 'larger' : 'smaller'}`,
      write: higher ? 'gte' : 'lte',
      needs,
    });
  }
  if (statistic !== undefined && indicator.statistic === undefined) {
    findings.report({
      path: ['statistic'],
      part: 'key',
      what: `is of durations and losses, and ${name} is neither`,
      write: 'no statistic',
      needs,
    });
  }
  const whole = unit === 'percent' ? 100n : 1n;
  if (indicator.kind === 'share' && (value.numerator < 0n || value.numerator > whole * value.denominator)) {
    findings.report({
      path: ['value'],
      what: `is not from 0 to ${whole}, and ${name} is a share in ${unit}`,
      write: unit === 'percent' ? '99.5' : '0.995',
      needs: [['indicator'], ['unit']],
    });
  }
}
