/** From observations to one number, by the kind of indicator: exact where counts and decimals are, with an interval where there is one. */
import type { Reason } from '../../../report/evidence.ts';
import { formatCount } from '../../../report/format.ts';
import { type Observation, readingsOf } from '../observation.ts';
import type { Promised } from '../promised.ts';
import type { Selected } from '../select.ts';
import { counts, pooledShare } from './counted.ts';
import { coverage } from './coverage.ts';
import { durations } from './durations.ts';
import { elasticity } from './elasticity.ts';
import { change, level } from './means.ts';
import type { Measured } from './measured.ts';
import { taken } from './taken.ts';

/**
 * The number that the promise is about, or why there is none. `now` in milliseconds, for what has not ended. Of several runs those that found
 * no number say nothing, and hide nothing: what another one missed stays missed.
 */
export function measure(selected: Selected, promised: Promised, now: number): Measured | Reason {
  const told = selected.observations.filter(({ reading }) => !isBlank(reading));
  const blank = selected.observations.length - told.length;
  const measured = measureAll(told.length === 0 ? selected : { ...selected, observations: told }, promised, now);
  if ('code' in measured) {
    return measured;
  }
  const more = blank === 0 || told.length === 0 ? '' : `; ${formatCount(blank)} more without a number`;
  const origin = told[0]?.origin ?? measured.method;
  return coverage(selected, promised, { ...measured, text: `${measured.text}${more}`, method: origin });
}

function isBlank(reading: Observation['reading']): boolean {
  return (
    reading.kind === 'measured' && reading.value === null && reading.lower === undefined && reading.upper === undefined
  );
}

function measureAll(selected: Selected, promised: Promised, now: number): Measured | Reason {
  const { observations } = selected;
  const newest = observations.toSorted((a, b) => b.to - a.to)[0];
  if (newest?.reading.kind === 'measured') {
    return taken(newest.reading, promised);
  }
  switch (promised.kind) {
    case 'share':
      return pooledShare(observations, promised);
    case 'duration':
    case 'loss':
      return durations(observations, promised, now);
    case 'count':
      return counts(selected, promised);
    case 'level':
      return level(readingsOf(observations, 'amount'), promised);
    case 'change':
      return change(selected, promised);
    case 'elasticity':
      return elasticity(readingsOf(observations, 'amount'), promised);
    default:
      return { code: 'not-measured', message: `${promised.indicator} comes with its evidence only` };
  }
}
