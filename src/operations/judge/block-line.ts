/**
 * One line of the judge's input: `{"at":ISO8601,"baseline":{"requests":n,"errors":n,"slow":n},"candidate":{…},"weight":share}`; `slow` in
 * all lines or in none, and `weight`, the candidate's promised share of the block's requests, too.
 */
import type { ArmCounts, Block, Metric } from '../../statistics/judge.ts';
import { readCanonicalLine } from './canonical-line.ts';

export interface TimedBlock extends Block {
  /** As it was written. */
  readonly at: string;
}

/** What the lines before settled. */
export interface Before {
  /** Milliseconds since 1970 of the last block; undefined before the first. */
  readonly at: number | undefined;
  /** undefined before the first block, which settles them. */
  readonly metrics: readonly Metric[] | undefined;
  /** Whether each block tells its weight; undefined before the first block, which settles it. */
  readonly weighted: boolean | undefined;
}

/** Raised for a line that is no block; the message says what is wrong and what to write. */
export class BadBlock extends Error {}

/** Reads one line. @throws BadBlock naming every problem of the line */
export function readBlock(line: string, before: Before): { readonly block: TimedBlock; readonly at: number } {
  return readQuickly(line, before) ?? readCarefully(line, before);
}

/** A line as the documentation writes it, that fits the ones before; anything else is for the careful reader. */
function readQuickly(line: string, before: Before) {
  const found = readCanonicalLine(line);
  if (found === undefined) {
    return undefined;
  }
  const { at, block } = found;
  // The engine's own reader refuses days that are not, and knows this one form by heart.
  const time = at.charCodeAt(10) === LETTER_T && at.endsWith('Z') ? Date.parse(at) : Number.NaN;
  const follows = before.at === undefined || time > before.at;
  const fits =
    before.weighted !== true &&
    (before.metrics === undefined || before.metrics.includes('slow') === (block.baseline.slow !== undefined));
  return follows && fits && !Number.isNaN(time) ? { block: { at, ...block }, at: time } : undefined;
}

const LETTER_T = 84;

function readCarefully(line: string, before: Before): { readonly block: TimedBlock; readonly at: number } {
  const value = parse(line);
  const problems: string[] = [];
  const at = readTime(value, before, problems);
  const baseline = readArm(value, 'baseline', before, problems);
  const candidate = readArm(value, 'candidate', before, problems);
  if (before.metrics === undefined && (baseline.slow === undefined) !== (candidate.slow === undefined)) {
    problems.push('"slow" is counted for one arm only: write it for both, or for none');
  }
  const weight = readWeight(value, before, problems);
  for (const key in value) {
    if (key !== 'at' && key !== 'baseline' && key !== 'candidate' && key !== 'weight') {
      problems.push(`"${key}" is not known here: a block has "at", "baseline", "candidate" and "weight"`);
    }
  }
  if (problems.length > 0) {
    throw new BadBlock(problems.join('; '));
  }
  const block = { at: value['at'] as string, baseline, candidate };
  return { block: weight === undefined ? block : { ...block, weight }, at };
}

/** The metrics that a first block settles. */
export function metricsOf(block: Block): readonly Metric[] {
  return block.baseline.slow === undefined ? ['errors'] : ['errors', 'slow'];
}

type Fields = Readonly<Record<string, unknown>>;

function parse(line: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new BadBlock('this is not JSON: write one object a line');
  }
  if (!isFields(value)) {
    throw new BadBlock('this is not an object: write {"at":…,"baseline":{…},"candidate":{…}}');
  }
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Date and time with a zone (RFC 3339), which every clock reads the same. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

function readTime(value: Fields, before: Before, problems: string[]): number {
  const { at } = value;
  const time = typeof at === 'string' && TIME.test(at) ? Date.parse(at) : Number.NaN;
  if (Number.isNaN(time)) {
    problems.push('"at" is not a time: write one like "2026-11-21T07:00:00Z"');
  } else if (before.at !== undefined && time <= before.at) {
    problems.push(
      `"at" is not after the block before, ${new Date(before.at).toISOString()}: blocks come in their order, each once`,
    );
  }
  return time;
}

/** The share that this block was promised, where blocks tell it. */
function readWeight(value: Fields, { weighted }: Before, problems: string[]): number | undefined {
  const { weight } = value;
  if (weight === undefined) {
    if (weighted === true) {
      problems.push('"weight" is missing, and earlier blocks have it');
    }
    return undefined;
  }
  if (weighted === false) {
    problems.push('"weight" is here, and earlier blocks do not have it');
  }
  if (typeof weight !== 'number' || !(weight > 0 && weight < 1)) {
    problems.push(`"weight" is ${show(weight)}: write the candidate's share, between 0 and 1, without these`);
    return undefined;
  }
  return weight;
}

const NOTHING: ArmCounts = { requests: 0, errors: 0 };

function readArm(value: Fields, name: 'baseline' | 'candidate', before: Before, problems: string[]): ArmCounts {
  const arm = value[name];
  if (!isFields(arm)) {
    problems.push(`"${name}" is missing: write {"requests":n,"errors":n}`);
    return NOTHING;
  }
  const requests = readCount(arm, name, 'requests', problems);
  const errors = readCount(arm, name, 'errors', problems, requests);
  const slow = arm['slow'] === undefined ? undefined : readCount(arm, name, 'slow', problems, requests);
  if (before.metrics !== undefined && (slow !== undefined) !== before.metrics.includes('slow')) {
    problems.push(
      slow === undefined
        ? `${name}.slow is missing, and earlier blocks have it`
        : `${name}.slow is here, and earlier blocks do not have it`,
    );
  }
  for (const key in arm) {
    if (key !== 'requests' && key !== 'errors' && key !== 'slow') {
      problems.push(`${name}.${key} is not known here: an arm has "requests", "errors" and "slow"`);
    }
  }
  return slow === undefined ? { requests, errors } : { requests, errors, slow };
}

function readCount(arm: Fields, name: string, key: string, problems: string[], most?: number): number {
  const count = arm[key];
  if (!Number.isSafeInteger(count) || (count as number) < 0) {
    problems.push(`${name}.${key} is ${show(count)}: write a whole number of 0 or more`);
    return 0;
  }
  if (most !== undefined && (count as number) > most) {
    problems.push(`${name}.${key} is ${count}, more than the ${most} requests`);
  }
  return count as number;
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 40);
}
