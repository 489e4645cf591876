/** A chart on the page: heading, what it shows, legend, and the drawing for wide and for narrow screens. */
import { COMPACT, drawChart, WIDE } from '../charts/draw.ts';
import type { ChartModel, TimeAxis } from '../charts/model.ts';
import { type Markup, markup } from './markup.ts';

/** `id` must be unique on the page, `heading` is the level of the chart's heading. */
export function figure(model: ChartModel, axis: TimeAxis, id: string, heading: number): Markup {
  return markup`<figure>
<figcaption>${headline(heading, model.title)}<p class="quiet">${model.subtitle}</p></figcaption>
${legend(model)}
${drawChart(model, axis, WIDE, `${id}-wide`)}
${drawChart(model, axis, COMPACT, `${id}-compact`)}
</figure>`;
}

/** A heading of a level from 2 to 6. */
export function headline(level: number, text: string | Markup): Markup {
  switch (level) {
    case 2:
      return markup`<h2>${text}</h2>`;
    case 3:
      return markup`<h3>${text}</h3>`;
    case 4:
      return markup`<h4>${text}</h4>`;
    case 5:
      return markup`<h5>${text}</h5>`;
    default:
      return markup`<h6>${text}</h6>`;
  }
}

function legend(model: ChartModel): Markup {
  const items = model.layers.map((layer) => {
    const swatch =
      layer.kind === 'area'
        ? markup`<rect class="area ${layer.className}" x="1" y="1" width="18" height="12"/>`
        : markup`<path class="line ${layer.className}" d="M1 7H19"/>`;
    const amount = layer.amount === undefined ? undefined : markup` <b>${layer.amount}</b>`;
    return markup`<li><svg class="swatch" viewBox="0 0 20 14" aria-hidden="true">${swatch}</svg>${layer.label}${amount}</li>`;
  });
  return markup`<ul class="legend">${items}</ul>`;
}

/** The fill patterns that tell areas apart without colour; once a page. */
export function patterns(): Markup {
  return markup`<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>
${pattern('failed0', 'M-1 1L1 -1M0 6L6 0M5 7L7 5')}
${pattern('failed1', 'M-1 5L1 7M0 0L6 6M5 -1L7 1')}
${pattern('failed2', 'M3 0V6')}
${pattern('failed3', 'M0 3H6M3 0V6')}
${pattern('dropped', 'M1.5 1.5h.01M4.5 4.5h.01')}
${pattern('interrupted', 'M0 1.5H6M0 4.5H6')}
${pattern('revision1', 'M-1 1L1 -1M0 6L6 0M5 7L7 5')}
${pattern('revision3', 'M1.5 1.5h.01M4.5 4.5h.01')}
</defs></svg>`;
}

function pattern(name: string, path: string): Markup {
  return markup`<pattern id="pattern-${name}" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="ground ${name}" width="6" height="6"/><path class="grain ${name}" d="${path}"/></pattern>`;
}
