/** Draws a chart model as SVG. Colours and fonts come from the page's style sheet by class, so that one drawing serves light, dark and print. */
import { formatClock, formatTime } from '../format.ts';
import { type Markup, markup } from '../html/markup.ts';
import { clip, oneLine } from '../text.ts';
import { placeBadges } from './marks.ts';
import type { ChartModel, LineLayer, TimeAxis } from './model.ts';
import { areaPath, coordinate, linePath, type Projection } from './path.ts';
import { position, timeTicks } from './scale.ts';

/** A drawing's size in its own units; text is 12 to 13 of them high, so a narrow screen gets a narrow drawing, not a shrunken one. */
export interface Size {
  readonly name: 'wide' | 'compact';
  readonly width: number;
  readonly plotHeight: number;
  readonly left: number;
  readonly right: number;
  readonly timeTicks: number;
  readonly endLabelLimit: number;
}

export const WIDE: Size = {
  name: 'wide',
  width: 880,
  plotHeight: 200,
  left: 46,
  right: 64,
  timeTicks: 12,
  endLabelLimit: 9,
};
export const COMPACT: Size = {
  name: 'compact',
  width: 400,
  plotHeight: 190,
  left: 38,
  right: 34,
  timeTicks: 6,
  endLabelLimit: 4,
};

const TOP = 44;
const BOTTOM = 44;
const LINE_HEIGHT = 13;

interface Frame extends Projection {
  readonly size: Size;
  readonly right: number;
  readonly bottom: number;
}

/** The chart as one `<svg>` with title and description. `id` must be unique on the page. */
export function drawChart(model: ChartModel, axis: TimeAxis, size: Size, id: string): Markup {
  const right = size.width - size.right;
  const bottom = TOP + size.plotHeight;
  const span = axis.to - axis.from || 1;
  const frame: Frame = {
    size,
    right,
    bottom,
    x: (seconds) => size.left + Math.min(1, Math.max(0, (seconds - axis.from) / span)) * (right - size.left),
    y: (value) => bottom - position(model.scale, value) * size.plotHeight,
  };
  return markup`<svg class="chart ${size.name}" viewBox="0 0 ${size.width} ${bottom + BOTTOM}" role="img" aria-labelledby="${id}-t ${id}-d">
<title id="${id}-t">${model.title}</title><desc id="${id}-d">${model.description}</desc>
${drawScale(model, frame)}${drawLayers(model, frame)}${drawUnjudged(model, axis, frame)}${drawHover(model, frame)}${drawMarks(axis, frame)}${drawEndLabels(model, frame)}${drawTime(model, axis, frame)}
</svg>`;
}

function drawScale(model: ChartModel, frame: Frame): Markup {
  const lines = model.scale.ticks.map((tick) => {
    const y = coordinate(frame.y(tick));
    return markup`<path class="${tick === model.scale.min ? 'axis' : 'grid'}" d="M${frame.size.left} ${y}H${frame.right}"/><text class="tick" x="${frame.size.left - 7}" y="${y + 4}" text-anchor="end">${model.formatTick(tick)}</text>`;
  });
  return markup`<text class="unit" x="${frame.size.left}" y="12">${model.unit}</text>${lines}`;
}

function drawUnjudged(model: ChartModel, axis: TimeAxis, frame: Frame): Markup | undefined {
  if (model.judgedUntil === undefined || model.judgedUntil >= axis.to) {
    return undefined;
  }
  const x = coordinate(frame.x(model.judgedUntil));
  const height = frame.bottom - TOP;
  return markup`<rect class="unjudged" x="${x}" y="${TOP}" width="${coordinate(frame.right - x)}" height="${height}"/><path class="judged" d="M${x} ${TOP}V${frame.bottom + 5}"/>`;
}

function drawLayers(model: ChartModel, frame: Frame): Markup {
  const shapes = model.layers.map((layer) =>
    layer.kind === 'area'
      ? markup`<path class="area ${layer.className}" d="${areaPath(layer, frame)}"/>`
      : markup`<path class="line ${layer.className}" d="${linePath(layer, frame)}"/>`,
  );
  return markup`${shapes}`;
}

interface EndLabel {
  readonly x: number;
  y: number;
  readonly text: string;
  readonly className: string;
}

/** The names of lines at their ends. */
function drawEndLabels(model: ChartModel, frame: Frame): Markup[] {
  const labels = model.layers.filter((layer) => layer.kind === 'line').flatMap((layer) => endOf(layer, frame));
  const [inside, outside] = [true, false].map((is) => labels.filter(({ x }) => x < frame.right === is));
  return [...spread(inside ?? [], frame), ...spread(outside ?? [], frame)].map(
    (label) =>
      markup`<text class="end ${label.className}" x="${coordinate(label.x + 6)}" y="${coordinate(label.y + 4)}">${label.text}</text>`,
  );
}

/** Pushed apart where they would overlap, within the plot. */
function spread(unordered: readonly EndLabel[], frame: Frame): readonly EndLabel[] {
  const labels = unordered.toSorted((a, b) => a.y - b.y);
  const lowest = frame.bottom - 2;
  let floor = TOP;
  for (const label of labels) {
    label.y = Math.max(label.y, floor);
    floor = label.y + LINE_HEIGHT;
  }
  let ceiling = lowest;
  for (const label of labels.toReversed()) {
    label.y = Math.min(label.y, ceiling);
    ceiling = label.y - LINE_HEIGHT;
  }
  return labels;
}

/** Nearer to the plot's edge than this there is no room for a label within. */
const EDGE = 20;

function endOf(layer: LineLayer, frame: Frame): EndLabel[] {
  const last = layer.points.findLast((point) => point.value !== null);
  if (layer.endLabel === undefined || last === undefined || last.value === null) {
    return [];
  }
  const end = frame.x(last.at);
  return [
    {
      x: layer.endsInside === true && end < frame.right - EDGE ? end : frame.right,
      y: frame.y(last.value),
      text: clip(oneLine(layer.endLabel), frame.size.endLabelLimit),
      className: layer.className,
    },
  ];
}

/** Invisible stretches with the browser's own tooltip; only on the wide drawing, where a pointer is likely. */
function drawHover(model: ChartModel, frame: Frame): Markup[] | undefined {
  if (frame.size.name === 'compact') {
    return undefined;
  }
  return model.hover.map(({ from, to, text }) => {
    const x = coordinate(frame.x(from));
    return markup`<rect class="hit" x="${x}" y="${TOP}" width="${coordinate(frame.x(to) - x)}" height="${frame.bottom - TOP}"><title>${text}</title></rect>`;
  });
}

function drawMarks(axis: TimeAxis, frame: Frame): Markup {
  const lines = axis.marks.map(
    (mark) => markup`<path class="mark ${mark.tone}" d="M${coordinate(frame.x(mark.at))} ${TOP - 6}V${frame.bottom}"/>`,
  );
  const badges = placeBadges(axis.marks, frame.x, 0, frame.size.width).map((badge) => {
    const left = coordinate(badge.x - badge.width / 2);
    const names = badge.marks.map((mark) => `${mark.number} ${clip(oneLine(mark.label), 80)}`).join('\n');
    return markup`<g class="badge ${badge.tone}"><title>${names}</title><rect x="${left}" y="${TOP - 23}" width="${badge.width}" height="17" rx="${badge.tone === 'trouble' ? 2 : 8.5}"/><text x="${coordinate(badge.x)}" y="${TOP - 10.5}" text-anchor="middle">${badge.text}</text></g>`;
  });
  return markup`${lines}${badges}`;
}

function drawTime(model: ChartModel, axis: TimeAxis, frame: Frame): Markup {
  const { ticks, unit, divisor } = timeTicks(axis.from, axis.to, frame.size.timeTicks);
  const labels = ticks.map((tick) => {
    const x = coordinate(frame.x(tick));
    return markup`<path class="axis" d="M${x} ${frame.bottom}v4"/><text class="tick" x="${x}" y="${frame.bottom + 18}" text-anchor="middle">${tick / divisor}</text>`;
  });
  const since = frame.size.name === 'wide' ? formatTime(axis.zero) : `${formatClock(axis.zero)} UTC`;
  const title = `${unit} since ${since}`;
  return markup`<path class="axis" d="M${frame.size.left} ${frame.bottom}H${frame.right}"/>${labels}<text class="unit" x="${frame.size.left}" y="${frame.bottom + 37}">${title}</text>${judgedLabel(model, axis, frame)}`;
}

function judgedLabel(model: ChartModel, axis: TimeAxis, frame: Frame): Markup | undefined {
  if (model.judgedUntil === undefined || model.judgedUntil >= axis.to) {
    return undefined;
  }
  const x = frame.x(model.judgedUntil);
  // The axis title stands at the left of the same row.
  const anchor = x > frame.size.left + (frame.right - frame.size.left) * 0.75 ? 'end' : 'start';
  const shift = anchor === 'end' ? frame.right : Math.max(x, frame.size.left + 230);
  return markup`<text class="unit" x="${coordinate(shift)}" y="${frame.bottom + 37}" text-anchor="${anchor}">judged until ${model.judgedUntil} s</text>`;
}
