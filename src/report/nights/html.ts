/** Nights on the page: what was tried tonight, charts over the nights, and a row for each night. */
import { nightsAxis, nightsCharts } from '../charts/nights.ts';
import { figure, headline } from '../html/figure.ts';
import { type Markup, markup } from '../html/markup.ts';
import type { Place } from '../html/place.ts';
import { breakable, table } from '../html/table.ts';
import { keepUnits } from '../text.ts';
import type { NightsRecord } from './record.ts';
import { NIGHT_HEADS, nightCells, STEP_HEADS, stepCells, tonightOf } from './words.ts';

/** The section. */
export function nightsSection(record: NightsRecord, place: Place): Markup {
  const { tonight, earlier } = tonightOf(record);
  const axis = nightsAxis(record);
  const charts = nightsCharts(record).map((model, index) =>
    figure(model, axis, `${place.id}-night${index + 1}`, place.level + 1),
  );
  return markup`<section>${headline(place.level, 'Tonight')}${table({
    caption: 'What was tried tonight',
    hideCaption: true,
    narrow: 'stack',
    columns: STEP_HEADS.map((label) => columnOf(label)),
    rows: tonight.steps.map((step) => stepCells(step).map((cell) => breakable(keepUnits(cell)))),
  })}</section><section>${headline(place.level, 'Night by night')}${charts}${table({
    caption: 'Every night, the newest first',
    narrow: 'stack',
    columns: NIGHT_HEADS.map((label) => columnOf(label)),
    rows: [tonight, ...earlier].map((night) => {
      const [at = '', ...rest] = nightCells(night).map(keepUnits);
      return [night.run === undefined ? at : markup`<a href="${night.run}">${at}</a>`, ...rest];
    }),
  })}</section>`;
}

function columnOf(label: string) {
  return label === 'Recovery time' || label === 'Availability' || label === 'Passed'
    ? ({ label, kind: 'number' } as const)
    : { label };
}
