/** Recovery times and availability, night by night: a line for each thing that was tried. */
import { formatIn, formatTick, secondsBetween } from '../format.ts';
import type { NightStep, NightsRecord } from '../nights/record.ts';
import { letteredLine } from './lettered-line.ts';
import type { ChartModel, LineLayer, TimeAxis } from './model.ts';
import { linearScale } from './scale.ts';

/** More are not told apart. */
const MOST_LINES = 6;

interface Measure {
  readonly title: string;
  readonly subtitle: string;
  readonly unit: string;
  /** In the unit; null: there is no number; undefined: it was not tried. */
  readonly of: (step: NightStep) => number | null | undefined;
  /** As people read it. */
  readonly shown: (value: number) => string;
}

const MEASURES: readonly Measure[] = [
  {
    title: 'Recovery time, night by night',
    subtitle:
      'The upper end of each interval. A gap is a night on which it did not recover while it was watched, or was not tried.',
    unit: 's',
    of: ({ rto }) => rto?.upper,
    shown: (value) => formatIn('s', value),
  },
  {
    title: 'Requests lost, night by night',
    subtitle: 'Of all requests under the load of an experiment or a profile, in percent; availability is the rest.',
    unit: '%',
    of: ({ availability }) => (availability === undefined ? undefined : (1 - availability) * 100),
    shown: (value) => formatIn('ratio', value / 100),
  },
];

/** The axis over all nights; one night alone has a day around it. */
export function nightsAxis({ nights }: NightsRecord): TimeAxis {
  const zero = nights[0]?.at ?? new Date(0).toISOString();
  const last = secondsBetween(zero, nights.at(-1)?.at ?? zero);
  return { from: 0, to: Math.max(last, 86_400), zero, marks: [] };
}

/** One chart for each measure that any night has; none of one night alone, which has no course. */
export function nightsCharts(record: NightsRecord): ChartModel[] {
  if (record.nights.length < 2) {
    return [];
  }
  return MEASURES.flatMap((measure) => {
    const names = namesOf(record, measure);
    const groups = Array.from({ length: Math.ceil(names.length / MOST_LINES) }, (_, index) =>
      names.slice(index * MOST_LINES, (index + 1) * MOST_LINES),
    );
    return groups.map((group) => chartOf(record, measure, group));
  });
}

function namesOf({ nights }: NightsRecord, { of }: Measure): string[] {
  const measured = nights.flatMap(({ steps }) => steps.filter((step) => of(step) !== undefined));
  return [...new Set(measured.map(({ name }) => name))].sort();
}

function chartOf(record: NightsRecord, measure: Measure, names: readonly string[]): ChartModel {
  const layers = names.map((name, index) => lineOf(record, measure, name, index));
  const values = layers.flatMap(({ points }) => points.flatMap(({ value }) => value ?? []));
  return {
    title: measure.title,
    subtitle: measure.subtitle,
    description: layers.map(({ label, amount }) => `${label}: ${amount ?? 'no number'} on the last night.`).join(' '),
    unit: measure.unit,
    scale: linearScale(values),
    formatTick,
    layers,
    hover: [],
  };
}

function lineOf({ nights }: NightsRecord, measure: Measure, name: string, index: number): LineLayer {
  const zero = nights[0]?.at ?? '';
  const points = nights.map(({ at, steps }) => {
    const step = steps.find((one) => one.name === name);
    return { at: secondsBetween(zero, at), value: step === undefined ? null : (measure.of(step) ?? null) };
  });
  const last = points.at(-1)?.value ?? undefined;
  return letteredLine(name, index, points, last === undefined ? undefined : measure.shown(last));
}
