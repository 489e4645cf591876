import { expect, it } from 'vitest';
import { ArrivalOrder, REORDER_SECONDS } from '../../../src/measure/counting/arrival-order.ts';

const LATER = 2 * REORDER_SECONDS;

it('gives what is old enough in the order of its time, whatever the order in which it came', () => {
  const order = new ArrivalOrder<{ at: number; id: number }>();
  for (const [at, id] of [
    [100.0002, 2],
    [100.0001, 1],
    [100.0002, 0],
  ] as const) {
    order.add({ at, id });
    expect(order.advance(at)).toEqual([]);
  }
  order.add({ at: 100 + LATER, id: 3 });
  expect(order.advance(100 + LATER).map(({ id }) => id)).toEqual([1, 0, 2]);
  expect(order.drain().map(({ id }) => id)).toEqual([3]);
  expect(order.drain()).toEqual([]);
});

it('knows the newest time, which an older line does not set back', () => {
  const order = new ArrivalOrder<{ at: number; id: number }>();
  order.advance(100);
  order.advance(99);
  expect(order.watermark).toBe(100);
});
