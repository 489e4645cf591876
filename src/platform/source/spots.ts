/** Where each value of a document stands, and how it was written. */
import type { LineCounter } from 'yaml';

export type Path = readonly (string | number)[];

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where a value stands, and what is in it. */
export interface Spot {
  key: number | undefined;
  value: number;
  empty: boolean;
  text: string | undefined;
  inner: Map<string | number, Spot> | undefined;
}

/** Where the values of a document stand. */
export interface Places {
  has(path: Path): boolean;
  /** Where a value (or its key) stands; for something that is not there, the nearest thing around it. */
  place(path: Path, part: 'key' | 'value'): Place;
  /** A scalar as it was written: `0.9950` stays `0.9950`. */
  textAt(path: Path): string | undefined;
}

/** A spot of which nothing is known yet. */
export function newSpot(): Spot {
  return { key: undefined, value: 0, empty: false, text: undefined, inner: undefined };
}

/** The spot of a key or an index within another one, made anew. */
export function innerSpot(spot: Spot, step: string | number): Spot {
  const inner = newSpot();
  spot.inner ??= new Map();
  spot.inner.set(step, inner);
  return inner;
}

/** The spot at the end of a path, or undefined. */
function spotAt(root: Spot, path: Path): Spot | undefined {
  return path.reduce<Spot | undefined>((spot, step) => spot?.inner?.get(step), root);
}

/** Answers from the spots; `start` is the offset of the document, for what is not there at all. */
export function placesOf(root: Spot | undefined, start: number, lines: LineCounter): Places {
  const at = (path: Path) => (root === undefined ? undefined : spotAt(root, path));
  return {
    has: (path) => at(path) !== undefined,
    textAt: (path) => at(path)?.text,
    place: (path, part) => {
      let spot = at(path);
      let wanted = part;
      for (let length = path.length - 1; spot === undefined && length > 0; length -= 1) {
        spot = at(path.slice(0, length));
        wanted = 'key';
      }
      const useKey = spot?.key !== undefined && (wanted === 'key' || spot.empty);
      const { line, col } = lines.linePos((useKey ? spot?.key : spot?.value) ?? start);
      return { line: Math.max(1, line), column: Math.max(1, col) };
    },
  };
}
