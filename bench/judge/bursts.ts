/**
 * What bursts that hit each arm apart do to the judge's promise, and what the cap on a single block saves. They break the model: within a
 * block requests fail together, so that no error bound is promised. The same streams are judged with the cap and without it.
 */
import { type EProcessState, observeBlock, startEProcess } from '../../src/statistics/block-e-process.ts';
import type { Boundary } from '../../src/statistics/boundary.ts';
import type { JudgeOptions } from '../../src/statistics/judge.ts';
import type { Rule } from './peers.ts';
import type { Stream, Weather } from './streams.ts';

/** Judges one metric as the judge does, but takes from a block all that it brings. */
export function withoutCap({ alpha, beta, boundary }: Pick<JudgeOptions, 'alpha' | 'beta' | 'boundary'>): () => Rule {
  return () => {
    let rollback: EProcessState = startEProcess('rollback');
    let promote: EProcessState = startEProcess('promote');
    return ({ baseline, candidate }) => {
      const counts = {
        baseline: { requests: baseline.requests, bad: baseline.errors },
        candidate: { requests: candidate.requests, bad: candidate.errors },
      };
      const options = { boundary, cap: Number.POSITIVE_INFINITY };
      rollback = observeBlock(rollback, counts, { ...options, direction: 'rollback' });
      promote = observeBlock(promote, counts, { ...options, direction: 'promote' });
      if (rollback.logE >= Math.log(1 / alpha)) {
        return 'fail';
      }
      return promote.logE >= Math.log(1 / beta) ? 'pass' : undefined;
    };
  };
}

/** On the boundary, where both decisions are wrong; a factor on an arm moves it off, which is the breach of the model. */
const MARGIN = 0.25;
export const BURST_BOUNDARY: Boundary = { margin: MARGIN, tolerance: 0 };

export interface BurstRow {
  readonly weather: Weather;
  readonly stream: Stream;
}

/** Every combination of base rate and weight, under frequent small bursts and under rare large ones. */
export function burstRows(): readonly BurstRow[] {
  return (['own bursts', 'own outages'] as const).flatMap((weather) =>
    [0.001, 0.01, 0.05].flatMap((baseline) =>
      [0.01, 0.05, 0.5].map((weight) => ({
        weather,
        stream: { baseline, candidate: (1 + MARGIN) * baseline, weight, requestsPerBlock: 2000, weather },
      })),
    ),
  );
}
