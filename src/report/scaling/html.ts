/** What a service used and cost at each level of a load. */
import { formatNumber, formatRatio } from '../format.ts';
import { headline } from '../html/figure.ts';
import { type Markup, type MarkupValue, markup } from '../html/markup.ts';
import type { Place } from '../html/place.ts';
import { table } from '../html/table.ts';
import type { ScalingRecord } from './record.ts';
import { elasticityText, LEVEL_HEADS, levelCells, moneyHead } from './words.ts';

/** The section. */
export function scalingSection(scaling: ScalingRecord, place: Place): Markup {
  const { confidence, levels, method, settleSeconds, taskSize } = scaling;
  return markup`<section>${headline(place.level, 'Cost against load')}
<p>${elasticityText(scaling)}</p>
${table({
  caption: `Tasks of ${formatNumber(taskSize.vcpu)} vCPU and ${formatNumber(taskSize.gigabytes)} GB. The first ${formatNumber(settleSeconds)} s of each level are left out. Means over time, with intervals at ${formatRatio(confidence)} where there are three periods or more.`,
  narrow: 'stack',
  columns: [...LEVEL_HEADS, ...moneyHead(scaling)].map((label) => ({ label, kind: 'number' })),
  rows: levels.map((level) => levelCells(level, scaling).map(inLines)),
})}
<p class="quiet">Found by: ${method}. Tasks alone: the load balancer, traffic and all else have prices of their own.</p></section>`;
}

/** A mean with its interval below it: beside it, three of them would not fit on a page. */
function inLines(cell: string): MarkupValue {
  const [, mean, bounds] = /^(.+) \((.+)\)$/.exec(cell) ?? [];
  return mean === undefined || bounds === undefined
    ? cell
    : markup`${mean}${bounds.split(', ').map((line) => markup`<br><span class="quiet">${line}</span>`)}`;
}
