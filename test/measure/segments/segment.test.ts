/** A load in parts: which arrivals are whose. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { formatSegment, parseSegment, segmentArguments, segmentPlan } from '../../../src/measure/segments/segment.ts';
import { planShape } from '../../../src/measure/shape-plan.ts';

describe('a segment', () => {
  it('is written as the part of a whole', () => {
    expect(parseSegment('2/3')).toEqual({ index: 1, of: 3 });
    expect(formatSegment({ index: 1, of: 3 })).toBe('2/3');
  });

  it.each(['', '2', '0/3', '4/3', '1/0', '2 of 3', '1/51', '-1/3'])('is refused as %j', (text) => {
    expect(() => parseSegment(text)).toThrow(InputError);
  });

  it("has k6's own flags", () => {
    const flags = (index: number) => segmentArguments({ index, of: 3 }).join(' ');
    expect(flags(0)).toBe('--execution-segment 0:1/3 --execution-segment-sequence 0,1/3,2/3,1');
    expect(flags(2)).toBe('--execution-segment 2/3:1 --execution-segment-sequence 0,1/3,2/3,1');
    expect(segmentArguments({ index: 0, of: 1 }).join(' ')).toBe(
      '--execution-segment 0:1 --execution-segment-sequence 0,1',
    );
  });

  const shapes = fc.record({
    startRate: fc.integer({ min: 1, max: 60 }),
    stages: fc.array(fc.record({ seconds: fc.integer({ min: 1, max: 6 }), rate: fc.integer({ min: 0, max: 60 }) }), {
      minLength: 1,
      maxLength: 4,
    }),
  });

  it('makes with the others every arrival once, at its own moment', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 7 }), (shape, of) => {
        const whole = planShape({ shape, timeoutSeconds: 1 });
        fc.pre(whole.arrivals >= of);
        const parts = Array.from({ length: of }, (_, index) => segmentPlan(whole, { index, of }));
        const moments = parts.flatMap((part) => Array.from({ length: part.arrivals }, (_, one) => part.momentOf(one)));
        const expected = Array.from({ length: whole.arrivals }, (_, one) => whole.momentOf(one));
        expect(moments.sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
        for (let second = 0; second <= whole.seconds; second += 1) {
          const sum = (count: (part: (typeof parts)[number]) => number) =>
            parts.reduce((total, part) => total + count(part), 0);
          expect(sum((part) => part.arrivalsBefore(second))).toBe(whole.arrivalsBefore(second));
          expect(sum((part) => part.dueAfter(second + 0.5))).toBe(whole.dueAfter(second + 0.5));
        }
      }),
    );
  });

  it('has as many virtual users as the others', () => {
    const whole = planShape({ shape: { startRate: 24, stages: [{ seconds: 8, rate: 24 }] }, timeoutSeconds: 5 });
    expect(whole.virtualUsers).toBe(148);
    expect(segmentPlan(whole, { index: 1, of: 3 }).virtualUsers).toBe(150);
    expect(segmentPlan(whole, { index: 1, of: 2 }).virtualUsers).toBe(148);
  });

  it('is refused when it would make no request', () => {
    const whole = planShape({ shape: { startRate: 1, stages: [{ seconds: 2, rate: 1 }] }, timeoutSeconds: 1 });
    expect(() => segmentPlan(whole, { index: 2, of: 3 })).toThrow('take fewer parts');
  });
});
