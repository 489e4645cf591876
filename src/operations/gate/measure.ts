/** The numbers that targets are held against, exactly, with bounds where severities are not known. */
import type { GateIndicator } from '../../platform/schema/gate-indicators.ts';
import { seriousBounds } from './baseline.ts';
import type { Change } from './compare.ts';
import type { Severity } from './findings/finding.ts';
import { type Finding, placeOf } from './findings/listed.ts';
import type { GateInput } from './input.ts';
import { databaseHours, filesParsed } from './scan/proof.ts';
import { type Exact, type Observed, whole } from './targets.ts';
import type { Waiver } from './waivers/waiver-file.ts';

export interface Measured extends Observed {
  /** For people: `3`, `2 to 5`, `92.3 %`, `not known`. */
  readonly shown: string;
  /** The bounds as numbers for a report; null when not known. */
  readonly value: number | null;
  readonly bounds: readonly [number, number] | undefined;
  readonly unit: 'count' | 'ratio' | 'hours';
  /** How it was obtained. */
  readonly method: string;
  /** What counts, worst first, as `rule at place`. */
  readonly examples: readonly string[];
}

export interface MeasureInput extends GateInput {
  readonly waived: ReadonlyMap<string, Waiver>;
  readonly changes: ReadonlyMap<Finding, Change> | undefined;
}

/** Measures one indicator. A waived finding counts only for the reduction: otherwise waivers would reach it. */
export function measure(indicator: GateIndicator, input: MeasureInput): Measured {
  const open = input.head.findings.filter(({ id }) => !input.waived.has(id));
  const bySeverity = (severity: Severity) => ({
    sure: open.filter((one) => one.severity === severity),
    doubtful: open.filter((one) => one.severity === 'unknown'),
  });
  switch (indicator) {
    case 'new-findings':
      return measureNew(input, open, () => true);
    case 'new-high-findings':
      return measureNew(input, open, ({ severity }) => severity === 'critical' || severity === 'high');
    case 'critical-findings':
      return severityCount(bySeverity('critical'), 'critical');
    case 'high-findings':
      return severityCount(bySeverity('high'), 'high');
    case 'medium-findings':
      return severityCount(bySeverity('medium'), 'medium');
    case 'low-findings':
      return severityCount(bySeverity('low'), 'low');
    case 'unknown-findings':
      return count(
        open.filter(({ severity }) => severity === 'unknown'),
        [],
        'findings whose severity nobody gives, without waived ones',
      );
    case 'secret-findings':
      return count(
        open.filter(({ kind }) => kind === 'secret'),
        [],
        'secrets, without waived ones',
      );
    case 'known-exploited-findings':
      return measureExploited(open);
    case 'inline-suppressions':
      return count(
        open.filter(({ suppressions }) => suppressions.some(({ by }) => by === 'inline')),
        [],
        'findings that a comment would hide, without waived ones',
      );
    case 'vulnerability-reduction':
      return measureReduction(input);
    case 'critical-age':
      return measureAge(input, open);
    case 'files-parsed': {
      const { parsed, all } = filesParsed(input.head);
      return all === 0
        ? nothing('ratio', 'no file had to be read')
        : ratio(
            { numerator: BigInt(parsed), denominator: BigInt(all) },
            undefined,
            `${parsed} of ${all} readings of a file by a scanner`,
          );
    }
    case 'database-age': {
      const hours = databaseHours(input.head, input.now);
      return hours === undefined
        ? nothing('hours', 'there was no vulnerability database')
        : duration(hours, hours, 'since the database was made', []);
    }
  }
}

function severityCount(
  { sure, doubtful }: { sure: readonly Finding[]; doubtful: readonly Finding[] },
  severity: string,
): Measured {
  return count(
    sure,
    doubtful,
    `${severity} findings, without waived ones; the upper bound counts those of unknown severity`,
  );
}

function count(sure: readonly Finding[], doubtful: readonly Finding[], method: string): Measured {
  const [lower, upper] = [sure.length, sure.length + doubtful.length];
  return {
    lower: whole(lower),
    upper: whole(upper),
    shown: lower === upper ? String(lower) : `${lower} to ${upper}`,
    value: lower,
    bounds: lower === upper ? undefined : [lower, upper],
    unit: 'count',
    method,
    examples: named([...sure, ...doubtful]),
  };
}

/** `rule at place`, once each: one place can be wrong several times, for each resource that `for_each` makes there. */
function named(findings: readonly Finding[]): string[] {
  const times = new Map<string, number>();
  for (const finding of findings) {
    const name = `${finding.rule} at ${placeOf(finding)}`;
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  return [...times].map(([name, count]) => (count === 1 ? name : `${name} (${count} times)`));
}

function nothing(unit: Measured['unit'], method: string): Measured {
  return {
    lower: undefined,
    upper: undefined,
    shown: `not known (${method})`,
    value: null,
    bounds: undefined,
    unit,
    method,
    examples: [],
  };
}

function measureNew(input: MeasureInput, open: readonly Finding[], counts: (finding: Finding) => boolean): Measured {
  const { changes } = input;
  if (changes === undefined) {
    return nothing('count', 'there is no base and no baseline to compare with; give --base or --baseline');
  }
  const added = open.filter((finding) => changes.get(finding) === 'new');
  const sure = added.filter(counts);
  const against = input.base === undefined ? 'the recorded baseline' : 'the base, scanned in the same run';
  return count(
    sure,
    added.filter((finding) => finding.severity === 'unknown' && !counts(finding)),
    `findings that are not in ${against}, without waived ones`,
  );
}

function measureExploited(open: readonly Finding[]): Measured {
  const cves = open.filter(({ kind }) => kind === 'vulnerability');
  return cves.some(({ rule, knownExploited }) => knownExploited === undefined && rule.startsWith('CVE-'))
    ? nothing('count', "CISA's list of exploited vulnerabilities was not given; give --kev")
    : count(
        cves.filter(({ knownExploited }) => knownExploited === true),
        [],
        "vulnerabilities on CISA's list of exploited ones",
      );
}

/** 1 − now / then over high and critical findings, all kinds, waived ones too. Nothing then and nothing now is a full reduction. */
function measureReduction({ head, baseline }: MeasureInput): Measured {
  if (baseline === undefined) {
    return nothing(
      'ratio',
      'there is no recorded baseline; record one with --record-baseline and give it with --baseline',
    );
  }
  const then = seriousBounds(baseline.findings.map(({ severity }) => severity));
  const now = seriousBounds(head.findings.map(({ severity }) => severity));
  const method = `high and critical findings: ${bounds(now)} now, ${bounds(then)} on ${baseline.recordedAt.slice(0, 10)}; waived ones count`;
  return ratio(reduction(then.atLeast, now.atMost), reduction(then.atMost, now.atLeast), method);
}

function bounds({ atLeast, atMost }: { readonly atLeast: number; readonly atMost: number }): string {
  return atLeast === atMost ? String(atLeast) : `${atLeast} to ${atMost}`;
}

function reduction(then: number, now: number): Exact {
  if (then === 0) {
    // Something out of nothing is worse than any share can say.
    return now === 0 ? whole(1) : { numerator: BigInt(-now), denominator: 1n };
  }
  return { numerator: BigInt(then - now), denominator: BigInt(then) };
}

function ratio(lower: Exact, upper: Exact | undefined, method: string): Measured {
  const number = ({ numerator, denominator }: Exact) => Number(numerator) / Number(denominator);
  // Cut, not rounded: 89.99 % must not read as 90 %.
  const percent = (value: number) => `${Math.floor(Number((value * 1000).toFixed(6))) / 10} %`;
  const [low, high] = [number(lower), number(upper ?? lower)];
  return {
    lower,
    upper: upper ?? lower,
    shown: low === high ? percent(low) : `${percent(low)} to ${percent(high)}`,
    value: low,
    bounds: low === high ? undefined : [low, high],
    unit: 'ratio',
    method,
    examples: [],
  };
}

function measureAge(input: MeasureInput, open: readonly Finding[]): Measured {
  const now = Date.parse(input.now);
  const ageOf = ({ id }: Finding): number | undefined => {
    const seen = input.firstSeen[id];
    if (seen === undefined) {
      return input.remembers ? 0 : undefined;
    }
    return Math.max(0, (now - Date.parse(seen)) / 3_600_000);
  };
  const method =
    'since the oldest critical finding was first seen, by the baseline and earlier reports; without waived ones';
  const critical = open.filter(({ severity }) => severity === 'critical');
  const possibly = open.filter(({ severity }) => severity === 'unknown');
  const ages = critical.map(ageOf);
  if ([...critical, ...possibly].some((finding) => ageOf(finding) === undefined)) {
    return nothing(
      'hours',
      'there is no baseline and no earlier report that says since when; give --baseline or --history',
    );
  }
  const oldest = (list: readonly (number | undefined)[]) => Math.max(0, ...list.map((age) => age ?? 0));
  const names = [...critical]
    .sort((a, b) => (ageOf(b) ?? 0) - (ageOf(a) ?? 0))
    .map((one) => `${one.rule} at ${placeOf(one)}`);
  return duration(oldest(ages), oldest([...ages, ...possibly.map(ageOf)]), method, names);
}

/** Hours, kept to the millisecond. */
function duration(lower: number, upper: number, method: string, examples: readonly string[]): Measured {
  const exact = (hours: number): Exact => ({
    numerator: BigInt(Math.round(hours * 3_600_000)),
    denominator: 3_600_000n,
  });
  const words = (hours: number) =>
    hours < 48 ? `${Math.round(hours * 10) / 10} hours` : `${Math.floor(hours / 2.4) / 10} days`;
  return {
    lower: exact(lower),
    upper: exact(upper),
    shown: lower === upper ? words(lower) : `${words(lower)} to ${words(upper)}`,
    value: lower,
    bounds: lower === upper ? undefined : [lower, upper],
    unit: 'hours',
    method,
    examples,
  };
}
