/** How the clock of the metrics ticks that the judge of a shift reads, and how long it may take. Pure. */
import type { JudgeSettings } from '../../../platform/model/deploy.ts';
import { watchTiming } from '../watch/watch-timing.ts';
import type { Periods } from './steps.ts';

export interface ShiftTiming extends Periods {
  /** How long the pause before 100 % may wait for evidence. */
  readonly horizonSeconds: number;
  /** True where a request counts when it has ended, together with its answer. */
  readonly countsAtEnd: boolean;
}

/** In a rehearsal requests take as long as ever: their answers would still come from before the shift. */
const SHORTEST_REHEARSED_WARM_UP = 6;
const SHORTEST_REHEARSED_HORIZON = 20;

/** k6's stream has every second within two; of ten, also a tenth of fifty requests a second is a block worth a look. */
const STREAM_PERIODS = { periodSeconds: 10, lagSeconds: 2, countsAtEnd: true };

/**
 * As configured; the speed of a rehearsal shortens it as it shortens a bake.
 * @param source `k6` where the blocks come from the stream of a load, by the second
 */
export function shiftTiming(
  judge: Pick<JudgeSettings, 'warmUpSeconds' | 'horizonSeconds'>,
  rehearsalSpeed: number | undefined,
  source: 'cloudwatch' | 'k6' = 'cloudwatch',
): ShiftTiming {
  const speed = rehearsalSpeed ?? 1;
  const shortest =
    rehearsalSpeed === undefined
      ? { warmUp: 0, horizon: 0 }
      : { warmUp: SHORTEST_REHEARSED_WARM_UP, horizon: SHORTEST_REHEARSED_HORIZON };
  const { periodSeconds, lagSeconds, countsAtEnd } =
    source === 'k6' && rehearsalSpeed === undefined
      ? STREAM_PERIODS
      : watchTiming(judge.horizonSeconds, rehearsalSpeed);
  return {
    periodSeconds,
    lagSeconds,
    countsAtEnd,
    warmUpSeconds: Math.max(shortest.warmUp, judge.warmUpSeconds / speed),
    horizonSeconds: Math.max(shortest.horizon, judge.horizonSeconds / speed),
  };
}

/** The longest that the judge may keep a pause waiting: to the horizon, or until a step is covered and read. */
export function longestJudgement(timing: ShiftTiming, stepBakeSeconds: number): number {
  const { warmUpSeconds, periodSeconds, lagSeconds, horizonSeconds } = timing;
  return (
    Math.max(horizonSeconds, warmUpSeconds + Math.max(periodSeconds, stepBakeSeconds) + lagSeconds) + 2 * periodSeconds
  );
}
