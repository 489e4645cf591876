/** The sections of one record, in the order of what a reader asks: what came out, the numbers, the parts, the charts, the evidence. */
import { latencyChart, outcomeChart, revisionChart } from '../charts/load.ts';
import { achievedChart, errorsChart, inFlightChart } from '../charts/load-flow.ts';
import { eventsInOrder, seriesCharts, timeAxisOf, zeroOf } from '../charts/series.ts';
import { comparisonSection } from '../comparison/html.ts';
import { deploymentSection } from '../deployment/html.ts';
import { doraSection } from '../dora/html.ts';
import { notOfDora } from '../dora/words.ts';
import type { Check, Evidence, Measurement, Reason } from '../evidence.ts';
import { experimentSection } from '../experiment/html.ts';
import { hasPages, headlineOf, overviewOf, partIndexOf } from '../facts.ts';
import {
  counted,
  formatBounds,
  formatClock,
  formatCount,
  formatSeconds,
  formatTime,
  formatValue,
  secondsBetween,
} from '../format.ts';
import { loadSection } from '../load/html.ts';
import { nightsSection } from '../nights/html.ts';
import { scalingSection } from '../scaling/html.ts';
import { scorecardSection } from '../scorecard/html.ts';
import { keepUnits } from '../text.ts';
import { figure, headline } from './figure.ts';
import { type Markup, type MarkupValue, markup } from './markup.ts';
import type { Place } from './place.ts';
import { breakable, table } from './table.ts';
import { verdictChip } from './verdict.ts';

/** Everything below a record's own header; `place.level` is the level of its sections' headings. */
export function recordSections(evidence: Evidence, place: Place): Markup {
  // Before a run it is what there is to read; after it, what happened comes first.
  const experiment = evidence.experiment && experimentSection(evidence.experiment, place);
  return markup`${factsList(evidence)}${overview(evidence, place)}${evidence.nights && nightsSection(evidence.nights, place)}${
    evidence.scorecard && scorecardSection(evidence.scorecard, place)
  }${
    evidence.comparison && comparisonSection(evidence.comparison, place)
  }${evidence.dora && doraSection(evidence.dora, place)}${evidence.scaling && scalingSection(evidence.scaling, place)}${
    evidence.load === undefined && experiment
  }${charts(evidence, place)}${eventsSection(evidence, place)}${evidence.load && experiment}${
    evidence.deployment && deploymentSection(evidence.deployment, place)
  }${evidence.load && loadSection(evidence.load, place)}${measurementsSection(notOfDora(evidence), place)}${seriesSection(evidence, place)}${evidence.parts.map(
    (part, index) => partSection(part, { id: partId(place, index), level: Math.min(place.level, 6) }),
  )}`;
}

/** All reasons: the first as the sentence to read, the others as a list, each with its code. */
export function reasonsList(reasons: readonly Reason[]): Markup {
  const [first, ...rest] = reasons;
  return markup`<p class="reason">${first?.message} <code>${first?.code}</code></p>${
    rest.length > 0 &&
    markup`<ul class="reasons">${rest.map((reason) => markup`<li>${reason.message} <code>${reason.code}</code></li>`)}</ul>`
  }`;
}

function partId(place: Place, index: number): string {
  return `${place.id}-${index + 1}`;
}

function factsList(evidence: Evidence): Markup | false {
  const facts = headlineOf(evidence).map(
    (fact) =>
      markup`<div><dt>${fact.label}</dt><dd>${keepUnits(fact.value)}${fact.note && markup`<small>${keepUnits(fact.note)}</small>`}</dd></div>`,
  );
  return facts.length > 0 && markup`<dl class="facts">${facts}</dl>`;
}

function overview(evidence: Evidence, place: Place): Markup | undefined {
  const rows = overviewOf(evidence);
  if (rows.length === 0) {
    return undefined;
  }
  const title = titleOf(evidence);
  const timed = rows.some((row) => row.seconds !== undefined);
  return markup`<section>${headline(place.level, title)}${table({
    caption: title,
    hideCaption: true,
    narrow: 'stack',
    columns: [
      { label: 'Name' },
      { label: 'Verdict' },
      { label: 'Expected' },
      { label: 'Observed' },
      ...(timed ? [{ label: 'Took', kind: 'number' } as const] : []),
    ],
    rows: rows.map((row, index) => {
      const part = partIndexOf(evidence, index);
      return [
        nameOf(row, part === undefined ? undefined : `#${partId(place, part)}`),
        verdictChip(row.verdict),
        keepUnits(row.expected ?? '–'),
        keepUnits(row.observed ?? '–'),
        ...(timed ? [row.seconds === undefined ? '–' : formatSeconds(row.seconds)] : []),
      ];
    }),
  })}</section>`;
}

function titleOf(evidence: Evidence): string {
  if (hasPages(evidence)) {
    return 'Platforms';
  }
  return evidence.operation === 'rehearse' || partIndexOf(evidence, 0) !== undefined ? 'Scenarios' : 'Checks';
}

/** Leads to the report that tells all of it, else to the part of this one. */
function nameOf({ name, page }: Check, anchor: string | undefined): MarkupValue {
  const to = page ?? anchor;
  return to === undefined ? name : markup`<a href="${to}">${name}</a>`;
}

function charts(evidence: Evidence, place: Place): Markup | undefined {
  const { load } = evidence;
  const models = [
    ...(load === undefined
      ? []
      : [
          outcomeChart(load),
          revisionChart(load, evidence.deployment),
          latencyChart(load),
          achievedChart(load),
          errorsChart(load),
          inFlightChart(load),
        ]),
    ...seriesCharts(evidence),
  ].flatMap((model) => model ?? []);
  if (models.length === 0) {
    return undefined;
  }
  const axis = timeAxisOf(evidence);
  const key =
    axis.marks.length > 0 &&
    markup`<p class="quiet">Numbers above a chart mark the <a href="#${place.id}-events">events</a> listed below the charts.</p>`;
  return markup`<section>${headline(place.level, 'Over time')}${key}${models.map((model, index) =>
    figure(model, axis, `${place.id}-c${index + 1}`, place.level + 1),
  )}</section>`;
}

function eventsSection(evidence: Evidence, place: Place): Markup | undefined {
  const events = eventsInOrder(evidence);
  if (events.length === 0) {
    return undefined;
  }
  const zero = zeroOf(evidence);
  return markup`<section id="${place.id}-events">${headline(place.level, 'Events')}${table({
    caption: `Seconds count from ${formatTime(zero)}`,
    narrow: 'fit',
    columns: [
      { label: '#', kind: 'number' },
      { label: 'At', kind: 'number' },
      { label: 'Clock, UTC', wideOnly: true },
      { label: 'Kind' },
      { label: 'What happened' },
    ],
    rows: events.map((event, index) => [
      index + 1,
      formatAt(secondsBetween(zero, event.at)),
      formatClock(event.at),
      markup`<span class="kind ${event.kind}">${event.kind}</span>`,
      markup`${breakable(event.label)}${event.detail && markup`<small>${breakable(event.detail)}</small>`}`,
    ]),
  })}</section>`;
}

function formatAt(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

function measurementsSection(measurements: readonly Measurement[], place: Place): Markup | undefined {
  if (measurements.length === 0) {
    return undefined;
  }
  return markup`<section>${headline(place.level, 'Measurements')}${table({
    caption: 'Measurements with bounds, number of observations and method',
    hideCaption: true,
    narrow: 'stack',
    columns: [
      { label: 'Indicator' },
      { label: 'Value', kind: 'number' },
      { label: 'Bounds' },
      { label: 'n', kind: 'number' },
      { label: 'Method' },
    ],
    rows: measurements.map((one) => [
      keepUnits(one.indicator),
      markup`<b>${formatValue(one)}</b>`,
      keepUnits(formatBounds(one) ?? '–'),
      one.n === undefined ? '–' : formatCount(one.n),
      keepUnits(one.method),
    ]),
  })}</section>`;
}

const MOST_POINTS = 500;

function seriesSection(evidence: Evidence, place: Place): Markup | undefined {
  if (evidence.series.length === 0) {
    return undefined;
  }
  const tables = evidence.series.map((series) => {
    const shown = series.points.slice(0, MOST_POINTS);
    const rest = series.points.length - shown.length;
    return markup`<details><summary>${series.name}: ${counted(series.points.length, 'point')}</summary>${table({
      caption: `${series.name}, ${series.unit}, from ${series.source}${rest > 0 ? `; ${formatCount(rest)} more in the evidence` : ''}`,
      narrow: 'scroll',
      columns: [{ label: 'Time' }, { label: series.unit === '' ? 'value' : series.unit, kind: 'number' }],
      rows: shown.map(([at, value]) => [at, value ?? 'no data']),
    })}</details>`;
  });
  return markup`<section>${headline(place.level, 'Raw series')}${tables}</section>`;
}

function partSection(part: Evidence, place: Place): Markup {
  const took = formatSeconds(secondsBetween(part.startedAt, part.finishedAt));
  return markup`<section class="part" id="${place.id}" aria-labelledby="${place.id}-h">
<header><p class="quiet">${part.operation} · ${formatTime(part.startedAt)} · ${took}</p>
<div id="${place.id}-h">${headline(place.level, markup`${part.title} ${verdictChip(part.verdict)}`)}</div>
${reasonsList(part.reasons)}${subjectLine(part)}</header>
${recordSections(part, { id: place.id, level: Math.min(place.level + 1, 6) })}
</section>`;
}

function subjectLine({ subject }: Evidence): Markup | undefined {
  const words = [subject.platform, subject.environment, subject.service, subject.revision].filter(
    (word) => word !== undefined,
  );
  return words.length === 0 ? undefined : markup`<p class="quiet">${words.join(' / ')}</p>`;
}
