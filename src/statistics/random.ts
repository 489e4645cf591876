/** Numbers that look random and are the same for the same seed, so that what was drawn can be drawn again. */

/** Draws the next number, uniform on [0, 1). */
export type Random = () => number;

const WORD = 0x1_0000_0000;

/**
 * The generator sfc32 of Chris Doty-Humphrey (PractRand): 128 bits of state, a period of at least 2^32. `seed` is a whole number from 0
 * to 2^32 - 1.
 */
export function seededRandom(seed: number): Random {
  let a = 0;
  let b = seed >>> 0;
  let c = 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = ((c << 21) | (c >>> 11)) >>> 0;
    c = (c + sum) >>> 0;
    return sum / WORD;
  };
  // As its author does: the first numbers still show the seed.
  for (let step = 0; step < 15; step += 1) {
    next();
  }
  return next;
}
