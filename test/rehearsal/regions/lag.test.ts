import { expect, it } from 'vitest';
import { LagMeter } from '../../../src/rehearsal/regions/lag.ts';

it('tells since when the oldest missing write is missing, and nothing before anything was seen', () => {
  const meter = new LagMeter();
  expect(meter.lagSeconds(1000, 0)).toBeUndefined();
  meter.note(1000, 5);
  meter.note(2000, 5);
  meter.note(3000, 8);
  meter.note(4000, 9);

  expect(meter.lagSeconds(6000, 9)).toBe(0);
  expect(meter.lagSeconds(6000, 8)).toBe(2);
  expect(meter.lagSeconds(6000, 5)).toBe(3);
  expect(meter.lagSeconds(6000, 0)).toBe(5);
});
