/** Three real k6 processes make one load. What they counted is put together, and held against what the server saw. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mergeSegments } from '../../../src/measure/segments/merge.ts';
import { startLoad } from '../../../src/measure/start-load.ts';
import { type LoadRecord, loadSchema } from '../../../src/report/evidence.ts';
import { addBin, emptyTally } from '../../../src/report/load/tally.ts';
import { quantile, RELATIVE_ERROR } from '../../../src/statistics/log-histogram.ts';
import { describeWithK6, K6 } from '../k6.ts';
import { serveHttp, type TestServer } from '../servers.ts';

const OF = 3;
const RATE = 45;
const SECONDS = 6;
/** The server is slow for the requests of one part alone, as for generators in a far region. */
const SLOW_MS = 1200;

let server: TestServer;
let directory: string;
const parts: LoadRecord[] = [];
/** What k6 itself measured, request by request, in seconds. */
const raw: number[] = [];

describeWithK6('a load in three parts', () => {
  beforeAll(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'surefoot-segments-'));
    server = await serveHttp((request, response) => {
      const isSlow = request.headers['x-part'] === '2';
      setTimeout(() => response.end('ok'), isSlow ? SLOW_MS : 5);
      return 200;
    });
    const startAt = new Date(Date.now() + 4000);
    const running = await Promise.all(
      Array.from({ length: OF }, (_, index) => {
        const starts = new Map<number, number>();
        return startLoad({
          k6: K6,
          workDirectory: path.join(directory, String(index)),
          segment: { index, of: OF },
          startAt,
          load: {
            name: 'parts',
            url: server.url,
            headers: { 'X-Part': String(index) },
            // Needs 220 virtual users, which three parts cannot share evenly.
            timeoutSeconds: 4,
            shape: { startRate: RATE, stages: [{ seconds: SECONDS, rate: RATE }] },
          },
          onEvent: (event) => {
            if (event.kind === 'start') {
              starts.set(event.id, event.at);
            } else if (event.kind === 'end') {
              raw.push(event.at - (starts.get(event.id) ?? Number.NaN));
            }
          },
        });
      }),
    );
    parts.push(...(await Promise.all(running.map(({ done }) => done))));
  });

  afterAll(async () => {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('sends every request once', () => {
    const numbers = server.log.map(({ id }) => Number(id.split('-')[1])).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: RATE * SECONDS }, (_, number) => number));
  });

  it('counts them all, each second with its own', () => {
    const whole = loadSchema.parse(mergeSegments([...parts].reverse()));
    expect(whole.totals).toEqual({
      planned: RATE * SECONDS,
      ok: RATE * SECONDS,
      failed: 0,
      dropped: 0,
      interrupted: 0,
    });
    expect(whole.bins.map(({ planned }) => planned)).toEqual(Array.from({ length: SECONDS }, () => RATE));
    expect(whole.segments?.map(({ totals }) => totals.planned)).toEqual([90, 90, 90]);
    expect(whole.segment).toBeUndefined();
  });

  it('has the percentiles of the raw samples, where the mean of percentiles is wrong', () => {
    const tally = emptyTally();
    for (const bin of mergeSegments(parts).bins) {
      addBin(tally, bin);
    }
    const sorted = [...raw].sort((a, b) => a - b);
    const nearestRank = (of: readonly number[], p: number) =>
      of[Math.max(0, Math.ceil(p * of.length) - 1)] ?? Number.NaN;
    for (const p of [0.5, 0.75, 0.95, 0.99]) {
      const merged = quantile(tally.latency, p) ?? Number.NaN;
      expect(Math.abs(merged / nearestRank(sorted, p) - 1)).toBeLessThanOrEqual(RELATIVE_ERROR);
    }
    const means = parts.map(({ bins }) => {
      const own = emptyTally();
      for (const bin of bins) {
        addBin(own, bin);
      }
      return quantile(own.latency, 0.95) ?? Number.NaN;
    });
    const meanOfPercentiles = means.reduce((sum, one) => sum + one, 0) / OF;
    expect(nearestRank(sorted, 0.95)).toBeGreaterThan(1.5 * meanOfPercentiles);
  });

  it('is refused when a part is missing, there twice, or of another load', () => {
    const [first, second, third] = parts;
    if (first === undefined || second === undefined || third === undefined) {
      throw new Error('there are not three parts');
    }
    expect(() => mergeSegments([first, third])).toThrow('the load is not whole: 2/3 is missing');
    expect(() => mergeSegments([first, second, third, third])).toThrow('one of them is there twice');
    expect(() => mergeSegments([first, second, { ...third, rate: 46 }])).toThrow(
      'part 3/3 is of another load than 1/3',
    );
    const { segment: _, ...wholeLoad } = third;
    expect(() => mergeSegments([first, second, wholeLoad])).toThrow('they were run whole');
    expect(() => mergeSegments([])).toThrow('no part');
  });

  it('is doubtful when the parts began far apart', () => {
    const [first, ...others] = parts;
    if (first === undefined) {
      throw new Error('there is no part');
    }
    const late = { ...first, startedAt: new Date(Date.parse(first.startedAt) + 30_000).toISOString() };
    expect(mergeSegments([late, ...others]).generator.problems.map(({ code }) => code)).toContain('segments-apart');
  });
});
