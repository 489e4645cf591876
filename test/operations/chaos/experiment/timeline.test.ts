/** When actions run: against a slow, plain reckoning of the same on random diagrams; and durations in ISO 8601. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoDuration, parseIsoDuration } from '../../../../src/operations/chaos/experiment/iso-duration.ts';
import { circleIn, mostParallel, overlap, timelineOf } from '../../../../src/operations/chaos/experiment/timeline.ts';

const action = (name: string, seconds: number, ...startAfter: string[]) => ({ name, seconds, startAfter });

/** Actions that wait only for those before them: never a circle. */
const diagrams = fc
  .array(fc.record({ seconds: fc.integer({ min: 0, max: 50 }), after: fc.array(fc.nat(30), { maxLength: 3 }) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((rows) =>
    rows.map(({ seconds, after }, index) =>
      action(`a${index}`, seconds, ...after.filter((one) => one < index).map((one) => `a${one}`)),
    ),
  );

/** The same by walking second by second: what may start starts, what has lasted long enough ends. */
function walked(actions: ReturnType<typeof action>[]): Map<string, readonly [number, number]> {
  const done = new Map<string, readonly [number, number]>();
  for (let second = 0; done.size < actions.length; second += 1) {
    for (let again = true; again; ) {
      const next = actions.find(
        (one) => !done.has(one.name) && one.startAfter.every((name) => (done.get(name)?.[1] ?? Infinity) <= second),
      );
      again = next !== undefined;
      if (next !== undefined) {
        done.set(next.name, [second, second + next.seconds]);
      }
    }
  }
  return done;
}

describe('the timeline', () => {
  it('is that of walking second by second', () => {
    fc.assert(
      fc.property(diagrams, (actions) => {
        const spans = timelineOf(actions) ?? [];
        const expected = walked(actions);
        expect(new Map(spans.map((one) => [one.name, [one.startSeconds, one.endSeconds]]))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('counts what runs at once as a look at each moment does', () => {
    fc.assert(
      fc.property(diagrams, (actions) => {
        const spans = timelineOf(actions) ?? [];
        const counts = spans.map(
          ({ startSeconds: at }) =>
            spans.filter((one) => one.startSeconds === at || (one.startSeconds < at && at < one.endSeconds)).length,
        );
        expect(mostParallel(spans).count).toBe(Math.max(...counts));
        const [first] = spans;
        expect(spans.every((one) => first === undefined || overlap(one, first) === overlap(first, one))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('has no circle, or names one that is there', () => {
    const wild = fc.array(fc.array(fc.nat(9), { maxLength: 3 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(wild, (rows) => {
        const actions = rows.map((after, index) => action(`a${index}`, 1, ...after.map((one) => `a${one}`)));
        const circle = circleIn(actions);
        expect(timelineOf(actions) === undefined).toBe(circle !== undefined);
        for (const [index, name] of (circle ?? []).entries()) {
          const next = circle?.[(index + 1) % circle.length];
          expect(actions.find((one) => one.name === name)?.startAfter).toContain(next);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('passes over names that are not there', () => {
    expect(timelineOf([action('a', 60, 'nobody'), action('b', 0, 'a')])).toEqual([
      { name: 'a', startSeconds: 0, endSeconds: 60 },
      { name: 'b', startSeconds: 60, endSeconds: 60 },
    ]);
  });
});

describe('durations of ISO 8601', () => {
  it.each([
    ['PT1M', 60],
    ['PT90S', 90],
    ['PT1H30M', 5400],
    ['P1DT2H', 93_600],
    ['P1D', 86_400],
    ['PT0.5S', 0.5],
  ])('%s is %d s', (text, seconds) => {
    expect(parseIsoDuration(text)).toBe(seconds);
  });

  it.each(['', 'P', 'PT', 'P1M', 'PT5', '5M', 'pt5m', 'PT5M ', 'PT5M3H', 'P1Y', 'PT-5M', 'P1DT'])(
    '%j is none',
    (text) => {
      expect(parseIsoDuration(text)).toBeUndefined();
    },
  );

  it('come back from their text', () => {
    fc.assert(fc.property(fc.nat(200_000), (seconds) => parseIsoDuration(isoDuration(seconds)) === seconds));
  });
});
