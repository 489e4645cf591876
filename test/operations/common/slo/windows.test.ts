import { describe, expect, it } from 'vitest';
import { describeWindow, lastClosed, lengthOf, windowsOf } from '../../../../src/operations/common/slo/windows.ts';

const DAY = 86_400;
const NOW = Date.UTC(2026, 10, 21, 9, 3, 20);

describe('windows of an SLO', () => {
  it.each([1, 7, 28, 30, 61, 62, 90, 365, 500])(
    'of %i days are read without a gap, and no further back than kept',
    (days) => {
      const { from, until, spans, cut } = windowsOf(days, NOW, undefined);
      expect(spans[0]?.start).toBe(from);
      expect(spans.at(-1)?.end).toBe(until);
      for (const [index, { start, end, periodSeconds }] of spans.entries()) {
        expect(start).toBe(index === 0 ? from : spans[index - 1]?.end);
        expect([start % periodSeconds, end % periodSeconds]).toEqual([0, 0]);
        const kept = { 60: 15, 300: 63, 3600: 455 }[periodSeconds] ?? 0;
        expect(NOW / 1000 - start).toBeLessThanOrEqual((kept + 1) * DAY);
      }
      expect(cut).toBe(days > 455);
      // The beginning may be cut to whole periods, never the end.
      expect(until).toBe(NOW / 1000 - 200);
      expect(until - from).toBeLessThanOrEqual(days * DAY);
      expect(until - from).toBeGreaterThan(Math.min(days, 455) * DAY - 3600);
    },
  );

  it('are as much shorter in a rehearsal as it is faster, in whole seconds', () => {
    const { from, until, spans } = windowsOf(30, NOW, 60);
    expect(until - from).toBeLessThanOrEqual((30 * DAY) / 60);
    expect(until - from).toBeGreaterThan((30 * DAY) / 60 - 60);
    expect(spans.map(({ periodSeconds }) => periodSeconds)).toEqual([60, 1]);
    expect(lengthOf(3600, 60)).toBe(60);
    expect(lengthOf(300, 60)).toBe(5);
    expect(lengthOf(300, 400)).toBe(5);
    expect(lengthOf(300, undefined)).toBe(300);
  });

  it('reach no further back than a rehearsal platform keeps', () => {
    const { until, spans, from, cut } = windowsOf(30, NOW, 1);
    expect(cut).toBe(true);
    expect(until - from).toBeLessThanOrEqual(DAY);
    expect(until - (spans.at(-1)?.start ?? 0)).toBeLessThanOrEqual(3 * 3600);
  });

  it('are called what they are, and in a rehearsal what they become', () => {
    expect([300, 3600, 86_400, 3 * 86_400].map((seconds) => describeWindow(seconds, undefined))).toEqual([
      '5 min',
      '1 h',
      '24 h',
      '3 d',
    ]);
    expect(describeWindow(21_600, 20)).toBe('6 h (18 min here)');
    expect(describeWindow(21_600, 1)).toBe('6 h');
  });

  it('end with the last period that CloudWatch has published', () => {
    expect(lastClosed(NOW, undefined)).toEqual({ end: NOW / 1000 - 200, periodSeconds: 60 });
    expect(lastClosed(NOW, 20)).toEqual({ end: NOW / 1000 - 2, periodSeconds: 1 });
  });
});
