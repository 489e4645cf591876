/** What a service used and cost at each level of a load, and whether its cost grows no faster than the load. Pure. */
import type { Check, LoadRecord, ScalingLevel, ScalingRecord, Series, Verdict } from '../../../report/evidence.ts';
import { formatNumber, formatRatio } from '../../../report/format.ts';
import { mean, meanInterval } from '../../../statistics/mean.ts';
import { fitLine } from '../../../statistics/regression.ts';
import { gigabytesOf, type TaskSize, vcpuOf } from '../../common/task-size.ts';
import type { ScalingField } from './field.ts';
import { type Level, levelsOf } from './levels.ts';

const CONFIDENCE = 0.95;
/** A line through two points fits always. */
const FEWEST_LEVELS = 3;
/** Of periods, for an interval. */
const FEWEST_PERIODS = 3;

/** What was seen beside the load, as series of values that hold from their time on. */
export interface Seen {
  /** Running and pending tasks. */
  readonly tasks: Series;
  /** Ratios; and requests per second of each target. A point for each period, at its start. */
  readonly cpu: Series;
  readonly memory: Series;
  readonly requestsPerTarget: Series;
  readonly periodSeconds: number;
}

export interface Price {
  /** For an hour. */
  readonly vcpu: number;
  readonly gigabyte: number;
}

/** The record of a load that was watched. `compress` shortened the profile, and what it settles in. */
export function scalingOf(
  load: LoadRecord,
  seen: Seen,
  field: ScalingField,
  size: TaskSize,
  rest: { readonly compress: number; readonly price: Price | undefined },
): ScalingRecord {
  const settleSeconds = field.settleSeconds / rest.compress;
  const shape = load.shape ?? { startRate: load.rate, stages: [{ seconds: load.judgedUntilSecond, rate: load.rate }] };
  const levels = levelsOf(shape, settleSeconds, load.judgedUntilSecond).map((level) => levelOf(level, load, seen));
  return {
    confidence: CONFIDENCE,
    method:
      "slope of ln(tasks) on ln(good answers per second), least squares over levels, Student's interval with levels - 2 degrees of freedom (Draper and Smith 1998, section 1.4); tasks of one size cost the same each hour, so that the slope is that of the cost",
    settleSeconds,
    taskSize: { vcpu: vcpuOf(size), gigabytes: gigabytesOf(size) },
    ...(rest.price === undefined ? {} : { price: { ...rest.price } }),
    levels,
    limit: field.limit,
    ...elasticityOf(levels),
    ...(field.utilisation === undefined ? {} : { utilisation: { ...field.utilisation } }),
  };
}

function levelOf({ from, to, planned }: Level, load: LoadRecord, seen: Seen): ScalingLevel {
  const start = Date.parse(load.startedAt) / 1000;
  const within = (series: Series, length: number): number[] =>
    series.points.flatMap(([at, value]) => {
      const second = Date.parse(at) / 1000 - start;
      return value !== null && second >= from && second < to && second + length <= to ? [value] : [];
    });
  const bins = load.bins.filter(({ second }) => second >= from && second < to);
  const answered = bins.reduce((sum, { ok }) => sum + ok, 0) / (to - from);
  const counts = within(seen.tasks, 0);
  const tasks = counts.length === 0 ? null : mean(counts);
  return {
    from,
    to,
    planned,
    answered,
    tasks,
    cpu: meanOf(within(seen.cpu, seen.periodSeconds)),
    memory: meanOf(within(seen.memory, seen.periodSeconds)),
    requestsPerTarget: meanOf(within(seen.requestsPerTarget, seen.periodSeconds)),
    taskSecondsPerRequest: tasks === null || tasks === 0 || answered === 0 ? null : tasks / answered,
  };
}

function meanOf(values: readonly number[]): ScalingLevel['cpu'] {
  if (values.length === 0) {
    return null;
  }
  const n = values.length;
  if (n < FEWEST_PERIODS) {
    return { value: mean(values), n };
  }
  const { value, lower, upper } = meanInterval(values, CONFIDENCE);
  // Student's interval knows no bound; a use, a time and a count are never below nought.
  return { value, lower: Math.max(0, lower), upper, n };
}

function elasticityOf(levels: readonly ScalingLevel[]): Pick<ScalingRecord, 'elasticity' | 'note'> {
  const points = levels.flatMap(({ answered, tasks }) =>
    tasks === null || tasks === 0 || answered === 0 ? [] : [[Math.log(answered), Math.log(tasks)] as const],
  );
  const rates = new Set(levels.map(({ planned }) => planned));
  if (points.length < FEWEST_LEVELS || rates.size < FEWEST_LEVELS) {
    return {
      elasticity: null,
      note: `${Math.min(points.length, rates.size)} levels with good answers and a known number of tasks, where ${FEWEST_LEVELS} are needed`,
    };
  }
  const { slope, lower, upper, degreesOfFreedom } = fitLine(points, CONFIDENCE);
  return { elasticity: { value: slope, lower, upper, degreesOfFreedom } };
}

/** The rows of the list of checks. */
export function scalingChecks(record: ScalingRecord, minimumTasks: number): Check[] {
  const use = record.utilisation === undefined ? [] : [utilisationCheck(record, record.utilisation, minimumTasks)];
  return [elasticityCheck(record), ...use];
}

function elasticityCheck({ elasticity, limit, note, levels }: ScalingRecord): Check {
  const name = 'cost against load';
  const expected = `elasticity of at most ${limit}${limit === 1 ? ': linear or better' : ''}`;
  if (elasticity === null) {
    return { name, verdict: 'inconclusive', expected, observed: note ?? 'not known' };
  }
  const { value, lower, upper, degreesOfFreedom } = elasticity;
  const verdict: Verdict = upper <= limit ? 'pass' : lower > limit ? 'fail' : 'inconclusive';
  const few =
    verdict === 'inconclusive' && degreesOfFreedom < 3
      ? `; with so few degrees of freedom (${degreesOfFreedom}) take more levels`
      : '';
  return {
    name,
    verdict,
    expected,
    observed: `${formatNumber(value)} (${formatNumber(lower)} to ${formatNumber(upper)}) over ${levels.length} levels${few}`,
  };
}

function utilisationCheck(
  { levels }: ScalingRecord,
  { of, target, margin }: NonNullable<ScalingRecord['utilisation']>,
  minimumTasks: number,
): Check {
  const highest = levels.reduce<ScalingLevel | undefined>(
    (most, level) => (most === undefined || level.planned > most.planned ? level : most),
    undefined,
  );
  const name = `use of the reserved ${of === 'cpu' ? 'CPU' : 'memory'}`;
  const expected = `${formatRatio(target)}, give or take ${formatRatio(margin).replace(' %', ' points')}, at the highest level`;
  const used = highest?.[of];
  if (highest === undefined || used === undefined || used === null) {
    return { name, verdict: 'inconclusive', expected, observed: 'no level that CloudWatch has data of' };
  }
  const { value, lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY } = used;
  const bounds = used.lower === undefined ? '' : ` (${formatRatio(lower)} to ${formatRatio(upper)})`;
  const observed = `${formatRatio(value)}${bounds} over ${used.n} periods at ${formatNumber(highest.planned)} requests/s`;
  const [low, high] = [target - margin, target + margin];
  if (upper < low && highest.tasks !== null && highest.tasks <= minimumTasks) {
    const least = `${observed}, on the smallest number of tasks: the load asks for no more`;
    return { name, verdict: 'inconclusive', expected, observed: least };
  }
  const verdict: Verdict =
    lower >= low && upper <= high ? 'pass' : upper < low || lower > high ? 'fail' : 'inconclusive';
  return { name, verdict, expected, observed };
}
