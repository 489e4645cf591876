/**
 * Numbers that no operation of surefoot measures (bills, incidents, alerts, tasks automated), brought in by a file: CSV with a line of names,
 * or JSON, a list of objects with the same names. docs/guides/scorecard.md describes the format.
 */
import { type Fraction, parseDecimal, toFraction } from '../../platform/decimal.ts';
import type { Target } from '../../platform/model/objectives.ts';
import type { Platform } from '../../platform/model.ts';
import type { Problem } from '../../platform/problems.ts';
import { INDICATORS, type IndicatorKind, indicatorOf } from '../../platform/schema/indicators.ts';
import { didYouMean } from '../../platform/suggest.ts';
import { exactOf, scaled, toNumber } from './exact.ts';
import { type Field, type Row, readRows } from './fact-rows.ts';
import { objectiveIndicator } from './from-evidence.ts';
import type { Observation, Reading, Source } from './observation.ts';

export interface Facts {
  readonly observations: readonly Observation[];
  readonly problems: readonly Problem[];
}

/** Before the name of an SLO whose events nobody but the file counts: `slo:payments`, so many good of so many. */
export const SLO_FACTS = 'slo:';

/** What is compared with a baseline, or with its load: not promised by itself. */
const RAW: Readonly<Record<string, IndicatorKind>> = {
  cost: 'level',
  'cost-baseline': 'level',
  'utilisation-baseline': 'level',
};

/** Of what is compared with: `cost` is in one currency, which is for the file to keep. */
const RAW_UNITS: Readonly<Record<string, readonly Target['unit'][]>> = { 'utilisation-baseline': ['percent', 'ratio'] };

const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/;

/** Reads a file of facts; every mistake is a problem with its line and column. `now` in milliseconds: nothing can end later. */
export function readFacts(text: string, source: Source, platform: Platform, now: number): Facts {
  const { problems, rows } = readRows(text, source.file);
  const reader = new RowReader(platform, source, now);
  const observations = rows.flatMap((row) => reader.read(row) ?? []);
  return { observations, problems: [...problems, ...reader.problems] };
}

class RowReader {
  readonly problems: Problem[] = [];
  readonly #platform: Platform;
  readonly #source: Source;
  readonly #now: number;

  constructor(platform: Platform, source: Source, now: number) {
    this.#platform = platform;
    this.#source = source;
    this.#now = now;
  }

  read(row: Row): Observation | undefined {
    const before = this.problems.length;
    const indicator = this.#indicator(row);
    const environment = this.#known(row, 'environment', Object.keys(this.#platform.environments));
    const service = this.#known(row, 'service', Object.keys(this.#platform.services));
    const from = this.#time(row, 'from', true);
    const to = this.#time(row, 'to', false);
    const open =
      indicator?.kind === 'duration' && to === undefined && row.cells.value === undefined && row.cells.to === undefined;
    if (to === undefined && row.cells.to === undefined && !open) {
      this.#problem(row, 'to', 'is missing', 'the day or time that it ended, like 2026-10-31 or 2026-10-31T14:05:00Z');
    }
    if (from !== undefined && to !== undefined && to < from) {
      this.#problem(row, 'to', 'is before from', `${row.cells.from?.text ?? ''} or later`);
    }
    if (indicator === undefined || from === undefined) {
      return undefined;
    }
    const reading = open
      ? ({ kind: 'open', atLeast: undefined } as const)
      : this.#reading(row, indicator.kind, (to ?? from) - from);
    return reading === undefined || this.problems.length > before
      ? undefined
      : {
          indicator: indicator.name,
          environment,
          service,
          rehearsal: false,
          snapshot: false,
          from,
          to: to ?? this.#now,
          reading,
          source: this.#source,
        };
  }

  #indicator(row: Row): { name: string; kind: IndicatorKind } | undefined {
    const name = row.cells.indicator?.text ?? '';
    if (name.startsWith(SLO_FACTS)) {
      return this.#slo(row, name.slice(SLO_FACTS.length));
    }
    const kind = Object.hasOwn(RAW, name) ? RAW[name] : indicatorOf(name)?.kind;
    const names = [...Object.keys(INDICATORS), ...Object.keys(RAW)];
    if (kind === undefined || kind === 'census' || kind === 'rate' || kind === 'change' || kind === 'elasticity') {
      const [what, write] =
        kind === undefined
          ? [
              `is ${JSON.stringify(name)}, which is no indicator`,
              didYouMean(name, names) ?? 'one of those in docs/guides/scorecard.md',
            ]
          : [`is ${name}, which is not taken from a file of facts`, instead(name, kind)];
      this.#problem(row, 'indicator', what, write);
      return undefined;
    }
    return { name, kind };
  }

  /** Not one that the load balancer counts: two counts of the same requests would be added up. */
  #slo(row: Row, name: string): { name: string; kind: IndicatorKind } | undefined {
    const names = this.#platform.unjudged.map((slo) => slo.name);
    if (names.includes(name)) {
      return { name: objectiveIndicator(name), kind: 'share' };
    }
    const counted = this.#platform.objectives.some((slo) => slo.name === name);
    const what = counted
      ? `is of ${name}, which surefoot slo counts`
      : `is of ${JSON.stringify(name)}, which is no SLO`;
    const write = didYouMean(name, names) ?? (names.join(' or ') || 'an SLO that surefoot does not count');
    this.#problem(row, 'indicator', what, counted ? 'nothing; run surefoot slo' : `${SLO_FACTS}${write}`);
    return undefined;
  }

  #known(row: Row, field: 'environment' | 'service', known: readonly string[]): string | undefined {
    const cell = row.cells[field];
    if (cell !== undefined && !known.includes(cell.text)) {
      const write = didYouMean(cell.text, known) ?? known.join(' or ');
      this.#problem(row, field, `is ${JSON.stringify(cell.text)}, which is not in ${this.#platform.file}`, write);
    }
    return cell?.text;
  }

  /** A day stands for its first moment in UTC, and as the end of a period for its last. */
  #time(row: Row, field: 'from' | 'to', needed: boolean): number | undefined {
    const cell = row.cells[field];
    if (cell === undefined) {
      if (needed) {
        this.#problem(
          row,
          field,
          'is missing',
          'the day or time that it began, like 2026-10-01 or 2026-10-01T13:20:00Z',
        );
      }
      return undefined;
    }
    const day = /^\d{4}-\d{2}-\d{2}$/.test(cell.text);
    const at = DATE.test(cell.text) ? Date.parse(cell.text) : Number.NaN;
    // JavaScript takes 31 February for 3 March.
    if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== cell.text.slice(0, 10)) {
      this.#problem(
        row,
        field,
        `is ${JSON.stringify(cell.text)}, which is no day and no time in UTC`,
        '2026-10-01 or 2026-10-01T13:20:00Z',
      );
      return undefined;
    }
    // Of today, only what is over can be known.
    const moment = day && field === 'to' ? Math.min(at + 86_400_000, this.#now) : at;
    if (at > this.#now) {
      this.#problem(
        row,
        field,
        `is ${cell.text}, which is still to come`,
        'what has happened; without `to`, an incident is open',
      );
      return undefined;
    }
    return moment;
  }

  #reading(row: Row, kind: IndicatorKind, lengthMs: number): Reading | undefined {
    if (kind === 'share') {
      return this.#share(row);
    }
    const name = row.cells.indicator?.text ?? '';
    if (kind === 'duration' && row.cells.value === undefined) {
      return { kind: 'amount', value: exactOf(lengthMs / 1000), of: undefined };
    }
    const value = this.#decimal(row, 'value', true);
    const of = this.#decimal(row, 'of', false);
    const cost = Object.hasOwn(RAW, name) && name.startsWith('cost');
    const whole = kind === 'count' || kind === 'loss';
    const units = whole ? undefined : (RAW_UNITS[name] ?? indicatorOf(name)?.units);
    const unit = this.#unit(row, units);
    if (value === undefined || (units !== undefined && unit === undefined)) {
      return undefined;
    }
    if (whole && value.denominator !== 1n) {
      this.#problem(row, 'value', 'is no whole number', 'how many there were');
    }
    if (cost && row.cells.of !== undefined && of !== undefined && of.numerator <= 0n) {
      this.#problem(row, 'of', 'is not above 0', 'the load that the cost is for, like the number of requests');
    }
    return { kind: 'amount', value: unit === undefined ? value : scaled(value, unit), of };
  }

  #share(row: Row): Reading | undefined {
    const [value, of] = [this.#decimal(row, 'value', true), this.#decimal(row, 'of', true)];
    if (value === undefined || of === undefined) {
      return undefined;
    }
    const [count, total] = [toNumber(value), toNumber(of)];
    if (!(Number.isSafeInteger(count) && Number.isSafeInteger(total)) || total < 1 || count > total) {
      this.#problem(row, 'value', `is ${count} of ${total}`, 'whole numbers: how many of how many, at least of 1');
      return undefined;
    }
    return { kind: 'share', count, total };
  }

  #decimal(row: Row, field: 'value' | 'of', needed: boolean): Fraction | undefined {
    const cell = row.cells[field];
    if (cell === undefined) {
      if (needed) {
        this.#problem(row, field, 'is missing', field === 'of' ? 'of how many, like 12' : 'the number, like 12');
      }
      return undefined;
    }
    const parsed = parseDecimal(cell.text);
    if (parsed === undefined || parsed.lt(0)) {
      this.#problem(
        row,
        field,
        `is ${JSON.stringify(cell.text)}, which is no plain decimal from 0 up`,
        '1234.5, without signs, units or thousands',
      );
      return undefined;
    }
    return toFraction(parsed);
  }

  #unit(row: Row, units: readonly Target['unit'][] | undefined): Target['unit'] | undefined {
    const cell = row.cells.unit;
    const unit = units?.find((one) => one === cell?.text);
    if (units !== undefined && unit === undefined) {
      const what = cell === undefined ? 'is missing' : `is ${JSON.stringify(cell.text)}`;
      this.#problem(row, 'unit', what, units.join(' or '));
    }
    return unit;
  }

  #problem(row: Row, field: Field, what: string, write: string): void {
    const place = (row.cells[field] ?? row).place();
    this.problems.push({ file: this.#source.file, ...place, message: `${field} ${what}`, hint: write });
  }
}

function instead(name: string, kind: IndicatorKind): string {
  const raw: Readonly<Record<string, string>> = {
    'cost-reduction': 'cost and cost-baseline, a row for each bill',
    'cost-elasticity': 'cost, a row for each bill, with the load in `of`',
    'utilisation-improvement': 'utilisation and utilisation-baseline',
  };
  return raw[name] ?? (kind === 'rate' ? 'the evidence of surefoot dora' : 'the evidence of surefoot gate');
}
