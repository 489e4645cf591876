/** The scorecard on the page: missed first, each number against its target, and rehearsals in a column of their own. */
import { againstTarget } from '../charts/against-target.ts';
import { formatTime } from '../format.ts';
import { headline } from '../html/figure.ts';
import { type Markup, type MarkupValue, markup } from '../html/markup.ts';
import type { Place } from '../html/place.ts';
import { breakable, table } from '../html/table.ts';
import { verdictIcon } from '../html/verdict.ts';
import { keepUnits } from '../text.ts';
import type { Judged, ScorecardRecord, ScorecardRow } from './record.ts';
import { changeText, intervalText, STATE_WORDS, sinceText, supportText, toKnow } from './words.ts';

/** The sections. */
export function scorecardSection(scorecard: ScorecardRecord, place: Place): Markup {
  const { conflicts, environment, rows } = scorecard;
  const rehearsed = rows.some(({ rehearsal }) => rehearsal !== undefined);
  const conflicting = conflicts.map(({ message }) => message);
  return markup`${listSection('Targets in conflict', conflicting, place)}<section class="scorecard">${headline(place.level, 'Targets')}
${
  rows.length > 0 &&
  table({
    caption: `By the evidence of ${environment}. Drawn: the target in the middle, better to the right, with the 95 % interval where there is one. What is supported is inferred; what is met was observed.`,
    narrow: 'stack',
    columns: [
      { label: 'Target' },
      { label: 'State' },
      { label: 'Measured' },
      { label: 'Drawn' },
      ...(rehearsed ? [{ label: 'In rehearsals' }] : []),
    ],
    rows: rows.map((row) => [
      nameCell(row),
      stateChip(row.production),
      measuredCell(row),
      drawn(row),
      ...(rehearsed ? [rehearsalCell(row)] : []),
    ]),
  })
}
${rehearsed && markup`<p class="quiet">Evidence of a rehearsal never counts for ${environment}.</p>`}</section>
${changes(scorecard, place)}${origins(scorecard, place)}${listSection('To know', toKnow(scorecard), place)}`;
}

function nameCell({ description, id, promise }: ScorecardRow): Markup {
  return markup`<b>${breakable(id)}</b><small>${keepUnits(promise)}</small>${description && markup`<small class="described">${description}</small>`}`;
}

function stateChip({ state, reason }: Judged): Markup {
  const { look, word } = STATE_WORDS[state];
  return markup`<span class="chip ${look}">${verdictIcon(look)}${word}</span>${state === 'unknown' && markup`<small><code>${reason.code}</code></small>`}`;
}

function measuredCell(row: ScorecardRow): Markup {
  const { production } = row;
  const interval = intervalText(row, production);
  const support = supportText(production);
  return markup`${keepUnits(production.reason.message)}${interval && markup`<small>${keepUnits(interval)}</small>`}${support && markup`<small>${keepUnits(support)}</small>`}`;
}

function rehearsalCell({ rehearsal }: ScorecardRow): MarkupValue {
  if (rehearsal === undefined) {
    return NOTHING;
  }
  const { look, word } = STATE_WORDS[rehearsal.state];
  return markup`<span class="chip ${look}">${verdictIcon(look)}${word}</span><small>${keepUnits(rehearsal.reason.message)}</small>`;
}

/** Left out on a narrow screen, where each cell is a line. */
const NOTHING = markup`<span class="none">–</span>`;

const WIDTH = 160;
const HEIGHT = 20;

function drawn(row: ScorecardRow): MarkupValue {
  const places = againstTarget(row, row.production);
  if (places === undefined) {
    return NOTHING;
  }
  const x = (at: number): number => Math.round((4 + at * (WIDTH - 8)) * 10) / 10;
  const middle = HEIGHT / 2;
  const { lower, upper, value } = places;
  const span =
    lower !== undefined &&
    upper !== undefined &&
    markup`<g class="span"><path d="M${x(lower)} ${middle}H${x(upper)}"/><path d="M${x(lower)} ${middle - 4}v8"/><path d="M${x(upper)} ${middle - 4}v8"/></g>`;
  return markup`<svg class="forest" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true"><rect class="good" x="${x(0.5)}" y="0" width="${WIDTH - x(0.5)}" height="${HEIGHT}"/><path class="axis" d="M${x(0.5)} 0V${HEIGHT}"/>${span}<circle class="point" cx="${x(value)}" cy="${middle}" r="4"/></svg>`;
}

function listSection(title: string, items: readonly string[], place: Place): Markup | false {
  return (
    items.length > 0 &&
    markup`<section>${headline(place.level, title)}<ul class="problems">${items.map((item) => markup`<li>${keepUnits(item)}</li>`)}</ul></section>`
  );
}

function changes({ previous }: ScorecardRecord, place: Place): Markup | undefined {
  if (previous === undefined) {
    return undefined;
  }
  const items = previous.changes.map((change) => markup`<li><b>${change.id}</b>: ${changeText(change)}</li>`);
  return markup`<section>${headline(place.level, 'Since the last time')}<p>${sinceText(previous)}</p>${items.length > 0 && markup`<ul class="problems">${items}</ul>`}</section>`;
}

/** Where each number comes from. */
function origins({ rows, targets }: ScorecardRecord, place: Place): Markup | undefined {
  const own = (row: ScorecardRow, judged: Judged, column: string): MarkupValue[] => [
    breakable(row.id),
    markup`<span class="whole">${column}</span>`,
    markup`${judged.window && `${formatTime(judged.window.from)} to ${formatTime(judged.window.to)}`}${judged.method && markup`<small>${judged.method}</small>`}`,
    markup`${judged.sources.map(
      ({ file, sha256 }) =>
        markup`<code>${breakable(file)}</code><small>SHA-256 <code>${sha256.slice(0, 16)}…</code></small>`,
    )}${judged.sourceCount > judged.sources.length && markup`<small>and ${judged.sourceCount - judged.sources.length} more</small>`}`,
  ];
  const found = rows.flatMap((row) => [
    ...(row.production.sourceCount > 0 ? [own(row, row.production, 'production')] : []),
    ...(row.rehearsal === undefined ? [] : [own(row, row.rehearsal, 'rehearsal')]),
  ]);
  const promised =
    targets &&
    markup`<p class="quiet">Promised in <code>${targets.file}</code> (SHA-256 <code>${targets.sha256.slice(0, 16)}…</code>).</p>`;
  if (found.length === 0) {
    return promised;
  }
  return markup`<section class="scorecard">${headline(place.level, 'Where the numbers come from')}${promised}${table({
    caption: 'Files, windows and methods of each target',
    hideCaption: true,
    narrow: 'stack',
    columns: [{ label: 'Target' }, { label: 'Of' }, { label: 'Window, method' }, { label: 'Files' }],
    rows: found,
  })}</section>`;
}
