/** SVG path data. Coordinates are rounded to a tenth of a unit: smaller differences cannot be seen. */
import type { AreaLayer, LineLayer } from './model.ts';

/** Turns seconds into x and values into y. */
export interface Projection {
  readonly x: (seconds: number) => number;
  readonly y: (value: number) => number;
}

/** A coordinate with at most one decimal. */
export function coordinate(value: number): number {
  return Math.round(value * 10) / 10;
}

/** One rectangle for each piece of an area, as one path. */
export function areaPath(layer: AreaLayer, { x, y }: Projection): string {
  return layer.pieces
    .filter((piece) => piece.high > piece.low)
    .map((piece) => {
      const [left, right, top, bottom] = [x(piece.from), x(piece.to), y(piece.high), y(piece.low)].map(coordinate);
      return `M${left} ${bottom}V${top}H${right}V${bottom}z`;
    })
    .join('');
}

/** A line with a break at every null. A point with no neighbour becomes a dot (a line of no length with round ends). */
export function linePath(layer: LineLayer, { x, y }: Projection): string {
  let path = '';
  let drawing = false;
  for (const [index, { at, value }] of layer.points.entries()) {
    if (value === null) {
      drawing = false;
      continue;
    }
    const next = layer.points[index + 1];
    const px = coordinate(x(at));
    const py = coordinate(y(value));
    if (!drawing) {
      path += `M${px} ${py}h0`;
    } else if (layer.join === 'points') {
      path += `L${px} ${py}`;
    } else {
      path += `V${py}`;
    }
    if (layer.join === 'steps' && next !== undefined) {
      path += `H${coordinate(x(next.at))}`;
    }
    drawing = true;
  }
  return path;
}

/**
 * At most about `limit` points that keep the shape: of each stretch its first, smallest, largest, last and first unknown point, in order.
 * Only for drawing; tables and verdicts use all points.
 */
export function thin(points: LineLayer['points'], limit = 600): LineLayer['points'] {
  if (points.length <= limit) {
    return points;
  }
  const size = Math.ceil(points.length / (limit / 5));
  const kept: LineLayer['points'][number][] = [];
  for (let start = 0; start < points.length; start += size) {
    const stretch = points.slice(start, start + size);
    const known = stretch.filter((point) => point.value !== null);
    known.sort((a, b) => Number(a.value) - Number(b.value));
    const gap = stretch.find((point) => point.value === null);
    const wanted = new Set([stretch[0], stretch.at(-1), gap, known[0], known.at(-1)]);
    kept.push(...stretch.filter((point) => wanted.has(point)));
  }
  return kept;
}
