/** What a chart shows, before it has a size: built from a record by pure functions, drawn by `draw.ts` at several widths. */
import type { Scale } from './scale.ts';

/** How a layer looks: a CSS class, and for areas the pattern that tells it apart without colour. */
export interface Look {
  readonly className: string;
  readonly label: string;
  /** Shown in the legend after the label, e.g. a total. */
  readonly amount?: string;
}

export interface AreaLayer extends Look {
  readonly kind: 'area';
  /** Stacked: each piece from `low` to `high` over `[from, to)` in seconds. Empty pieces are left out. */
  readonly pieces: readonly {
    readonly from: number;
    readonly to: number;
    readonly low: number;
    readonly high: number;
  }[];
}

export interface LineLayer extends Look {
  readonly kind: 'line';
  /** `steps`: a value holds until the next point. `points`: neighbours are joined. null ends the line: a gap is never bridged. */
  readonly join: 'steps' | 'points';
  readonly points: readonly { readonly at: number; readonly value: number | null }[];
  /** The last value is labelled at the end of the line with this short text. */
  readonly endLabel?: string;
  /** The label stands where the line ends, also when that is well before the plot does. */
  readonly endsInside?: true;
}

export interface ChartModel {
  readonly title: string;
  /** What the numbers are and how they were obtained; shown below the title. */
  readonly subtitle: string;
  /** For people who do not see the chart: what it shows, in numbers. */
  readonly description: string;
  readonly unit: string;
  readonly scale: Scale;
  readonly formatTick: (value: number) => string;
  /** Drawn in this order. */
  readonly layers: readonly (AreaLayer | LineLayer)[];
  /** What a pointer resting on a stretch of time is told. */
  readonly hover: readonly { readonly from: number; readonly to: number; readonly text: string }[];
  readonly judgedUntil?: number;
}

/** The time axis that all charts of a record share, so that they can be read one below the other. */
export interface TimeAxis {
  /** Seconds relative to `zero`. */
  readonly from: number;
  readonly to: number;
  /** ISO 8601: what second 0 is. */
  readonly zero: string;
  readonly marks: readonly Mark[];
}

/** An event on the time axis; `number` is its place in the list of events. */
export interface Mark {
  readonly number: number;
  readonly at: number;
  readonly tone: 'plain' | 'decision' | 'trouble';
  readonly label: string;
}
