/** The time axis that the charts of a record share, and charts of its raw series. */
import type { Evidence, EvidenceEvent, Series } from '../evidence.ts';
import { formatNumber, formatTick, secondsBetween } from '../format.ts';
import { spanOf } from '../load/windows.ts';
import { EVIDENCE_UNIT, evidenceChart } from './judgement.ts';
import type { ChartModel, LineLayer, Mark, TimeAxis } from './model.ts';
import { thin } from './path.ts';
import { linearScale } from './scale.ts';

const MOST_LINES = 6;

const TONES: Readonly<Record<EvidenceEvent['kind'], Mark['tone']>> = {
  stage: 'plain',
  change: 'plain',
  note: 'plain',
  decision: 'decision',
  fault: 'trouble',
  alarm: 'trouble',
  problem: 'trouble',
};

/** The moment that the record's charts and lists count seconds from: the start of its load, else its own. */
export function zeroOf(evidence: Evidence): string {
  return evidence.load?.startedAt ?? evidence.startedAt;
}

/** Events in the order of time; an event's number in charts and lists is its place here, from 1. */
export function eventsInOrder(evidence: Evidence): readonly EvidenceEvent[] {
  return [...evidence.events].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** The axis over all load and series of the record, or all of the record without load. Events outside it are not marked, only listed. */
export function timeAxisOf(evidence: Evidence): TimeAxis {
  const zero = zeroOf(evidence);
  const times = evidence.series.flatMap((series) => series.points.map(([at]) => secondsBetween(zero, at)));
  const load = [0, evidence.load === undefined ? secondsBetween(zero, evidence.finishedAt) : spanOf(evidence.load)];
  const from = [...times, ...load].reduce((low, time) => Math.min(low, time), 0);
  const to = [...times, ...load].reduce((high, time) => Math.max(high, time), from + 1);
  const marks = eventsInOrder(evidence)
    .map((event, index) => ({
      number: index + 1,
      at: secondsBetween(zero, event.at),
      tone: TONES[event.kind],
      label: event.label,
    }))
    .filter((mark) => mark.at >= from && mark.at <= to);
  return { from, to, zero, marks };
}

/** The evidence of a judgement against its bounds; of all else one chart for each unit and source, at most six lines each. */
export function seriesCharts(evidence: Evidence): ChartModel[] {
  const { judgement } = evidence;
  const isJudged = ({ unit }: Series) => judgement !== undefined && unit === EVIDENCE_UNIT;
  const judged = judgement && evidenceChart(evidence.series.filter(isJudged), judgement, timeAxisOf(evidence));
  return [...(judged === undefined ? [] : [judged]), ...plainCharts(evidence, (series) => !isJudged(series))];
}

function plainCharts(evidence: Evidence, isPlain: (series: Series) => boolean): ChartModel[] {
  const groups = new Map<string, Series[]>();
  for (const series of evidence.series.filter(isPlain)) {
    const key = JSON.stringify([series.unit, series.source]);
    groups.set(key, [...(groups.get(key) ?? []), series]);
  }
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / MOST_LINES) }, (_, index) =>
      seriesChart(group.slice(index * MOST_LINES, (index + 1) * MOST_LINES), zeroOf(evidence)),
    ),
  );
}

function seriesChart(group: readonly Series[], zero: string): ChartModel {
  const [first] = group;
  const layers = group.map((series, index) => lineOf(series, index, zero, group.length > 1));
  const values = layers.flatMap((layer) => layer.points.flatMap((point) => point.value ?? []));
  const hasGap = group.some((series) => series.points.some(([, value]) => value === null));
  return {
    title: capitalised(group.map((series) => series.name).join(' · ')),
    subtitle: `From ${first?.source ?? ''}. A value holds until the next one${hasGap ? '; a gap is a time of which nothing is known' : ''}.`,
    description: layers.map((layer) => describe(layer)).join(' '),
    unit: first?.unit ?? '',
    scale: linearScale(values),
    formatTick,
    layers,
    hover: [],
  };
}

function lineOf(series: Series, index: number, zero: string, labelled: boolean): LineLayer {
  const points = series.points
    .map(([at, value]) => ({ at: secondsBetween(zero, at), value }))
    .sort((a, b) => a.at - b.at);
  const letter = String.fromCharCode(65 + index);
  return {
    kind: 'line',
    join: 'steps',
    className: `line${index}`,
    label: labelled ? `${letter} ${series.name}` : series.name,
    points: thin(points),
    ...(labelled ? { endLabel: letter } : {}),
  };
}

function describe(layer: LineLayer): string {
  const values = layer.points.flatMap((point) => point.value ?? []);
  const last = values.at(-1);
  return last === undefined
    ? `${layer.label}: no data.`
    : `${layer.label}: from ${formatNumber(values.reduce((low, value) => Math.min(low, value)))} to ${formatNumber(values.reduce((high, value) => Math.max(high, value)))}, at the end ${formatNumber(last)}.`;
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
