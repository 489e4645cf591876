/** A line that is one of several: told from the others by its colour and by a letter at its end. */
import type { LineLayer } from './model.ts';

/** The line with the letter of its `index` (0 is A). `amount` = its last value as people read it; undefined: it has none. */
export function letteredLine(
  name: string,
  index: number,
  points: LineLayer['points'],
  amount: string | undefined,
): LineLayer {
  const letter = String.fromCharCode(65 + index);
  return {
    kind: 'line',
    join: 'points',
    className: `line${index}`,
    label: `${letter} ${name}`,
    endLabel: letter,
    endsInside: true,
    ...(amount === undefined ? {} : { amount }),
    points,
  };
}
