import { describe, expect, it } from 'vitest';
import { createClock } from '../../src/rehearsal/world/clock.ts';

describe('the clock of a platform', () => {
  it('shortens what is scaled and nothing else', async () => {
    const clock = createClock(100);
    expect(clock.scaled(60_000)).toBe(600);
    const took = async (wait: Promise<void>) => {
      const start = performance.now();
      await wait;
      return performance.now() - start;
    };
    const [scaled, real] = await Promise.all([took(clock.sleepScaled(10_000)), took(clock.sleep(500))]);
    expect(scaled).toBeGreaterThanOrEqual(99);
    expect(real).toBeGreaterThanOrEqual(499);
    // Both began at the same moment; unscaled, the first would have ended last by far.
    expect(scaled).toBeLessThan(real);
  });

  it('stamps with the wall clock at every speed', () => {
    expect(Math.abs(createClock(1000).now().getTime() - Date.now())).toBeLessThan(2000);
  });

  it('ends a wait with the reason of its signal', async () => {
    const end = new AbortController();
    const waiting = createClock(1).sleep(60_000, end.signal);
    end.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    await expect(createClock(1).sleepScaled(0, end.signal)).rejects.toThrow('stopped');
  });

  it.each([0, 0.5, -1, Number.NaN, Number.POSITIVE_INFINITY])('does not run at %d', (speed) => {
    expect(() => createClock(speed)).toThrow('at least 1');
  });
});
