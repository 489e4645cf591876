/** A load against its baseline: a row for each indicator with its interval drawn, and what the numbers cannot say. */
import { type ForestRow, forestRow, REACH } from '../charts/forest.ts';
import { formatRatio, formatValue } from '../format.ts';
import { headline } from '../html/figure.ts';
import { type Markup, markup } from '../html/markup.ts';
import type { Place } from '../html/place.ts';
import { table } from '../html/table.ts';
import { keepUnits } from '../text.ts';
import type { Compared, ComparisonRecord } from './record.ts';
import { formatChange, STATES } from './words.ts';

/** The section. */
export function comparisonSection(comparison: ComparisonRecord, place: Place): Markup {
  const { caveats, conditions, confidence, indicators, method, seconds } = comparison;
  const notes = [
    ...caveats,
    ...conditions.map(
      ({ name, baseline, candidate }) => `Another ${name}: ${candidate}; the baseline had ${baseline}.`,
    ),
  ];
  return markup`<section>${headline(place.level, 'Against the baseline')}
${notes.length > 0 && markup`<ul class="problems">${notes.map((note) => markup`<li>${note}</li>`)}</ul>`}
${table({
  caption: `Intervals at ${formatRatio(confidence)}, drawn in tolerances: no change in the middle, right is worse, the dashed line is the tolerance; the axis ends at ${REACH} of them.`,
  narrow: 'stack',
  columns: [
    { label: 'Indicator' },
    { label: 'Baseline', kind: 'number' },
    { label: 'This', kind: 'number' },
    { label: 'Change' },
    { label: 'Drawn' },
    { label: 'State' },
  ],
  rows: indicators.map((one) => [
    one.indicator,
    formatValue({ unit: one.unit, value: one.baseline }),
    formatValue({ unit: one.unit, value: one.candidate }),
    changeCell(one),
    drawn(forestRow(one)),
    stateCell(one),
  ]),
})}
<p class="quiet">Found by: ${method}. The first ${seconds} s of each run.</p>${sources(comparison)}</section>`;
}

function changeCell(one: Compared): Markup | string {
  if (one.change === null) {
    return '–';
  }
  const { value, lower, upper } = one.change;
  return markup`<b>${formatChange(one, value)}</b><small>${keepUnits(`${formatChange(one, lower)} to ${formatChange(one, upper)}`)}</small>`;
}

function stateCell(one: Compared): Markup {
  const { word, sign } = STATES[one.state];
  const beyond = one.beyondTolerance ? `, beyond the tolerance of ${formatChange(one, one.tolerance, 'plain')}` : '';
  const smallest =
    one.smallestShown === null || one.state === 'better' || one.state === 'worse'
      ? undefined
      : markup`<small>would have shown ${formatChange(one, one.smallestShown, 'plain')}</small>`;
  return markup`${sign} ${word}${beyond}${smallest}${one.note && markup`<small>${one.note}</small>`}`;
}

const WIDTH = 200;
const HEIGHT = 20;

function drawn(row: ForestRow | undefined): Markup | string {
  if (row === undefined) {
    return '–';
  }
  const x = (place: number): number => Math.round((4 + place * (WIDTH - 8)) * 10) / 10;
  const middle = HEIGHT / 2;
  const left = row.beyondLeft ? markup`<path d="M${x(0) + 5} ${middle - 4}l-5 4 5 4"/>` : endMark(x(row.lower));
  const right = row.beyondRight ? markup`<path d="M${x(1) - 5} ${middle - 4}l5 4 -5 4"/>` : endMark(x(row.upper));
  return markup`<svg class="forest" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true"><path class="axis" d="M${x(0.5)} 0V${HEIGHT}"/><path class="tolerance" d="M${x(row.tolerance)} 0V${HEIGHT}"/><g class="span"><path d="M${x(row.lower)} ${middle}H${x(row.upper)}"/>${left}${right}</g><circle class="point" cx="${x(row.value)}" cy="${middle}" r="4"/></svg>`;
}

function endMark(x: number): Markup {
  return markup`<path d="M${x} ${HEIGHT / 2 - 4}v8"/>`;
}

function sources({ sources: files }: ComparisonRecord): Markup | false {
  return (
    files.length > 0 &&
    markup`<p class="quiet">Compared with ${files.map(({ file, sha256 }, index) => markup`${index > 0 && ', '}<code>${file}</code> (SHA-256 <code>${sha256.slice(0, 16)}…</code>)`)}.</p>`
  );
}
