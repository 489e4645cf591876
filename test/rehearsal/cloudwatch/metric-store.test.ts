import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Aggregate, aggregateOf, distribution } from '../../../src/rehearsal/cloudwatch/aggregate.ts';
import { createMetricStore, type MetricKey } from '../../../src/rehearsal/cloudwatch/metric-store.ts';
import { pack, unpack } from '../../../src/rehearsal/cloudwatch/minute-codec.ts';
import { addToBuckets, bucketOf } from '../../../src/statistics/log-histogram.ts';
import { bucketsOf, DAY_START } from './fixtures.ts';

const KEY: MetricKey = { namespace: 'Test', name: 'Requests', dimensions: { Service: 'web', Zone: 'a' } };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in use, after a garbage collection. */
function footprint(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function countSample(second: number, count: number, unit = 'Count') {
  return { at: new Date(second * 1000), unit, count, sum: count, minimum: 1, maximum: 1 };
}

function timeSample(second: number, values: readonly number[]) {
  return {
    at: new Date(second * 1000),
    unit: 'Seconds',
    count: values.length,
    sum: values.reduce((sum, value) => sum + value, 0),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    buckets: bucketsOf(values),
  };
}

describe('the metric store', () => {
  it('adds up to the raw counts exactly, over every period', () => {
    const samples = fc.array(fc.tuple(fc.integer({ min: 0, max: 899 }), fc.integer({ min: 1, max: 100_000 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(samples, fc.constantFrom(1, 5, 7, 10, 20, 30, 60, 300), (raw, period) => {
        const store = createMetricStore(() => new Date((DAY_START + 900) * 1000));
        for (const [offset, count] of raw) {
          store.record(KEY, countSample(DAY_START + offset, count));
        }
        const expected = new Map<number, number>();
        for (const [offset, count] of raw) {
          const slot = Math.floor((DAY_START + offset) / period) * period;
          expected.set(slot, (expected.get(slot) ?? 0) + count);
        }
        const start = Math.floor(DAY_START / period) * period;
        const read = store.read(KEY, { start, end: DAY_START + 900, period });
        expect([...read].map(([slot, { sum }]) => [slot, sum])).toEqual([...expected].sort((a, b) => a[0] - b[0]));
      }),
    );
  });

  it('gives the same answer before and after it packs, whatever the order of arrival', () => {
    const samples = fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: 599 }),
        fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 1, maxLength: 5 }),
      ),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(samples, (raw) => {
        let now = DAY_START + 600;
        const packed = createMetricStore(() => new Date(now * 1000));
        const open = createMetricStore(() => new Date((DAY_START + 600) * 1000));
        for (const [offset, values] of raw) {
          now += 61;
          packed.record(KEY, timeSample(DAY_START + offset, values));
          open.record(KEY, timeSample(DAY_START + offset, values));
        }
        const range = { start: DAY_START, end: DAY_START + 600, period: 20 };
        expect(packed.read(KEY, range)).toEqual(open.read(KEY, range));
      }),
    );
  });

  it('keeps each set of dimensions apart and does not mind their order', () => {
    const store = createMetricStore(() => new Date(DAY_START * 1000));
    store.record(KEY, countSample(DAY_START, 3));
    store.record({ ...KEY, dimensions: { Zone: 'a', Service: 'web' } }, countSample(DAY_START, 4));
    store.record({ ...KEY, dimensions: { Service: 'web' } }, countSample(DAY_START, 5));
    const range = { start: DAY_START, end: DAY_START + 1, period: 1 };
    expect(store.read(KEY, range).get(DAY_START)?.sum).toBe(7);
    expect(store.list()).toHaveLength(2);
  });

  it('keeps units apart and adds them up when none is asked for', () => {
    const store = createMetricStore(() => new Date(DAY_START * 1000));
    store.record(KEY, countSample(DAY_START, 3));
    store.record(KEY, countSample(DAY_START, 4, 'None'));
    const range = { start: DAY_START, end: DAY_START + 1, period: 1 };
    expect(store.read(KEY, range, 'None').get(DAY_START)?.sum).toBe(4);
    expect(store.read(KEY, range, 'Bytes').size).toBe(0);
    expect(store.read(KEY, range).get(DAY_START)?.sum).toBe(7);
    expect(store.units(KEY)).toEqual(['Count', 'None']);
  });

  it('has no point for a period without data', () => {
    const store = createMetricStore(() => new Date(DAY_START * 1000));
    store.record(KEY, countSample(DAY_START, 3));
    store.record(KEY, countSample(DAY_START + 20, 3));
    const read = store.read(KEY, { start: DAY_START, end: DAY_START + 30, period: 10 });
    expect([...read.keys()]).toEqual([DAY_START, DAY_START + 20]);
  });

  it('spends no buckets on a counter, whose values are all the same', () => {
    const store = createMetricStore(() => new Date(DAY_START * 1000));
    store.record(KEY, countSample(DAY_START, 3));
    store.record(KEY, countSample(DAY_START, 4));
    const read = store.read(KEY, { start: DAY_START, end: DAY_START + 1, period: 1 }).get(DAY_START);
    expect(read).toEqual({ count: 7, sum: 7, minimum: 1, maximum: 1, buckets: undefined, distributed: true });
    expect(read && distribution(read)).toEqual(new Map([[bucketOf(1), 7]]));
  });

  it('does not hand out what it goes on writing to', () => {
    const store = createMetricStore(() => new Date(DAY_START * 1000));
    store.record(KEY, timeSample(DAY_START, [0.1, 0.2]));
    const range = { start: DAY_START, end: DAY_START + 1, period: 1 };
    const before = store.read(KEY, range).get(DAY_START);
    store.record(KEY, timeSample(DAY_START, [0.3]));
    expect(before?.count).toBe(2);
    expect(before?.buckets?.size).toBe(2);
  });
});

describe('24 hours of seconds', () => {
  const values = [0.011, 0.012, 0.013, 0.017, 0.02, 0.024, 0.03, 0.05, 0.09, 0.4];
  const time: MetricKey = { ...KEY, name: 'ResponseTime' };
  const footprints = new Map<number, number>();
  let now = DAY_START;
  const store = createMetricStore(() => new Date(now * 1000));

  beforeAll(() => {
    for (let second = 0; second < 26 * 3600; second++) {
      now = DAY_START + second;
      if (second % 3600 === 0) {
        footprints.set(second / 3600, footprint());
      }
      store.record(KEY, countSample(now, 100));
      store.record(time, timeSample(now, values));
    }
  });

  it('take a bounded amount of memory: it hardly grows after the first 3 h', () => {
    const start = footprints.get(0) ?? 0;
    const after4 = (footprints.get(4) ?? 0) - start;
    const after25 = (footprints.get(25) ?? 0) - start;
    expect(after4).toBeLessThan(2_000_000);
    expect(after25 - after4).toBeLessThan(1_500_000);
  });

  it('stay within seconds for 3 h and minutes for 24 h', () => {
    const end = now + 1;
    const all = { start: DAY_START, end };
    expect(store.read(KEY, { ...all, period: 1 }).size).toBeLessThanOrEqual(3 * 3600 + 1);
    expect(store.read(KEY, { ...all, period: 1 }).size).toBeGreaterThan(3 * 3600 - 120);
    const minutes = store.read(KEY, { ...all, period: 60 });
    expect(minutes.size).toBeGreaterThanOrEqual(24 * 60);
    expect(minutes.size).toBeLessThanOrEqual(24 * 60 + 1);
    expect(new Set([...minutes.values()].map(({ sum }) => sum))).toEqual(new Set([6000]));
  });

  it('keep their distribution when they become minutes', () => {
    const oldest = [...store.read(time, { start: DAY_START, end: now, period: 60 }).values()][0];
    expect(oldest?.count).toBe(60 * values.length);
    expect(oldest && distribution(oldest)).toEqual(
      new Map([...bucketsOf(values)].map(([index, count]) => [index, count * 60])),
    );
  });

  it('forget a metric that had no data for a day', () => {
    expect(store.list()).toHaveLength(2);
    now += 25 * 3600;
    expect(store.list()).toHaveLength(0);
  });
});

describe('a packed minute', () => {
  const number = fc.oneof(fc.integer({ min: 0, max: 2 ** 40 }), fc.double({ noNaN: true }));
  const buckets = fc
    .dictionary(fc.nat(2000).map(String), fc.integer({ min: 1, max: 10_000 }))
    .map((entries) => new Map(Object.entries(entries).map(([index, count]) => [Number(index), count])));
  const aggregate: fc.Arbitrary<Aggregate> = fc
    .record({ count: number, sum: number, minimum: number, maximum: number, buckets, distributed: fc.boolean() })
    .map((raw) => ({ ...raw, buckets: raw.distributed && raw.buckets.size > 0 ? raw.buckets : undefined }));

  it('gives back what went in', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(59)),
        fc.array(aggregate, { minLength: 60, maxLength: 60 }),
        (offsets, aggregates) => {
          const seconds = new Map(
            offsets.flatMap((offset) => (aggregates[offset] ? [[offset, aggregates[offset]]] : [])),
          );
          const back = unpack(pack(seconds));
          // -0 comes back as 0: they are the same number to every statistic.
          expect([...back].map(([, { sum }]) => sum + 0)).toEqual(
            [...seconds].sort((a, b) => a[0] - b[0]).map(([, { sum }]) => sum + 0),
          );
          for (const [offset, original] of seconds) {
            expect(back.get(offset)?.buckets).toEqual(original.buckets);
            expect(back.get(offset)?.distributed).toBe(original.distributed);
          }
        },
      ),
    );
  });

  it('is small: a counter takes under 10 bytes a second, response times under 80', () => {
    const seconds = (make: () => Aggregate) => new Map(Array.from({ length: 60 }, (_, offset) => [offset, make()]));
    const counter = pack(seconds(() => aggregateOf({ count: 500, sum: 500, minimum: 1, maximum: 1 })));
    expect(counter.byteLength).toBeLessThan(600);
    const values = Array.from({ length: 500 }, (_, index) => 0.01 * 1.001 ** index);
    const times = pack(seconds(() => aggregateOf(timeSample(DAY_START, values))));
    expect(times.byteLength).toBeLessThan(60 * 110);
  });
});

describe('a distribution', () => {
  it('is known for raw values and for equal ones, and not once a mere statistic set was added', () => {
    const store = createMetricStore(() => new Date(DAY_START * 1000));
    const range = { start: DAY_START, end: DAY_START + 1, period: 1 };
    const read = () => store.read(KEY, range, 'Seconds').get(DAY_START);
    const known = () => {
      const aggregate = read();
      return aggregate && distribution(aggregate);
    };
    const at = new Date(DAY_START * 1000);
    store.record(KEY, { at, unit: 'Seconds', count: 2, sum: 6, minimum: 3, maximum: 3 });
    expect(known()?.size).toBe(1);
    store.record(KEY, timeSample(DAY_START, [0.1, 0.2]));
    const expected = bucketsOf([0.1, 0.2]);
    addToBuckets(expected, 3, 2);
    expect(new Map([...(known() ?? [])].sort())).toEqual(new Map([...expected].sort()));
    store.record(KEY, { at, unit: 'Seconds', count: 2, sum: 6, minimum: 2, maximum: 4 });
    expect(known()).toBeUndefined();
    expect(read()?.count).toBe(6);
  });
});
