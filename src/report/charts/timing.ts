/** The timing of an experiment as a drawing: a lane for the load, one for the windows beside the faults, one for each action. */
import type { ExperimentRecord, ExperimentSpan } from '../experiment/record.ts';
import { formatSeconds } from '../format.ts';
import { type Markup, markup } from '../html/markup.ts';
import { clip, oneLine } from '../text.ts';
import type { Size } from './draw.ts';
import { coordinate } from './path.ts';
import { timeTicks } from './scale.ts';

const LANE = 30;
const BAR = 16;
const TOP = 8;
const AXIS = 40;
/** A bar is never so short that it cannot be seen. */
const LEAST_WIDTH = 3;

/** Fill by kind; the patterns tell them apart without colour. */
const LOOKS: Readonly<Record<ExperimentSpan['kind'], { className: string; label: string }>> = {
  load: { className: 'ok', label: 'load' },
  baseline: { className: 'revision0', label: 'baseline' },
  fault: { className: 'failed0', label: 'fault' },
  wait: { className: 'interrupted', label: 'wait' },
  observation: { className: 'revision2', label: 'observation' },
};

/** Kinds that the record has, with their looks: the legend. */
export function timingLegend({ spans }: ExperimentRecord): { className: string; label: string }[] {
  const kinds = [...new Set(spans.map(({ kind }) => kind))];
  return kinds.map((kind) => LOOKS[kind]);
}

/** The spans as one `<svg>`, a lane each; `id` must be unique on the page. Undefined when there is nothing to draw. */
export function drawTiming({ name, spans }: ExperimentRecord, size: Size, id: string): Markup | undefined {
  const from = Math.min(...spans.map((span) => span.from));
  const to = Math.max(...spans.map((span) => span.to));
  if (spans.length === 0 || !(to > from)) {
    return undefined;
  }
  const left = size.name === 'wide' ? 190 : 8;
  const right = size.width - 16;
  const lane = size.name === 'wide' ? LANE : LANE + 14;
  const bottom = TOP + spans.length * lane;
  const x = (seconds: number) => left + ((seconds - from) / (to - from)) * (right - left);
  const bars = spans.map((span, index) =>
    drawSpan(span, { x, y: TOP + index * lane, left, wide: size.name === 'wide' }),
  );
  const { ticks, unit, divisor } = timeTicks(from, to, size.timeTicks);
  const labels = ticks.map((tick) => {
    const at = coordinate(x(tick));
    return markup`<path class="grid" d="M${at} ${TOP}V${bottom}"/><text class="tick" x="${at}" y="${bottom + 18}" text-anchor="middle">${tick / divisor}</text>`;
  });
  const start = coordinate(x(0));
  return markup`<svg class="chart ${size.name}" viewBox="0 0 ${size.width} ${bottom + AXIS}" role="img" aria-labelledby="${id}-t ${id}-d">
<title id="${id}-t">Timing of ${name}</title><desc id="${id}-d">${spans.map(describe).join('; ')}</desc>
${labels}<path class="axis" d="M${left} ${bottom}H${right}"/><path class="judged" d="M${start} ${TOP}V${bottom + 5}"/>${bars}
<text class="unit" x="${left}" y="${bottom + 35}">${unit} since the experiment starts</text></svg>`;
}

/** "cut-subnets: 0 s to 10 min". */
function describe({ name, from, to, exact }: ExperimentSpan): string {
  return `${name}: ${formatSeconds(from)} to ${exact ? '' : 'about '}${formatSeconds(to)}`;
}

function drawSpan(
  span: ExperimentSpan,
  { x, y, left, wide }: { x: (seconds: number) => number; y: number; left: number; wide: boolean },
): Markup {
  const begin = coordinate(x(span.from));
  const width = Math.max(LEAST_WIDTH, coordinate(x(span.to) - x(span.from)));
  const top = wide ? y + (LANE - BAR) / 2 : y + LANE - BAR;
  const label = clip(oneLine(span.name), wide ? 26 : 44);
  const text = wide
    ? markup`<text class="tick" x="${left - 10}" y="${top + 12}" text-anchor="end">${label}</text>`
    : markup`<text class="tick" x="${left}" y="${y + 10}">${label}</text>`;
  return markup`${text}<rect class="area ${LOOKS[span.kind].className}" x="${begin}" y="${top}" width="${width}" height="${BAR}"><title>${describe(span)}</title></rect>${
    span.exact ? undefined : markup`<path class="mark" d="M${begin + width} ${top - 3}v${BAR + 6}"/>`
  }`;
}
