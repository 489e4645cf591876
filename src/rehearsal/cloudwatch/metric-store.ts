/**
 * The one way metrics get in (from the balancer's traffic rows, from the ECS scheduler, by PutMetricData), and how they are kept.
 *
 * Kept are aggregates of one second, on the grid of the epoch, for 3 hours, and aggregates of one minute for 24 hours. AWS keeps its
 * sub-minute data as long and minutes for 15 days; a rehearsal does not last that long. Memory of one metric is bounded by 3 minutes of
 * open seconds, 178 packed minutes of seconds and 1,260 packed minutes: about 0.1 MB for a counter, 1 to 2 MB for response times.
 */
import { type Aggregate, aggregateOf, type Contribution, copyAggregate, mergeAggregate } from './aggregate.ts';
import { pack, type Seconds, unpack } from './minute-codec.ts';

export interface MetricKey {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One second's (or one datum's) contribution. `buckets` makes percentiles possible; without it only the moments are known. */
export interface Sample extends Contribution {
  readonly at: Date;
  readonly unit: string;
}

export interface MetricSink {
  record(key: MetricKey, sample: Sample): void;
}

/** A stretch of time in epoch seconds; `end` is exclusive, `start` a multiple of `period`. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
  readonly period: number;
}

export interface MetricStore extends MetricSink {
  /**
   * The metric over every period of the range that has data, by the period's first second, ascending; a period is always read whole.
   * All units together when `unit` is undefined. Periods under 60 s see nothing that is older than 3 hours.
   */
  read(key: MetricKey, range: TimeRange, unit?: string): ReadonlyMap<number, Aggregate>;
  /** The units that the metric's data came with. */
  units(key: MetricKey): readonly string[];
  /** Every metric that has data, with the epoch second of its newest datum, in order of namespace, name and dimensions. */
  list(): readonly { readonly key: MetricKey; readonly newest: number }[];
}

export const SECONDS_KEPT = 3 * 3600;
export const MINUTES_KEPT = 24 * 3600;
/** Minutes this young are left unpacked, because the next second's data goes there. */
const OPEN_MINUTES = 2;

interface Minute {
  /** True once its seconds were added up into one aggregate at offset 0; late data makes it false until the next compaction. */
  whole: boolean;
  open: Seconds | undefined;
  packed: Uint8Array | undefined;
}

interface Series {
  readonly minutes: Map<number, Minute>;
  compactedAt: number;
  newest: number;
}

interface Metric {
  readonly key: MetricKey;
  readonly units: Map<string, Series>;
}

/** An empty store. `now` decides what is old. */
export function createMetricStore(now: () => Date): MetricStore {
  const metrics = new Map<string, Metric>();
  const nowSecond = () => Math.floor(now().getTime() / 1000);
  let hourOfLastSweep = 0;

  return {
    record(key, sample) {
      const id = identity(key);
      const metric = metrics.get(id) ?? { key, units: new Map() };
      metrics.set(id, metric);
      const series = metric.units.get(sample.unit) ?? { minutes: new Map(), compactedAt: 0, newest: 0 };
      metric.units.set(sample.unit, series);
      addSample(series, sample);
      const minute = Math.floor(nowSecond() / 60);
      if (series.compactedAt !== minute) {
        compact(series, minute);
      }
      if (hourOfLastSweep !== Math.floor(minute / 60)) {
        hourOfLastSweep = Math.floor(minute / 60);
        dropExpired(metrics, nowSecond() - MINUTES_KEPT);
      }
    },
    read(key, range, unit) {
      const result = new Map<number, Aggregate>();
      const oldest = nowSecond() - (range.period < 60 ? SECONDS_KEPT : MINUTES_KEPT);
      const kept = { ...range, start: Math.max(range.start, floorTo(oldest, range.period)) };
      for (const [seriesUnit, series] of metrics.get(identity(key))?.units ?? []) {
        if (unit === undefined || unit === seriesUnit) {
          readSeries(series, kept, result);
        }
      }
      return new Map([...result].sort((a, b) => a[0] - b[0]));
    },
    units: (key) => [...(metrics.get(identity(key))?.units.keys() ?? [])],
    list() {
      dropExpired(metrics, nowSecond() - MINUTES_KEPT);
      return [...metrics]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { key, units }]) => ({
          key,
          newest: Math.max(...[...units.values()].map((series) => series.newest)),
        }));
    },
  };
}

/** The last multiple of `period` that is not after `second`. */
export function floorTo(second: number, period: number): number {
  return Math.floor(second / period) * period;
}

function identity(key: MetricKey): string {
  const dimensions = Object.entries(key.dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([key.namespace, key.name, dimensions]);
}

function addSample(series: Series, sample: Sample): void {
  const second = Math.floor(sample.at.getTime() / 1000);
  const number = Math.floor(second / 60);
  const minute = series.minutes.get(number) ?? { whole: false, open: undefined, packed: undefined };
  series.minutes.set(number, minute);
  series.newest = Math.max(series.newest, second);
  // Late data opens a packed minute again; the next compaction closes it.
  const seconds = secondsOf(minute);
  minute.open = seconds;
  minute.packed = undefined;
  minute.whole = false;
  mergeInto(seconds, second - number * 60, aggregateOf(sample));
}

function secondsOf(minute: Minute): Seconds {
  return minute.open ?? (minute.packed === undefined ? new Map() : unpack(minute.packed));
}

function compact(series: Series, minuteNow: number): void {
  series.compactedAt = minuteNow;
  for (const [number, minute] of series.minutes) {
    const age = minuteNow - number;
    if (age * 60 > MINUTES_KEPT) {
      series.minutes.delete(number);
    } else if (age * 60 > SECONDS_KEPT && !minute.whole) {
      minute.packed = pack(addUp(secondsOf(minute)));
      minute.open = undefined;
      minute.whole = true;
    } else if (age > OPEN_MINUTES && minute.open !== undefined) {
      minute.packed = pack(minute.open);
      minute.open = undefined;
    }
  }
}

/** All seconds of a minute in one aggregate, at offset 0. */
function addUp(seconds: Seconds): Seconds {
  const whole: Seconds = new Map();
  for (const aggregate of seconds.values()) {
    mergeInto(whole, 0, aggregate);
  }
  return whole;
}

function readSeries(series: Series, range: TimeRange, into: Map<number, Aggregate>): void {
  const end = Math.min(floorTo(range.end - 1, range.period) + range.period, series.newest + 1);
  for (let number = Math.floor(range.start / 60); number * 60 < end; number++) {
    const minute = series.minutes.get(number);
    if (minute === undefined) {
      continue;
    }
    for (const [offset, aggregate] of secondsOf(minute)) {
      const second = number * 60 + offset;
      if (second >= range.start && second < end) {
        mergeInto(into, floorTo(second, range.period), aggregate);
      }
    }
  }
}

function mergeInto(into: Map<number, Aggregate>, slot: number, aggregate: Aggregate): void {
  const present = into.get(slot);
  if (present === undefined) {
    into.set(slot, copyAggregate(aggregate));
  } else {
    mergeAggregate(present, aggregate);
  }
}

function dropExpired(metrics: Map<string, Metric>, oldest: number): void {
  for (const [id, metric] of metrics) {
    for (const [unit, series] of metric.units) {
      if (series.newest < oldest) {
        metric.units.delete(unit);
      }
    }
    if (metric.units.size === 0) {
      metrics.delete(id);
    }
  }
}
