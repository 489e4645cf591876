/** The levels of a load: stretches of one rate, without what it took to settle. Pure. */
import type { Shape } from '../../../measure/types.ts';

export interface Level {
  /** Seconds of the load, from its start. */
  readonly from: number;
  readonly to: number;
  /** Planned arrivals per second. */
  readonly planned: number;
}

/**
 * Every stage that holds its rate for longer than `settleSeconds` is a level. Neighbouring stages of one rate are one level.
 * @param untilSecond what comes later is not judged
 */
export function levelsOf(shape: Shape, settleSeconds: number, untilSecond = Number.POSITIVE_INFINITY): Level[] {
  const held: { from: number; to: number; planned: number }[] = [];
  let [at, rate] = [0, shape.startRate];
  for (const stage of shape.stages) {
    const last = held.at(-1);
    if (stage.rate === rate && stage.seconds > 0) {
      if (last?.to === at && last.planned === rate) {
        last.to = at + stage.seconds;
      } else {
        held.push({ from: at, to: at + stage.seconds, planned: rate });
      }
    }
    at += stage.seconds;
    rate = stage.rate;
  }
  return held
    .map(({ from, to, planned }) => ({ from: from + settleSeconds, to: Math.min(to, untilSecond), planned }))
    .filter(({ from, to, planned }) => to > from && planned > 0);
}
